import { describe, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { decodeBytes } from "../../../lang/bytes.ts";
import { file } from "../../../src/resources/file.ts";
import { openResource, Scratch } from "../harness.ts";

const text = (path: string): string => readFileSync(path, "utf8");

describe("content", () => {
  test("a missing file is created, and repaired after a foreign write", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    await using resource = await openResource(file, path, { state: "exists", content: "hello\n" });
    await resource.watch();
    expect(await resource.apply()).toBe(false);
    expect(text(path)).toBe("hello\n");
    await resource.event();
    expect(await resource.apply()).toBe(true);
    writeFileSync(path, "foreign\n");
    await resource.repairUntil(() => text(path) === "hello\n");
    expect(await resource.apply()).toBe(true);
    expect(readdirSync(scratch.path)).toEqual(["f"]);
  });

  test("a difference of the same length is found", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    writeFileSync(path, "hellO");
    await using resource = await openResource(file, path, { content: "hello" });
    expect(await resource.apply()).toBe(false);
    expect(text(path)).toBe("hello");
  });

  test("without state nothing is created", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    await using resource = await openResource(file, path, { content: "hello" });
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(resource.apply()).rejects.toThrow(
        `could not write ${path}: no such file or directory; set State to exists to create it`,
      );
    }
    expect(readdirSync(scratch.path)).toEqual([]);
    writeFileSync(path, "");
    expect(await resource.apply()).toBe(false);
    expect(await resource.apply()).toBe(true);
  });

  test("bytes pass through as they are", async () => {
    await using scratch = new Scratch();
    const bytes = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);
    const path = scratch.at("f");
    await using resource = await openResource(file, path, { state: "exists", content: decodeBytes(bytes) });
    expect(await resource.apply()).toBe(false);
    expect(new Uint8Array(readFileSync(path))).toEqual(bytes);
    expect(await resource.apply()).toBe(true);
  });

  test("the empty text is an empty file", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    writeFileSync(path, "full");
    await using resource = await openResource(file, path, { content: "" });
    expect(await resource.apply()).toBe(false);
    expect(text(path)).toBe("");
    expect(await resource.apply()).toBe(true);
  });

  test("received content is used", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    await using resource = await openResource(file, path, { state: "exists", content: "one" });
    await resource.apply();
    resource.receive({ content: "two" });
    expect(await resource.noop()).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(text(path)).toBe("two");
  });

  test("noop changes nothing", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    const fields = { state: "exists", content: "new", mode: "0600", owner: "root" };
    await using resource = await openResource(file, path, fields);
    expect(await resource.noop()).toBe(false);
    expect(readdirSync(scratch.path)).toEqual([]);
    writeFileSync(path, "old");
    const { ino } = statSync(path);
    expect(await resource.noop()).toBe(false);
    expect(statSync(path).ino).toBe(ino);
    expect(text(path)).toBe("old");
  });

  test("a link at the path stays, and what it leads to is replaced", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("real"));
    mkdirSync(scratch.at("links"));
    writeFileSync(scratch.at("real/f"), "old");
    symlinkSync("../real", scratch.at("links/dir"));
    symlinkSync("dir/../real/f", scratch.at("links/f"));
    await using resource = await openResource(file, scratch.at("links/f"), { content: "new" });
    expect(await resource.apply()).toBe(false);
    expect(lstatSync(scratch.at("links/f")).isSymbolicLink()).toBe(true);
    expect(text(scratch.at("real/f"))).toBe("new");
    expect(readdirSync(scratch.at("real"))).toEqual(["f"]);
    expect(await resource.apply()).toBe(true);
  });

  test("a link that leads nowhere gets something to lead to", async () => {
    await using scratch = new Scratch();
    symlinkSync("missing", scratch.at("f"));
    await using resource = await openResource(file, scratch.at("f"), { state: "exists", content: "new" });
    expect(await resource.apply()).toBe(false);
    expect(text(scratch.at("missing"))).toBe("new");
  });

  test("a directory is replaced only with force", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    mkdirSync(`${path}/below/deep`, { recursive: true });
    await using gentle = await openResource(file, path, { state: "exists", content: "x" });
    await expect(gentle.apply()).rejects.toThrow(
      `can't force dir into file: ${path}; set Force to replace the directory`,
    );
    await using forced = await openResource(file, path, { state: "exists", content: "x", force: true });
    expect(await forced.noop()).toBe(false);
    expect(statSync(path).isDirectory()).toBe(true);
    expect(await forced.apply()).toBe(false);
    expect(text(path)).toBe("x");
    expect(await forced.apply()).toBe(true);
  });

  test("a pipe is not written to", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("pipe");
    Bun.spawnSync(["mkfifo", "-m", "0640", path]);
    await using resource = await openResource(file, path, { state: "exists", content: "x" });
    await expect(resource.apply()).rejects.toThrow(`non-regular dst file: ${path} (prw-r-----)`);
  });

  test.each([
    ["a name with a newline", "new\nline"],
    ["a name of bytes that are no text", "\udcff\udcfe"],
    ["the longest name", "x".repeat(255)],
  ])("%s", async (_, name) => {
    await using scratch = new Scratch();
    const fields = { state: "exists", content: "x", mode: "0600" };
    await using resource = await openResource(file, scratch.at(name), fields);
    expect(await resource.apply()).toBe(false);
    expect(await resource.apply()).toBe(true);
    const names = readdirSync(scratch.path, { encoding: "buffer" }).map((bytes) => decodeBytes(bytes));
    expect(names).toEqual([name]);
    await using absent = await openResource(file, scratch.at(name), { state: "absent" });
    expect(await absent.apply()).toBe(false);
    expect(readdirSync(scratch.path)).toEqual([]);
  });
});

describe("source", () => {
  test("a file is copied with its permissions, and stays as it is", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("source"), "body", { mode: 0o750 });
    await using resource = await openResource(file, scratch.at("f"), {
      state: "exists",
      source: scratch.at("source"),
    });
    await resource.watch();
    expect(await resource.apply()).toBe(false);
    expect(text(scratch.at("f"))).toBe("body");
    expect(statSync(scratch.at("f")).mode & 0o7777).toBe(0o750);
    expect(text(scratch.at("source"))).toBe("body");
    expect(await resource.apply()).toBe(true);
    writeFileSync(scratch.at("source"), "other");
    await resource.repairUntil(() => text(scratch.at("f")) === "other");
  });

  test("the mode of the source alone is no difference, and a wanted mode wins", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("source"), "body", { mode: 0o755 });
    writeFileSync(scratch.at("f"), "body", { mode: 0o600 });
    await using plain = await openResource(file, scratch.at("f"), { source: scratch.at("source") });
    expect(await plain.apply()).toBe(true);
    expect(statSync(scratch.at("f")).mode & 0o7777).toBe(0o600);
    await using moded = await openResource(file, scratch.at("g"), {
      state: "exists",
      source: scratch.at("source"),
      mode: "g=w",
    });
    expect(await moded.apply()).toBe(false);
    expect(statSync(scratch.at("g")).mode & 0o7777).toBe(0o725);
  });

  test("a copy is not setuid because its source is", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("source"), "body");
    Bun.spawnSync(["chmod", "6755", scratch.at("source")]);
    const fields = { state: "exists", source: scratch.at("source") };
    await using resource = await openResource(file, scratch.at("f"), fields);
    await resource.apply();
    expect(statSync(scratch.at("f")).mode & 0o7777).toBe(0o755);
  });

  test.each([
    ["missing", (path: string) => `could not read ${path}: no such file or directory`, () => {}],
    [
      "a directory",
      (path: string) => `non-regular src file: ${path} (drwxr-xr-x)`,
      (path: string) => mkdirSync(path),
    ],
  ])("%s", async (_, message, prepare) => {
    await using scratch = new Scratch();
    const source = scratch.at("source");
    prepare(source);
    await using resource = await openResource(file, scratch.at("f"), { state: "exists", source });
    await expect(resource.apply()).rejects.toThrow(message(source));
    expect(readdirSync(scratch.path)).not.toContain("f");
  });
});

describe("fragments", () => {
  test("files and the files of directories, in order", async () => {
    await using scratch = new Scratch();
    const { at } = { at: (name: string) => scratch.at(name) };
    for (const directory of ["d1", "d2", "d2/below"]) mkdirSync(at(directory));
    const parts = { f: "f", "d1/b": "1b", "d1/a": "1a", g: "g", "d2/x": "2x", "d2/below/no": "!", h: "h\n" };
    for (const [name, part] of Object.entries(parts)) writeFileSync(at(name), part);
    await using resource = await openResource(file, at("whole"), {
      state: "exists",
      fragments: [at("f"), at("d1/"), at("g"), at("d2/"), at("h")],
    });
    await resource.watch();
    expect(await resource.apply()).toBe(false);
    expect(text(at("whole"))).toBe("f1a1bg2xh\n");
    expect(await resource.apply()).toBe(true);
    writeFileSync(at("d1/aa"), "1aa");
    await resource.repairUntil(() => text(at("whole")) === "f1a1aa1bg2xh\n");
  });

  test.each([
    ["gone", "could not read file fragment: could not read PATH: no such file or directory"],
    [
      "gone/",
      "could not read fragment directory: could not read the directory PATH: no such file or directory",
    ],
    ["pipe", "could not read file fragment: could not read PATH: it is not a regular file"],
    ["links/", "could not read directory file fragment: could not read PATHdir: it is not a regular file"],
  ])("%s", async (name, message) => {
    await using scratch = new Scratch();
    Bun.spawnSync(["mkfifo", scratch.at("pipe")]);
    mkdirSync(scratch.at("links"));
    symlinkSync(".", scratch.at("links/dir"));
    const fragment = scratch.at(name);
    await using resource = await openResource(file, scratch.at("f"), {
      state: "exists",
      fragments: [fragment],
    });
    await expect(resource.apply()).rejects.toThrow(message.replace("PATH", fragment));
    expect(readdirSync(scratch.path)).not.toContain("f");
  });
});

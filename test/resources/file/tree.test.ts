import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { temporaryPath } from "../../../src/os/atomic-file.ts";
import { file } from "../../../src/resources/file.ts";
import { openResource, resourceOf, Scratch } from "../harness.ts";

/** Files with these contents; names that end in a slash are empty directories. */
function plant(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, contents] of Object.entries(files)) {
    const path = `${directory}/${name}`;
    if (name.endsWith("/")) mkdirSync(path, { recursive: true });
    else {
      mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      writeFileSync(path, contents);
    }
  }
}

/** What {@link plant} would make the same tree of. */
function contentsOf(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
  for (const name of names) {
    const path = `${directory}/${name}`;
    if (!statSync(path).isDirectory()) found[name] = readFileSync(path, "utf8");
    else if (readdirSync(path).length === 0) found[`${name}/`] = "";
  }
  return found;
}

const nested = { top: "t", "a/one": "1", "a/b/two": "2", "a/empty/": "", "c/three": "3" };

describe("a source directory", () => {
  test("is copied with all that is below, and stays as it is", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("source"), nested);
    chmodSync(scratch.at("source/a"), 0o770);
    chmodSync(scratch.at("source/a/one"), 0o755);
    await using resource = await openResource(file, scratch.at("d/"), {
      state: "exists",
      source: scratch.at("source/"),
      recurse: true,
    });
    expect(await resource.noop()).toBe(false);
    expect(existsSync(scratch.at("d"))).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(contentsOf(scratch.at("d"))).toEqual(nested);
    expect(contentsOf(scratch.at("source"))).toEqual(nested);
    expect(statSync(scratch.at("d/a")).mode & 0o7777).toBe(0o770);
    expect(statSync(scratch.at("d/a/one")).mode & 0o7777).toBe(0o755);
    expect(await resource.apply()).toBe(true);
    expect(await resource.noop()).toBe(true);
  });

  test("changes on both sides are noticed at any depth", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("source"), nested);
    await using resource = await openResource(file, scratch.at("d/"), {
      state: "exists",
      source: scratch.at("source/"),
      recurse: true,
    });
    await resource.watch();
    await resource.apply();
    writeFileSync(scratch.at("d/a/b/two"), "changed");
    await resource.repairUntil(() => readFileSync(scratch.at("d/a/b/two"), "utf8") === "2");
    plant(scratch.at("source"), { "a/new/deep/file": "n" });
    await resource.repairUntil(() => existsSync(scratch.at("d/a/new/deep/file")));
    Bun.spawnSync(["rm", "-r", scratch.at("source/a")]);
    await resource.repairUntil(() => !existsSync(scratch.at("d/a")));
  });

  test("what is not in it is removed, with or without purge, without following links", async () => {
    for (const purge of [false, true]) {
      await using scratch = new Scratch();
      plant(scratch.at("source"), { keep: "k" });
      plant(scratch.at("d"), { "extra/deep/file": "x", file: "y" });
      plant(scratch.at("outside"), { safe: "s" });
      symlinkSync("../outside", scratch.at("d/link"));
      symlinkSync("../../outside", scratch.at("d/extra/link"));
      const fields = { source: scratch.at("source/"), recurse: true, state: "exists", purge };
      await using resource = await openResource(file, scratch.at("d/"), fields);
      expect(await resource.noop()).toBe(false);
      expect(existsSync(scratch.at("d/extra/deep/file"))).toBe(true);
      expect(await resource.apply()).toBe(false);
      expect(contentsOf(scratch.at("d"))).toEqual({ keep: "k" });
      expect(contentsOf(scratch.at("outside"))).toEqual({ safe: "s" });
      expect(await resource.apply()).toBe(true);
    }
  });

  test("a missing one removes nothing", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("d"), nested);
    const fields = { source: scratch.at("source/"), recurse: true, purge: true };
    await using resource = await openResource(file, scratch.at("d/"), fields);
    await expect(resource.apply()).rejects.toThrow(
      `could not read the directory ${scratch.at("source/")}: no such file or directory`,
    );
    expect(contentsOf(scratch.at("d"))).toEqual(nested);
  });

  test("files and directories take each other's place only with force, in one pass", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("source"), { "was-file/x": "1", "was-directory": "2" });
    plant(scratch.at("d"), { "was-file": "old", "was-directory/x/y": "old" });
    const fields = { source: scratch.at("source/"), recurse: true, state: "exists" };
    await using gentle = await openResource(file, scratch.at("d/"), fields);
    await expect(gentle.apply()).rejects.toThrow(/^can't force dir into file: .*was-directory; set Force/);
    await using forced = await openResource(file, scratch.at("d/"), { ...fields, force: true });
    expect(await forced.apply()).toBe(false);
    expect(contentsOf(scratch.at("d"))).toEqual({ "was-directory": "2", "was-file/x": "1" });
    expect(await forced.apply()).toBe(true);
  });

  test("links in it are copied as what they lead to; one that leads to a directory is an error", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("source"), { real: "r" });
    symlinkSync("real", scratch.at("source/link"));
    const fields = { source: scratch.at("source/"), recurse: true, state: "exists" };
    await using resource = await openResource(file, scratch.at("d/"), fields);
    await resource.apply();
    expect(lstatSync(scratch.at("d/link")).isFile()).toBe(true);
    plant(scratch.at("source"), { "below/x": "" });
    symlinkSync(".", scratch.at("source/below/link"));
    await expect(resource.apply()).rejects.toThrow(
      `recurse failed: non-regular src file: ${scratch.at("source/below/link")} (drwxr-xr-x)`,
    );
  });

  test("what is being written in it is not copied", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("source"), { f: "whole" });
    writeFileSync(temporaryPath(scratch.at("source/f")), "ha");
    const fields = { source: scratch.at("source/"), recurse: true, state: "exists" };
    await using resource = await openResource(file, scratch.at("d/"), fields);
    await resource.apply();
    expect(contentsOf(scratch.at("d"))).toEqual({ f: "whole" });
  });

  test("names of any bytes", async () => {
    await using scratch = new Scratch();
    const odd = Buffer.from("new\nline\xff", "latin1");
    const at = (directory: string): Buffer => Buffer.concat([Buffer.from(`${scratch.at(directory)}/`), odd]);
    mkdirSync(scratch.at("source"));
    mkdirSync(at("source"));
    writeFileSync(Buffer.concat([at("source"), Buffer.from("/"), odd]), "x");
    mkdirSync(scratch.at("d"));
    mkdirSync(Buffer.concat([at("d"), Buffer.from("extra")]));
    const fields = { source: scratch.at("source/"), recurse: true, state: "exists" };
    await using resource = await openResource(file, scratch.at("d/"), fields);
    expect(await resource.apply()).toBe(false);
    expect(readdirSync(scratch.at("d"), { encoding: "buffer" })).toEqual([odd]);
    expect(readdirSync(at("d"), { encoding: "buffer" })).toEqual([odd]);
    expect(await resource.apply()).toBe(true);
  });

  test("without state nothing is created", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("source"), { "a/x": "" });
    mkdirSync(scratch.at("d"));
    const fields = { source: scratch.at("source/"), recurse: true };
    await using resource = await openResource(file, scratch.at("d/"), fields);
    await expect(resource.apply()).rejects.toThrow("set State to exists to create it");
    expect(readdirSync(scratch.at("d"))).toEqual([]);
  });
});

describe("purge", () => {
  const fields = { state: "exists", recurse: true, purge: true };

  test("empties a directory", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("d"), { ...nested, ".hidden": "" });
    await using resource = await openResource(file, scratch.at("d/"), fields);
    await resource.watch();
    expect(await resource.noop()).toBe(false);
    expect(existsSync(scratch.at("d/a/b/two"))).toBe(true);
    expect(await resource.apply()).toBe(false);
    expect(readdirSync(scratch.at("d"))).toEqual([]);
    expect(await resource.apply()).toBe(true);
    writeFileSync(scratch.at("d/new"), "");
    await resource.repairUntil(() => !existsSync(scratch.at("d/new")));
  });

  test("leaves what other resources manage, and what leads there", async () => {
    await using scratch = new Scratch();
    plant(scratch.at("d"), {
      managed: "m",
      "managed-directory/": "",
      "deep/managed": "m",
      "deep/sibling": "s",
      unmanaged: "u",
      "unmanaged-directory/x": "u",
      "managed-not/x": "u",
    });
    const peers = [
      resourceOf(file, scratch.at("d/managed"), { content: "m" }),
      resourceOf(file, "other", { path: scratch.at("d/managed-directory/"), state: "absent" }),
      resourceOf(file, scratch.at("d/deep//managed")),
      resourceOf(file, scratch.at("elsewhere")),
    ];
    await using resource = await openResource(file, scratch.at("d/"), fields, { peers });
    expect(await resource.noop()).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(contentsOf(scratch.at("d"))).toEqual({
      "deep/managed": "m",
      "deep/sibling": "s",
      managed: "m",
      "managed-directory/": "",
    });
    expect(await resource.apply()).toBe(true);
    expect(await resource.noop()).toBe(true);
  });

  test("leaves a managed file alone while it is written, but not the leftovers of others", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("d"));
    const managed = temporaryPath(scratch.at("d/managed"));
    writeFileSync(managed, "half");
    writeFileSync(temporaryPath(scratch.at("d/unmanaged")), "half");
    const peers = [resourceOf(file, scratch.at("d/managed"))];
    await using resource = await openResource(file, scratch.at("d/"), fields, { peers });
    await resource.apply();
    expect(readdirSync(scratch.at("d")).map((name) => scratch.at(`d/${name}`))).toEqual([managed]);
  });

  test("of the root is refused", async () => {
    await using resource = await openResource(file, "/", fields);
    await expect(resource.noop()).rejects.toThrow("don't want to purge root");
  });
});

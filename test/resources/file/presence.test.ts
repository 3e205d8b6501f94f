import { describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { file } from "../../../src/resources/file.ts";
import { openResource, Scratch } from "../harness.ts";

describe("exists", () => {
  test("a missing file is created empty, a present one stays as it is", async () => {
    await using scratch = new Scratch();
    await using resource = await openResource(file, scratch.at("f"), { state: "exists" });
    expect(await resource.noop()).toBe(false);
    expect(existsSync(scratch.at("f"))).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(readFileSync(scratch.at("f"), "utf8")).toBe("");
    expect(resource.logs).toEqual(["created"]);
    writeFileSync(scratch.at("f"), "kept");
    expect(await resource.apply()).toBe(true);
    expect(readFileSync(scratch.at("f"), "utf8")).toBe("kept");
  });

  test("a missing directory is created; those above it only with recurse", async () => {
    await using scratch = new Scratch();
    await using single = await openResource(file, scratch.at("d/"), { state: "exists" });
    expect(await single.apply()).toBe(false);
    expect(await single.apply()).toBe(true);
    await using deep = await openResource(file, scratch.at("a/b/c/"), { state: "exists" });
    await expect(deep.apply()).rejects.toThrow(
      `could not create the directory ${scratch.at("a/b/c/")}: the directory above it does not exist; set Recurse to create it too`,
    );
    await using recursive = await openResource(file, scratch.at("a/b/c/"), {
      state: "exists",
      recurse: true,
    });
    expect(await recursive.noop()).toBe(false);
    expect(await recursive.apply()).toBe(false);
    expect(statSync(scratch.at("a/b/c")).isDirectory()).toBe(true);
    expect(await recursive.apply()).toBe(true);
  });

  test("a file makes room for a directory only with force", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("d/");
    writeFileSync(scratch.at("d"), "");
    await using gentle = await openResource(file, path, { state: "exists" });
    await expect(gentle.apply()).rejects.toThrow(
      `can't force file into dir: ${path}; set Force to replace the file`,
    );
    await using forced = await openResource(file, path, { state: "exists", force: true });
    expect(await forced.noop()).toBe(false);
    expect(await forced.apply()).toBe(false);
    expect(statSync(path).isDirectory()).toBe(true);
    expect(await forced.apply()).toBe(true);
  });

  test("whatever is at the path of a file without contents will do", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("f"));
    await using resource = await openResource(file, scratch.at("f"), { state: "exists" });
    expect(await resource.apply()).toBe(true);
  });

  test("a link that leads nowhere is a missing file", async () => {
    await using scratch = new Scratch();
    symlinkSync("missing", scratch.at("f"));
    await using resource = await openResource(file, scratch.at("f"), { state: "exists" });
    expect(await resource.apply()).toBe(false);
    expect(readdirSync(scratch.path).sort()).toEqual(["f", "missing"]);
    expect(await resource.apply()).toBe(true);
  });

  test("a removed file or directory above is noticed", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("a/b/");
    await using resource = await openResource(file, path, { state: "exists", recurse: true });
    await resource.watch();
    await resource.apply();
    Bun.spawnSync(["rm", "-r", scratch.at("a")]);
    await resource.repairUntil(() => existsSync(path));
  });
});

describe("absent", () => {
  test.each([
    ["a file", "f", false, (path: string) => writeFileSync(path, "x")],
    ["an empty directory", "f/", false, (path: string) => mkdirSync(path)],
    ["an empty directory without slash", "f", false, (path: string) => mkdirSync(path)],
    ["a tree", "f/", true, (path: string) => mkdirSync(`${path}/x/y`, { recursive: true })],
    ["a link that leads nowhere", "f", false, (path: string) => symlinkSync("missing", path)],
  ])("%s is removed", async (_, name, recurse, create) => {
    await using scratch = new Scratch();
    await using resource = await openResource(file, scratch.at(name), { state: "absent", recurse });
    expect(await resource.apply()).toBe(true);
    create(scratch.at("f"));
    expect(await resource.noop()).toBe(false);
    expect(readdirSync(scratch.path)).toEqual(["f"]);
    expect(await resource.apply()).toBe(false);
    expect(readdirSync(scratch.path)).toEqual([]);
    expect(await resource.apply()).toBe(true);
  });

  test("a link to a directory is removed, the directory is not", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("real"));
    writeFileSync(scratch.at("real/x"), "");
    symlinkSync("real", scratch.at("d"));
    await using resource = await openResource(file, scratch.at("d/"), { state: "absent", recurse: true });
    expect(await resource.apply()).toBe(false);
    expect(() => lstatSync(scratch.at("d"))).toThrow("ENOENT");
    expect(readdirSync(scratch.at("real"))).toEqual(["x"]);
  });

  test("a full directory needs recurse", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("d/x"), { recursive: true });
    await using resource = await openResource(file, scratch.at("d/"), { state: "absent" });
    await expect(resource.apply()).rejects.toThrow(
      `could not remove ${scratch.at("d")}: directory not empty; set Recurse to remove it with all that is in it`,
    );
  });

  test.each(["/", "//", "/tmp/.."])("%s is refused", async (path) => {
    await using resource = await openResource(file, path, { state: "absent" });
    await expect(resource.noop()).rejects.toThrow("don't want to remove root");
  });

  test("reappearance is noticed", async () => {
    await using scratch = new Scratch();
    await using resource = await openResource(file, scratch.at("f"), { state: "absent" });
    await resource.watch();
    expect(await resource.apply()).toBe(true);
    writeFileSync(scratch.at("f"), "");
    await resource.repairUntil(() => !existsSync(scratch.at("f")));
  });
});

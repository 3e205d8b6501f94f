import { describe, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { temporaryPath } from "../../../src/os/atomic-file.ts";
import { file } from "../../../src/resources/file.ts";
import { asRoot } from "../../support/needs.ts";
import { type Fields, openResource, Scratch } from "../harness.ts";

const exists = { symlink: true, state: "exists", source: "there/or/not" };
const absent = { symlink: true, state: "absent" };

describe("a link", () => {
  test("is created, kept, noticed when changed and changed back", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("l");
    await using resource = await openResource(file, path, exists);
    await resource.watch();
    expect(await resource.noop()).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(readlinkSync(path)).toBe("there/or/not");
    expect(await resource.apply()).toBe(true);
    Bun.spawnSync(["ln", "-sfn", "elsewhere", path]);
    await resource.repairUntil(() => readlinkSync(path) === "there/or/not");
    expect(readdirSync(scratch.path)).toEqual(["l"]);
  });

  test("is removed, what it leads to is not", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("real"), "");
    symlinkSync("real", scratch.at("l"));
    await using resource = await openResource(file, scratch.at("l"), absent);
    expect(await resource.noop()).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(readdirSync(scratch.path)).toEqual(["real"]);
    expect(await resource.apply()).toBe(true);
  });

  test("text of any bytes", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("l");
    await using resource = await openResource(file, path, { ...exists, source: "new\nline\udcff" });
    expect(await resource.apply()).toBe(false);
    expect(readlinkSync(path, { encoding: "buffer" })).toEqual(Buffer.from("new\nline\xff", "latin1"));
    expect(await resource.apply()).toBe(true);
  });

  test("without state is left alone", async () => {
    await using scratch = new Scratch();
    await using resource = await openResource(file, scratch.at("l"), { symlink: true, source: "x" });
    expect(await resource.apply()).toBe(true);
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  asRoot("has its own owner and no mode", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("real"), "", { mode: 0o600 });
    const fields = { symlink: true, state: "exists", source: "real", owner: "1", mode: "0777" };
    await using resource = await openResource(file, scratch.at("l"), fields);
    expect(await resource.apply()).toBe(false);
    expect(lstatSync(scratch.at("l")).uid).toBe(1);
    expect(lstatSync(scratch.at("real"))).toMatchObject({ uid: 0, mode: 0o100600 });
    expect(await resource.apply()).toBe(true);
    await using moded = await openResource(file, scratch.at("l"), { ...fields, mode: "0644" });
    await expect(moded.apply()).rejects.toThrow("a symbolic link has no mode of its own");
  });

  test("what a crash left of it is removed", async () => {
    await using scratch = new Scratch();
    symlinkSync(exists.source, scratch.at("l"));
    symlinkSync("half", temporaryPath(scratch.at("l")));
    await using resource = await openResource(file, scratch.at("l"), exists);
    expect(await resource.apply()).toBe(true);
    expect(readdirSync(scratch.path)).toEqual(["l"]);
  });
});

describe("in the place of something else", () => {
  test.each([
    ["file", exists, "can't mutate to symlink without Force"],
    ["directory", exists, "can't mutate to symlink without Force"],
    ["file", absent, "can't remove non-symlink without Force"],
    ["directory", absent, "can't remove non-symlink without Force"],
  ] satisfies [string, Fields, string][])("%s, %j", async (what, fields, message) => {
    await using scratch = new Scratch();
    const path = scratch.at("l");
    if (what === "file") writeFileSync(path, "kept");
    else mkdirSync(path);
    await using gentle = await openResource(file, path, fields);
    await expect(gentle.apply()).rejects.toThrow(`${message}: ${path}`);
    await expect(gentle.noop()).rejects.toThrow(`${message}: ${path}`);
    await using forced = await openResource(file, path, { ...fields, force: true });
    expect(await forced.noop()).toBe(false);
    expect(await forced.apply()).toBe(false);
    expect(readdirSync(scratch.path)).toEqual(fields.state === "exists" ? ["l"] : []);
    expect(await forced.apply()).toBe(true);
  });

  test("a full directory is not removed, even with force", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("l"));
    writeFileSync(scratch.at("l/x"), "kept");
    await using resource = await openResource(file, scratch.at("l"), { ...exists, force: true });
    await expect(resource.apply()).rejects.toThrow("directory not empty");
    expect(readFileSync(scratch.at("l/x"), "utf8")).toBe("kept");
  });
});

import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../../lang/host.ts";
import { createHost } from "../../../src/agent/host.ts";
import { localWorld } from "../../../src/world/local.ts";
import { outcome } from "./call.ts";

let prefix: string;
let host: Host;
const options = { hostname: "h1", log: () => {}, signal: new AbortController().signal };

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-local-"));
  host = createHost({ ...options, prefix, world: localWorld(prefix) });
});
afterEach(() => rmSync(prefix, { recursive: true }));

const pool = (...args: string[]): string => outcome("local.pool", args, { host });
const vardir = (path: string): string => outcome("local.vardir", [path], { host });

test("pool gives out numbers that stay", () => {
  expect([pool("vm", "a"), pool("vm", "b"), pool("vm", "a"), pool("other", "b")]).toEqual([
    "1",
    "2",
    "1",
    "1",
  ]);
  host = createHost({ ...options, prefix, world: localWorld(prefix) });
  expect([pool("vm", "c"), pool("vm", "b")]).toEqual(["3", "2"]);
});

test("pool wants names that can be files, and files that hold numbers", () => {
  expect(pool("", "a")).toBe("FatalError: the namespace is empty");
  expect(pool("vm", "")).toBe("FatalError: the uid is empty");
  expect(pool("a/b", "a")).toBe('FatalError: the namespace "a/b" has a `/` in it');
  expect(pool("vm", "/")).toBe('FatalError: the uid "/" has a `/` in it');
  pool("vm", "a");
  writeFileSync(join(prefix, "local/pool/vm/a.uid"), "none");
  expect(pool("vm", "a")).toContain("FatalError: could not read");
});

test("vardir makes a directory, once", () => {
  for (const [path, made] of [
    ["app/", "app/"],
    ["app/", "app/"],
    ["a/b/c/", "a/b/c/"],
    ["a//x/../b/./", "a/b/"],
    ["./", ""],
    ["a/../", ""],
  ] as const) {
    const directory = `${prefix}/local/vardir/functions/${made}`;
    expect(vardir(path)).toBe(JSON.stringify(directory));
    expect(statSync(directory).mode & 0o777).toBe(0o750);
  }
});

test("vardir wants a relative directory, and keeps inside", () => {
  for (const path of ["", "app", "/app/", "/"])
    expect(vardir(path)).toBe(
      `FatalError: the path ${JSON.stringify(path)} must be relative, and have a slash at its end`,
    );
  for (const path of ["../", "a/../../x/"]) expect(vardir(path)).toContain("leads out");
  expect(existsSync(join(prefix, "local"))).toBe(false);
  writeFileSync(join(prefix, "local"), "");
  expect(vardir("app/")).toContain("FatalError: could not create the directory");
});

test("where nothing may be written, there are numbers and paths all the same", () => {
  host = createHost({ ...options, prefix });
  expect([pool("vm", "a"), pool("vm", "b"), pool("vm", "a")]).toEqual(["1", "2", "1"]);
  expect(vardir("app/")).toBe(`"${prefix}/local/vardir/functions/app/"`);
  expect(existsSync(join(prefix, "local"))).toBe(false);
});

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localWorld } from "../../src/world/local.ts";

let prefix: string;
const directory = (): string => join(prefix, "local/value");

beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-world-"));
});

afterEach(() => {
  rmSync(prefix, { recursive: true, force: true });
});

describe("names", () => {
  const names = [
    "plain",
    "with.dots-and_more",
    "a/b",
    "/",
    ".",
    "..",
    ".hidden",
    ".plain.mgmt-tmp",
    "plain.tmp",
    "",
    "with space",
    "naïve",
    "NUL\0",
    "\udc80",
    "\udc81",
    "x".repeat(100),
    "x".repeat(101),
    "x".repeat(10_000),
    `${"x".repeat(9_999)}y`,
  ];

  test("any text is one of its own", () => {
    const { values } = localWorld(prefix);
    for (const name of names) values.set(name, `value of ${name}`);
    const later = localWorld(prefix).values;
    for (const name of names) expect([name, later.get(name)]).toEqual([name, `value of ${name}`]);
    for (const name of names) values.set(name, undefined);
    expect(readdirSync(directory())).toEqual([]);
    expect(readdirSync(prefix)).toEqual(["local"]);
  });

  test("simple ones are readable on disk, for the owner only", () => {
    localWorld(prefix).values.set("plain", 1n);
    expect(readdirSync(directory())).toEqual(["plain"]);
    expect(statSync(join(directory(), "plain")).mode & 0o777).toBe(0o600);
    expect(statSync(directory()).mode & 0o777).toBe(0o700);
  });
});

describe("what is on disk", () => {
  test("is not there before something is set", () => {
    const { values } = localWorld(prefix);
    expect(values.get("a")).toBeUndefined();
    values.set("a", undefined);
    expect(readdirSync(prefix)).toEqual([]);
  });

  test("that cannot be understood counts as nothing, and is replaced", () => {
    mkdirSync(directory(), { recursive: true });
    for (const text of ["", "nonsense", "{}", '{"int":"x"}', '{"list":3}', "null"]) {
      writeFileSync(join(directory(), "a"), text);
      const { values } = localWorld(prefix);
      expect([text, values.get("a")]).toEqual([text, undefined]);
      values.set("a", true);
      expect(readFileSync(join(directory(), "a"), "utf8")).toBe('{"bool":true}');
    }
  });

  test("that cannot be read or written is an error that names it", () => {
    mkdirSync(join(directory(), "a"), { recursive: true });
    expect(() => localWorld(prefix).values.get("a")).toThrow(
      `could not read ${directory()}/a: is a directory`,
    );
    rmSync(directory(), { recursive: true });
    writeFileSync(join(prefix, "local", "value"), "");
    expect(() => localWorld(prefix).values.get("a")).toThrow("not a directory");
  });

  test("is restored to its mode when it is written", () => {
    const { values } = localWorld(prefix);
    values.set("a", 1n);
    chmodSync(join(directory(), "a"), 0o644);
    values.set("a", 2n);
    expect(statSync(join(directory(), "a")).mode & 0o777).toBe(0o600);
  });
});

describe("followers of a value", () => {
  test("hear of it once soon, then of changes of their own key only", async () => {
    const { values } = localWorld(prefix);
    values.set("a", 1n);
    const stop = new AbortController();
    const told: string[] = [];
    const follow = (key: string, signal: AbortSignal): void =>
      values.follow(
        key,
        {
          onValue: (value) => told.push(`${key} is ${value}`),
          onError: (error) => told.push(String(error)),
        },
        signal,
      );
    follow("a", stop.signal);
    follow("b", AbortSignal.abort());
    expect(told).toEqual([]);
    await undefined;
    values.set("a", 1n);
    values.set("b", 1n);
    values.set("a", 2n);
    values.set("a", undefined);
    values.set("a", undefined);
    expect(told).toEqual(["a is 1", "a is 2", "a is undefined"]);
    stop.abort();
    values.set("a", 3n);
    expect(told).toHaveLength(3);
  });

  test("hear of what cannot be read, and of the next value all the same", async () => {
    mkdirSync(join(directory(), "a"), { recursive: true });
    const { values } = localWorld(prefix);
    const told: string[] = [];
    values.follow(
      "a",
      { onValue: (value) => told.push(`is ${value}`), onError: (error) => told.push(String(error)) },
      new AbortController().signal,
    );
    await undefined;
    expect(told.splice(0).join()).toContain("is a directory");
    rmSync(join(directory(), "a"), { recursive: true });
    values.set("a", true);
    expect(told).toEqual(["is true"]);
  });
});

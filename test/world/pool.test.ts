import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalPool, MemoryPool, type Pool } from "../../src/world/pool.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-pool-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const pools: Readonly<Record<string, () => Pool>> = {
  "on disk": () => new LocalPool(directory),
  "in memory": () => new MemoryPool(),
};

for (const [name, open] of Object.entries(pools))
  test(`numbers ${name} count from 1 in each namespace, and stay`, () => {
    const pool = open();
    const numbers = [
      pool.number("vm", "b"),
      pool.number("vm", "a"),
      pool.number("vm", "b"),
      pool.number("disk", "a"),
      pool.number("vm", "c"),
    ];
    expect(numbers).toEqual([1n, 2n, 1n, 1n, 3n]);
  });

describe("files", () => {
  test("hold the numbers over a restart, one line each", () => {
    new LocalPool(directory).number("vm", "web1");
    const path = join(directory, "vm", "web1.uid");
    expect(readFileSync(path, "utf8")).toBe("1\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, "vm")).mode & 0o777).toBe(0o750);
    writeFileSync(path, "41");
    expect(new LocalPool(directory).number("vm", "web1")).toBe(41n);
    writeFileSync(join(directory, "vm", "notes"), "of somebody");
    expect(new LocalPool(directory).number("vm", "web2")).toBe(42n);
  });

  test("have names of any kind", () => {
    const pool = new LocalPool(directory);
    const names = [".", "..", "...", "a b", "naïve", "\udc80", ".uid"];
    for (const name of names) expect(pool.number(name, name)).toBe(1n);
    expect(readdirSync(directory)).toHaveLength(names.length);
    expect(readdirSync(join(directory, ".."))).not.toContain("...uid");
    expect(() => pool.number("NUL\0", "a")).toThrow("contains a NUL byte");
  });

  test("that hold no number are an error that names them, also for others of the namespace", () => {
    const pool = new LocalPool(directory);
    pool.number("vm", "a");
    const path = join(directory, "vm", "a.uid");
    for (const text of ["", "0\n", "-1\n", "1.5\n", "one\n", "1\n2\n", " 1\n"]) {
      writeFileSync(path, text);
      expect(() => pool.number("vm", "a")).toThrow(`could not read ${path}: it does not hold a number`);
      expect(() => pool.number("vm", "b")).toThrow(`could not read ${path}: it does not hold a number`);
    }
  });
});

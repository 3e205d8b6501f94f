import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sweepState } from "../../src/engine/sweep-state.ts";
import { makeVardir, reversalFileName, vardirName } from "../../src/engine/vardir.ts";

const day = 86_400_000;
const today = Date.UTC(2024, 5, 1);

let prefix: string;
let logged: string[];
beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-sweep-"));
  logged = [];
});
afterEach(() => rmSync(prefix, { recursive: true }));

/** A directory of `test[name]` with something in it, last used so many days before today. */
function state(name: string, days: number): string {
  const path = makeVardir(prefix, "test", name);
  writeFileSync(join(path, "memory"), name);
  return aged(path, days);
}

function aged(path: string, days: number): string {
  const time = (today - days * day) / 1000;
  utimesSync(path, time, time);
  return path;
}

/** @param used names of resources of kind `test` in the running graph */
function sweep(now = today, ...used: readonly string[]): void {
  sweepState({
    prefix,
    now,
    used: () => new Set(used.map((name) => vardirName("test", name))),
    log: (level, origin, message) => logged.push(`${level} ${origin}: ${message}`),
  });
}

/** As if there had been a sweep so many days before today. */
function sweptBefore(days: number): void {
  makeVardir(prefix, "test", "first");
  sweep();
  aged(join(prefix, "engine/swept"), days);
  rmSync(makeVardir(prefix, "test", "first"), { recursive: true });
}

const names = (): readonly string[] =>
  readdirSync(join(prefix, "engine/state")).map((each) => each.replace(/.*\+/, ""));
const ageOf = (path: string): number => (today - statSync(path).mtimeMs) / day;

test("what nobody has used for 30 days goes, with a line in the log", () => {
  sweptBefore(1);
  state("fresh", 29);
  const old = state("old", 31);
  sweep();
  expect(names()).toEqual(["fresh"]);
  expect(logged).toEqual([`info engine: removed ${old.slice(0, -1)}: no resource has used it for 30 days`]);
});

test("what the running graph has stays, and counts as used", () => {
  sweptBefore(1);
  const path = state("old", 400);
  sweep(today, "old");
  expect([ageOf(path), logged]).toEqual([0, []]);
});

test("opening a directory marks it as used", () => {
  sweptBefore(1);
  state("old", 400);
  const path = makeVardir(prefix, "test", "old");
  sweep();
  expect(existsSync(path)).toBe(true);
});

test("what undoes a resource stays", () => {
  sweptBefore(1);
  const path = state("old", 400);
  writeFileSync(join(path, reversalFileName), "{}");
  aged(path, 400);
  sweep();
  expect(existsSync(join(path, reversalFileName))).toBe(true);
});

test("what the engine did not make stays", () => {
  sweptBefore(1);
  const target = state("old", 0);
  const directory = join(prefix, "engine/state");
  for (const name of ["file", "file-eA==+x"]) {
    writeFileSync(join(directory, name), "");
    aged(join(directory, name), 400);
  }
  const link = join(directory, `test-${"0".repeat(20)}+link`);
  symlinkSync(target, link);
  sweep();
  expect(names()).toHaveLength(4);
});

test("there is at most one sweep in half a day", () => {
  sweptBefore(0.4);
  state("old", 31);
  sweep();
  expect(names()).toEqual(["old"]);
});

test.each<[string, number | undefined]>([
  ["the first sweep ever", undefined],
  ["after the machine was off, or its clock jumped ahead", 40],
  ["after its clock was set back", -400],
])("%s removes nothing, and time counts from there", (_title, before) => {
  if (before !== undefined) sweptBefore(before);
  const path = state("old", 400);
  sweep();
  expect(ageOf(path)).toBe(0);
  for (let days = 1; days < 30; days++) sweep(today + days * day);
  expect(existsSync(path)).toBe(true);
  sweep(today + 30 * day);
  expect(existsSync(path)).toBe(false);
});

test("a mark from the future counts as made now", () => {
  sweptBefore(1);
  const path = state("old", -4000);
  sweep();
  expect(ageOf(path)).toBe(0);
});

test("what cannot be tidied up is named", () => {
  sweptBefore(1);
  const state = join(prefix, "engine/state");
  rmSync(state, { recursive: true });
  writeFileSync(state, "");
  sweep();
  expect(logged).toEqual([`warn engine: cannot tidy up ${state}: not a directory`]);
});

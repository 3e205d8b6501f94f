import { afterEach, beforeEach, expect, test } from "bun:test";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import type { Evaluation } from "../../../lang/flow/evaluation.ts";
import { type Close, type ExportedResource, HostError, type HostStore } from "../../../lang/host.ts";
import { isMetaParameter, type MetaName } from "../../../lang/meta.ts";
import { print, type Value } from "../../../lang/value.ts";
import { kinds, typed } from "../types/support.ts";
import { host } from "./support.ts";

/** Exports that a test controls. */
class ManualExports implements HostStore<readonly ExportedResource[]> {
  readonly followed: string[] = [];
  #tell: ((records: readonly ExportedResource[]) => void) | undefined;
  #fail: ((error: HostError) => void) | undefined;

  follow(
    kind: string,
    onRecords: (records: readonly ExportedResource[]) => void,
    onError: (error: HostError) => void,
  ): Close {
    this.followed.push(kind);
    this.#tell = onRecords;
    this.#fail = onError;
    return () => this.followed.splice(this.followed.indexOf(kind), 1);
  }

  /** @param records by `name@host`; metaparameters are `Meta:…` */
  say(records: Readonly<Record<string, Readonly<Record<string, Value>>>>): void {
    this.#tell?.(
      Object.entries(records).map(([key, values]) => {
        const [name = "", from = ""] = key.split("@");
        const fields = new Map<string, Value>();
        const meta = new Map<MetaName, Value>();
        for (const [field, value] of Object.entries(values)) {
          const param = field.replace(/^Meta:/, "");
          if (param !== field && isMetaParameter(param)) meta.set(param, value);
          else fields.set(field, value);
        }
        return { name, host: from, fields, meta };
      }),
    );
  }

  fail(message: string): void {
    this.#fail?.(new HostError(message));
  }
}

let exports: ManualExports;
let ends: AbortController;

beforeEach(() => {
  exports = new ManualExports();
  ends = new AbortController();
});
afterEach(() => ends.abort());

async function start(code: string): Promise<Evaluation> {
  return evaluate(await typed(code), { host: { ...host, exports }, kinds, signal: ends.signal });
}

/** What the program comes to next: `name{fields}{meta}` of every resource, edges, or what is wrong. */
async function next(evaluation: Evaluation): Promise<readonly string[]> {
  const report = await evaluation.next();
  if (report === undefined) return [];
  if (report.kind === "error") return report.diagnostics.map(({ message }) => message);
  const { resources, edges } = report.graph;
  const show = (values: ReadonlyMap<string, Value>): string =>
    `{${[...values].map(([name, value]) => `${name}: ${print(value)}`).join(", ")}}`;
  return [
    ...resources.map(({ name, fields, meta }) => `${name}${show(fields)}${show(meta)}`),
    ...edges.map(({ from, to }) => `${resources[from]?.name} -> ${resources[to]?.name}`),
  ];
}

test("what is exported is the base, lines override it, and `export` goes no further", async () => {
  const program = await start(
    'collect test "a" {\n\tint8 => 2,\n\tMeta:retry => 3,\n\tDepend => Test["b"],\n}\ntest "b" {}\n',
  );
  exports.say({
    "a@h2": { int8: 1n, anotherstr: "x", "Meta:hidden": true, "Meta:retry": 1n, "Meta:export": ["*"] },
    "c@h2": {},
  });
  expect(await next(program)).toEqual([
    'a{anotherstr: "x", int8: 2}{retry: 3, hidden: true}',
    "b{}{}",
    "b -> a",
  ]);
});

test("a line may set what was exported to its default, under a condition", async () => {
  const program = await start(
    'collect test "a" {\n\tMeta:hidden => true ?: false,\n\tMeta:retry => false ?: 0,\n}\n',
  );
  exports.say({ "a@h2": { "Meta:hidden": true, "Meta:retry": 1n } });
  expect(await next(program)).toEqual(["a{}{retry: 1}"]);
});

test("resources come and go and change with what is exported", async () => {
  const program = await start('collect test ["a", "b", "none"] {}\n');
  exports.say({});
  expect(await next(program)).toEqual([]);
  exports.say({ "a@h2": { int8: 1n }, "b@h3": {} });
  expect(await next(program)).toEqual(["a{int8: 1}{}", "b{}{}"]);
  exports.say({ "a@h2": { int8: 2n } });
  expect(await next(program)).toEqual(["a{int8: 2}{}"]);
});

test("pairs select by host, too", async () => {
  const program = await start(
    'collect test [struct{name => "a", host => "h3"}, struct{name => "b", host => "h3"}] {}\n',
  );
  exports.say({ "a@h2": { int8: 2n }, "a@h3": { int8: 3n }, "b@h2": {} });
  expect(await next(program)).toEqual(["a{int8: 3}{}"]);
});

test("one name from two hosts is one resource if they say the same, and otherwise an error", async () => {
  const program = await start('collect test "a" {}\n');
  exports.say({ "a@h2": { int8: 1n }, "a@h3": { int8: 1n } });
  expect(await next(program)).toEqual(["a{int8: 1}{}"]);
  exports.say({ "a@h2": { int8: 1n }, "a@h3": { int8: 2n } });
  expect((await next(program)).join()).toContain(
    "duplicate resource `test[a]`, declared differently: `int8` is 1, then 2",
  );
});

test.each([
  ['""', "cannot collect `test`: empty name"],
  ['["a", ""]', "cannot collect `test`: empty name"],
  ['[struct{name => "", host => "h"}]', "cannot collect `test`: empty name"],
  ['[struct{name => "a", host => ""}]', "cannot collect `test`: empty host"],
  ['[struct{name => "a", host => "*"}]', "cannot collect `test`: invalid star host"],
])("%s is wrong", async (names, message) => {
  const program = await start(`collect test ${names} {}\n`);
  exports.say({});
  expect(await next(program)).toEqual([message]);
});

test("what the kind does not have, or has otherwise, cannot be collected", async () => {
  const program = await start('collect test "a" {}\n');
  exports.say({ "a@h2": { color: "red" } });
  expect(await next(program)).toEqual([
    "cannot collect test[a] from h2: it has a field `color`, which is unknown here",
  ]);
  exports.say({ "a@h2": { int8: "one" } });
  expect(await next(program)).toEqual([
    "cannot collect test[a] from h2: the value of `int8` does not fit: it is not of type int",
  ]);
  exports.fail("the store is gone");
  expect(await next(program)).toEqual(["the store is gone"]);
  exports.say({});
  expect(await next(program)).toEqual([]);
});

test("statements of one kind share what they follow, only while they live", async () => {
  const program = await start(
    'collect test "a" {}\ncollect test "b" {}\ncollect mute "a" {}\nif false {\n\tcollect deaf "a" {}\n}\n',
  );
  expect(exports.followed).toEqual(["test", "mute"]);
  ends.abort();
  expect(exports.followed).toEqual([]);
  expect(await program.next()).toBeUndefined();
});

/** Typed programs built by hand, a host without a machine behind it, and sources that a test controls. */
import {
  arg,
  CatchableError,
  type CoreFunction,
  each,
  FatalError,
  fold,
  impure,
  pure,
  t,
} from "../../../lang/core/define.ts";
import { Source, type Span } from "../../../lang/diagnostic.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import type { Evaluation, Report } from "../../../lang/flow/evaluation.ts";
import type { Host } from "../../../lang/host.ts";
import type { FieldSchema, KindCatalogue, KindSchema } from "../../../lang/kinds.ts";
import type { MetaName } from "../../../lang/meta.ts";
import { printKey } from "../../../lang/output/resource-graph.ts";
import { differenceIn } from "../../../lang/output/same-resource.ts";
import * as types from "../../../lang/types/type.ts";
import type {
  Region,
  TypedBind,
  TypedBlock,
  TypedExpression,
  TypedHalf,
  TypedLambda,
  TypedLine,
  TypedParameter,
  TypedProgram,
  TypedResource,
  TypedStatement,
} from "../../../lang/types/typed.ts";
import { isList, type Value } from "../../../lang/value.ts";
import { createHost } from "../../../src/agent/host.ts";

/** The text that spans of these programs point into; `at(3)` is its fourth character. */
export const text = new Source("main.mcl", "abcdefghijklmnopqrstuvwxyz".repeat(100));

let nextSpan = 0;

export function at(start: number): Span {
  return { source: text, start, end: start + 1 };
}

/** A span of its own for each node that nobody asked a place for. */
function anywhere(): Span {
  return at(1000 + (nextSpan++ % 1000));
}

export const root: Region = { parent: undefined };

export function region(parent: Region = root): Region {
  return { parent };
}

export function lit(value: Value): TypedExpression {
  return { kind: "constant", type: types.str, value, span: anywhere() };
}

export function list(...elements: TypedExpression[]): TypedExpression {
  return { kind: "list", type: { kind: "list", element: types.str }, elements, span: anywhere() };
}

export function bind(value: TypedExpression, home: Region = root): TypedBind {
  return { name: "x", type: value.type, value, region: home, span: anywhere() };
}

export function use(variable: TypedBind): TypedExpression {
  return { kind: "variable", type: variable.type, bind: variable, span: anywhere() };
}

export function parameter(home: Region): TypedParameter {
  return { name: "p", type: types.str, region: home };
}

export function read(param: TypedParameter): TypedExpression {
  return { kind: "parameter", type: param.type, parameter: param, span: anywhere() };
}

export function core(
  fn: CoreFunction,
  args: readonly TypedExpression[] = [],
  span = anywhere(),
): TypedExpression {
  const signature: types.FuncType = {
    kind: "func",
    args: args.map((each, index) => ({ name: String(index), type: each.type })),
    result: types.str,
  };
  return { kind: "core", type: types.str, function: fn, signature, args, span };
}

/** A lambda whose body is made from its parameters. */
export function lambda(
  arity: number,
  body: (...params: TypedExpression[]) => TypedExpression,
  parent: Region = root,
): TypedLambda {
  const inside = region(parent);
  const parameters = Array.from({ length: arity }, () => parameter(inside));
  const result = body(...parameters.map(read));
  const type: types.FuncType = {
    kind: "func",
    args: parameters.map((each) => ({ name: each.name, type: each.type })),
    result: result.type,
  };
  return { kind: "lambda", type, parameters, body: result, region: inside, span: anywhere() };
}

export function call(
  target: TypedLambda,
  args: readonly TypedExpression[],
  span = anywhere(),
): TypedExpression {
  return { kind: "call", type: target.body.type, target, args, span };
}

export function dynamicCall(
  callee: TypedExpression,
  args: readonly TypedExpression[],
  span = anywhere(),
): TypedExpression {
  return { kind: "dynamic-call", type: types.str, callee, args, span };
}

export function choose(
  condition: TypedExpression,
  consequent: TypedExpression,
  alternative: TypedExpression,
): TypedExpression {
  return { kind: "if", type: consequent.type, condition, consequent, alternative, span: anywhere() };
}

export function except(primary: TypedExpression, fallback: TypedExpression): TypedExpression {
  return { kind: "except", type: primary.type, primary, fallback, span: anywhere() };
}

export function half(name: TypedExpression, resource = "test"): TypedHalf {
  return { resource, name, span: anywhere() };
}

export function field(
  name: string,
  value: TypedExpression,
  condition?: TypedExpression,
  span = anywhere(),
): TypedLine {
  return { kind: "field", field: name, condition, value, span };
}

export function meta(param: MetaName | undefined, value: TypedExpression): TypedLine {
  return { kind: "meta", param, condition: undefined, value, span: anywhere() };
}

export function edgeLine(property: "before" | "depend" | "notify" | "listen", to: TypedHalf): TypedLine {
  return { kind: "edge", property, condition: undefined, half: to, span: anywhere() };
}

/** `test name { value => … }`, the usual way to look at a value. */
export function show(name: string, value: TypedExpression): TypedResource {
  return resource(lit(name), [field("value", value)]);
}

export function resource(
  name: TypedExpression,
  lines: readonly TypedLine[] = [],
  more: { kind?: string; span?: Span } = {},
): TypedResource {
  const kind = more.kind ?? "test";
  return {
    kind: "resource",
    resource: kind,
    schema: schemas.get(kind),
    name,
    lines,
    span: more.span ?? anywhere(),
  };
}

export function ifStatement(
  condition: TypedExpression,
  consequent: TypedBlock,
  alternative?: TypedBlock,
): TypedStatement {
  return {
    kind: "if",
    condition,
    consequent: { region: region(), block: consequent },
    alternative: alternative === undefined ? undefined : { region: region(), block: alternative },
    span: anywhere(),
  };
}

/** A loop over a list or a map; the body is made from its two variables and its region. */
export function loop(
  kind: "for" | "forkv",
  collection: TypedExpression,
  body: (key: TypedExpression, value: TypedExpression, inside: Region) => TypedBlock,
  parent: Region = root,
): TypedStatement {
  const inside = region(parent);
  const key = parameter(inside);
  const value = parameter(inside);
  const block = { region: inside, block: body(read(key), read(value), inside) };
  const span = anywhere();
  return kind === "for"
    ? { kind, index: key, value, list: collection, body: block, span }
    : { kind, key, value, map: collection, body: block, span };
}

const anything: FieldSchema = { type: types.variant, optional: true };

function schema(kind: string): KindSchema {
  return {
    kind,
    fields: new Map<string, FieldSchema>([
      ["value", anything],
      ["small", { type: types.int, optional: true, range: { min: -128n, max: 127n, native: "int8" } }],
      ["unsigned", { type: types.int, optional: true, range: { min: 0n, max: 65535n, native: "uint16" } }],
      ["in", anything],
    ]),
    sends: new Map([["out", anything]]),
    receives: true,
    difference: differenceIn,
    validate: (_name, fields) => (fields.get("value") === "invalid" ? "value is invalid" : undefined),
  };
}

const schemas = new Map(["test", "other"].map((kind) => [kind, schema(kind)]));

export const kinds: KindCatalogue = {
  names: [...schemas.keys()].sort(),
  load: async () => {},
  get: (kind) => schemas.get(kind),
  constant: () => undefined,
};

export const host: Host = createHost({
  hostname: "h1",
  log: () => {},
  signal: new AbortController().signal,
});

/** A source that says what the test tells it to. */
export class ManualSource {
  readonly function: CoreFunction;
  /** What it has been opened with and not closed. */
  readonly open: (readonly Value[])[] = [];
  opened = 0;
  #emit: ((value: Value) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  #latest: Value | undefined;

  /** @param initial emitted by each opening before it returns, until there is a later value to emit */
  constructor(delivery: "latest" | "every" = "latest", initial?: Value) {
    this.#latest = initial;
    this.function = {
      module: "",
      name: "manual",
      summary: "",
      args: [],
      returns: types.str,
      examples: {},
      behavior: {
        kind: "source",
        delivery,
        bind: (context) => ({
          open: (...args) => {
            this.opened++;
            this.open.push(args);
            this.#emit = (value) => context.emit(value);
            this.#fail = (error) => context.fail(error);
            if (this.#latest !== undefined) context.emit(this.#latest);
            return () => {
              const index = this.open.indexOf(args);
              if (index >= 0) this.open.splice(index, 1);
            };
          },
        }),
      },
    };
  }

  emit(...values: Value[]): void {
    if (this.#latest !== undefined) this.#latest = values.at(-1);
    for (const value of values) this.#emit?.(value);
  }

  fail(error: Error): void {
    this.#fail?.(error);
  }

  /** A mention of the source; all mentions with the same arguments are one. */
  read(...args: TypedExpression[]): TypedExpression {
    return core(this.function, args);
  }
}

/** A pure function that counts its calls. */
export function counted(call: (...args: readonly Value[]) => Value): {
  fn: CoreFunction;
  calls: () => number;
} {
  let calls = 0;
  const implementation = {
    call: (...args: readonly Value[]): Value => {
      calls++;
      return call(...args);
    },
  };
  const fn: CoreFunction = {
    module: "",
    name: "counted",
    summary: "",
    args: [],
    returns: types.str,
    examples: {},
    behavior: { kind: "pure", bind: () => implementation },
  };
  return { fn, calls: () => calls };
}

export const add = pure({
  name: "add",
  summary: "",
  args: [arg("a", t.int), arg("b", t.int)],
  returns: t.int,
  examples: {},
  call: (a, b) => a + b,
});

/** 100 / n; catchable for 0, fatal for a negative number. */
export const divide = pure({
  name: "divide",
  summary: "",
  args: [arg("n", t.int)],
  returns: t.int,
  examples: {},
  call: (n) => {
    if (n < 0n) throw new FatalError("negative divisor");
    if (n === 0n) throw new CatchableError("can't divide by zero");
    return 100n / n;
  },
});

export const lessThan = pure({
  name: "less",
  summary: "",
  args: [arg("a", t.int), arg("b", t.int)],
  returns: t.bool,
  examples: {},
  call: (a, b) => a < b,
});

export const lookup = pure({
  name: "lookup",
  summary: "",
  args: [arg("list", t.list(t.int)), arg("index", t.int)],
  returns: t.int,
  examples: {},
  call: (values, index) => {
    const value = values[Number(index)];
    if (value === undefined) throw new CatchableError("list index not present");
    return value;
  },
});

export const panic = impure({
  name: "panic",
  summary: "",
  args: [arg("x", t.bool)],
  returns: t.bool,
  examples: {},
  call: (x) => {
    if (x) throw new FatalError("bool panic occurred");
    return false;
  },
});

export const map = each({
  name: "map",
  summary: "",
  args: [
    arg("inputs", t.list(t.parameter("1"))),
    arg("function", t.func({ x: t.parameter("1") }, t.parameter("2"))),
  ],
  returns: t.list(t.parameter("2")),
  examples: {},
  collect: (_lists, results) => results,
});
export const reduce = fold({
  name: "reduce",
  summary: "",
  args: [],
  returns: t.parameter("1"),
  examples: {},
});

/** A program that runs, one tick at a time. */
export class Run {
  readonly evaluation: Evaluation;
  readonly #abort = new AbortController();
  #tick: (() => void) | undefined;
  #next: Promise<Report | undefined> | undefined;

  constructor(...block: TypedStatement[]) {
    const program: TypedProgram = { region: root, block };
    this.evaluation = evaluate(program, {
      host,
      kinds,
      signal: this.#abort.signal,
      schedule: (tick) => {
        this.#tick = tick;
      },
      checkInvariants: true,
    });
  }

  /** Runs the tick that is due, if any. */
  tick(): boolean {
    const tick = this.#tick;
    this.#tick = undefined;
    tick?.();
    return tick !== undefined;
  }

  /** Runs ticks until none is due, and says how many. */
  settle(): number {
    let ticks = 0;
    while (this.tick()) ticks++;
    return ticks;
  }

  /** What there is to take now: undefined where a consumer would have to wait. */
  async take(): Promise<Report | undefined> {
    // One call of next() at a time: a forgotten one would take the report away from the one that looks.
    this.#next ??= this.evaluation.next().then((report) => {
      this.#next = undefined;
      return report;
    });
    // A report that is there is handed over within the current round of microtasks.
    return Promise.race([this.#next, settled(undefined)]);
  }

  /** After all ticks that are due: `kind[name]=value` of every resource, or the messages of an error. */
  async state(): Promise<readonly string[] | undefined> {
    this.settle();
    const report = await this.take();
    return report === undefined ? undefined : summary(report);
  }

  stop(): void {
    this.#abort.abort();
  }
}

async function settled<T>(value: T): Promise<T> {
  for (let turn = 0; turn < 10; turn++) await undefined;
  return value;
}

export function summary(report: Report): readonly string[] {
  if (report.kind === "error") return report.diagnostics.map((each) => `${each.phase}: ${each.message}`);
  const lines = report.graph.resources.map((each) => {
    const value = each.fields.get("value");
    return value === undefined ? printKey(each) : `${each.name}=${shown(value)}`;
  });
  const key = (index: number): string => {
    const found = report.graph.resources[index];
    return found === undefined ? "?" : printKey(found);
  };
  for (const { from, to, notify } of report.graph.edges) {
    lines.push(`${key(from)} ${notify ? "=>" : "->"} ${key(to)}`);
  }
  return lines;
}

function shown(value: Value): string {
  return isList(value) ? `[${value.map(shown).join(",")}]` : String(value);
}

const running: Run[] = [];

/** Runs a program until {@link stopRuns}. */
export function start(...block: TypedStatement[]): Run {
  const run = new Run(...block);
  running.push(run);
  return run;
}

/** To be called after each test. */
export function stopRuns(): void {
  for (const run of running.splice(0)) run.stop();
}

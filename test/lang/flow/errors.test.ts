import { afterEach, describe, expect, test } from "bun:test";
import { metaParameters, structMetaNames } from "../../../lang/meta.ts";
import { StructValue } from "../../../lang/value.ts";
import {
  add,
  at,
  bind,
  call,
  core,
  counted,
  divide,
  edgeLine,
  except,
  half,
  ifStatement,
  lambda,
  lit,
  ManualSource,
  meta,
  panic,
  resource,
  show,
  start,
  stopRuns,
  use,
} from "./support.ts";

afterEach(stopRuns);

describe("errors", () => {
  test("one uncaught failure is an error even where others are caught; afterwards the program goes on", async () => {
    const n = new ManualSource("latest", 1n);
    const x = bind(core(divide, [n.read()]));
    const run = start(show("a", except(use(x), lit("c"))), show("b", use(x)));
    const first = await run.take();
    n.emit(0n);
    expect(await run.state()).toEqual(["stream: can't divide by zero"]);
    expect(await run.state()).toBeUndefined();
    n.emit(1n);
    run.settle();
    const again = await run.take();
    if (first?.kind !== "graph" || again?.kind !== "graph") throw new Error("no graph");
    expect(again.graph).toBe(first.graph);
  });

  test("an exception is a fatal failure", async () => {
    const { fn } = counted(() => {
      throw new TypeError("undefined is not a function");
    });
    const source = new ManualSource("latest", 1n);
    const run = start(show("a", except(core(fn, [source.read()]), lit(0n))));
    expect(await run.state()).toEqual(["stream: panic in process: undefined is not a function"]);
  });

  test("panic is one while it is live", async () => {
    const flag = new ManualSource("latest", true);
    const run = start(show("a", lit(1n)), {
      kind: "panic",
      condition: core(panic, [flag.read()]),
      span: at(0),
    });
    expect(await run.state()).toEqual(["stream: bool panic occurred"]);
    flag.emit(false);
    expect(await run.state()).toEqual(["a=1"]);
  });

  test.each([
    ["the operation", core(divide, [lit(0n)], at(3)), 3],
    [
      "the call whose result it is",
      call(
        lambda(1, (x) => core(divide, [x ?? lit(0n)], at(3))),
        [lit(0n)],
        at(5),
      ),
      5,
    ],
    [
      "not the call that goes on with it",
      call(
        lambda(1, (x) => core(add, [core(divide, [x ?? lit(0n)], at(3)), lit(1n)], at(4))),
        [lit(0n)],
        at(5),
      ),
      3,
    ],
    [
      "the bind's own call, not a function that returns the variable",
      (() => {
        const x = bind(core(divide, [lit(0n)], at(3)));
        return call(
          lambda(0, () => use(x)),
          [],
          at(5),
        );
      })(),
      3,
    ],
    [
      "the outermost of nested calls",
      call(
        lambda(0, () =>
          call(
            lambda(0, () => core(divide, [lit(0n)], at(3))),
            [],
            at(4),
          ),
        ),
        [],
        at(5),
      ),
      5,
    ],
  ] as const)("blames %s", async (_title, expression, from) => {
    const run = start(show("a", expression));
    const report = await run.take();
    expect(report).toMatchObject({
      kind: "error",
      diagnostics: [{ phase: "stream", span: { start: from } }],
    });
  });

  test("all are reported, in source order", async () => {
    const run = start(show("a", core(divide, [lit(-1n)], at(9))), show("b", core(divide, [lit(0n)], at(2))));
    expect(await run.state()).toEqual(["stream: can't divide by zero", "stream: negative divisor"]);
  });

  test("a struct of metaparameters next to another one, only while it is live", async () => {
    const flag = new ManualSource("latest", false);
    const values = structMetaNames.map((name) => metaParameters[name].default);
    const all = lit(new StructValue(structMetaNames, values));
    const run = start(
      ifStatement(flag.read(), [resource(lit("a"), [meta(undefined, all), meta("noop", lit(true))])]),
    );
    expect(await run.state()).toEqual([]);
    flag.emit(true);
    expect(await run.state()).toEqual(["stream: resource has duplicate meta entry of: noop"]);
  });

  test("in the output are errors too, and pass", async () => {
    const flag = new ManualSource("latest", true);
    const run = start(
      ifStatement(flag.read(), [resource(lit("b"))]),
      resource(lit("a"), [edgeLine("before", half(lit("b")))]),
    );
    expect(await run.state()).toEqual(["test[b]", "test[a]", "test[a] -> test[b]"]);
    flag.emit(false);
    expect(await run.state()).toEqual(["output: the edge leads to test[b], which is not declared"]);
    flag.emit(true);
    expect(await run.state()).toEqual(["test[b]", "test[a]", "test[a] -> test[b]"]);
  });
});

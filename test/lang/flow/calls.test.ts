import { afterEach, describe, expect, test } from "bun:test";
import {
  add,
  bind,
  call,
  choose,
  core,
  divide,
  dynamicCall,
  except,
  ifStatement,
  lambda,
  lit,
  ManualSource,
  show,
  start,
  stopRuns,
  use,
} from "./support.ts";

afterEach(stopRuns);

describe("calls", () => {
  test("each has its own copy of the body, arguments flow through", async () => {
    const clock = new ManualSource("latest", 1n);
    const double = lambda(1, (x) => core(add, [x ?? lit(0n), x ?? lit(0n)]));
    const run = start(show("a", call(double, [clock.read()])), show("b", call(double, [lit(21n)])));
    expect(await run.state()).toEqual(["a=2", "b=42"]);
    clock.emit(2n);
    expect(await run.state()).toEqual(["a=4", "b=42"]);
  });

  test("of a function value are rebuilt only when it is another function", async () => {
    const flag = new ManualSource("latest", true);
    const clock = new ManualSource("latest", 1n);
    const inside = new ManualSource("latest", 10n);
    const f = lambda(1, (x) => core(add, [x ?? lit(0n), inside.read()]));
    const g = lambda(1, (x) => x ?? lit(0n));
    const run = start(show("a", dynamicCall(choose(flag.read(), f, g), [clock.read()])));
    expect(await run.state()).toEqual(["a=11"]);
    clock.emit(2n);
    expect(await run.state()).toEqual(["a=12"]);
    expect(inside.opened).toBe(1);
    flag.emit(false);
    expect(await run.state()).toEqual(["a=2"]);
    expect(inside.open).toEqual([]);
    flag.emit(true);
    expect(await run.state()).toEqual(["a=12"]);
    expect(inside.opened).toBe(2);
  });

  test("closures see where they were written", async () => {
    const clock = new ManualSource("latest", 1n);
    const outer = lambda(1, (x) => lambda(1, (y) => core(add, [x ?? lit(0n), y ?? lit(0n)])));
    const addClock = bind(call(outer, [clock.read()]));
    const run = start(show("a", dynamicCall(use(addClock), [lit(10n)])));
    expect(await run.state()).toEqual(["a=11"]);
    clock.emit(5n);
    expect(await run.state()).toEqual(["a=15"]);
  });

  test("are strict: an argument that nobody reads may not fail", async () => {
    const divisor = new ManualSource("latest", 0n);
    const ignore = lambda(1, () => lit("ignored"));
    const run = start(show("a", call(ignore, [core(divide, [divisor.read()])])));
    expect(await run.state()).toEqual(["stream: can't divide by zero"]);
    divisor.emit(1n);
    expect(await run.state()).toEqual(["a=ignored"]);
  });

  test("are strict: an argument that nobody reads is waited for", async () => {
    const source = new ManualSource();
    const flag = new ManualSource("latest", false);
    const ignore = lambda(1, () => lit("x"));
    const run = start(
      ifStatement(flag.read(), [show("b", call(ignore, [source.read()]))]),
      show("a", choose(flag.read(), call(ignore, [core(add, [source.read(), lit(1n)])]), lit("y"))),
    );
    expect(await run.state()).toEqual(["a=y"]);
    flag.emit(true);
    expect(await run.state()).toBeUndefined();
    source.emit(1n);
    expect(await run.state()).toEqual(["b=x", "a=x"]);
  });

  test("an argument that is read may fail where it is caught", async () => {
    const divisor = new ManualSource("latest", 0n);
    const safe = lambda(1, (x) => except(x ?? lit(0n), lit("caught")));
    const run = start(show("a", call(safe, [core(divide, [divisor.read()])])));
    expect(await run.state()).toEqual(["a=caught"]);
  });
});

import { afterEach, describe, expect, test } from "bun:test";
import {
  add,
  bind,
  choose,
  core,
  counted,
  ifStatement,
  lessThan,
  lit,
  ManualSource,
  show,
  start,
  stopRuns,
  use,
} from "./support.ts";

afterEach(stopRuns);

describe("if", () => {
  test("only the chosen branch exists; a change of shape is one graph", async () => {
    const condition = new ManualSource("latest", true);
    const [yes, no] = [new ManualSource("latest", "yes"), new ManualSource("latest", "no")];
    const flag = bind(condition.read());
    const run = start(show("flag", use(flag)), show("choice", choose(use(flag), yes.read(), no.read())));
    expect(await run.state()).toEqual(["flag=true", "choice=yes"]);
    expect([yes.open.length, no.open.length]).toEqual([1, 0]);
    condition.emit(false);
    expect(run.settle()).toBe(1);
    expect(await run.state()).toEqual(["flag=false", "choice=no"]);
    expect([yes.open.length, no.open.length]).toEqual([0, 1]);
    condition.emit(true);
    expect(await run.state()).toEqual(["flag=true", "choice=yes"]);
    expect(yes.opened).toBe(2);
    yes.emit("yes indeed");
    expect(await run.state()).toEqual(["flag=true", "choice=yes indeed"]);
  });

  test("an inner one comes back with its branch", async () => {
    const outer = new ManualSource("latest", true);
    const inner = new ManualSource("latest", true);
    const run = start(show("a", choose(outer.read(), choose(inner.read(), lit("tt"), lit("tf")), lit("f"))));
    expect(await run.state()).toEqual(["a=tt"]);
    outer.emit(false);
    expect(await run.state()).toEqual(["a=f"]);
    outer.emit(true);
    expect(await run.state()).toEqual(["a=tt"]);
    inner.emit(false);
    expect(await run.state()).toEqual(["a=tf"]);
  });

  test("statements: nothing of the other branch exists, binds used by both survive", async () => {
    const condition = new ManualSource("latest", true);
    const shared = new ManualSource("latest", 1n);
    const lonely = new ManualSource("latest", 2n);
    const [x, y] = [bind(shared.read(lit("x"))), bind(lonely.read())];
    const run = start(
      ifStatement(condition.read(), [show("then", use(x)), show("y", use(y))], [show("else", use(x))]),
    );
    expect(await run.state()).toEqual(["then=1", "y=2"]);
    condition.emit(false);
    expect(await run.state()).toEqual(["else=1"]);
    expect([shared.opened, lonely.open.length]).toEqual([1, 0]);
    condition.emit(true);
    expect(await run.state()).toEqual(["then=1", "y=2"]);
    expect([shared.opened, lonely.opened]).toEqual([1, 2]);
  });

  test("a branch deeper than what reads it", async () => {
    const condition = new ManualSource("latest", false);
    const source = new ManualSource("latest", 1n);
    const deep = (depth: number) =>
      Array.from({ length: depth }).reduce(
        (expression: ReturnType<typeof lit>) => core(add, [expression, lit(1n)]),
        source.read(),
      );
    const chosen = bind(choose(condition.read(), deep(20), lit(0n)));
    const second = choose(
      core(lessThan, [use(chosen), lit(5n)]),
      lit("small"),
      choose(core(lessThan, [use(chosen), lit(22n)]), lit("21"), lit("more")),
    );
    const run = start(show("a", second));
    expect(await run.state()).toEqual(["a=small"]);
    condition.emit(true);
    expect(await run.state()).toEqual(["a=21"]);
    source.emit(2n);
    expect(await run.state()).toEqual(["a=more"]);
  });

  test("what a branch guards against is never computed", async () => {
    const n = new ManualSource("latest", 5n);
    const x = bind(n.read());
    const { fn, calls } = counted((value) => {
      if (value === 0n) throw new Error("computed without its guard");
      return value ?? 0n;
    });
    const run = start(show("a", choose(core(lessThan, [lit(0n), use(x)]), core(fn, [use(x)]), lit("none"))));
    expect(await run.state()).toEqual(["a=5"]);
    n.emit(0n);
    expect(await run.state()).toEqual(["a=none"]);
    expect(calls()).toBe(1);
  });
});

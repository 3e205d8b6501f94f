import { afterEach, describe, expect, test } from "bun:test";
import { arg, impure, t } from "../../../lang/core/define.ts";
import {
  add,
  bind,
  core,
  counted,
  lessThan,
  lit,
  ManualSource,
  show,
  start,
  stopRuns,
  use,
} from "./support.ts";

afterEach(stopRuns);

describe("consistency", () => {
  test("two paths from one source never mix generations", async () => {
    const clock = new ManualSource("latest", 1n);
    const now = bind(clock.read());
    const long = [1, 2, 3, 4].reduce((expression) => core(add, [expression, lit(0n)]), use(now));
    const { fn, calls } = counted((a, b) => a === b);
    const run = start(show("same", core(fn, [use(now), long])));
    expect(await run.state()).toEqual(["same=true"]);
    clock.emit(2n);
    expect(await run.state()).toBeUndefined();
    expect(calls()).toBe(2);
  });

  test("an event costs the nodes that change, not the program", async () => {
    const source = new ManualSource("latest", 0n);
    const others = new ManualSource("latest", 0n);
    const block = Array.from({ length: 200 }, (_, index) =>
      show(`r${index}`, core(add, [others.read(), lit(1n)])),
    );
    const run = start(show("a", core(add, [source.read(), lit(1n)])), ...block);
    await run.state();
    source.emit(1n);
    run.settle();
    expect(run.evaluation.counters.recomputed).toBe(3);
  });

  test("a graph that was not taken is replaced by a newer one", async () => {
    const source = new ManualSource("latest", 0n);
    const run = start(show("a", source.read()));
    for (const value of [1n, 2n, 3n]) {
      source.emit(value);
      run.settle();
    }
    expect(await run.state()).toEqual(["a=3"]);
    expect(await run.state()).toBeUndefined();
  });

  test("a change that no resource shows is not a new graph", async () => {
    const clock = new ManualSource("latest", 1n);
    const run = start(show("late", core(lessThan, [lit(100n), clock.read()])));
    expect(await run.state()).toEqual(["late=false"]);
    clock.emit(50n);
    expect(run.settle()).toBe(1);
    expect(await run.state()).toBeUndefined();
    clock.emit(200n);
    run.settle();
    clock.emit(60n);
    expect(await run.state()).toBeUndefined();
    clock.emit(200n);
    expect(await run.state()).toEqual(["late=true"]);
  });

  test("what reads the outside world reads it when an argument changes, not on events of others", async () => {
    const clock = new ManualSource("latest", 1n);
    const name = new ManualSource("latest", "x");
    let reads = 0;
    const environment = impure({
      name: "environment",
      summary: "",
      args: [arg("name", t.str)],
      returns: t.str,
      examples: {},
      call: (which) => {
        reads++;
        return which;
      },
    });
    const run = start(show("a", core(environment, [name.read()])), show("b", clock.read()));
    expect(await run.state()).toEqual(["a=x", "b=1"]);
    clock.emit(2n);
    expect(await run.state()).toEqual(["a=x", "b=2"]);
    expect(reads).toBe(1);
    name.emit("y");
    expect(await run.state()).toEqual(["a=y", "b=2"]);
    expect(reads).toBe(2);
  });

  test("resources that did not change stay the same objects", async () => {
    const source = new ManualSource("latest", 0n);
    const run = start(show("a", source.read()), show("b", lit(1n)));
    const first = await run.take();
    source.emit(1n);
    run.settle();
    const second = await run.take();
    if (first?.kind !== "graph" || second?.kind !== "graph") throw new Error("no graph");
    expect(second.graph.resources[1]).toBe(first.graph.resources[1]);
    expect(second.graph.resources[0]).not.toBe(first.graph.resources[0]);
  });
});

import { afterEach, describe, expect, test } from "bun:test";
import { add, bind, core, counted, lit, ManualSource, show, start, stopRuns, use } from "./support.ts";

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

import { afterEach, describe, expect, test } from "bun:test";
import { add, at, core, counted, ifStatement, lit, ManualSource, show, start, stopRuns } from "./support.ts";

afterEach(stopRuns);

describe("sources", () => {
  test("nothing is published until every live one has spoken", async () => {
    const [a, b] = [new ManualSource(), new ManualSource()];
    const run = start(
      show("a", core(a.function, [], at(9))),
      show("b", core(add, [core(b.function, [], at(4)), lit(1n)])),
    );
    expect(await run.state()).toBeUndefined();
    expect(run.evaluation.awaited.map(({ start }) => start)).toEqual([4, 9]);
    a.emit(1n);
    expect(await run.state()).toBeUndefined();
    expect(run.evaluation.awaited.map(({ start }) => start)).toEqual([4]);
    b.emit(2n);
    expect(await run.state()).toEqual(["a=1", "b=3"]);
    expect(run.evaluation.awaited).toEqual([]);
  });

  test("may speak while they are opened", async () => {
    const run = start(show("a", new ManualSource("latest", 5n).read()));
    expect(await run.state()).toEqual(["a=5"]);
  });

  test("`latest` keeps the newest value of a tick, events of several sources share a tick", async () => {
    const [a, b] = [new ManualSource("latest", 0n), new ManualSource("latest", 0n)];
    const { fn, calls } = counted((x, y) => `${x}/${y}`);
    const run = start(show("sum", core(fn, [a.read(), b.read()])));
    expect(await run.state()).toEqual(["sum=0/0"]);
    a.emit(1n, 2n, 3n);
    b.emit(4n);
    expect(run.settle()).toBe(1);
    expect(await run.state()).toEqual(["sum=3/4"]);
    expect(calls()).toBe(2);
  });

  test("`every` delivers one value per tick, in order", async () => {
    const lines = new ManualSource("every");
    const seen: unknown[] = [];
    const { fn } = counted((line) => {
      seen.push(line);
      return line;
    });
    const run = start(show("line", core(fn, [lines.read()])));
    lines.emit(...Array.from({ length: 3000 }, (_, index) => BigInt(index)));
    expect(run.settle()).toBe(3000);
    expect(seen).toEqual(Array.from({ length: 3000 }, (_, index) => BigInt(index)));
    expect(await run.state()).toEqual(["line=2999"]);
  });

  test("equal mentions are one source; different arguments are not", async () => {
    const clock = new ManualSource("latest", 1n);
    const run = start(
      show("a", core(add, [clock.read(), clock.read()])),
      ifStatement(lit(true), [show("b", clock.read())]),
      show("c", clock.read(lit("other"))),
    );
    expect(await run.state()).toEqual(["a=2", "b=1", "c=1"]);
    expect(clock.opened).toBe(2);
  });

  test("are opened anew when an argument changes, and are pending until they speak again", async () => {
    const path = new ManualSource("latest", "/a");
    const file = new ManualSource();
    const run = start(show("file", file.read(path.read())));
    file.emit("content of a");
    expect(await run.state()).toEqual(["file=content of a"]);
    path.emit("/b");
    expect(await run.state()).toBeUndefined();
    expect(file.open).toEqual([["/b"]]);
    file.emit("content of b");
    expect(await run.state()).toEqual(["file=content of b"]);
    path.emit("/b");
    await run.state();
    expect(file.opened).toBe(2);
  });

  test("an equal value wakes nobody and publishes nothing", async () => {
    const source = new ManualSource("latest", [1n, 2n]);
    const { fn, calls } = counted((x) => x);
    const run = start(show("a", core(fn, [source.read()])));
    await run.state();
    source.emit([1n, 2n]);
    expect(await run.state()).toBeUndefined();
    expect(calls()).toBe(1);
    expect(run.evaluation.counters.recomputed).toBe(1);
  });

  test("are closed when the program ends, which ends the reports", async () => {
    const source = new ManualSource("latest", 1n);
    const run = start(show("a", source.read()));
    await run.state();
    run.stop();
    expect(source.open).toEqual([]);
    source.emit(2n);
    expect(run.settle()).toBe(0);
    expect(await run.take()).toBeUndefined();
    const reports = [];
    for await (const report of run.evaluation) reports.push(report);
    expect(reports).toEqual([]);
  });
});

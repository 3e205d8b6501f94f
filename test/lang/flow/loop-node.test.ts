import { afterEach, describe, expect, test } from "bun:test";
import { MapValue } from "../../../lang/value.ts";
import {
  at,
  bind,
  core,
  counted,
  ifStatement,
  lessThan,
  list,
  lit,
  lookup,
  loop,
  ManualSource,
  resource,
  show,
  start,
  stopRuns,
  use,
} from "./support.ts";

afterEach(stopRuns);

describe("loops", () => {
  test("a longer list builds what is new and keeps the rest", async () => {
    const source = new ManualSource("latest", ["a", "b"]);
    const inside = new ManualSource("latest", 1n);
    const { fn, calls } = counted((x) => x);
    const run = start(
      loop("for", source.read(), (index, value) => [
        resource(list(core(fn, [value]))),
        resource(list(core(fn, [inside.read(index)]))),
      ]),
    );
    expect(await run.state()).toEqual(["test[a]", "test[b]"]);
    expect([calls(), inside.opened]).toEqual([4, 2]);
    source.emit(["a", "b", "c"]);
    expect(await run.state()).toEqual(["test[a]", "test[b]", "test[c]"]);
    expect([calls(), inside.opened]).toEqual([6, 3]);
    source.emit(["a", "z", "c"]);
    expect(await run.state()).toEqual(["test[a]", "test[z]", "test[c]"]);
    expect([calls(), inside.opened]).toEqual([7, 3]);
    source.emit(["a"]);
    expect(await run.state()).toEqual(["test[a]"]);
    expect([calls(), inside.open.length]).toEqual([7, 1]);
    source.emit([]);
    expect(await run.state()).toEqual([]);
  });

  test("shrinking is no failure for a body that looks its element up", async () => {
    const source = new ManualSource("latest", ["a", "b", "c"]);
    const values = bind(source.read());
    const run = start(
      loop("for", use(values), (index) => [resource(list(core(lookup, [use(values), index])))]),
    );
    expect(await run.state()).toEqual(["test[a]", "test[b]", "test[c]"]);
    source.emit(["z"]);
    expect(await run.state()).toEqual(["test[z]"]);
  });

  test("forkv goes by key", async () => {
    const entries = (text: string) =>
      new MapValue(text.split(" ").map((each) => [each.charAt(0), each.slice(1)]));
    const source = new ManualSource("latest", entries("b1 d1"));
    const inside = new ManualSource("latest", 1n);
    const run = start(
      loop("forkv", source.read(), (key, value) => [
        resource(list(key), [{ kind: "field", field: "value", condition: undefined, value, span: at(0) }]),
        show("n", core(counted(() => "same").fn, [inside.read(key)])),
      ]),
    );
    expect(await run.state()).toEqual(["b=1", "n=same", "d=1"]);
    source.emit(entries("a1 b2 d1"));
    expect(await run.state()).toEqual(["a=1", "n=same", "b=2", "d=1"]);
    expect(inside.opened).toBe(3);
    source.emit(entries("d3"));
    expect(await run.state()).toEqual(["d=3", "n=same"]);
    expect([inside.opened, inside.open.length]).toEqual([3, 1]);
  });

  test("binds of a body are one for each iteration", async () => {
    const source = new ManualSource("latest", [1n, 2n]);
    const { fn, calls } = counted((x) => x);
    const run = start(
      loop("for", source.read(), (_index, value, inside) => {
        const x = bind(core(fn, [value]), inside);
        return [
          resource(list(lit("s"))),
          ifStatement(core(lessThan, [use(x), lit(9n)]), [resource(list(lit("t")))]),
        ];
      }),
    );
    expect(await run.state()).toEqual(["test[s]", "test[t]"]);
    expect(calls()).toBe(2);
  });

  test("one changed element of many recomputes one body", async () => {
    const values = Array.from({ length: 1000 }, (_, index) => `n${index}`);
    const source = new ManualSource("latest", values);
    const run = start(loop("for", source.read(), (_index, value) => [resource(list(value))]));
    await run.state();
    source.emit(values.with(500, "changed"));
    run.settle();
    // The source, the loop, the element, the list around it, the resource.
    expect(run.evaluation.counters.recomputed).toBe(5);
  });
});

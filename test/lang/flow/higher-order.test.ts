import { afterEach, describe, expect, test } from "bun:test";
import { each, t } from "../../../lang/core/define.ts";
import {
  core,
  counted,
  divide,
  except,
  lambda,
  lessThan,
  list,
  lit,
  ManualSource,
  map,
  reduce,
  show,
  start,
  stopRuns,
} from "./support.ts";

afterEach(stopRuns);

const filter = each({
  name: "filter",
  summary: "",
  args: [],
  returns: t.list(t.parameter("1")),
  examples: {},
  collect: ([values = []], results) => values.filter((_, index) => results[index] === true),
});

describe("functions of functions", () => {
  test("each keeps the calls of the common prefix", async () => {
    const source = new ManualSource("latest", [1n, 2n]);
    const { fn, calls } = counted((x) => `f${x}`);
    const run = start(show("a", core(map, [source.read(), lambda(1, (x) => core(fn, [x ?? lit(0n)]))])));
    expect(await run.state()).toEqual(["a=[f1,f2]"]);
    source.emit([1n, 2n, 3n]);
    expect(await run.state()).toEqual(["a=[f1,f2,f3]"]);
    source.emit([1n, 5n]);
    expect(await run.state()).toEqual(["a=[f1,f5]"]);
    expect(calls()).toBe(4);
    source.emit([]);
    expect(await run.state()).toEqual(["a=[]"]);
  });

  test("each: results reach in, failures reach out", async () => {
    const source = new ManualSource("latest", [5n, 0n]);
    const run = start(
      show(
        "a",
        except(core(map, [source.read(), lambda(1, (x) => core(divide, [x ?? lit(0n)]))]), lit("caught")),
      ),
      show("b", core(filter, [source.read(), lambda(1, (x) => core(lessThan, [x ?? lit(0n), lit(3n)]))])),
    );
    expect(await run.state()).toEqual(["a=caught", "b=[0]"]);
    source.emit([5n, 2n, 4n]);
    expect(await run.state()).toEqual(["a=[20,50,25]", "b=[2]"]);
  });

  test("fold goes from the left; an empty list needs an initial value", async () => {
    const source = new ManualSource("latest", ["a", "b", "c"]);
    const initial = new ManualSource("latest", "i");
    const { fn, calls } = counted((a, b) => `(${a}${b})`);
    const step = lambda(2, (a, b) => core(fn, [a ?? lit(0n), b ?? lit(0n)]));
    const run = start(show("with", core(reduce, [initial.read(), source.read(), step])));
    const bare = start(show("without", core(reduce, [source.read(), step])));
    expect(await run.state()).toEqual(["with=(((ia)b)c)"]);
    expect(await bare.state()).toBeDefined();
    const before = calls();
    source.emit(["a", "b"]);
    await bare.state();
    expect(calls()).toBe(before);
    source.emit([]);
    expect(await bare.state()).toEqual(["stream: cannot reduce an empty list without an initial value"]);
    source.emit(["x"]);
    expect(await bare.state()).toEqual(["without=x"]);
  });

  test("fold: an initial value that fails, or is not there yet, counts also where it is not read", async () => {
    const divisor = new ManualSource();
    const last = lambda(2, (_, b) => b ?? lit(0n));
    const run = start(
      show("a", except(core(reduce, [core(divide, [divisor.read()]), list(lit(7n)), last]), lit("d"))),
    );
    expect(await run.state()).toBeUndefined();
    divisor.emit(0n);
    expect(await run.state()).toEqual(["a=d"]);
    divisor.emit(1n);
    expect(await run.state()).toEqual(["a=7"]);
  });
});

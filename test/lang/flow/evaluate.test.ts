import { afterEach, describe, expect, test } from "bun:test";
import { arg, CatchableError, each, fold, t } from "../../../lang/core/define.ts";
import { metaNames, metaParameters } from "../../../lang/meta.ts";
import type { TypedStatement } from "../../../lang/types/typed.ts";
import { MapValue, StructValue } from "../../../lang/value.ts";
import {
  add,
  at,
  bind,
  call,
  choose,
  core,
  counted,
  divide,
  dynamicCall,
  edgeLine,
  except,
  half,
  ifStatement,
  lambda,
  lessThan,
  list,
  lit,
  lookup,
  loop,
  ManualSource,
  meta,
  panic,
  Run,
  resource,
  show,
  use,
} from "./support.ts";

const runs: Run[] = [];
function start(...block: TypedStatement[]): Run {
  const run = new Run(...block);
  runs.push(run);
  return run;
}
afterEach(() => {
  for (const run of runs.splice(0)) run.stop();
});

describe("constant programs", () => {
  test("an empty program is one empty graph", async () => {
    const run = start();
    expect(await run.take()).toEqual({ kind: "graph", graph: { resources: [], edges: [] } });
    expect(await run.state()).toBeUndefined();
  });

  test("leave no node behind and compute each thing once", async () => {
    const { fn, calls } = counted(() => 7n);
    const x = bind(core(fn, [lit(1n)]));
    const run = start(
      show("a", use(x)),
      show("b", core(add, [use(x), use(x)])),
      loop("for", list(lit("p"), lit("q")), (_, value) => [resource(list(value))]),
      ifStatement(lit(false), [show("never", lit(0n))], [show("else", lit(1n))]),
    );
    expect(await run.state()).toEqual(["a=7", "b=14", "test[p]", "test[q]", "else=1"]);
    expect(calls()).toBe(1);
    expect(run.evaluation.counters).toMatchObject({ nodes: 0, recomputed: 0 });
  });

  test("a failure counts only where it is live", async () => {
    const broken = bind(core(divide, [lit(0n)]));
    const run = start(
      show("a", except(use(broken), lit("caught"))),
      show("b", choose(lit(true), lit("chosen"), use(broken))),
    );
    expect(await run.state()).toEqual(["a=caught", "b=chosen"]);
  });

  test("containers", async () => {
    const run = start(
      show("list", list(lit(1n), list(lit(2n)))),
      loop(
        "forkv",
        {
          kind: "map",
          type: { kind: "str" },
          span: at(0),
          entries: [
            { key: lit("k"), value: lit(1n) },
            { key: lit("k"), value: lit(2n) },
          ],
        },
        (key, value) => [resource(list(key)), show("value", value)],
      ),
      show("host", { kind: "hostname", type: { kind: "str" }, span: at(0) }),
    );
    expect(await run.state()).toEqual(["list=[1,[2]]", "test[k]", "value=2", "host=h1"]);
  });
});

describe("sources", () => {
  test("nothing is published until every live one has spoken", async () => {
    const [a, b] = [new ManualSource(), new ManualSource()];
    const run = start(show("a", a.read()), show("b", b.read()));
    expect(await run.state()).toBeUndefined();
    a.emit(1n);
    expect(await run.state()).toBeUndefined();
    b.emit(2n);
    expect(await run.state()).toEqual(["a=1", "b=2"]);
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
    const source = new ManualSource("latest", [1n, 2n, 3n]);
    const values = bind(source.read());
    const run = start(
      loop("for", use(values), (index) =>
        [resource(list(lit("r"), lit("s")), []), show("l", list(index))].slice(0, 1),
      ),
      loop("for", use(values), (index, value) => [
        ifStatement(core(lessThan, [value, lit(2n)]), [show("first", core(lookup, [use(values), index]))]),
        resource(list(lit("all")), [], {}),
      ]),
    );
    expect(await run.state()).toEqual(["test[r]", "test[s]", "first=1", "test[all]"]);
    source.emit([0n]);
    expect(await run.state()).toEqual(["test[r]", "test[s]", "first=0", "test[all]"]);
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

  test("an argument that is read may fail where it is caught", async () => {
    const divisor = new ManualSource("latest", 0n);
    const safe = lambda(1, (x) => except(x ?? lit(0n), lit("caught")));
    const run = start(show("a", call(safe, [core(divide, [divisor.read()])])));
    expect(await run.state()).toEqual(["a=caught"]);
  });
});

const map = each({
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
const filter = each({
  name: "filter",
  summary: "",
  args: [],
  returns: t.list(t.parameter("1")),
  examples: {},
  collect: ([values = []], results) => values.filter((_, index) => results[index] === true),
});
const reduce = fold({ name: "reduce", summary: "", args: [], returns: t.parameter("1"), examples: {} });

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
});

describe("<|>", () => {
  test("the fallback exists only while it is needed; both changes happen within their tick", async () => {
    const divisor = new ManualSource("latest", 2n);
    const fallback = new ManualSource("latest", "fallback");
    const run = start(show("a", except(core(divide, [divisor.read()]), fallback.read())));
    expect(await run.state()).toEqual(["a=50"]);
    expect(fallback.opened).toBe(0);
    divisor.emit(0n);
    expect(run.settle()).toBe(1);
    expect(await run.state()).toEqual(["a=fallback"]);
    divisor.emit(4n);
    expect(run.settle()).toBe(1);
    expect(await run.state()).toEqual(["a=25"]);
    expect(fallback.open).toEqual([]);
  });

  test("a failing fallback is caught further out; a changed message rebuilds nothing", async () => {
    const file = new ManualSource();
    const fallback = new ManualSource("latest", "d");
    const run = start(show("a", except(except(file.read(), core(divide, [lit(0n)])), fallback.read())));
    file.fail(new CatchableError("no such file"));
    expect(await run.state()).toEqual(["a=d"]);
    file.fail(new CatchableError("permission denied"));
    expect(await run.state()).toBeUndefined();
    expect(fallback.opened).toBe(1);
    file.emit("content");
    expect(await run.state()).toEqual(["a=content"]);
  });

  test("catches a failed condition, and does not catch a fatal failure", async () => {
    const n = new ManualSource("latest", 0n);
    const run = start(
      show(
        "a",
        except(
          choose(core(lessThan, [core(divide, [n.read()]), lit(5n)]), lit("t"), lit("f")),
          lit("caught"),
        ),
      ),
    );
    expect(await run.state()).toEqual(["a=caught"]);
    n.emit(10n);
    expect(await run.state()).toEqual(["a=f"]);
    n.emit(-1n);
    expect(await run.state()).toEqual(["stream: negative divisor"]);
    n.emit(0n);
    expect(await run.state()).toEqual(["a=caught"]);
  });
});

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
  ] as const)("blames %s", async (_title, expression, start) => {
    const run = new Run(show("a", expression));
    runs.push(run);
    const report = await run.take();
    expect(report).toMatchObject({ kind: "error", diagnostics: [{ phase: "stream", span: { start } }] });
  });

  test("all are reported, in source order", async () => {
    const run = start(show("a", core(divide, [lit(-1n)], at(9))), show("b", core(divide, [lit(0n)], at(2))));
    expect(await run.state()).toEqual(["stream: can't divide by zero", "stream: negative divisor"]);
  });

  test("a struct of metaparameters next to another one, only while it is live", async () => {
    const flag = new ManualSource("latest", false);
    const values = metaNames.map((name) => metaParameters[name].default);
    const all = lit(new StructValue(metaNames, values));
    const run = start(
      ifStatement(flag.read(), [resource(lit("a"), [meta(undefined, all), meta("noop", lit(true))])]),
    );
    expect(await run.state()).toEqual([]);
    flag.emit(true);
    expect(await run.state()).toEqual(["graph: resource has duplicate meta entry of: noop"]);
  });

  test("in the output are errors too, and pass", async () => {
    const flag = new ManualSource("latest", true);
    const run = start(
      ifStatement(flag.read(), [resource(lit("b"))]),
      resource(lit("a"), [edgeLine("before", half(lit("b")))]),
    );
    expect(await run.state()).toEqual(["test[b]", "test[a]", "test[a] -> test[b]"]);
    flag.emit(false);
    expect(await run.state()).toEqual(["output: edge cannot find resource kind: test named: `b`"]);
    flag.emit(true);
    expect(await run.state()).toEqual(["test[b]", "test[a]", "test[a] -> test[b]"]);
  });
});

test("regions: a bind of an outer loop is shared by the iterations of an inner one", async () => {
  const { fn, calls } = counted((x) => x);
  const source = new ManualSource("latest", [1n, 2n]);
  const run = start(
    loop("for", source.read(), (_i, outer, outside) => {
      const x = bind(core(fn, [outer]), outside);
      return [
        loop(
          "for",
          source.read(),
          () => [ifStatement(core(lessThan, [use(x), lit(0n)]), [], [resource(lit("r"))])],
          outside,
        ),
      ];
    }),
  );
  expect(await run.state()).toEqual(["test[r]"]);
  expect(calls()).toBe(2);
});

import { afterEach, describe, expect, test } from "bun:test";
import {
  add,
  at,
  bind,
  choose,
  core,
  counted,
  divide,
  except,
  ifStatement,
  list,
  lit,
  loop,
  resource,
  show,
  start,
  stopRuns,
  use,
} from "./support.ts";

afterEach(stopRuns);

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

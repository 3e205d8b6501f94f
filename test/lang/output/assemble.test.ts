import { describe, expect, test } from "bun:test";
import { type Assembly, assemble as assembleWith } from "../../../lang/output/assemble.ts";
import type { Contribution } from "../../../lang/output/contribution.ts";
import { edgesContribution, sendContribution } from "../../../lang/output/edge-contribution.ts";
import { resourceContribution, resourceInputs } from "../../../lang/output/resource-contribution.ts";
import { sameGraph } from "../../../lang/output/same-graph.ts";
import type { TypedExpression, TypedHalf, TypedLine } from "../../../lang/types/typed.ts";
import type { Value } from "../../../lang/value.ts";
import { at, edgeLine, field, half, kinds, lit, meta, resource, summary } from "../flow/support.ts";

const assemble = (contributions: readonly Contribution[]): Assembly => assembleWith(contributions, kinds);

function valueIn(expression: TypedExpression): Value {
  if (expression.kind !== "constant") throw new Error("these tests need no computation");
  return expression.value;
}

/** What `test name { lines }` declares. */
function declare(
  name: Value,
  lines: readonly TypedLine[] = [],
  more: { kind?: string; span?: ReturnType<typeof at> } = {},
): Contribution {
  const statement = resource(lit(name), lines, more);
  return resourceContribution(
    statement,
    resourceInputs(statement).map(valueIn),
    ["other", "test"],
    undefined,
  );
}

function chain(...halves: TypedHalf[]): Contribution {
  return edgesContribution(
    { kind: "edges", halves, span: at(7) },
    halves.map((each) => valueIn(each.name)),
  );
}

function send(from: Value, output: string, to: Value, input: string): Contribution {
  const [source, target] = [half(lit(from)), half(lit(to))];
  return sendContribution({ kind: "send", from: source, output, to: target, input, span: at(8) }, [from, to]);
}

function result(...contributions: Contribution[]): readonly string[] {
  const assembly = assemble(contributions);
  return summary(assembly.kind === "graph" ? { kind: "graph", graph: assembly.graph } : assembly);
}

const hidden = meta("hidden", lit(true));

describe("resources", () => {
  test("one for each distinct name, none for an empty list", () => {
    expect(result(declare(["b", "a", "b"], [field("value", lit(1n))]), declare([]))).toEqual(["b=1", "a=1"]);
  });

  test("a field whose condition is false is not set", () => {
    expect(result(declare("a", [field("value", lit(1n), lit(false))]))).toEqual(["test[a]"]);
    expect(result(declare("a", [field("value", lit(1n), lit(true))]))).toEqual(["a=1"]);
  });

  test("keep the metaparameters that differ from the defaults", () => {
    const { resources } = declare("a", [meta("noop", lit(true)), meta("retry", lit(0n))]);
    expect(resources[0]?.meta).toEqual(new Map([["noop", true]]));
  });

  test.each([
    ["an unknown kind", declare("a", [], { kind: "tset" }), "there is no resource kind `tset`"],
    ["no name", declare(""), "the name of this `test` is empty"],
    ["a dollar", declare("$x"), "the name of test[$x] starts with a `$`"],
    [
      "too large an int",
      declare("a", [field("small", lit(300n))]),
      "`small` of test[a]: 300 overflows int8, which goes from -128 to 127",
    ],
    [
      "a negative unsigned int",
      declare("a", [field("unsigned", lit(-1n))]),
      "`unsigned` of test[a]: -1 overflows uint16, which goes from 0 to 65535",
    ],
    [
      "a metaparameter out of range",
      declare("a", [meta("retry", lit(40000n))]),
      "test[a]: `Meta:retry` goes from -32768 to 32767, got 40000: it overflows int16",
    ],
    [
      "what the kind rejects",
      declare("a", [field("value", lit("invalid"))]),
      "test[a] is not valid: value is invalid",
    ],
  ])("%s is an error", (_title, contribution, message) => {
    expect(result(contribution)).toEqual([`output: ${message}`]);
  });

  test("an error is at the field, and suggests the kind that was meant", () => {
    const range = declare("a", [field("small", lit(300n), undefined, at(4))], { span: at(2) });
    expect(range.problems[0]).toMatchObject({ code: "out-of-range", span: { start: 4 } });
    const kind = declare("a", [], { kind: "tset", span: at(2) });
    expect(kind.problems[0]).toMatchObject({ help: "did you mean `test`?", span: { start: 2 } });
  });

  test.each([
    [
      "a dollar is allowed where the program says so",
      declare("$x", [meta("dollar", lit(true))]),
      ["test[$x]"],
    ],
    [
      "the kind's rules do not hold for hidden resources",
      declare("a", [field("value", lit("invalid")), hidden]),
      ["a=invalid"],
    ],
    [
      "a range holds at its ends",
      declare("a", [field("small", lit(-128n)), field("unsigned", lit(65535n))]),
      ["test[a]"],
    ],
  ])("%s", (_title, contribution, lines) => {
    expect(result(contribution)).toEqual(lines);
  });
});

describe("duplicates", () => {
  const value = (each: Value): TypedLine => field("value", lit(each));

  test("identical ones collapse", () => {
    expect(result(declare("a", [value(1n)]), declare("a", [value(1n)]))).toEqual(["a=1"]);
  });

  test("what does not count: order of sema and export, retryreset", () => {
    const first = declare("a", [meta("sema", lit(["x:1", "y:1"]))]);
    const second = declare("a", [meta("sema", lit(["y:1", "x:1"])), meta("retryreset", lit(true))]);
    expect(result(first, second)).toEqual(["test[a]"]);
  });

  test("others are an error that names the difference and the other one", () => {
    const assembly = assemble([
      declare("a", [value(1n)], { span: at(3) }),
      declare("a", [value(2n)], { span: at(5) }),
    ]);
    expect(assembly).toMatchObject({
      kind: "error",
      diagnostics: [
        {
          code: "duplicate-resource",
          message: "duplicate resource `test[a]`, declared differently: `value` is 1, then 2",
          span: { start: 5 },
          notes: ["the other one is at main.mcl:1:4"],
        },
      ],
    });
  });

  test("metaparameters count", () => {
    expect(result(declare("a"), declare("a", [meta("noop", lit(true))]))).toEqual([
      "output: duplicate resource `test[a]`, declared differently: `Meta:noop` is unset, then true",
    ]);
  });

  test("hidden ones are kept apart; a repeated one collapses", () => {
    const apart = [
      declare("a", [value(1n)]),
      declare("a", [value(2n), hidden]),
      declare("a", [value(2n), hidden]),
    ];
    expect(result(...apart, declare("a", [value(3n), hidden]))).toEqual(["a=1", "a=2", "a=3"]);
  });

  test("exports of one resource to one host must be identical", () => {
    const exported = (each: Value) => declare("a", [value(each), hidden, meta("export", lit(["h1"]))]);
    expect(result(exported(1n), exported(1n))).toEqual(["a=1"]);
    expect(result(exported(1n), exported(2n))).toEqual([
      "output: duplicate export of `test[a]` to h1, declared differently: `value` is 1, then 2",
    ]);
  });
});

describe("edges", () => {
  test("a chain joins each pair of names of adjacent halves", () => {
    const lines = result(
      declare(["a", "b", "c", "d"]),
      chain(half(lit(["a", "b"])), half(lit(["c"])), half(lit("d"))),
    );
    expect(lines.slice(4)).toEqual(["test[a] -> test[c]", "test[b] -> test[c]", "test[c] -> test[d]"]);
  });

  test.each([
    ["before", "test[a] -> test[z]"],
    ["notify", "test[a] => test[z]"],
    ["depend", "test[z] -> test[a]"],
    ["listen", "test[z] => test[a]"],
  ] as const)("%s in a body", (property, edge) => {
    expect(result(declare("z"), declare("a", [edgeLine(property, half(lit("z")))]))).toEqual([
      "test[z]",
      "test[a]",
      edge,
    ]);
  });

  test("a repeated pair is one edge, which notifies if one of them does", () => {
    const lines = [edgeLine("before", half(lit("z"))), edgeLine("notify", half(lit("z")))];
    expect(result(declare("z"), declare("a", lines), chain(half(lit("a")), half(lit("z"))))).toEqual([
      "test[z]",
      "test[a]",
      "test[a] => test[z]",
    ]);
  });

  test("reach the normal and every hidden resource of the name", () => {
    const twins = [declare("a"), declare("a", [hidden])];
    expect(result(...twins, declare("z"), chain(half(lit("a")), half(lit("z")))).slice(3)).toEqual([
      "test[a] -> test[z]",
      "test[a] -> test[z]",
    ]);
  });

  test("an end that does not exist is an error, with the name that was meant", () => {
    const assembly = assemble([declare("server"), declare("b"), chain(half(lit("b")), half(lit("sever")))]);
    expect(assembly).toMatchObject({
      diagnostics: [
        {
          code: "dangling-edge",
          message: "the edge leads to test[sever], which is not declared",
          span: { start: 7 },
          help: "did you mean `server`?",
        },
      ],
    });
  });

  test.each([
    [
      "a ring",
      [declare(["a", "b", "c"]), chain(half(lit("a")), half(lit("b")), half(lit("c")), half(lit("a")))],
      "test[a] -> test[b] -> test[c] -> test[a]",
    ],
    ["an edge to itself", [declare("a"), chain(half(lit("a")), half(lit("a")))], "test[a] -> test[a]"],
    [
      "a ring behind a tail",
      [declare(["t", "a", "b"]), chain(half(lit("t")), half(lit("a")), half(lit("b")), half(lit("a")))],
      "test[a] -> test[b] -> test[a]",
    ],
  ])("%s is an error that shows the cycle", (_title, contributions, cycle) => {
    expect(assemble(contributions)).toMatchObject({
      diagnostics: [
        {
          message: `the resources wait for each other in a cycle: ${cycle}`,
          span: { start: 7 },
        },
      ],
    });
  });

  test("a diamond is none", () => {
    const diamond = [chain(half(lit("a")), half(lit(["b", "c"])), half(lit("d")))];
    expect(assemble([declare(["a", "b", "c", "d"]), ...diamond]).kind).toBe("graph");
  });

  test("a long chain is no trouble", () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `n${index}`);
    expect(assemble([declare(names), chain(...names.map((name) => half(lit(name))))]).kind).toBe("graph");
  });
});

describe("send and receive", () => {
  test("is an edge, and an entry at the receiver and its hidden twins", () => {
    const assembly = assemble([
      declare("a"),
      declare("b"),
      declare("b", [hidden]),
      send("a", "out", "b", "in"),
      send("a", "out", "b", "in"),
    ]);
    if (assembly.kind !== "graph") throw new Error("no graph");
    const receives = new Map([["in", { kind: "test", name: "a", field: "out" }]]);
    expect(assembly.graph.resources.map((each) => each.receives)).toEqual([new Map(), receives, receives]);
    expect(assembly.graph.edges).toEqual([
      { from: 0, to: 1, notify: false },
      { from: 0, to: 2, notify: false },
    ]);
  });

  test("a field has one sender", () => {
    expect(
      result(declare(["a", "b", "c"]), send("a", "out", "c", "in"), send("b", "out", "c", "in")),
    ).toEqual(["output: resource: `test[c]` has duplicate receive on: `in` param"]);
  });

  test("hidden resources do not send", () => {
    expect(result(declare("a", [hidden]), declare("b"), send("a", "out", "b", "in"))).toEqual([
      "output: cannot send from hidden resource: test[a]",
    ]);
  });
});

test("graphs are equal by what they mean, not by where it was written", () => {
  const graph = (...contributions: Contribution[]) => {
    const assembly = assemble(contributions);
    if (assembly.kind !== "graph") throw new Error("no graph");
    return assembly.graph;
  };
  const one = graph(declare("a", [field("value", lit([1n]))], { span: at(1) }));
  expect(sameGraph(one, graph(declare("a", [field("value", lit([1n]))], { span: at(2) })))).toBe(true);
  expect(sameGraph(one, graph(declare("a", [field("value", lit([2n]))])))).toBe(false);
  const pair = [declare(["a", "b"])];
  const edge = graph(...pair, chain(half(lit("a")), half(lit("b"))));
  expect(sameGraph(graph(...pair), edge)).toBe(false);
  expect(sameGraph(edge, graph(...pair, send("a", "out", "b", "in")))).toBe(false);
});

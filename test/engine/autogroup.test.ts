import { describe, expect, test } from "bun:test";
import type { Meta } from "../../lang/meta.ts";
import { type EngineGraph, type PlannedNode, planGraph } from "../../src/engine/graph.ts";
import { Lab, type Script, until } from "./lab.ts";

const lab = new Lab();
const named = (node: PlannedNode): string =>
  node.members.length === 0
    ? node.resource.name
    : `${node.resource.name}(${node.members.map(named).join(" ")})`;

/** Vertices with their members, and edges: `a2(a1) => b`. */
function plan(graph: EngineGraph): string {
  const { nodes, edges } = planGraph(graph);
  const name = (index: number): string => nodes[index]?.resource.name ?? "";
  return [
    ...nodes.map(named),
    ...edges.map(({ from, to, notify }) => `${name(from)} ${notify ? "=>" : "->"} ${name(to)}`),
  ].join(", ");
}

/** Resources whose names begin with the same letter belong together. */
function letters(names: string, edges: readonly string[] = []): string {
  const resources = names
    .split(" ")
    .map((name) => lab.resource(name, { groupKey: name[0] ?? "", refreshable: true }));
  return plan(lab.graph(resources, edges));
}

describe("what belongs together", () => {
  const cases: readonly (readonly [names: string, edges: readonly string[], expected: string])[] = [
    ["a1", [], "a1"],
    ["a1 a2 a3", [], "a3(a1 a2)"],
    ["a1 a2 b1", [], "a2(a1), b1"],
    ["a1 a2 b", ["a1 -> b", "a2 -> b"], "a2(a1), b, a2 -> b"],
    ["a1 a2 b", ["b -> a1", "b -> a2"], "a2(a1), b, b -> a2"],
    ["a1 a2", ["a1 -> a2"], "a1, a2, a1 -> a2"],
    ["a1 a2 b", ["a1 -> b", "b -> a2"], "a1, a2, b, a1 -> b, b -> a2"],
    ["a1 a2 a3 b", ["a1 -> b", "b -> a2"], "a1, a3(a2), b, a1 -> b, b -> a3"],
    ["a1 a2 b1 c1", ["a1 -> b1", "b1 -> c1", "a2 -> c1"], "a2(a1), b1, c1, a2 -> b1, a2 -> c1, b1 -> c1"],
    ["a1 a2 b1 b2", ["a1 -> b1", "a2 -> b2"], "a2(a1), b2(b1), a2 -> b2"],
    ["a1 a2 b1 b2", ["a1 -> b1", "b2 -> a2"], "a1, a2, b2(b1), a1 -> b2, b2 -> a2"],
    ["a1 b1 b2 c", ["a1 -> b1", "a1 -> b2", "b1 -> c", "b2 -> c"], "a1, b2(b1), c, a1 -> b2, b2 -> c"],
    ["a1 a2 b", ["a1 => b", "a2 -> b"], "a2(a1), b, a2 => b"],
    // No edge in between learns of a notification that was not meant for it.
    ["a1 a2 b c", ["a1 => c", "a2 -> b", "b -> c"], "a2(a1), b, c, a2 -> b, a2 => c, b -> c"],
  ];
  test.each(cases)("%s with %p", (names, edges, expected) => {
    expect(letters(names, edges)).toBe(expected);
  });

  test("that must not add order: only what has the same edges", () => {
    const make = (name: string) => lab.resource(name, { groupKey: "", keepsOrder: true });
    const graph = (edges: readonly string[]) =>
      plan(lab.graph([make("a1"), make("a2"), make("a3"), lab.resource("b"), lab.resource("c")], edges));
    expect(graph([])).toBe("a3(a1 a2), b, c");
    expect(graph(["b -> a1", "b -> a2"])).toBe("a2(a1), a3, b, c, b -> a2");
    expect(graph(["b -> a1", "b => a2"])).toBe("a1, a2, a3, b, c, b -> a1, b => a2");
    expect(graph(["b -> a1", "c -> a2"])).toBe("a1, a2, a3, b, c, b -> a1, c -> a2");
    expect(graph(["a1 -> b", "a2 -> b", "a3 -> b"])).toBe("a3(a1 a2), b, c, a3 -> b");
  });

  test("chains of it become a chain of groups, however long they are", () => {
    const names: string[] = [];
    const edges: string[] = [];
    for (let chain = 0; chain < 20; chain++) {
      for (let index = 0; index < 50; index++) {
        names.push(`a${chain}-${index}`);
        if (index > 0) edges.push(`a${chain}-${index - 1} -> a${chain}-${index}`);
      }
    }
    const resources = names.map((name) => lab.resource(name, { groupKey: "" }));
    const { nodes, edges: found } = planGraph(lab.graph(resources, edges));
    expect([nodes.length, found.length]).toEqual([50, 49]);
  });

  test("nothing is left out, and no order is lost, in any graph", () => {
    let state = 7;
    const random = (below: number): number => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return Math.floor((state / 2147483648) * below);
    };
    for (let round = 0; round < 200; round++) {
      const names = Array.from({ length: 12 }, (_, index) => `${"abc"[random(3)]}${index}`);
      const edges: string[] = [];
      for (const [index, to] of names.entries())
        for (const from of names.slice(0, index)) if (random(6) === 0) edges.push(`${from} -> ${to}`);
      const resources = names.map((name) => lab.resource(name, { groupKey: name[0] ?? "" }));
      const planned = planGraph(lab.graph(resources, edges));
      const headOf = new Map<string, string>();
      for (const { resource, members } of planned.nodes) {
        headOf.set(resource.name, resource.name);
        for (const member of members) headOf.set(member.resource.name, resource.name);
      }
      expect([...headOf.keys()].sort()).toEqual([...names].sort());
      const pairs = new Set(
        planned.edges.map(
          ({ from, to }) => `${planned.nodes[from]?.resource.name} -> ${planned.nodes[to]?.resource.name}`,
        ),
      );
      for (const edge of edges) {
        const [from = "", , to = ""] = edge.split(" ");
        expect(pairs.has(`${headOf.get(from)} -> ${headOf.get(to)}`)).toBe(true);
      }
    }
  });
});

describe("what keeps resources apart", () => {
  const alone: readonly Partial<Meta>[] = [
    { noop: true },
    { hidden: true },
    { export: ["*"] },
    { limit: 3, burst: 1 },
    { retry: 1 },
    { delay: 5 },
    { poll: 5 },
    { timeout: 5 },
    { reverse: true },
    { realize: true },
    { autogroup: false },
  ];
  test.each(alone.map((meta) => [meta] as const))("%p", (meta) => {
    const resources = [lab.resource("a", { groupKey: "" }), lab.resource("b", { groupKey: "", meta })];
    expect(plan(lab.graph(resources))).toBe("a, b");
  });
  test.each([{ sema: ["x"] }, { dollar: true }, { autoedge: false }, { retryreset: true }])(
    "but not %p",
    (meta) => {
      const resources = [lab.resource("a", { groupKey: "" }), lab.resource("b", { groupKey: "", meta })];
      expect(plan(lab.graph(resources))).toBe("b(a)");
    },
  );
  test("the agent's --no-autogroup", () => {
    const graph = lab.graph([lab.resource("a", { groupKey: "" }), lab.resource("b", { groupKey: "" })]);
    expect(plan({ ...graph, autogroup: false })).toBe("a, b");
  });
});

describe("parts of a whole", () => {
  const make = (kind: string, name: string, script: Script = {}) => lab.resource(name, { ...script, kind });
  test("go to the one they name, or to whichever there is; deep ones first", () => {
    const resources = [
      make("s", "one"),
      make("s", "two"),
      make("s:file", "f", { partOf: "one" }),
      make("s:file", "g", { partOf: "" }),
      make("s:ui", "u", { partOf: "one" }),
      make("s:ui:input", "i", { partOf: "u" }),
      make("s:file", "lost", { partOf: "three" }),
    ];
    expect(plan(lab.graph(resources))).toBe("lost, one(f u(i)), two(g)");
  });
  test("that are alike go together", () => {
    const resources = ["x", "y"].map((name) => make("s:flag", name, { partOf: "", groupKey: "path" }));
    expect(plan(lab.graph([make("s", "one"), ...resources]))).toBe("one(y(x))");
  });
  test("not with an edge between them", () => {
    const resources = [make("s", "one"), make("s:file", "f", { partOf: "one" })];
    expect(plan(lab.graph(resources, ["f -> one"]))).toBe("f, one, f -> one");
  });
});

describe("a group at work", () => {
  test("is one vertex: opened, watched and checked as its head, with all semaphores", async () => {
    const lab = new Lab();
    const script = { groupKey: "" };
    await lab.run([
      lab.resource("a", { ...script, fields: { x: "1" }, meta: { sema: ["m"] } }),
      lab.resource("b", script),
      lab.resource("c"),
    ]);
    expect(lab.history).toEqual(["open b", "watch b", "open c", "watch c"]);
    expect(lab.status("b").group).toEqual([{ kind: "test", name: "a", fields: new Map([["x", "1"]]) }]);
    expect(lab.states()).toEqual(["b: ok", "c: ok"]);
  });

  test("stays when nothing in it differs, and is made anew when anything does", async () => {
    const lab = new Lab();
    const make = (x: string) => [
      lab.resource("a", { groupKey: "", fields: { x } }),
      lab.resource("b", { groupKey: "" }),
    ];
    await lab.run(make("1"));
    await lab.run(make("1"));
    expect(lab.checked).toEqual(["b"]);
    await lab.run(make("2"));
    expect(lab.checked).toEqual(["b", "b"]);
    expect(lab.status("b").group[0]?.fields.get("x")).toBe("2");
    await lab.run(make("2").slice(1));
    expect(lab.checked).toEqual(["b", "b", "b"]);
    expect(lab.status("b").group).toEqual([]);
  });

  test("members receive, what they receive is validated, and the head sees it", async () => {
    const lab = new Lab();
    let value = "first";
    const sender = lab.resource("z", {
      check: (_run, context) => {
        context.send(new Map([["out", value]]));
        return true;
      },
    });
    const seen: string[] = [];
    const validate = (fields: ReadonlyMap<string, unknown>) =>
      fields.get("in") === "bad" ? "bad it is" : undefined;
    const graph = [
      sender,
      lab.resource("a", { groupKey: "", receives: { in: "z.out" }, validate }),
      lab.resource("b", {
        groupKey: "",
        check: (_run, { members }) => {
          for (const member of members)
            seen.push(`${member.name}: ${member.current().fields.get("in")} ${[...member.received()]}`);
          return true;
        },
      }),
    ];
    await lab.run(graph, ["z -> a"]);
    value = "second";
    lab.event("z");
    await lab.engine.settled();
    lab.event("b");
    await lab.engine.settled();
    expect(seen).toEqual(["a: first in", "a: second in", "a: second "]);
    value = "bad";
    lab.event("z");
    await lab.engine.settled();
    expect(lab.status("b").error).toBe("test[a] in from test[z].out will not do: bad it is");
  });

  test("members that are opened by the head send in their own name", async () => {
    const lab = new Lab();
    const member = lab.resource("a", {
      groupKey: "",
      check: (_run, context) => {
        context.send(new Map([["out", "from a"]]));
        return false;
      },
    });
    const head = lab.resource("b", {
      groupKey: "",
      open: async ({ members }) => {
        const behaviors = await Promise.all(members.map((each) => each.open()));
        return {
          checkApply: async (run) =>
            (await Promise.all(behaviors.map((each) => each.checkApply(run)))).every((ok) => ok),
        };
      },
    });
    const received: unknown[] = [];
    const receiver = lab.resource("r", {
      receives: { in: "a.out" },
      check: (_run, context) => received.push(context.current().fields.get("in")) > 0,
    });
    await lab.run([member, head, receiver], ["a -> r"]);
    await until(() => !lab.engine.busy);
    expect(received).toEqual(["from a"]);
    expect(lab.status("b").changes).toBe(1);
  });
});

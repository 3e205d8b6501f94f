/**
 * Programs as people write them, of kinds that are built and kinds that are not: each is sound, formatted, and comes to
 * the graph that its second line tells of, on whatever machine it is run.
 */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Source } from "../../lang/diagnostic.ts";
import { format } from "../../lang/format/format.ts";
import { engineGraph } from "../../src/agent/engine-graph.ts";
import { planGraph } from "../../src/engine/graph.ts";
import { Catalogue } from "../../src/resources/catalogue.ts";
import { describe as describeOutcome, firstGraph } from "./programs.ts";

const directory = join(import.meta.dir, "programs");
const kinds = new Catalogue();
await kinds.load(kinds.names);

/** Texts of all programs below a directory, by path. */
function programsBelow(path: string): Readonly<Record<string, string>> {
  const names = readdirSync(join(directory, path), { recursive: true, encoding: "utf8" });
  return Object.fromEntries(
    names
      .filter((name) => name.endsWith(".mcl"))
      .sort()
      .map((name) => [name, readFileSync(join(directory, path, name), "utf8")]),
  );
}

const all = programsBelow(".");
const mains = Object.entries(all).filter(([path]) => !path.includes("/lib/"));
const outcomes = await Promise.all(
  mains.map(async ([path, code]) => {
    const files = path.endsWith("/main.mcl") ? programsBelow(join(path, "..")) : {};
    return [path, code, await firstGraph(code, files)] as const;
  }),
);

describe.each(outcomes)("%s", (_path, code, outcome) => {
  test("comes to its graph", () => {
    if (outcome.kind === "error") throw new Error(describeOutcome(outcome));
    const { resources, edges } = outcome.graph;
    const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
    const [, told] = code.split("\n");
    expect(`# Graph: ${count(resources.length, "resource")}, ${count(edges.length, "edge")}.`).toBe(
      told ?? "",
    );
    planGraph(engineGraph(outcome.graph, kinds, new WeakMap()));
  });
});

test.each(Object.entries(all))("%s is formatted", (path, code) => {
  expect(format(new Source(path, code))).toBe(code);
});

test("there are many, of all kinds that are not built", () => {
  expect(mains.length).toBeGreaterThan(24);
  const used = new Set(
    outcomes.flatMap(([, , outcome]) =>
      outcome.kind === "graph" ? outcome.graph.resources.map(({ kind }) => kind) : [],
    ),
  );
  const unused = kinds.names.filter((name) => !used.has(name) && kinds.get(name)?.isBuilt === false);
  expect(unused).toEqual([]);
});

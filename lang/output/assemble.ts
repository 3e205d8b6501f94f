/**
 * Puts the contributions of all statements together into a resource graph: duplicates, edges, send and receive,
 * cycles (dataflow specification, 4.7). Pure: the same contributions make the same graph.
 */
import type { Diagnostic } from "../diagnostic.ts";
import { diagnostic } from "../diagnostic.ts";
import type { KindCatalogue } from "../kinds.ts";
import type { Contribution } from "./contribution.ts";
import { EdgeTable } from "./edge-table.ts";
import { findCycle } from "./find-cycle.ts";
import type { ResourceGraph } from "./resource-graph.ts";
import { printKey } from "./resource-graph.ts";
import { ResourceTable } from "./resource-table.ts";

export type Assembly =
  | { readonly kind: "graph"; readonly graph: ResourceGraph }
  | { readonly kind: "error"; readonly diagnostics: readonly Diagnostic[] };

/**
 * @param contributions in source order
 * @param kinds those of all resources in the contributions
 * @returns the graph, or everything that is wrong in the first step that finds something wrong
 */
export function assemble(contributions: readonly Contribution[], kinds: KindCatalogue): Assembly {
  const broken = contributions.flatMap((each) => each.problems);
  if (broken.length > 0) return { kind: "error", diagnostics: broken };

  const table = new ResourceTable(kinds);
  for (const { resources } of contributions) for (const resource of resources) table.add(resource);
  if (table.problems.length > 0) return { kind: "error", diagnostics: table.problems };

  const edges = new EdgeTable(table);
  for (const contribution of contributions) for (const edge of contribution.edges) edges.add(edge);
  if (edges.problems.length > 0) return { kind: "error", diagnostics: edges.problems };

  const resources = edges.resourcesWithReceives();
  const cycle = findCycle(resources.length, edges.edges);
  if (cycle !== undefined) {
    const names = [...cycle, ...cycle.slice(0, 1)].flatMap((index) => {
      const resource = resources[index];
      return resource === undefined ? [] : [printKey(resource)];
    });
    const problem = diagnostic(
      "output",
      "resource-cycle",
      `the resources wait for each other in a cycle: ${names.join(" -> ")}`,
      edges.spanOf(cycle[0] ?? 0, cycle[1] ?? cycle[0] ?? 0),
    );
    return { kind: "error", diagnostics: [problem] };
  }
  return { kind: "graph", graph: { resources, edges: edges.edges } };
}

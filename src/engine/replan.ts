/**
 * A graph that differs from the one before in a few resources, and these in their parameters only, has the same plan but
 * for them. Programs that follow the clock, or some file, ask for such graphs all the time.
 */
import { printKey } from "../../lang/output/resource-graph.ts";
import { equal } from "../../lang/value.ts";
import { type EngineGraph, GraphError, type PlannedGraph, type PlannedNode, problemOf } from "./graph.ts";
import type { Resource, Want } from "./resource.ts";
import { sameMeta } from "./swap.ts";

/** What was planned, and what for. */
export interface Planned {
  readonly graph: EngineGraph;
  readonly plan: PlannedGraph;
}

/**
 * @returns undefined if it has to be planned anew
 * @throws GraphError if it cannot be run
 */
export function replan({ graph: before, plan }: Planned, graph: EngineGraph): PlannedGraph | undefined {
  if (before.resources.length !== graph.resources.length) return undefined;
  if (before.autoedges !== graph.autoedges || before.autogroup !== graph.autogroup) return undefined;
  if (!sameEdges(before.edges, graph.edges)) return undefined;
  let nodes: PlannedNode[] | undefined;
  for (const [index, resource] of graph.resources.entries()) {
    const old = before.resources[index];
    if (old === resource) continue;
    const position = plan.positions[index] ?? -1;
    const node = plan.nodes[position];
    // Groups compare as a whole: theirs is not worth the trouble.
    if (old === undefined || node === undefined || node.members.length > 0) return undefined;
    if (!hasSamePlace(old, resource)) return undefined;
    nodes ??= [...plan.nodes];
    nodes[position] = { ...node, resource };
  }
  if (nodes === undefined) return plan;
  for (const [index, { resource, key }] of nodes.entries()) {
    if (plan.nodes[index]?.resource === resource) continue;
    const problem = problemOf(resource);
    if (problem !== undefined) throw new GraphError(`${key}: ${problem}`);
  }
  return { ...plan, nodes };
}

function sameEdges(a: EngineGraph["edges"], b: EngineGraph["edges"]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((edge, index) => {
      const other = b[index];
      return other?.from === edge.from && other.to === edge.to && other.notify === edge.notify;
    })
  );
}

/** Whether nothing that edges and groups are made from differs. */
function hasSamePlace(a: Resource, b: Resource): boolean {
  return (
    printKey(a) === printKey(b) &&
    sameMeta(a.meta, b.meta) &&
    a.partOf?.kind === b.partOf?.kind &&
    a.partOf?.name === b.partOf?.name &&
    a.grouping?.key === b.grouping?.key &&
    a.grouping?.keepsOrder === b.grouping?.keepsOrder &&
    equal(a.identities, b.identities) &&
    sameWants(a.wants, b.wants)
  );
}

function sameWants(a: readonly Want[], b: readonly Want[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ anyOf, order }, index) => {
      const other = b[index];
      return other?.order === order && equal(anyOf, other.anyOf);
    })
  );
}

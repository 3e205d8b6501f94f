/** What a new graph changes in the running one (engine specification, 2.8). Compares only; starts and ends nothing. */
import { type Meta, metaNames } from "../../lang/meta.ts";
import type { PlannedGraph, PlannedNode } from "./graph.ts";
import type { Part } from "./part.ts";
import type { Vertex } from "./vertex.ts";

export interface GraphDifference {
  /** What becomes of each node of the new graph, in its order. */
  readonly places: readonly Place[];
  /** Vertices that leave, replaced ones among them; each before its predecessors. */
  readonly ended: readonly Vertex[];
}

export interface Place {
  readonly node: PlannedNode;
  /** The vertex that goes on as it is. */
  readonly kept: Vertex | undefined;
  /** The vertex that makes way for a new one. */
  readonly replaced: Vertex | undefined;
}

/**
 * @param running vertices by id, each after its predecessors
 * @param mayKeep whether a vertex may go on, for other reasons than what the resource is
 */
export function compareGraphs(
  running: ReadonlyMap<string, Vertex>,
  plan: PlannedGraph,
  mayKeep: (vertex: Vertex) => boolean = () => true,
): GraphDifference {
  const staying = new Set<Vertex>();
  const places = plan.nodes.map((node): Place => {
    const vertex = running.get(node.id);
    if (vertex === undefined || !mayStay(vertex, node) || !mayKeep(vertex))
      return { node, kept: undefined, replaced: vertex };
    staying.add(vertex);
    return { node, kept: vertex, replaced: undefined };
  });
  const ended: Vertex[] = [];
  if (staying.size < running.size) {
    for (const vertex of running.values()) if (!staying.has(vertex)) ended.push(vertex);
  }
  return { places, ended: ended.reverse() };
}

/** Whether a running vertex does what a new resource of its id asks for. Wiring is no matter: it can be changed. */
function mayStay(vertex: Vertex, node: PlannedNode): boolean {
  const rewatch = vertex.meta.rewatch || node.resource.meta.rewatch;
  return !(vertex.phase === "failed" && rewatch) && isSame(vertex, node);
}

function isSame({ declared, members }: Part, { resource, members: others }: PlannedNode): boolean {
  const isSameResource =
    declared === resource ||
    (declared.refreshable === resource.refreshable &&
      sameMeta(declared.meta, resource.meta) &&
      declared.equals(resource));
  if (!isSameResource || members.length !== others.length) return false;
  return members.every((member, index) => {
    const other = others[index];
    return other !== undefined && member.key === other.key && isSame(member, other);
  });
}

/** Whether metaparameters ask for the same; `retryreset` says nothing of what should be, and takes effect without more. */
export function sameMeta(a: Meta, b: Meta): boolean {
  if (a === b) return true;
  for (const name of metaNames) {
    if (name === "retryreset") continue;
    const mine = a[name];
    const theirs = b[name];
    if (mine === theirs || Object.is(mine, theirs)) continue;
    if (typeof mine !== "object" || typeof theirs !== "object" || !sameSet(mine, theirs)) return false;
  }
  return true;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).symmetricDifference(new Set(b)).size === 0;
}

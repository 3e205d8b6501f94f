/**
 * Automatic edges (engine specification, 5.1): what resources want to be ordered against, looked up among the
 * identities of the others. Pure, and linear in what resources say about themselves.
 */
import { printKey } from "../../lang/output/resource-graph.ts";
import type { EngineGraph, PlannedEdge } from "./graph.ts";
import type { Identity, Resource } from "./resource.ts";

/**
 * All edges of a graph: the explicit ones first, one for each pair (notify if any of them says so), then the automatic
 * ones that no explicit edge says already, in the order of the resources that want them.
 */
export function edgesWithAutomatic(graph: EngineGraph): readonly PlannedEdge[] {
  const edges = new EdgeSet(graph.resources.length);
  for (const { from, to, notify } of graph.edges) edges.add(from, to, notify, false);
  const participants = graph.resources
    .map((resource, index) => ({ resource, index, key: printKey(resource) }))
    .filter(({ resource }) => resource.meta.autoedge)
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index));
  const owners = new Owners();
  // What is hidden does nothing, so whoever waits for an identity is better served by a resource that works.
  for (const hidden of [false, true]) {
    for (const { resource, index } of participants) {
      if (resource.meta.hidden === hidden) owners.add(resource, index);
    }
  }
  for (const { resource, index } of participants) {
    for (const { anyOf, order } of resource.wants) {
      const found = owners.firstOf(anyOf, index);
      if (found === undefined) continue;
      if (order === "found-first") edges.add(found, index, false, true);
      else edges.add(index, found, false, true);
    }
  }
  return edges.list;
}

/** The explicit edges alone, one for each pair. */
export function explicitEdges(graph: EngineGraph): readonly PlannedEdge[] {
  const edges = new EdgeSet(graph.resources.length);
  for (const { from, to, notify } of graph.edges) edges.add(from, to, notify, false);
  return edges.list;
}

class EdgeSet {
  readonly list: PlannedEdge[] = [];
  readonly #positions = new Map<number, number>();

  constructor(readonly vertexCount: number) {}

  add(from: number, to: number, notify: boolean, auto: boolean): void {
    const pair = from * this.vertexCount + to;
    const position = this.#positions.get(pair);
    const known = position === undefined ? undefined : this.list[position];
    if (position === undefined || known === undefined) {
      this.#positions.set(pair, this.list.length);
      this.list.push({ from, to, notify, auto });
    } else if (notify && !known.notify) {
      this.list[position] = { ...known, notify };
    }
  }
}

/** Who has an identity, first come first. */
class Owners {
  readonly #owners = new Map<Identity, number[]>();

  add(resource: Resource, index: number): void {
    for (const identity of resource.identities) {
      const owners = this.#owners.get(identity);
      if (owners === undefined) this.#owners.set(identity, [index]);
      else owners.push(index);
    }
  }

  firstOf(identities: readonly Identity[], self: number): number | undefined {
    for (const identity of identities) {
      const found = this.#owners.get(identity)?.find((owner) => owner !== self);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

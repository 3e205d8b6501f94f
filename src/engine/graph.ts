/** From the resources and edges somebody asks for to a graph that can be run: checked, complete, in a fixed order. */
import { printKey } from "../../lang/output/resource-graph.ts";
import { edgesWithAutomatic, explicitEdges } from "./autoedge.ts";
import { group } from "./autogroup.ts";
import type { Resource } from "./resource.ts";

/** What the engine is asked to run. Edges are indices into `resources`, `from` before `to`. */
export interface EngineGraph {
  readonly resources: readonly Resource[];
  readonly edges: readonly { readonly from: number; readonly to: number; readonly notify: boolean }[];
  /** False leaves automatic edges out; they are added if unset. */
  readonly autoedges?: boolean;
  /** False leaves every resource a vertex of its own; some are grouped if unset. */
  readonly autogroup?: boolean;
  /** Nothing is to be changed. */
  readonly noop?: boolean;
  /** How many resources may work at once; 0 or less, or unset, for any number. The environment may allow fewer. */
  readonly sema?: number;
}

/** An edge as it is run. */
export interface PlannedEdge {
  readonly from: number;
  readonly to: number;
  readonly notify: boolean;
  /** Nobody wrote it. */
  readonly auto: boolean;
}

/** A graph that will do: resources and edges are sorted, there is no cycle, and no two resources share an id. */
export interface PlannedGraph {
  /** One for each vertex. */
  readonly nodes: readonly PlannedNode[];
  readonly edges: readonly PlannedEdge[];
  /** Indices of `nodes`, each after all that come before it by an edge; the same for the same graph. */
  readonly order: readonly number[];
  /** For each resource that was asked for, its index in `nodes`; -1 for members of groups. */
  readonly positions: readonly number[];
}

export interface PlannedNode {
  readonly resource: Resource;
  /** `kind[name]`; hidden resources, which may share it, have a number behind it. */
  readonly id: string;
  readonly key: string;
  /** Others whose work it does, sorted by key. */
  readonly members: readonly PlannedNode[];
}

/** Told of each resource that becomes a member of a group. */
export type OnMerge = (member: PlannedNode, head: PlannedNode) => void;

const noMembers: readonly PlannedNode[] = [];

/** A graph that cannot be run, and why. */
export class GraphError extends Error {
  override readonly name = "GraphError";

  constructor(
    message: string,
    /** The resources of the cycle, `kind[name]`, if that is the reason. */
    readonly cycle: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Checks and completes a graph (engine specification, 1.5 and 5). @throws {@link GraphError} */
export function planGraph(graph: EngineGraph, onMerge: OnMerge = () => {}): PlannedGraph {
  const sorted = graph.resources
    .map((resource, original) => ({ resource, original, key: printKey(resource) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.original - b.original));
  const nodes: PlannedNode[] = [];
  const position: number[] = [];
  const ids = new Set<string>();
  const hiddenOf = new Map<string, number>();
  for (const { resource, original, key } of sorted) {
    const problem = problemOf(resource);
    if (problem !== undefined) throw new GraphError(`${key}: ${problem}`);
    let id = key;
    if (resource.meta.hidden) {
      const ordinal = (hiddenOf.get(key) ?? 0) + 1;
      hiddenOf.set(key, ordinal);
      id = `${key} hidden ${ordinal}`;
    }
    if (ids.has(id)) throw new GraphError(`${key} is in the graph twice`);
    ids.add(id);
    position[original] = nodes.length;
    nodes.push({ resource, id, key, members: noMembers });
  }
  const at = (original: number): number => {
    const index = position[original];
    if (index === undefined) throw new GraphError(`an edge names resource ${original}, which is not there`);
    return index;
  };
  const edges = (graph.autoedges === false ? explicitEdges(graph) : edgesWithAutomatic(graph))
    .map((edge) => ({ ...edge, from: at(edge.from), to: at(edge.to) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const order = topologicalOrder(nodes, edges);
  const grouped = graph.autogroup === false ? undefined : group(nodes, edges, onMerge);
  if (grouped === undefined) return { nodes, edges, order, positions: position };
  const placeOf = new Map(grouped.nodes.map(({ id }, index) => [id, index]));
  return {
    ...grouped,
    order: topologicalOrder(grouped.nodes, grouped.edges),
    positions: position.map((index) => placeOf.get(nodes[index]?.id ?? "") ?? -1),
  };
}

/** What is wrong with a resource by itself. */
export function problemOf(resource: Resource): string | undefined {
  const { kind, name, meta } = resource;
  if (kind === "") return "a resource needs a kind";
  if (name === "") return "a resource needs a name";
  if (name.startsWith("$") && !meta.dollar) {
    return "the name begins with a dollar sign: a forgotten interpolation? If not, set Meta:dollar => true";
  }
  return meta.hidden ? undefined : resource.validate();
}

function topologicalOrder(nodes: readonly PlannedNode[], edges: readonly PlannedEdge[]): readonly number[] {
  const waitingFor = new Array<number>(nodes.length).fill(0);
  const successors: (number[] | undefined)[] = new Array(nodes.length).fill(undefined);
  for (const { from, to } of edges) {
    waitingFor[to] = (waitingFor[to] ?? 0) + 1;
    const known = successors[from];
    if (known === undefined) successors[from] = [to];
    else known.push(to);
  }
  const order: number[] = [];
  waitingFor.forEach((count, index) => {
    if (count === 0) order.push(index);
  });
  for (let head = 0; head < order.length; head++) {
    for (const to of successors[order[head] ?? -1] ?? []) {
      const count = (waitingFor[to] ?? 0) - 1;
      waitingFor[to] = count;
      if (count === 0) order.push(to);
    }
  }
  if (order.length < nodes.length) throw cycleError(nodes, edges, new Set(order));
  return order;
}

/** Every vertex that could not be ordered has a predecessor that could not: going back runs into a cycle. */
function cycleError(
  nodes: readonly PlannedNode[],
  edges: readonly PlannedEdge[],
  ordered: ReadonlySet<number>,
): GraphError {
  const incoming = new Map<number, PlannedEdge>();
  for (const edge of edges) {
    if (!ordered.has(edge.from) && !ordered.has(edge.to) && !incoming.has(edge.to)) {
      incoming.set(edge.to, edge);
    }
  }
  const [start] = incoming.keys();
  const seen = new Set<number>();
  let at = start ?? 0;
  while (!seen.has(at)) {
    seen.add(at);
    at = incoming.get(at)?.from ?? at;
  }
  const backwards: PlannedEdge[] = [];
  const first = lowestOnCycle(at, incoming);
  at = first;
  do {
    const edge = incoming.get(at);
    if (edge === undefined) break;
    backwards.push(edge);
    at = edge.from;
  } while (at !== first);
  const cycle = backwards.reverse();
  const keyOf = (index: number): string => nodes[index]?.key ?? String(index);
  const drawn = cycle.map(({ from, auto }) => `${keyOf(from)} -> ${auto ? "(automatic) " : ""}`).join("");
  const cure = cycle.some(({ auto }) => auto)
    ? "; automatic edges are left out for a resource with Meta:autoedge => false"
    : "";
  return new GraphError(
    `the resources depend on each other in a cycle: ${drawn}${keyOf(first)}${cure}`,
    cycle.map(({ from }) => keyOf(from)),
  );
}

/** Where to begin drawing a cycle, so that the same one is always drawn the same way. */
function lowestOnCycle(start: number, incoming: ReadonlyMap<number, PlannedEdge>): number {
  let lowest = start;
  for (let at = incoming.get(start)?.from; at !== undefined && at !== start; at = incoming.get(at)?.from) {
    lowest = Math.min(lowest, at);
  }
  return lowest;
}

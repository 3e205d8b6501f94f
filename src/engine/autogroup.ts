/**
 * Automatic grouping (engine specification, 5.2): resources whose work is better done as one become one vertex.
 *
 * Kinds say by two keys what belongs together ({@link Resource.grouping} and {@link Resource.partOf}), so that nobody is
 * compared with everybody. What edges and metaparameters forbid is looked at here: there must be no path between the
 * two, and what says how a resource is handled must be the same for both, for only that of the head counts.
 */
import { type Meta, metaNames } from "../../lang/meta.ts";
import type { PlannedEdge, PlannedNode } from "./graph.ts";
import type { Whole } from "./resource.ts";

export interface Grouped {
  /** The heads, with their members, in the order of the nodes. */
  readonly nodes: readonly PlannedNode[];
  /** Between heads. */
  readonly edges: readonly PlannedEdge[];
}

/** Metaparameters that may differ within a group: semaphores are united, the others have been heeded by now. */
const free: ReadonlySet<keyof Meta> = new Set(["sema", "dollar", "autoedge", "autogroup", "retryreset"]);

interface Arrow {
  notify: boolean;
  auto: boolean;
}

/** A vertex on the way: other vertices are merged into it, or it into another. */
class Candidate {
  readonly members: Candidate[] = [];
  readonly before = new Map<Candidate, Arrow>();
  readonly after = new Map<Candidate, Arrow>();
  merged = false;

  constructor(readonly node: PlannedNode) {}

  /** Makes another one a member, with all its edges. */
  absorb(other: Candidate): void {
    other.merged = true;
    this.members.push(other);
    for (const [each, arrow] of other.before) {
      each.after.delete(other);
      connect(each, this, arrow);
    }
    for (const [each, arrow] of other.after) {
      each.before.delete(other);
      connect(this, each, arrow);
    }
  }

  finish(): PlannedNode {
    if (this.members.length === 0) return this.node;
    const members = this.members.map((member) => member.finish());
    members.sort((a, b) => (a.key < b.key ? -1 : 1));
    return { ...this.node, members };
  }
}

function connect(from: Candidate, to: Candidate, arrow: Arrow): void {
  const known = from.after.get(to);
  if (known === undefined) {
    const own = { ...arrow };
    from.after.set(to, own);
    to.before.set(from, own);
  } else {
    known.notify ||= arrow.notify;
    known.auto &&= arrow.auto;
  }
}

/** @returns undefined if nothing can be grouped */
export function group(
  nodes: readonly PlannedNode[],
  edges: readonly PlannedEdge[],
  onMerge: (member: PlannedNode, head: PlannedNode) => void,
): Grouped | undefined {
  const alike = alikeOnes(nodes, edges);
  const parts = nodes.flatMap(({ resource: { partOf } }) => (partOf === undefined ? [] : [partOf]));
  if (alike.size === 0 && parts.length === 0) return undefined;

  const candidates = nodes.map((node) => new Candidate(node));
  for (const { from, to, ...arrow } of edges) {
    const [before, after] = [candidates[from], candidates[to]];
    if (before !== undefined && after !== undefined) connect(before, after, arrow);
  }
  const join = (candidate: Candidate, heads: readonly Candidate[] | undefined): boolean => {
    if (heads === undefined || heads.length === 0) return false;
    const relatives = new Relatives(candidate);
    const head = heads.find((each) => !each.merged && each !== candidate && !relatives.has(each));
    if (head === undefined) return false;
    onMerge(candidate.node, head.node);
    head.absorb(candidate);
    return true;
  };
  const sorted = [...candidates].sort(inGroupingOrder);
  const headsOf = new Map<string, Candidate[]>();
  for (const candidate of sorted) {
    const key = alike.get(candidate.node);
    if (key === undefined) continue;
    const heads = headsOf.get(key);
    if (heads === undefined) headsOf.set(key, [candidate]);
    else if (!join(candidate, heads)) heads.push(candidate);
  }
  if (parts.length > 0) {
    const wholes = wholesFor(parts, sorted);
    for (const candidate of sorted) {
      const { partOf, meta } = candidate.node.resource;
      if (partOf === undefined || candidate.merged) continue;
      const key = keyOf(meta, partOf.kind, partOf.name);
      if (key !== undefined) join(candidate, wholes.get(key));
    }
  }
  const heads = candidates.filter(({ merged }) => !merged);
  const position = new Map(heads.map((head, index) => [head, index]));
  return {
    nodes: heads.map((head) => head.finish()),
    edges: heads
      .flatMap((head, from) =>
        [...head.after].map(([other, arrow]) => ({ from, to: position.get(other) ?? -1, ...arrow })),
      )
      .sort((a, b) => a.from - b.from || a.to - b.to),
  };
}

/** By kind and name, and by kind alone: the candidates that parts could become members of. */
function wholesFor(
  parts: readonly Whole[],
  candidates: readonly Candidate[],
): ReadonlyMap<string, readonly Candidate[]> {
  const kinds = new Set(parts.map(({ kind }) => kind));
  const wholes = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { kind, name, meta } = candidate.node.resource;
    if (!kinds.has(kind)) continue;
    for (const key of [keyOf(meta, kind, name), keyOf(meta, kind, "")]) {
      if (key === undefined) continue;
      const list = wholes.get(key);
      if (list === undefined) wholes.set(key, [candidate]);
      else list.push(candidate);
    }
  }
  return wholes;
}

/** The deepest kinds first, so that they have their members before they become members; then backwards by name. */
function inGroupingOrder(a: Candidate, b: Candidate): number {
  if (a.node.resource.kind === b.node.resource.kind) return a.node.key < b.node.key ? 1 : -1;
  const [kindA, kindB] = [a.node.resource.kind.split(":"), b.node.resource.kind.split(":")];
  if (kindA.length !== kindB.length) return kindB.length - kindA.length;
  for (const [index, chunk] of kindA.entries()) {
    const other = kindB[index] ?? "";
    if (chunk !== other) return chunk < other ? 1 : -1;
  }
  return a.node.key < b.node.key ? 1 : -1;
}

/** By node: a text that it shares with those it may be done as one with. Those who share it with nobody have none. */
function alikeOnes(
  nodes: readonly PlannedNode[],
  edges: readonly PlannedEdge[],
): ReadonlyMap<PlannedNode, string> {
  const groupings = nodes.map(({ resource }) => resource.grouping);
  if (groupings.every((each) => each === undefined)) return new Map();
  // Those with the same edges are never before or after each other.
  const ownEdges: (string | undefined)[] = groupings.map((each) => (each?.keepsOrder ? "" : undefined));
  const note = (index: number, text: string): void => {
    const own = ownEdges[index];
    if (own !== undefined) ownEdges[index] = own + text;
  };
  for (const { from, to, notify } of edges) {
    const sign = notify ? "=>" : "->";
    note(from, ` ${sign} ${to}`);
    note(to, ` ${from} ${sign}`);
  }
  const shared = new Map<string, PlannedNode[]>();
  for (const [index, node] of nodes.entries()) {
    const grouping = groupings[index];
    const { kind, meta } = node.resource;
    const key = grouping && keyOf(meta, kind, grouping.key, ownEdges[index]);
    if (key === undefined) continue;
    const list = shared.get(key);
    if (list === undefined) shared.set(key, [node]);
    else list.push(node);
  }
  const keys = new Map<PlannedNode, string>();
  for (const [key, list] of shared) if (list.length > 1) for (const node of list) keys.set(node, key);
  return keys;
}

const metaKeys = new WeakMap<Meta, string>();

/** Undefined for what is never grouped: its doings concern itself alone. */
function keyOf(meta: Meta, ...common: readonly (string | undefined)[]): string | undefined {
  if (!meta.autogroup || meta.hidden || meta.reverse || meta.export.length > 0) return undefined;
  let key = metaKeys.get(meta);
  if (key === undefined) {
    key = metaNames.map((name) => (free.has(name) ? "" : String(meta[name]))).join(" ");
    metaKeys.set(meta, key);
  }
  return [...common, key].join("\0");
}

/** All that come before or after a vertex, by whatever path; looked up when first asked for. */
class Relatives {
  #all: ReadonlySet<Candidate> | undefined;

  constructor(readonly candidate: Candidate) {}

  has(other: Candidate): boolean {
    if (this.candidate.before.size === 0 && this.candidate.after.size === 0) return false;
    this.#all ??= new Set([
      ...reach(this.candidate, ({ before }) => before),
      ...reach(this.candidate, ({ after }) => after),
    ]);
    return this.#all.has(other);
  }
}

function reach(
  start: Candidate,
  neighbors: (candidate: Candidate) => ReadonlyMap<Candidate, Arrow>,
): ReadonlySet<Candidate> {
  const found = new Set([start]);
  for (const each of found) for (const next of neighbors(each).keys()) found.add(next);
  return found;
}

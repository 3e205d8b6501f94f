/**
 * Automatic grouping (engine specification, 5.2): resources whose work is better done as one become one vertex.
 *
 * Kinds say by two keys what belongs together ({@link Resource.grouping} and {@link Resource.partOf}), so that nobody is
 * compared with everybody. What edges and metaparameters forbid is looked at here: there must be no path between the
 * two, and what says how a resource is handled must be the same for both, for only that of the head counts.
 */
import { type Meta, metaNames } from "../../lang/meta.ts";
import type { PlannedEdge, PlannedNode } from "./graph.ts";

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
  /** The edges it has by itself, as text; those who have the same are never before or after each other. */
  edges = "";

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
  const isPossible = nodes.some(
    ({ resource }) => resource.grouping !== undefined || resource.partOf !== undefined,
  );
  if (!isPossible) return undefined;
  const candidates = nodes.map((node) => new Candidate(node));
  for (const { from, to, ...arrow } of edges) {
    const [before, after] = [candidates[from], candidates[to]];
    if (before === undefined || after === undefined) continue;
    connect(before, after, arrow);
    const sign = arrow.notify ? "=>" : "->";
    if (before.node.resource.grouping?.keepsOrder) before.edges += ` ${sign} ${to}`;
    if (after.node.resource.grouping?.keepsOrder) after.edges += ` ${from} ${sign}`;
  }
  const sorted = [...candidates].sort(inGroupingOrder);
  const join = (candidate: Candidate, heads: readonly Candidate[] | undefined): boolean => {
    if (heads === undefined || heads.length === 0) return false;
    const relatives = new Relatives(candidate);
    const head = heads.find((each) => !each.merged && each !== candidate && !relatives.has(each));
    if (head === undefined) return false;
    onMerge(candidate.node, head.node);
    head.absorb(candidate);
    return true;
  };
  const alike = new Table();
  for (const candidate of sorted) {
    const { kind, grouping } = candidate.node.resource;
    if (grouping === undefined) continue;
    const common = [kind, grouping.key, grouping.keepsOrder ? candidate.edges : ""];
    if (!join(candidate, alike.get(candidate, ...common))) alike.add(candidate, ...common);
  }
  const wholes = new Table();
  for (const candidate of sorted) {
    const { kind, name } = candidate.node.resource;
    wholes.add(candidate, kind, name);
    wholes.add(candidate, kind, "");
  }
  for (const candidate of sorted) {
    const { kind, partOf } = candidate.node.resource;
    if (partOf !== undefined && !candidate.merged)
      join(candidate, wholes.get(candidate, kind.slice(0, Math.max(0, kind.lastIndexOf(":"))), partOf));
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

/** The deepest kinds first, so that they have their members before they become members; then backwards by name. */
function inGroupingOrder(a: Candidate, b: Candidate): number {
  const [kindA, kindB] = [a.node.resource.kind.split(":"), b.node.resource.kind.split(":")];
  if (kindA.length !== kindB.length) return kindB.length - kindA.length;
  for (const [index, chunk] of kindA.entries()) {
    const other = kindB[index] ?? "";
    if (chunk !== other) return chunk < other ? 1 : -1;
  }
  return a.node.key < b.node.key ? 1 : -1;
}

/** Candidates by what they have in common, in the order in which they were added. */
class Table {
  readonly #lists = new Map<string, Candidate[]>();

  get(candidate: Candidate, ...common: readonly string[]): readonly Candidate[] | undefined {
    const key = keyOf(candidate, common);
    return key === undefined ? undefined : this.#lists.get(key);
  }

  add(candidate: Candidate, ...common: readonly string[]): void {
    const key = keyOf(candidate, common);
    if (key === undefined) return;
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [candidate]);
    else list.push(candidate);
  }
}

/** Undefined for what is never grouped: its doings concern itself alone. */
function keyOf({ node: { resource } }: Candidate, common: readonly string[]): string | undefined {
  const { meta } = resource;
  if (!meta.autogroup || meta.hidden || meta.reverse || meta.export.length > 0) return undefined;
  return JSON.stringify([...common, ...metaNames.map((name) => (free.has(name) ? 0 : String(meta[name])))]);
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

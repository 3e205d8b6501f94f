import type { Meta } from "../../lang/meta.ts";
import type { Value } from "../../lang/value.ts";
import type { Vertex } from "./vertex.ts";

/**
 * - ok: as it should be, as far as is known
 * - pending: not run yet, running, or waiting
 * - failed: for good
 * - blocked: cannot run because of others that failed
 * - noop: not as it should be, and left alone
 */
export type VertexState = "ok" | "pending" | "failed" | "blocked" | "noop";

const nobody: readonly string[] = [];

/** What is known of one resource of the running graph. */
export interface VertexStatus {
  readonly kind: string;
  readonly name: string;
  /** `kind[name]` */
  readonly key: string;
  readonly meta: Meta;
  readonly state: VertexState;
  /**
   * When it came to be in this state, as far as was noted; a check that finds nothing wrong does not interrupt it. Like all times here
   * on the engine's clock.
   */
  readonly since: number | undefined;
  /** Calls of its check since it entered the graph. */
  readonly checks: number;
  /** Those that were allowed to make something right. */
  readonly applies: number;
  /** How often it made something right since it entered the graph. */
  readonly changes: number;
  /** How often a check, its watch, or its opening has failed since then. */
  readonly failures: number;
  readonly lastChange: number | undefined;
  /** Of the last attempt, if that failed. */
  readonly error: string | undefined;
  /** The last failure, be it overcome or not. */
  readonly lastError: { readonly message: string; readonly at: number } | undefined;
  /** When it tries again by itself, which what failed for good does if it was for want of something. */
  readonly nextRetry: number | undefined;
  /** `kind[name]` of those whose failure holds it back, sorted; empty unless blocked. */
  readonly blockedBy: readonly string[];
  /** `kind[name]` of one that must become good first; undefined unless pending. */
  readonly waitsFor: string | undefined;
  /** As finally used, received values included. */
  readonly fields: ReadonlyMap<string, Value>;
  /** The members of its group, and theirs, sorted by key. */
  readonly group: readonly GroupMember[];
}

/** A resource whose work another one does. */
export interface GroupMember {
  readonly kind: string;
  readonly name: string;
  readonly fields: ReadonlyMap<string, Value>;
}

/** An edge of the running graph, by `kind[name]`. */
export interface EdgeStatus {
  readonly from: string;
  readonly to: string;
  readonly notify: boolean;
  /** Nobody wrote it. */
  readonly auto: boolean;
}

/** @param vertices each after its predecessors */
export function statusOf(vertices: Iterable<Vertex>): VertexStatus[] {
  const blockers = new Map<Vertex, readonly string[]>();
  const times = new Map<Vertex, number>();
  const statuses: VertexStatus[] = [];
  for (const vertex of vertices) {
    const { kind, name, meta } = vertex.declared;
    const blockedBy = vertex.blocked ? blockersOf(vertex, blockers) : nobody;
    blockers.set(vertex, blockedBy);
    const state = stateOf(vertex);
    const since = sinceWhen(vertex, state, times);
    if (since !== undefined) times.set(vertex, since);
    const { checks, applies, changes, failures, madeRightAt, error, lastError, waitingFor } = vertex;
    statuses.push({
      kind,
      name,
      key: vertex.key,
      meta,
      state,
      since,
      checks,
      applies,
      changes,
      failures,
      lastChange: madeRightAt,
      error,
      lastError,
      nextRetry: nextRetryOf(vertex),
      blockedBy,
      waitsFor: state === "pending" ? waitingFor?.key : undefined,
      fields: vertex.current.fields,
      group: vertex.members.length === 0 ? [] : membersOf(vertex),
    });
  }
  return statuses.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

export function edgesOf(vertices: Iterable<Vertex>): EdgeStatus[] {
  const edges: EdgeStatus[] = [];
  for (const vertex of vertices) {
    for (const { vertex: to, notify, auto } of vertex.successors) {
      edges.push({ from: vertex.key, to: to.key, notify, auto });
    }
  }
  return edges;
}

function membersOf(vertex: Vertex): readonly GroupMember[] {
  const [, ...members] = [...vertex.parts()].map(({ key, current: { kind, name, fields } }) => ({
    key,
    kind,
    name,
    fields,
  }));
  members.sort((a, b) => (a.key < b.key ? -1 : 1));
  return members.map(({ kind, name, fields }) => ({ kind, name, fields }));
}

function stateOf(vertex: Vertex): VertexState {
  if (vertex.phase === "failed") return "failed";
  if (vertex.blocked) return "blocked";
  if (!vertex.good) return "pending";
  return vertex.leftAlone ? "noop" : "ok";
}

/** @param known times of predecessors */
function sinceWhen(
  vertex: Vertex,
  state: VertexState,
  known: ReadonlyMap<Vertex, number>,
): number | undefined {
  const { standing, since, phase, attempt, predecessors } = vertex;
  if (state === "blocked") {
    // The last of those it would have run after has failed, or left it to others, then.
    return predecessors.reduce((latest, each) => Math.max(latest, known.get(each) ?? 0), since);
  }
  if (state !== "pending") return since;
  if (phase === "running" && attempt?.startedAt !== undefined) return attempt.startedAt;
  return standing === "new" || standing === "failed" ? since : undefined;
}

function nextRetryOf(vertex: Vertex): number | undefined {
  const { phase, armed, watch, lastError, meta, failedAt, shortageDelay } = vertex;
  if (phase === "failed") return shortageDelay > 0 ? failedAt + shortageDelay : undefined;
  const watchStartsOver = phase === "idle" && !armed && watch?.cancelTimer !== undefined;
  if (lastError === undefined || (phase !== "retrying" && !watchStartsOver)) return undefined;
  return lastError.at + meta.delay;
}

/** The failures behind the stuck predecessors; those of predecessors are known already. */
function blockersOf(vertex: Vertex, known: ReadonlyMap<Vertex, readonly string[]>): readonly string[] {
  const keys = new Set<string>();
  for (const predecessor of vertex.predecessors) {
    if (predecessor.phase === "failed") keys.add(predecessor.key);
    else if (predecessor.blocked) for (const key of known.get(predecessor) ?? []) keys.add(key);
  }
  return [...keys].sort();
}

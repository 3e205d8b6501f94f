import type { Vertex } from "./vertex.ts";

/** What the resources of the running graph are up to, in numbers. */
export interface Tally {
  readonly kinds: ReadonlyMap<string, KindTally>;
  /** Vertices that may run, and wait for their turn or for semaphores. */
  readonly queued: number;
  /** Vertices whose check is under way. */
  readonly running: number;
}

/** Of one kind. A group fails and waits as one: as its head. */
export interface KindTally {
  /** All that the graph has, members of groups included. */
  readonly resources: number;
  /** Those whose last attempt has failed, and that will try again. */
  readonly retrying: number;
  /** Those that failed for good. */
  readonly failed: number;
  /** Those that cannot run because others failed for good. */
  readonly blocked: number;
}

export function tallyOf(vertices: Iterable<Vertex>): Tally {
  const kinds = new Map<string, { -readonly [K in keyof KindTally]: number }>();
  const tallyOfKind = (kind: string) => {
    let tally = kinds.get(kind);
    if (tally === undefined) {
      tally = { resources: 0, retrying: 0, failed: 0, blocked: 0 };
      kinds.set(kind, tally);
    }
    return tally;
  };
  let queued = 0;
  let running = 0;
  for (const vertex of vertices) {
    const { phase, blocked, error, members, declared } = vertex;
    const tally = tallyOfKind(declared.kind);
    if (members.length === 0) tally.resources++;
    else for (const part of vertex.parts()) tallyOfKind(part.declared.kind).resources++;
    if (phase === "failed") tally.failed++;
    else if (blocked) tally.blocked++;
    else if (error !== undefined) tally.retrying++;
    if (phase === "queued" || phase === "acquiring") queued++;
    else if (phase === "running") running++;
  }
  return { kinds, queued, running };
}

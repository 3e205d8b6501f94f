/** Gives back to the file systems what the stores of a cluster do not need any more, one member after the other. */
import type { EtcdClient } from "../client/client.ts";
import { Maintenance } from "../client/maintenance.ts";
import { pause } from "../client/pause.ts";
import { lookAtStores } from "./cluster-view.ts";

/** A member, as far as its store is concerned. */
export interface StoreUse {
  readonly name: string;
  /** URL of its server. */
  readonly endpoint: string;
  readonly isLeader: boolean;
  /** Bytes of its store on disk. */
  readonly size: number;
  /** How many of them are in use. */
  readonly sizeInUse: number;
}

/** From when on it is worth its price: a member answers nobody while it is defragmented. */
export interface DefragmentationThreshold {
  /** Part of the store that is free, between 0 and 1; 0.5 if not given. */
  readonly fraction?: number;
  /** Bytes that are free; 100 MB if not given. */
  readonly bytes?: number;
}

export type DefragmentationEvent =
  | {
      readonly type: "defragmented";
      readonly name: string;
      readonly before: number;
      readonly after: number;
    }
  /** It is tried again at the next look. */
  | { readonly type: "failed"; readonly name: string; readonly error: Error };

export interface DefragmentationOptions {
  /** All members of the cluster, and whether they are well. While they are not, or it rejects, nothing is defragmented. */
  look(signal: AbortSignal): Promise<Look>;
  /** Resolves when it is done, and the member answers again. */
  defragment(endpoint: string, signal: AbortSignal): Promise<void>;
  readonly threshold?: DefragmentationThreshold;
  /** Between two looks, in ms; an hour if not given. */
  readonly every?: number;
  pause?(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Must not throw. */
  onEvent(event: DefragmentationEvent): void;
}

export interface Look {
  readonly members: readonly StoreUse[];
  /** Whether every member answers, follows the leader and has no alarm. */
  readonly isHealthy: boolean;
}

const hour = 60 * 60 * 1000;

/** Looks after the stores of a cluster until the signal fires. To be done by one at a time. */
export async function runDefragmentation(
  options: DefragmentationOptions,
  signal: AbortSignal,
): Promise<void> {
  const { every = hour, pause: wait = pause } = options;
  while (!signal.aborted) {
    await defragmentAll(options, signal);
    await wait(every, signal);
  }
}

/** How a cluster is looked at and defragmented that a client is connected to, with the rights of root. */
export function defragmentationOf(client: EtcdClient): Pick<DefragmentationOptions, "look" | "defragment"> {
  const maintenance = new Maintenance(client.connection);
  return {
    look: () => lookAtStores(client),
    defragment: (endpoint) => maintenance.defragment(endpoint),
  };
}

/** Each member that is worth it, at most once. Never rejects. */
export async function defragmentAll(options: DefragmentationOptions, signal: AbortSignal): Promise<void> {
  const { look, defragment, threshold, onEvent } = options;
  const done = new Set<string>();
  for (;;) {
    // Everything may be different after each: who leads, and whether all are well.
    const next = nextToDefragment(await tryLook(look, signal), done, threshold);
    if (next === undefined || signal.aborted) return;
    const { name, endpoint, size } = next;
    done.add(endpoint);
    try {
      await defragment(endpoint, signal);
      const after = (await look(signal)).members.find((member) => member.endpoint === endpoint);
      onEvent({ type: "defragmented", name, before: size, after: after?.size ?? size });
    } catch (error) {
      if (!signal.aborted)
        onEvent({ type: "failed", name, error: error instanceof Error ? error : new Error(String(error)) });
      return;
    }
  }
}

async function tryLook(look: DefragmentationOptions["look"], signal: AbortSignal): Promise<Look> {
  try {
    return await look(signal);
  } catch {
    return { members: [], isHealthy: false };
  }
}

/** The followers first, and the one that gains the most; the leader only when no follower is left. */
export function nextToDefragment(
  { members, isHealthy }: Look,
  done: ReadonlySet<string>,
  threshold: DefragmentationThreshold = {},
): StoreUse | undefined {
  if (!isHealthy) return undefined;
  return members
    .filter((member) => !done.has(member.endpoint) && isWorthwhile(member, threshold))
    .sort(
      (one, other) =>
        Number(one.isLeader) - Number(other.isLeader) ||
        other.size - other.sizeInUse - (one.size - one.sizeInUse),
    )[0];
}

function isWorthwhile(
  { size, sizeInUse }: StoreUse,
  { fraction = 0.5, bytes = 100e6 }: DefragmentationThreshold,
): boolean {
  const free = size - sizeInUse;
  return free > bytes && free > size * fraction;
}

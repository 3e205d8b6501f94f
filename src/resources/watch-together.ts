/** Watches made of several parts, each of which watches as a whole behavior would. */
import type { Watch } from "../engine/resource.ts";
import { watchPath } from "../os/watch-path.ts";

/** Keeps to the contract of `Behavior.watch`. */
export type WatchPart = (watch: Watch) => Promise<void>;

/** Tells of changes at a path. */
export interface WatchedPath {
  readonly path: string;
  /** With all that is below it. */
  readonly recursive: boolean;
}

/**
 * Watches a path. Not async, like {@link watchTogether}: what an async function holds while it waits is more than all the
 * rest, and there may be thousands.
 */
export function pathPart({ path, recursive }: WatchedPath): WatchPart {
  return (watch) => {
    try {
      const pathWatch = watchPath(path, { recursive, onChange: watch.changed });
      watch.endWith(pathWatch);
      watch.ready();
      return pathWatch.closed;
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

/**
 * Runs all parts until the signal fires; is ready when all are. A part that breaks takes the others along, and they
 * have ended before this rejects, so that the watch can start over.
 */
export function watchTogether(parts: readonly WatchPart[], watch: Watch): Promise<void> {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only(watch) : watchAll(parts, watch);
}

async function watchAll(parts: readonly WatchPart[], watch: Watch): Promise<void> {
  const broken = new AbortController();
  const signal = AbortSignal.any([watch.signal, broken.signal]);
  let unarmed = parts.length;
  const ready = (): void => {
    if (--unarmed === 0) watch.ready();
  };
  const going = parts.map((part) => part(watchUntil(signal, { ready, changed: watch.changed })));
  try {
    await Promise.all(going);
  } finally {
    broken.abort();
    await Promise.allSettled(going);
  }
}

/** A watch that a signal ends. */
export function watchUntil(signal: AbortSignal, { ready, changed }: Pick<Watch, "ready" | "changed">): Watch {
  return {
    signal,
    ready,
    changed,
    endWith: (thing) => signal.addEventListener("abort", () => thing.close(), { once: true }),
  };
}

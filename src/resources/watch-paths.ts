import { ResourceError, type Watch } from "../engine/resource.ts";
import { explainError } from "../os/errors.ts";
import { watchPath } from "../os/watch-path.ts";

/** A path whose changes matter to a resource. */
export interface WatchedPath {
  readonly path: string;
  /** With all that is below it. */
  readonly recursive: boolean;
  /** Begins the message when it cannot be watched. */
  readonly failure: string;
}

/** Watches paths until the signal fires, as `Behavior.watch` has to; a watch that breaks takes the others along. */
export async function watchPaths(paths: readonly WatchedPath[], watch: Watch): Promise<void> {
  const [only] = paths;
  // The usual case by far, and there may be thousands of it.
  if (only !== undefined && paths.length === 1) return follow(only, watch);
  const broken = new AbortController();
  const signal = AbortSignal.any([watch.signal, broken.signal]);
  let unarmed = paths.length;
  const ready = (): void => {
    if (--unarmed === 0) watch.ready();
  };
  try {
    await Promise.all(paths.map((path) => follow(path, { signal, ready, changed: watch.changed })));
  } finally {
    broken.abort();
  }
}

async function follow(
  { path, recursive, failure }: WatchedPath,
  { ready, changed, signal }: Watch,
): Promise<void> {
  try {
    const { closed } = watchPath(path, { recursive, onChange: changed, signal });
    ready();
    await closed;
  } catch (error) {
    throw new ResourceError(`${failure}: ${explainError(error)}`, { cause: error });
  }
}

import { resolve } from "node:path";
import { ResourceError, type Watch } from "../../engine/resource.ts";
import { explainError } from "../../os/errors.ts";
import { watchPath } from "../../os/watch-path.ts";
import type { Goal } from "./goal.ts";
import { isDirectoryPath } from "./resulting-path.ts";

interface Target {
  readonly path: string;
  readonly recursive: boolean;
  /** Begins the message when it cannot be watched. */
  readonly failure: string;
}

/** Watches the path and what it is made from, until the signal fires. */
export async function watchFile(goal: Goal, { ready, changed, signal }: Watch): Promise<void> {
  // One watch that breaks takes the others along.
  const broken = new AbortController();
  const either = AbortSignal.any([signal, broken.signal]);
  try {
    const watches = targetsOf(goal).map(({ path, recursive, failure }) => {
      const fail = (error: unknown): never => {
        throw new ResourceError(`${failure}: ${explainError(error)}`, { cause: error });
      };
      try {
        const watch = watchPath(path, { recursive, onChange: changed, signal: either });
        return () => watch.closed.catch(fail);
      } catch (error) {
        return fail(error);
      }
    });
    ready();
    await Promise.all(watches.map((closed) => closed()));
  } finally {
    broken.abort();
  }
}

/** A link is not followed, and its text need not be a path that can be watched. */
function targetsOf({ name, path, params, fragments }: Goal): Target[] {
  const inputs = params.symlink || params.source === "" ? fragments : [params.source];
  return [
    { path, recursive: params.recurse, failure: `unknown file[${name}] watcher error` },
    ...inputs.map((input) => ({
      path: resolve(input),
      recursive: input === params.source && isDirectoryPath(input),
      failure: `unknown file[${name}] input watcher error`,
    })),
  ];
}

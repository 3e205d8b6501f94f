/**
 * How long the engine waits, above all for code that was asked to end. Nothing a resource does may hold up a swap or the exit for
 * ever; what does not end in time is left behind, with an error in the log.
 */
import type { Clock } from "./clock.ts";

/** Milliseconds. */
export const patience = {
  /** For a resource to open. */
  opening: 60_000,
  /** For a check to return after its timeout, while attempts are left. */
  timedOut: 10_000,
  /** For watch and check of a removed resource to end. */
  removed: 30_000,
  cleanup: 10_000,
  /** For running checks to finish their work at an orderly exit. */
  stopping: 300_000,
  /** Before an event makes what has failed for good try again. */
  afterFailure: 1_000,
  /** Before what a store that is away has kept from succeeding is tried again. */
  storeAway: 1_000,
  /** For running checks to end once they were interrupted. */
  interrupted: 3_000,
  /** For a check to end once its resource was made to let go of what it holds on to. */
  letGo: 1_000,
} as const;

/** @returns whether `work` ended in time, well or not */
export function endsWithin(clock: Clock, milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(milliseconds, () => resolve(false));
    const ended = (): void => {
      cancel();
      resolve(true);
    };
    work.then(ended, ended);
  });
}

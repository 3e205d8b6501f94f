import type { Listener } from "./listener.ts";

/** Which hosts have converged, as each of them says: by that, convergence of all of them can be known. */
export interface ConvergenceStore {
  /** What a host says stays until it says something else, or until its process ends. @throws what the store throws */
  report(host: string, converged: boolean): Promise<void>;
  /** Tells of all hosts that have said something. */
  follow(listener: Listener<ReadonlyMap<string, boolean>>, signal: AbortSignal): void;
}

import type { Timings } from "./timings.ts";

type RestartTimings = Pick<Timings, "firstDelay" | "longestDelay" | "failures" | "failureWindow">;

/** When a server that has failed is started again: sooner or later, or not at all. */
export class RestartPolicy {
  readonly #timings: RestartTimings;
  /** Times of the failures that still count, oldest first. */
  #failures: number[] = [];
  #delay: number;

  constructor(timings: RestartTimings) {
    this.#timings = timings;
    this.#delay = timings.firstDelay;
  }

  /**
   * @param now milliseconds of a clock that is never set
   * @returns how long to wait before the next start; undefined if there have been too many failures
   */
  failed(now: number): number | undefined {
    const { failures, failureWindow, longestDelay } = this.#timings;
    this.#failures = [...this.#failures.filter((time) => now - time < failureWindow), now];
    if (this.#failures.length >= failures) return undefined;
    const delay = this.#delay;
    this.#delay = Math.min(delay * 2, longestDelay);
    return delay;
  }

  /** The server has worked for a while: the next failure is waited for no longer than the first one. */
  recovered(): void {
    this.#delay = this.#timings.firstDelay;
  }
}

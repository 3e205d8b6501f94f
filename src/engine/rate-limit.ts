import type { Clock } from "./clock.ts";

/** A token bucket: `burst` events at once, then `limit` of them a second (`Meta:limit`, `Meta:burst`). */
export class RateLimit {
  #tokens: number;
  #filledAt: number;

  /** @param limit events per second; with 0 or less no event follows the first `burst` */
  constructor(
    readonly limit: number,
    readonly burst: number,
    readonly clock: Clock,
  ) {
    this.#tokens = burst;
    this.#filledAt = clock.now();
  }

  /** Takes a token. @returns how many milliseconds its owner must wait; infinite if it was refused */
  take(): number {
    const now = this.clock.now();
    const rate = Math.max(0, this.limit) / 1000;
    this.#tokens = Math.min(this.burst, this.#tokens + (now - this.#filledAt) * rate);
    this.#filledAt = now;
    if (this.#tokens < 1 && rate === 0) return Number.POSITIVE_INFINITY;
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : -this.#tokens / rate;
  }
}

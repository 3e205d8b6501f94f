import type { Value } from "../../value.ts";

/** How many changes it keeps at most: those closer to each other than this part of the delay become one. */
const RESOLUTION = 1000;

/**
 * What a value was a fixed time ago. Changes go in at one end as they happen and come out at the other when they are
 * old enough; the first value comes out at once, for there was none before. Times are milliseconds of a clock that
 * never goes back.
 */
export class DelayLine {
  /** Changes that do not show yet, oldest first, with the time from which on they do. */
  readonly #coming: { value: Value; readonly from: number }[] = [];
  #shown: Value | undefined;

  constructor(readonly delay: number) {}

  /** The value changes at `now`. */
  put(value: Value, now: number): void {
    const from = now + this.delay;
    const last = this.#coming.at(-1);
    if (this.#shown === undefined) this.#shown = value;
    else if (last !== undefined && from - last.from < this.delay / RESOLUTION) last.value = value;
    else this.#coming.push({ value, from });
  }

  /** What is shown at `now`; undefined before there was any value. */
  take(now: number): Value | undefined {
    while ((this.#coming[0]?.from ?? Infinity) <= now) this.#shown = this.#coming.shift()?.value;
    return this.#shown;
  }

  /** How long after `now` the next change shows; undefined if none is on its way. */
  nextAfter(now: number): number | undefined {
    const next = this.#coming[0];
    return next === undefined ? undefined : next.from - now;
  }
}

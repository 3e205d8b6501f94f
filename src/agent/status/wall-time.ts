/** Milliseconds by which the wall clock may be set before times are told by the new one. */
const tolerance = 1000;

/**
 * Tells times of the engine's clock by the wall clock. The same time is told the same way again and again, though the two clocks never
 * go at quite the same speed.
 */
export class WallTime {
  /** Of the wall clock, at the zero of the other. */
  #zero = Number.NaN;

  /** @param engineClock milliseconds, as `Clock.now` has it; @param wallClock milliseconds since 1970 */
  constructor(
    readonly engineClock: () => number = () => performance.now(),
    readonly wallClock: () => number = () => Date.now(),
  ) {}

  /** ISO 8601. */
  format(time: number): string {
    const zero = this.wallClock() - this.engineClock();
    if (!(Math.abs(zero - this.#zero) <= tolerance)) this.#zero = zero;
    return new Date(this.#zero + time).toISOString();
  }

  /** {@link format}, or null for what is not known. */
  print(time: number | undefined): string | null {
    return time === undefined ? null : this.format(time);
  }
}

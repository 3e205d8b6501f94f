import type { Clock } from "../../../src/engine/clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that goes from timer to timer when told to, so that whatever a timer starts can go on before the next one. */
export class SimulatedClock implements Clock {
  #now = 0;
  /** By time, those of the same time as they were set. */
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    let index = this.#timers.length;
    while (index > 0 && (this.#timers[index - 1]?.at ?? 0) > timer.at) index--;
    this.#timers.splice(index, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found >= 0) this.#timers.splice(found, 1);
    };
  }

  /** Milliseconds until the next timer; undefined if there is none. */
  get untilNext(): number | undefined {
    const next = this.#timers[0];
    return next && Math.max(0, next.at - this.#now);
  }

  /** Goes on to the next timer, if that is not further than so many milliseconds. @returns whether there was one */
  step(atMost: number): boolean {
    const next = this.#timers[0];
    if (next === undefined || next.at > this.#now + atMost) return false;
    this.#timers.shift();
    this.#now = Math.max(this.#now, next.at);
    next.callback();
    return true;
  }

  /** Goes on without looking at timers; there must be none on the way. */
  skip(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

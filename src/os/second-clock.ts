/** One timer for all who want to know of full seconds; it runs only while somebody does. */
export class SecondClock {
  readonly #listeners = new Set<{ readonly onTick: () => void }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @returns what ends it; may be called more than once */
  everySecond(onTick: () => void): () => void {
    const listener = { onTick };
    this.#listeners.add(listener);
    this.#timer ??= this.#arm();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Ends all. */
  stop(): void {
    this.#listeners.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): ReturnType<typeof setTimeout> {
    const now = Date.now();
    const due = (Math.floor(now / 1000) + 1) * 1000;
    return setTimeout(() => {
      // Timers may fire a little early: then the second is not full yet.
      const isFull = Date.now() >= due;
      this.#timer = this.#arm();
      if (!isFull) return;
      for (const listener of [...this.#listeners]) {
        // A listener may have ended another one.
        if (this.#listeners.has(listener)) listener.onTick();
      }
    }, due - now);
  }
}

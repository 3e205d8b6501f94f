/** How long the engine works at a stretch. Simulations decide it themselves, and so who is first. */
export interface Pace {
  /** Whether to go on at once; asked before each piece of work. */
  mayGoOn(): boolean;
  /** Calls back once timers, signals and other events had their turn. */
  afterOthers(callback: () => void): void;
}

/** Milliseconds of work after which others get their turn. */
const slice = 5;

/**
 * Slices of time: microtasks alone, of which a chain of quick checks consists, would keep signals and timers out.
 */
export class SlicedPace implements Pace {
  #end = Number.NEGATIVE_INFINITY;

  mayGoOn(): boolean {
    return performance.now() <= this.#end;
  }

  afterOthers(callback: () => void): void {
    setImmediate(() => {
      this.#end = performance.now() + slice;
      callback();
    });
  }
}

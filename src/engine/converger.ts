import { type Clock, systemClock } from "./clock.ts";
import type { EngineObserver } from "./environment.ts";

/** The part of the engine that the converger needs. */
export interface Convergeable {
  /** Something is still to do. */
  readonly busy: boolean;
  /** @returns ends it */
  observe(observer: EngineObserver): () => void;
}

/**
 * Tells when the machine has been at rest for a while (engine specification, section 6). It is converged when a graph has
 * been applied, nothing is left to do, and for `seconds` nothing was changed, has failed, or was swapped. Checks that find
 * nothing wrong do not count, however often they run, nor do resources in noop mode, failed for good, or blocked by those.
 *
 * The first transition is to `true`, and they alternate.
 */
export class Converger {
  #converged = false;
  #started = false;
  #quietSince = 0;
  #cancelTimer: (() => void) | undefined;
  readonly #stopObserving: () => void;

  /** @param seconds 0 for as soon as nothing is left to do */
  constructor(
    readonly engine: Convergeable,
    readonly seconds: number,
    readonly onTransition: (converged: boolean) => void,
    readonly clock: Clock = systemClock,
  ) {
    this.#stopObserving = engine.observe({
      disturbed: () => this.#disturbed(),
      swapped: () => {
        this.#started = true;
      },
      settled: () => this.#settled(),
    });
  }

  get converged(): boolean {
    return this.#converged;
  }

  stop(): void {
    this.#stopObserving();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #disturbed(): void {
    this.#quietSince = this.clock.now();
    if (!this.#converged) return;
    this.#converged = false;
    this.onTransition(false);
  }

  #settled(): void {
    if (this.#converged || !this.#started || this.#cancelTimer !== undefined) return;
    const remaining = this.#quietSince + this.seconds * 1000 - this.clock.now();
    if (remaining > 0) {
      this.#cancelTimer = this.clock.after(remaining, () => {
        this.#cancelTimer = undefined;
        // What is under way will settle, and this is looked at again then.
        if (!this.engine.busy) this.#settled();
      });
      return;
    }
    this.#converged = true;
    this.onTransition(true);
  }
}

/**
 * How an agent ends (engine specification, 2.10): the first rung is an orderly stop, the second aborts what runs, the
 * third makes it let go. Each ^C climbs one. Whoever ends the agent in another way does so once, so that the further
 * rungs are climbed by themselves then: a service manager with its SIGTERM, a limit, a resource.
 */
const secondsBetweenRungs = 15;

export class StopLadder implements Disposable {
  #next = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #rungs: readonly (() => void)[];
  readonly #climb = (): void => this.#rungs[this.#next++]?.();
  readonly #onTerminate = (): void => {
    if (this.#next === 0) this.begin();
    else this.#climb();
  };

  /** @param rungs what happens on each; beyond the last nothing does */
  constructor(rungs: readonly (() => void)[]) {
    this.#rungs = rungs;
    process.on("SIGINT", this.#climb);
    process.on("SIGTERM", this.#onTerminate);
  }

  /** Climbs the first rung, and by and by the others; nothing if that has been done. */
  begin(): void {
    if (this.#next > 0) return;
    this.#timer = setInterval(this.#climb, secondsBetweenRungs * 1000);
    this.#climb();
  }

  /** No signal means anything any more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    process.off("SIGINT", this.#climb);
    process.off("SIGTERM", this.#onTerminate);
  }
}

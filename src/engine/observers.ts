import type { CheckReport, EngineObserver, FailureReport } from "./environment.ts";

/** All who observe an engine, as one. While nobody asks for something, telling it costs a look at a flag. */
export class Observers implements Required<EngineObserver> {
  readonly #all = new Set<EngineObserver>();
  #timed = false;
  #stirs = false;

  /** Somebody takes in reports of checks; otherwise nobody needs to make them. */
  get timed(): boolean {
    return this.#timed;
  }

  /** @returns takes it out again */
  add(observer: EngineObserver): () => void {
    this.#all.add(observer);
    this.#count();
    return () => {
      this.#all.delete(observer);
      this.#count();
    };
  }

  checked(report: CheckReport): void {
    for (const each of this.#all) each.checked?.(report);
  }

  failed(report: FailureReport): void {
    for (const each of this.#all) each.failed?.(report);
    this.stirred();
  }

  disturbed(): void {
    for (const each of this.#all) each.disturbed?.();
  }

  swapped(duration: number): void {
    for (const each of this.#all) each.swapped?.(duration);
    this.stirred();
  }

  settled(): void {
    for (const each of this.#all) each.settled?.();
    this.stirred();
  }

  stirred(): void {
    if (!this.#stirs) return;
    for (const each of this.#all) each.stirred?.();
  }

  #count(): void {
    const all = [...this.#all];
    this.#timed = all.some(({ checked }) => checked !== undefined);
    this.#stirs = all.some(({ stirred }) => stirred !== undefined);
  }
}

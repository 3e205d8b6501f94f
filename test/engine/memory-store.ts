import type { IntentStore } from "../../src/engine/intents.ts";

/** Intents that outlive engines, and that can be taken as they were at any moment: as if it had been killed then. */
export class MemoryStore implements IntentStore {
  /** What there was after each change, the newest last. */
  readonly moments: (readonly string[])[] = [];
  /** Set: nothing can be kept. */
  failure: Error | undefined;
  #lines: readonly string[];

  constructor(lines: readonly string[] = []) {
    this.#lines = lines;
  }

  load(): readonly string[] {
    return this.#lines;
  }

  append(line: string): void {
    this.replace([...this.#lines, line]);
  }

  replace(lines: readonly string[]): void {
    if (this.failure !== undefined) throw this.failure;
    this.#lines = lines;
    this.moments.push(lines);
  }
}

/**
 * Limits how many resources work at once (`Meta:sema`, engine specification section 4). The whole text of an id is its
 * identity; a number after its last `:` is its size. Semaphores belong to the engine, not to a graph.
 */
export class Semaphores {
  readonly #semaphores = new Map<string, Semaphore>();

  /**
   * Takes one unit of each id, one after the other in the order given. All callers must use the same order (see
   * {@link semaphoreOrder}), so that no two wait for each other.
   *
   * @param granted called when all are held, unless they were free at once
   */
  claim(ids: readonly string[], granted: () => void): Claim {
    return new Claim(
      ids.map((id) => this.#get(id)),
      granted,
    );
  }

  /** All that were ever used. */
  all(): Iterable<{ readonly id: string; readonly size: number; readonly free: number }> {
    return this.#semaphores.values();
  }

  #get(id: string): Semaphore {
    let semaphore = this.#semaphores.get(id);
    if (semaphore === undefined) {
      const size = sizeOf(id);
      semaphore = { id, size, free: size, waiting: new Set() };
      this.#semaphores.set(id, semaphore);
    }
    return semaphore;
  }
}

/** The ids a resource takes, without duplicates, in the order common to all resources. */
export function semaphoreOrder(ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? ids : [...new Set(ids)].sort();
}

/** Units that are held, or waited for. */
export class Claim {
  /** All are held. */
  granted = false;
  #held = 0;
  #released = false;
  readonly #next = (): void => {
    this.#held++;
    this.#take();
    if (this.granted) this.onGranted();
  };

  constructor(
    readonly semaphores: readonly Semaphore[],
    readonly onGranted: () => void,
  ) {
    this.#take();
  }

  /** Gives back what is held and calls off the wait for the rest. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.semaphores[this.#held]?.waiting.delete(this.#next);
    for (const semaphore of this.semaphores.slice(0, this.#held)) give(semaphore);
  }

  #take(): void {
    for (;;) {
      const semaphore = this.semaphores[this.#held];
      if (semaphore === undefined) {
        this.granted = true;
        return;
      }
      if (semaphore.free === 0) {
        semaphore.waiting.add(this.#next);
        return;
      }
      semaphore.free--;
      this.#held++;
    }
  }
}

interface Semaphore {
  readonly id: string;
  readonly size: number;
  free: number;
  /** In order of arrival. Whoever is called back holds the unit already. */
  readonly waiting: Set<() => void>;
}

function give(semaphore: Semaphore): void {
  for (const next of semaphore.waiting) {
    semaphore.waiting.delete(next);
    next();
    return;
  }
  semaphore.free++;
}

function sizeOf(id: string): number {
  const match = /:\+?(\d+)$/.exec(id);
  return Math.max(1, Number(match?.[1] ?? 1));
}

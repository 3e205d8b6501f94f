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
   * @param granted called once all are held, at once if they are free
   * @returns gives back what is held and calls off what is awaited
   */
  acquire(ids: readonly string[], granted: () => void): () => void {
    const held: Semaphore[] = [];
    let cancelWait: (() => void) | undefined;
    let released = false;
    const next = (): void => {
      cancelWait = undefined;
      if (released) return;
      const id = ids[held.length];
      if (id === undefined) return granted();
      const semaphore = this.#get(id);
      held.push(semaphore);
      if (semaphore.free > 0) {
        semaphore.free--;
        next();
        return;
      }
      semaphore.waiting.add(next);
      cancelWait = () => {
        semaphore.waiting.delete(next);
        held.pop();
      };
    };
    next();
    return () => {
      if (released) return;
      released = true;
      cancelWait?.();
      for (const semaphore of held) give(semaphore);
    };
  }

  #get(id: string): Semaphore {
    let semaphore = this.#semaphores.get(id);
    if (semaphore === undefined) {
      semaphore = { free: sizeOf(id), waiting: new Set() };
      this.#semaphores.set(id, semaphore);
    }
    return semaphore;
  }
}

/** The ids a resource takes, without duplicates, in the order common to all resources. */
export function semaphoreOrder(ids: readonly string[]): readonly string[] {
  return ids.length === 0 ? ids : [...new Set(ids)].sort();
}

interface Semaphore {
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

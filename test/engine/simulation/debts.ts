/** What is owed to one. */
interface Debt {
  /** The latest moment at which it came about. */
  since: number;
  /** Those that have to pass it on, or to tell of it at all. */
  via: readonly string[];
  /** The engine was heard to notify just then. */
  isExact: boolean;
}

/** Who notifies whom in the running graph, by id. */
export interface Notifications {
  /** By id: whether a notification makes it run; all others pass notifications on. */
  readonly isTold: ReadonlyMap<string, boolean>;
  readonly receivers: ReadonlyMap<string, readonly string[]>;
}

const nobody: readonly string[] = [];

/**
 * Who has to be notified, and who may be, as far as somebody can know who sees the machine and hears how runs end. These
 * are two bounds: what is not certain is owed to nobody, and may be told to everybody whom it could be meant for.
 */
export class Debts {
  #running: Notifications = { isTold: new Map(), receivers: new Map() };
  readonly #debts = new Map<string, Debt>();
  /** What an earlier process owed to those that the first graph of this one does not have: they may come before it settles. */
  readonly #strangers = new Map<string, Debt>();
  /** Those that have changed something since the last rest, and may not have told of it; true if nobody knows when they do. */
  readonly #tellers = new Map<string, boolean>();
  /** Those that had something to pass on since then; another version may have use for it itself. */
  readonly #passers = new Set<string>();
  /** By id: all whom it has notified in any graph since then. */
  readonly #everReceivers = new Map<string, Set<string>>();
  /** An earlier process may have owed something to anybody. */
  #isDoubtful = false;
  #moment = 0;

  /** A new point in time; they only order things. */
  tick(): number {
    return ++this.#moment;
  }

  /** Another graph runs. @param isFirst the first one of its process, which takes up what is owed */
  runs(graph: Notifications, isFirst: boolean): void {
    this.#running = graph;
    this.#noteReceivers();
    for (const [id, debt] of this.#debts) {
      const { isExact } = debt;
      const isTold = graph.isTold.get(id);
      // Who passes things on now has nothing of its own to be told. What was on its way takes edges that nobody knows.
      if (isTold === false) this.#passers.add(id);
      if (isTold === undefined && isFirst) this.#strangers.set(id, debt);
      if (!isTold || (!isExact && !isFirst)) this.#debts.delete(id);
    }
    for (const [id, debt] of this.#strangers) {
      const isTold = graph.isTold.get(id);
      if (isTold) this.#debts.set(id, debt);
      if (isTold !== undefined) this.#strangers.delete(id);
    }
  }

  /** It has changed something, and will tell of it when it is heard to have run. */
  willTell(id: string): void {
    if (!this.#tellers.has(id)) this.#tellers.set(id, false);
  }

  /** It may tell of something now, or at any time to come. */
  mayTell(id: string): void {
    this.#tellers.set(id, true);
  }

  /** It was heard to have changed something, and tells its receivers at that. */
  tells(id: string): void {
    if (this.#tellers.get(id) === false) this.#tellers.delete(id);
    this.owe(this.receiversOf(id), { isExact: true });
  }

  /** Those are notified, now or, if that is not exact, soon. @param via those who have to do well for that */
  owe(receivers: readonly string[], { isExact = false, via = nobody } = {}): void {
    for (const id of receivers) {
      if (via.includes(id)) continue;
      const isTold = this.#running.isTold.get(id);
      if (isTold === false) {
        this.#passers.add(id);
        this.owe(this.receiversOf(id), { via: [...via, id] });
      } else if (isTold && (isExact || !this.mustBeTold(id))) {
        // What is certain does not become less so.
        this.#debts.set(id, { since: this.tick(), via, isExact });
      }
    }
  }

  /** It was told in a check that has ended well. @param startedAt when that began */
  paid(id: string, startedAt: number): void {
    const debt = this.#debts.get(id);
    if (debt !== undefined && debt.since < startedAt) this.#debts.delete(id);
  }

  receiversOf(id: string): readonly string[] {
    return this.#running.receivers.get(id) ?? nobody;
  }

  /** Its next check has to be told. */
  mustBeTold(id: string): boolean {
    return this.#debts.get(id)?.isExact ?? false;
  }

  /** It may be that something before it has changed, and that it has not been told yet. */
  mayBeTold(id: string): boolean {
    if (this.#isDoubtful) return true;
    const receiversOf = (each: string): Iterable<string> => this.#everReceivers.get(each) ?? nobody;
    const tellers = [...this.#tellers.keys()];
    const reached = new Set([...this.#passers, ...tellers.flatMap((each) => [...receiversOf(each)])]);
    for (const each of reached) for (const to of receiversOf(each)) reached.add(to);
    return reached.has(id);
  }

  /** Nothing is under way any more, so that it should have been told. */
  isLost(id: string, isSound: (id: string) => boolean): boolean {
    const debt = this.#debts.get(id);
    return debt !== undefined && isSound(id) && debt.via.every(isSound);
  }

  /** Nobody waits any longer for those who are in no graph. */
  settled(): void {
    this.#strangers.clear();
  }

  /** All that was to be told has been told. */
  allTold(): void {
    this.#isDoubtful = false;
    this.#tellers.clear();
    this.#passers.clear();
    this.#everReceivers.clear();
    this.#noteReceivers();
  }

  /** @param isKnown what is owed was written down, and the next process finds it */
  processEnds(isKnown: boolean): void {
    this.#isDoubtful = true;
    this.#strangers.clear();
    if (!isKnown) this.#debts.clear();
    for (const [id, debt] of this.#debts) {
      // What is passed on takes the edges that are there then.
      if (debt.via.length > 0) this.#debts.delete(id);
      debt.isExact = false;
    }
  }

  #noteReceivers(): void {
    for (const [id, receivers] of this.#running.receivers) {
      const ever = this.#everReceivers.get(id) ?? new Set();
      for (const each of receivers) ever.add(each);
      this.#everReceivers.set(id, ever);
    }
  }
}

/**
 * What the engine owes and must not forget if it is killed (engine specification, 2.7 and 2.4): notifications that are
 * due, and retries that were used up. Each is written down before the action that makes it due, so that the next
 * process can take it up. Resources are meant by the ids of their vertices.
 *
 * A check that may change something has its notifications written down when it starts. If the process dies before the
 * check has said whether it changed anything, they count as due: a notification too many is better than one too few.
 */

/** Where intents are kept: lines of text, which are only ever added to, or replaced as a whole. */
export interface IntentStore {
  /** All lines, without newlines. @throws Error naming cause and cure if there are some and they cannot be used */
  load(): readonly string[];
  /** @throws Error if it cannot be kept */
  append(line: string): void;
  /** @throws Error if it cannot be kept */
  replace(lines: readonly string[]): void;
}

type Entry =
  /** A check has started; if it changes anything, these are to be notified. */
  | readonly ["started", id: string, receivers: readonly string[]]
  /** It is over, and everyone it concerns is owed. */
  | readonly ["ended", id: string]
  | readonly ["owed", id: string]
  | readonly ["paid", id: string]
  | readonly ["retries", id: string, used: number];

/** Superfluous lines that are tolerated before the store is written anew. */
const SURPLUS = 4096;

export class Intents {
  readonly #started = new Map<string, readonly string[]>();
  readonly #owed = new Set<string>();
  readonly #retries = new Map<string, number>();
  #lines = 0;
  #failed = false;

  /**
   * @param store nothing is kept without one
   * @param onError told of the first of several failures in a row
   * @throws what the store throws
   */
  constructor(
    readonly store: IntentStore | undefined,
    readonly onError: (error: unknown) => void,
  ) {
    const lines = store?.load() ?? [];
    for (const line of lines) {
      const entry = parseEntry(line);
      if (entry !== undefined) this.#remember(entry);
    }
    this.#lines = lines.length;
    // Nobody will ever hear how these ended.
    for (const [id, receivers] of [...this.#started]) {
      for (const receiver of receivers) this.owe(receiver);
      this.end(id);
    }
  }

  /** Whether a notification is due. */
  owes(id: string): boolean {
    return this.#owed.has(id);
  }

  /** How many retries were used. */
  retries(id: string): number {
    return this.#retries.get(id) ?? 0;
  }

  /** A check starts, and will notify these if it changes anything. */
  start(id: string, receivers: readonly string[]): void {
    const before = this.announced(id);
    if (before.length === receivers.length && receivers.every((each) => before.includes(each))) return;
    this.#note(["started", id, receivers]);
  }

  /** Whom a check that runs will notify, as far as it is written down. */
  announced(id: string): readonly string[] {
    return this.#started.get(id) ?? [];
  }

  /** A check is over, and has notified whom it had to. */
  end(id: string): void {
    if (this.#started.has(id)) this.#note(["ended", id]);
  }

  owe(id: string): void {
    if (!this.#owed.has(id)) this.#note(["owed", id]);
  }

  pay(id: string): void {
    if (this.#owed.has(id)) this.#note(["paid", id]);
  }

  useRetries(id: string, used: number): void {
    if (this.retries(id) !== used) this.#note(["retries", id, used]);
  }

  /** A resource is no longer wanted, and so is owed nothing. */
  forget(id: string): void {
    this.pay(id);
    this.useRetries(id, 0);
  }

  /** Everyone of whom something is written down. */
  ids(): ReadonlySet<string> {
    return new Set([...this.#owed, ...this.#retries.keys()]);
  }

  #note(entry: Entry): void {
    this.#remember(entry);
    if (this.store === undefined) return;
    try {
      const live = this.#started.size + this.#owed.size + this.#retries.size;
      // What could not be added before is made up for.
      if (this.#failed || this.#lines > SURPLUS + 8 * live) this.#rewrite(this.store);
      else {
        this.store.append(JSON.stringify(entry));
        this.#lines++;
      }
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.onError(error);
      this.#failed = true;
    }
  }

  #rewrite(store: IntentStore): void {
    const entries: Entry[] = [
      ...[...this.#started].map(([id, receivers]) => ["started", id, receivers] as const),
      ...[...this.#owed].map((id) => ["owed", id] as const),
      ...[...this.#retries].map(([id, used]) => ["retries", id, used] as const),
    ];
    store.replace(entries.map((entry) => JSON.stringify(entry)));
    this.#lines = entries.length;
  }

  #remember(entry: Entry): void {
    const [what, id] = entry;
    switch (what) {
      case "started":
        this.#started.set(id, entry[2]);
        break;
      case "ended":
        this.#started.delete(id);
        break;
      case "owed":
        this.#owed.add(id);
        break;
      case "paid":
        this.#owed.delete(id);
        break;
      case "retries":
        if (entry[2] === 0) this.#retries.delete(id);
        else this.#retries.set(id, entry[2]);
    }
  }
}

/** @returns undefined for a line that was being written when the process died */
function parseEntry(line: string): Entry | undefined {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(data)) return undefined;
  const [what, id, more]: unknown[] = data;
  if (typeof id !== "string") return undefined;
  if (what === "started" && Array.isArray(more))
    return [what, id, more.filter((each) => typeof each === "string")];
  if (what === "retries" && typeof more === "number") return [what, id, more];
  return what === "ended" || what === "owed" || what === "paid" ? [what, id] : undefined;
}

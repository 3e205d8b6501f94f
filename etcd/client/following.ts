import { backOff } from "./connection.ts";
import { EtcdError } from "./error.ts";
import type { IEvent } from "./etcd3.ts";
import { type KeyRange, toRangeMessage } from "./key-range.ts";
import { compareKeys, fromMessage, isSame, type KeyValue, keyText, type Listing } from "./key-value.ts";
import { pause } from "./pause.ts";
import type { WatchEnd, Watches } from "./watches.ts";

/** What happened to a key. */
export interface Change {
  readonly key: string;
  readonly before: KeyValue | undefined;
  readonly after: KeyValue | undefined;
}

export interface Batch {
  /** All that is in the range after the changes, in no particular order. Valid until the next batch is told. */
  readonly entries: ReadonlyMap<string, KeyValue>;
  /** In the order in which they happened. Those of one transaction are in one batch. */
  readonly changes: readonly Change[];
  /** Of the store, at the last of the changes. */
  readonly revision: bigint;
}

/**
 * Who is told what is in a range: once soon, and then at each change, each in its order and none twice, whatever happens
 * to connections and servers. Only where nobody knows any more what happened in between, because the servers have
 * compacted it or because the follower is tens of thousands of changes behind, is the outcome all that is told.
 */
export interface Follower {
  /** If it takes its time, what happens meanwhile is told together afterwards. */
  onChange(batch: Batch): void | Promise<void>;
  /**
   * What is in the range cannot be known: before the first batch, for any reason; later, because it is refused. It is
   * tried again; when it succeeds there is a batch, even if it has no changes.
   */
  onError(error: EtcdError): void;
}

type News = Pick<Change, "key" | "after">;

/** One range that one follower is told of. */
export class Following {
  readonly #range: KeyRange;
  readonly #follower: Follower;
  readonly #list: () => Promise<Listing>;
  readonly #watches: Watches;
  readonly #signal: AbortSignal;
  readonly #keep: ((key: string) => boolean) | undefined;
  /** As the follower was told. */
  readonly #entries = new Map<string, KeyValue>();
  /** What it has not been told yet. */
  #pending: News[] = [];
  #foldAt = maxPending;
  #revision = 0n;
  /** Whether there is to be a batch even without a change. */
  #isDue = true;
  #isKnown = false;
  #isBusy = false;
  /** What the follower has been told and still holds. */
  #error: EtcdError | undefined;

  constructor(
    range: KeyRange,
    follower: Follower,
    list: () => Promise<Listing>,
    watches: Watches,
    signal: AbortSignal,
    keep?: (key: string) => boolean,
  ) {
    this.#keep = keep;
    this.#range = range;
    this.#follower = follower;
    this.#list = list;
    this.#watches = watches;
    this.#signal = signal;
  }

  async run(): Promise<void> {
    for (let failures = 0; !this.#signal.aborted; ) {
      if (failures > 0) await pause(this.#isRefused ? refusedPause : backOff(failures), this.#signal);
      failures++;
      const listing = await this.#read();
      if (listing === undefined) continue;
      const start = performance.now();
      const end = await this.#watch(listing);
      if (end === undefined) return;
      if (end.kind === "refused") this.#tellError(end.error);
      if (end.kind === "compacted" || performance.now() - start > lastingWatch) failures = 0;
    }
  }

  get #isRefused(): boolean {
    return this.#error !== undefined && !this.#error.isTransient;
  }

  async #read(): Promise<Listing | undefined> {
    let listing: Listing;
    try {
      listing = await this.#list();
    } catch (error) {
      if (this.#signal.aborted) return undefined;
      if (!(error instanceof EtcdError)) throw error;
      if (!error.isTransient || !this.#isKnown) this.#tellError(error);
      return undefined;
    }
    if (this.#signal.aborted) return undefined;
    this.#isKnown = true;
    this.#error = undefined;
    this.#revision = listing.revision;
    this.#pending = difference(this.#entries, listing.entries);
    this.#deliver();
    return listing;
  }

  /** @returns undefined once the signal has fired */
  #watch({ revision, cluster }: Listing): Promise<WatchEnd | undefined> {
    const { promise, resolve } = Promise.withResolvers<WatchEnd | undefined>();
    if (this.#signal.aborted) return Promise.resolve(undefined);
    const remove = this.#watches.add({
      range: toRangeMessage(this.#range),
      cluster,
      next: revision + 1n,
      onEvents: (events) => this.#take(events),
      onEnd: resolve,
    });
    const end = (): void => resolve(undefined);
    this.#signal.addEventListener("abort", end, { once: true });
    return promise.finally(() => {
      this.#signal.removeEventListener("abort", end);
      remove();
    });
  }

  #take(events: readonly IEvent[]): void {
    if (this.#signal.aborted) return;
    for (const { type, kv } of events) {
      const key = keyText(kv.key);
      this.#revision = BigInt(kv.mod_revision);
      if (key === undefined || this.#keep?.(key) === false) continue;
      this.#pending.push({ key, after: type === "Put" ? fromMessage(kv) : undefined });
    }
    if (this.#pending.length > this.#foldAt) {
      this.#pending = outcome(this.#pending);
      this.#foldAt = Math.max(maxPending, this.#pending.length * 2);
    }
    this.#deliver();
  }

  #deliver(): void {
    while (!this.#isBusy && !this.#signal.aborted) {
      const changes = this.#apply();
      if (changes.length === 0 && !this.#isDue) return;
      this.#isDue = false;
      this.#tell({ entries: this.#entries, changes, revision: this.#revision });
    }
  }

  #tell(batch: Batch): void {
    try {
      const done = this.#follower.onChange(batch);
      if (!(done instanceof Promise)) return;
      this.#isBusy = true;
      void done.finally(() => {
        this.#isBusy = false;
        this.#deliver();
      });
    } catch (error) {
      // It must not be taken for a fault of the stream that the events came by.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  #apply(): readonly Change[] {
    const changes: Change[] = [];
    for (const { key, after } of this.#pending) {
      const before = this.#entries.get(key);
      if (after !== undefined) this.#entries.set(key, after);
      else if (!this.#entries.delete(key)) continue;
      changes.push({ key, before, after });
    }
    this.#pending = [];
    this.#foldAt = maxPending;
    return changes;
  }

  #tellError(error: EtcdError): void {
    if (error.kind === this.#error?.kind || this.#signal.aborted) return;
    this.#error = error;
    this.#isDue = true;
    this.#follower.onError(error);
  }
}

/** In ms: how long to wait before what has failed for good is tried again. */
const refusedPause = 5000;

/** In ms: a watch that has held so long did not fail at once. */
const lastingWatch = 5000;

const maxPending = 10_000;

/** What has to happen to make one of the other: first what goes, in the order of keys, then what comes, in its order. */
function difference(before: ReadonlyMap<string, KeyValue>, after: readonly KeyValue[]): News[] {
  const kept = new Set<string>();
  const news: KeyValue[] = [];
  for (const entry of after) {
    kept.add(entry.key);
    const old = before.get(entry.key);
    if (old === undefined || !isSame(old, entry)) news.push(entry);
  }
  const gone = [...before.keys()].filter((key) => !kept.has(key)).sort(compareKeys);
  return [
    ...gone.map((key) => ({ key, after: undefined })),
    ...news
      .sort((a, b) => Number(a.modRevision - b.modRevision) || compareKeys(a.key, b.key))
      .map((after) => ({ key: after.key, after })),
  ];
}

/** The last of what happened to each key. */
function outcome(news: readonly News[]): News[] {
  const last = new Map<string, News>();
  for (const each of news) {
    last.delete(each.key);
    last.set(each.key, each);
  }
  return [...last.values()];
}

import type { EtcdClient } from "../../etcd/client/client.ts";
import type { Batch } from "../../etcd/client/following.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import type { ExportKey } from "./export-store.ts";

/**
 * Watches over what this process has put: somebody may delete it, and a cluster that was restored from a snapshot has
 * forgotten it, or has again what was withdrawn.
 */
export class EtcdOwnExports {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #signal: AbortSignal;
  /** By key: a digest of what it should hold. */
  readonly #wanted = new Map<string, bigint>();
  /** Keys that are being changed, and by how many. */
  readonly #changing = new Map<string, number>();
  readonly #listeners = new Set<(keys: readonly ExportKey[]) => void>();
  readonly #odd = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pause = firstPause;
  #lastTold = Number.NEGATIVE_INFINITY;
  /** The hosts whose exports are followed: there is one, the own. */
  readonly #followed = new Set<string>();

  constructor(client: EtcdClient, keys: EtcdKeys, signal: AbortSignal) {
    this.#client = client;
    this.#keys = keys;
    this.#signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  followChanges(onChange: (keys: readonly ExportKey[]) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    const listener = (keys: readonly ExportKey[]): void => onChange(keys);
    this.#listeners.add(listener);
    signal.addEventListener("abort", () => this.#listeners.delete(listener), { once: true });
  }

  /** @param change is given what to call with what the key is to hold; if it is not called, it is to hold nothing */
  async changing<T>(
    { from }: ExportKey,
    key: string,
    change: (note: (value: Uint8Array) => void) => Promise<T>,
  ): Promise<T> {
    let digest: bigint | undefined;
    this.#changing.set(key, (this.#changing.get(key) ?? 0) + 1);
    try {
      const result = await change((value) => {
        digest = digestOf(value);
      });
      if (digest === undefined) this.#wanted.delete(key);
      else this.#wanted.set(key, digest);
      return result;
    } finally {
      const others = (this.#changing.get(key) ?? 1) - 1;
      if (others === 0) this.#changing.delete(key);
      else this.#changing.set(key, others);
      this.#follow(from);
    }
  }

  #follow(host: string): void {
    if (this.#followed.has(host) || this.#signal.aborted || this.#listeners.size === 0) return;
    this.#followed.add(host);
    let isFirst = true;
    const follower = {
      onChange: (batch: Batch) => {
        // What was there before is for whoever withdraws it to ask for.
        if (!isFirst) this.#compare(batch);
        isFirst = false;
      },
      // It is tried again.
      onError: () => {},
    };
    this.#client.follow({ prefix: this.#keys.exportsOf(host) }, follower, this.#signal);
  }

  #compare({ changes, entries }: Batch): void {
    for (const { key } of changes) if (this.#isOdd(key, entries)) this.#odd.add(key);
    if (this.#odd.size === 0 || this.#timer !== undefined) return;
    const now = performance.now();
    if (now - this.#lastTold > quiet) this.#pause = firstPause;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#lastTold = performance.now();
      this.#pause = Math.min(this.#pause * 2, longestPause);
      // Much of it may be right by now, such as what was put again with another lease.
      const odd = [...this.#odd].filter((key) => this.#isOdd(key, entries));
      this.#odd.clear();
      const keys = odd.flatMap((key) => this.#keys.readExport(key) ?? []);
      if (keys.length > 0) for (const listener of [...this.#listeners]) listener(keys);
    }, this.#pause);
    this.#timer.unref();
  }

  /** @param entries as they are when it is asked */
  #isOdd(key: string, entries: ReadonlyMap<string, KeyValue>): boolean {
    if (this.#changing.has(key)) return false;
    const entry = entries.get(key);
    return this.#wanted.get(key) !== (entry && digestOf(entry.value));
  }
}

/**
 * In ms: how long to wait before it is told that something is not as it should be. Two hosts by one name would undo the
 * other's work for ever, so it is longer each time.
 */
const firstPause = 100;
const longestPause = 60_000;

/** In ms: for how long all has to be well until that begins anew. */
const quiet = 600_000;

function digestOf(value: Uint8Array): bigint {
  return Bun.hash.xxHash64(value);
}

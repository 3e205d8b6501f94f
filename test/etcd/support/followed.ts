import type { EtcdClient } from "../../../etcd/client/client.ts";
import type { EtcdError } from "../../../etcd/client/error.ts";
import type { Batch, Change } from "../../../etcd/client/following.ts";
import type { KeyRange } from "../../../etcd/client/key-range.ts";

/** A follower that keeps what it is told, and says so in words: `key: before -> after`, `-` for nothing. */
export class Followed {
  readonly told: string[] = [];
  readonly errors: EtcdError[] = [];
  batches = 0;
  /** What there is now, by key. */
  entries = new Map<string, string>();
  /** While it is set, the follower takes its time. */
  holdBack: Promise<void> | undefined;
  readonly #ends = new AbortController();
  #news = Promise.withResolvers<void>();

  constructor(client: EtcdClient, range: KeyRange) {
    client.follow(range, this, this.#ends.signal);
  }

  onChange({ entries, changes }: Batch): void | Promise<void> {
    this.batches++;
    this.told.push(...changes.map(inWords));
    this.entries = new Map([...entries].map(([key, { value }]) => [key, textOf(value)]));
    this.#tell();
    return this.holdBack;
  }

  onError(error: EtcdError): void {
    this.errors.push(error);
    this.#tell();
  }

  /** Waits until that holds. */
  async until(holds: (followed: this) => boolean): Promise<void> {
    while (!holds(this)) await this.#news.promise;
  }

  end(): void {
    this.#ends.abort();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

function inWords({ key, before, after }: Change): string {
  return `${key}: ${before === undefined ? "-" : textOf(before.value)} -> ${after === undefined ? "-" : textOf(after.value)}`;
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

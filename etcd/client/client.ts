import { type CampaignOptions, campaign } from "./campaign.ts";
import { Connection, type ConnectionOptions, type Repetition } from "./connection.ts";
import type { Tls } from "./endpoint.ts";
import { EtcdError } from "./error.ts";
import { KVClient } from "./etcd3.ts";
import { type Follower, Following } from "./following.ts";
import { type KeyRange, type RangeMessage, restAfter, toRangeMessage } from "./key-range.ts";
import { fromMessage, type KeyValue, type Listing } from "./key-value.ts";
import { HeldLease, type LeaseOptions } from "./lease.ts";
import {
  fromResponseMessage,
  type Operation,
  type Transaction,
  type TransactionResult,
  toCompareMessage,
  toOperationMessage,
} from "./transaction.ts";
import { Watches, type WatchMonitor } from "./watches.ts";

export interface ClientOptions extends ConnectionOptions {
  readonly monitor?: WatchMonitor;
  /** How many operations the servers take in a transaction, their `--max-txn-ops`; 128 if not given, as theirs. */
  readonly maxTransactionOperations?: number;
}

export interface ListOptions {
  /** Keys in one request. */
  readonly pageSize?: number;
  /** Values are left empty. */
  readonly keysOnly?: boolean;
  /** Which keys are wanted; all if not given. */
  keep?(key: string): boolean;
}

/**
 * A client of etcd. Keys are text, values are bytes. A request that is safe to repeat is repeated for as long as
 * {@link ConnectionOptions.timeout} allows, at one server after the other, so that a call outlives the restart of a
 * server or the change of a leader; others are, if they certainly were not carried out. All methods throw an
 * {@link EtcdError}.
 */
export class EtcdClient {
  readonly connection: Connection;
  readonly #watches: Watches;
  readonly #maxOperations: number;

  /** Connects when something is asked for. @throws TypeError for a URL that is none of a server */
  constructor({ maxTransactionOperations = 128, monitor = {}, ...options }: ClientOptions) {
    this.connection = new Connection(options);
    this.#watches = new Watches(this.connection, monitor);
    this.#maxOperations = maxTransactionOperations;
  }

  async get(key: string): Promise<KeyValue | undefined> {
    return (await this.list({ key })).entries[0];
  }

  /** The keys in a range, in their order; their values, which may be large, stay where they are. */
  async keys(range: KeyRange): Promise<readonly string[]> {
    const { entries } = await this.list(range, { keysOnly: true });
    return entries.map(({ key }) => key);
  }

  /** Reads a range as it is at one moment, however large it is. */
  async list(range: KeyRange, options: ListOptions = {}): Promise<Listing> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#pages(toRangeMessage(range), options);
      } catch (error) {
        // A large range may take longer than the servers remember how it was when its reading began.
        if (!(error instanceof EtcdError) || error.kind !== "compacted" || tries === maxListings) throw error;
      }
    }
  }

  /** @returns the revision of the store afterwards */
  async put(key: string, value: Uint8Array, lease = "0"): Promise<bigint> {
    const { revision } = await this.transact({ success: [{ put: key, value, lease }] }, "never");
    return revision;
  }

  /**
   * Makes the value of a key this one. Nothing happens if it is, so that nobody is told of it.
   * @param lease what the key is to end with; `"0"` for none; whatever it is if not given
   * @returns whether it was another
   */
  async set(key: string, value: Uint8Array, lease?: string): Promise<boolean> {
    const { succeeded, repeated } = await this.transact({
      compare: [{ key, value }, ...(lease === undefined ? [] : [{ key, lease }])],
      failure: [{ put: key, value, ...(lease === undefined ? {} : { lease }) }],
    });
    return !succeeded || repeated;
  }

  /**
   * Makes the value of a key this one, and has it end with a lease, or with none for `"0"`. Nothing happens if all that
   * is so.
   * @returns whether the value was another, no matter what the key ended with
   */
  async setValue(key: string, value: Uint8Array, lease: string): Promise<boolean> {
    const { succeeded, repeated, results } = await this.transact({
      compare: [
        { key, value },
        { key, lease },
      ],
      failure: [{ get: { key } }, { put: key, value, lease }],
    });
    if (repeated) return true;
    const [before] = results[0]?.found ?? [];
    return !succeeded && (before === undefined || Buffer.compare(before.value, value) !== 0);
  }

  /**
   * As {@link set} for a key that ends with a lease of this process, with the next one if this one is lost at that moment.
   * @returns whether it was another, or ended with something else
   */
  setLeased(key: string, value: Uint8Array, lease: HeldLease): Promise<boolean> {
    return this.withLease(lease, (id) => this.set(key, value, id));
  }

  /** Does what needs a lease of this process, with the next one if this one is lost at that moment. */
  async withLease<T>(lease: HeldLease, work: (id: string) => Promise<T>): Promise<T> {
    for (;;) {
      const id = await lease.id();
      try {
        return await work(id);
      } catch (error) {
        if (!(error instanceof EtcdError) || error.kind !== "no-lease") throw error;
        lease.noteLoss(id);
      }
    }
  }

  /** @returns whether there was anything */
  async delete(range: KeyRange): Promise<boolean> {
    const { results, repeated } = await this.transact({ success: [{ delete: range }] });
    return (results[0]?.deleted ?? 0) > 0 || repeated;
  }

  /** @param repetition whether it has the same effect if it is carried out twice; by default, that it has */
  async transact(
    transaction: Transaction,
    repetition: "never" | "safe" = "safe",
  ): Promise<TransactionResult> {
    const { compare = [], success = [], failure = [] } = transaction;
    let repeated = false;
    const repeat: Repetition = repetition === "never" ? "never" : { onRepeat: () => (repeated = true) };
    const { header, succeeded, responses } = await this.#kv(repeat).txn({
      compare: compare.map(toCompareMessage),
      success: success.map(toOperationMessage),
      failure: failure.map(toOperationMessage),
    });
    return {
      succeeded,
      revision: BigInt(header.revision),
      results: responses.map(fromResponseMessage),
      repeated,
    };
  }

  /**
   * Does operations that do not depend on one another, in as few transactions as the servers' limits allow; what others
   * see in between is some of them. They are carried out again where an answer was lost.
   */
  async doAll(operations: readonly Operation[]): Promise<void> {
    for (const chunk of chunks(operations, this.#maxOperations)) await this.transact({ success: chunk });
  }

  /**
   * Tells what is in a range, and all that changes in it, until the signal fires; see {@link Follower}.
   * @param keep which keys count; all if not given. The others are not kept in memory.
   */
  follow(range: KeyRange, follower: Follower, signal: AbortSignal, keep?: (key: string) => boolean): void {
    const ends = AbortSignal.any([signal, this.connection.closed]);
    const list = (): Promise<Listing> => this.list(range, keep && { keep });
    void new Following(range, follower, list, this.#watches, ends, keep).run();
  }

  /** Has a lease until the signal fires, a new one when one is lost; see {@link LeaseOptions}. */
  lease(options: LeaseOptions, signal: AbortSignal): HeldLease {
    return new HeldLease(this.connection, options, signal);
  }

  /** Stands for election until the signal fires. Settles once the candidacy is withdrawn; see {@link CampaignOptions}. */
  campaign(options: CampaignOptions, signal: AbortSignal): Promise<void> {
    return campaign(this, options, signal);
  }

  /** Replaces the servers; what is followed goes on. @throws TypeError for a URL that is none of a server */
  setEndpoints(urls: readonly string[]): void {
    this.connection.setEndpoints(urls);
    this.#watches.moveIfGone();
  }

  /** Replaces the certificates, such as those that have been renewed; what is followed goes on. */
  setTls(tls: Tls): void {
    this.connection.setTls(tls);
    this.#watches.moveIfGone();
  }

  /** Ends all requests, and all that is followed. Leases stay until they run out. */
  close(): void {
    this.#watches.close();
    this.connection.close();
  }

  async #pages(
    range: RangeMessage,
    { pageSize = 1000, keysOnly = false, keep }: ListOptions,
  ): Promise<Listing> {
    const kv = this.#kv({});
    const entries: KeyValue[] = [];
    let rest = range;
    let at: { readonly revision: string; readonly cluster_id: string } | undefined;
    for (;;) {
      const page = await kv.range({
        ...rest,
        limit: pageSize,
        keys_only: keysOnly,
        ...(at && { revision: at.revision }),
      });
      at ??= page.header;
      for (const each of page.kvs) {
        const entry = fromMessage(each);
        if (entry === undefined) continue;
        if (keep === undefined) entries.push(entry);
        // The message that it came in is not to be kept for the sake of a few.
        else if (keep(entry.key)) entries.push({ ...entry, value: new Uint8Array(entry.value) });
      }
      const last = page.kvs.at(-1);
      if (!page.more || last === undefined)
        return { revision: BigInt(at.revision), cluster: at.cluster_id, entries };
      rest = restAfter(last.key, range);
    }
  }

  #kv(repetition: Repetition): KVClient {
    return new KVClient(this.connection.calls(repetition));
  }
}

const maxListings = 5;

/** Of a request, in bytes: well below the 1.5 MiB that etcd takes by default. */
const maxRequestBytes = 1024 * 1024;

function* chunks(operations: readonly Operation[], maxOperations: number): Generator<Operation[]> {
  let chunk: Operation[] = [];
  let bytes = 0;
  for (const operation of operations) {
    const size = "put" in operation ? operation.put.length * 3 + operation.value.length : 0;
    if (chunk.length === maxOperations || (chunk.length > 0 && bytes + size > maxRequestBytes)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(operation);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

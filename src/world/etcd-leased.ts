import type { EtcdClient } from "../../etcd/client/client.ts";
import type { HeldLease } from "../../etcd/client/lease.ts";
import { inTurnByKey } from "./in-turn.ts";

/** Keys that end with the same lease. */
interface Leased {
  readonly lease: HeldLease;
  readonly ends: AbortController;
  readonly values: Map<string, Uint8Array>;
}

/**
 * Keys of this process that outlive it by some time, or for ever. There is one lease for each time; those that are lost
 * are replaced, and what ended with them is put again.
 */
export class EtcdLeased {
  readonly #client: EtcdClient;
  readonly #onError: (error: unknown) => void;
  /** By time to live, in seconds. */
  readonly #leased = new Map<number, Leased>();
  readonly #inTurn = inTurnByKey();

  /** @param onError called with what goes wrong when leases are renewed; it is tried again */
  constructor(client: EtcdClient, onError: (error: unknown) => void) {
    this.#client = client;
    this.#onError = onError;
  }

  /**
   * @param ttl in seconds; 0 for ever
   * @param make what to put, asked for when the turn of the key has come
   * @returns whether the value was another
   */
  put(key: string, ttl: number, make: () => Promise<Uint8Array>): Promise<boolean> {
    return this.#inTurn(key, async () => {
      const value = await make();
      if (ttl === 0) {
        const changed = await this.#client.setValue(key, value, "0");
        this.#forget(key);
        return changed;
      }
      const leased = this.#leaseFor(ttl);
      const before = leased.values.get(key);
      // Known before it is there, for a lease may be lost at any moment.
      leased.values.set(key, value);
      try {
        const changed = await this.#client.withLease(leased.lease, (id) =>
          this.#client.setValue(key, value, id),
        );
        this.#forget(key, leased);
        return changed;
      } catch (error) {
        if (before === undefined) leased.values.delete(key);
        else leased.values.set(key, before);
        throw error;
      }
    });
  }

  /** @returns whether there was anything */
  delete(key: string): Promise<boolean> {
    return this.#inTurn(key, () => {
      this.#forget(key);
      return this.#client.delete({ key });
    });
  }

  /** Leaves everything to its time. */
  async close(): Promise<void> {
    const all = [...this.#leased.values()];
    this.#leased.clear();
    for (const { ends } of all) ends.abort();
    await Promise.all(all.map(({ lease }) => lease.ended));
  }

  #leaseFor(ttl: number): Leased {
    const known = this.#leased.get(ttl);
    if (known !== undefined) return known;
    const values = new Map<string, Uint8Array>();
    const ends = new AbortController();
    const attach = (id: string): Promise<void> => this.#attach(values, id);
    const lease = this.#client.lease({ ttl, revokes: false, attach, onError: this.#onError }, ends.signal);
    const leased = { lease, ends, values };
    this.#leased.set(ttl, leased);
    return leased;
  }

  async #attach(values: ReadonlyMap<string, Uint8Array>, id: string): Promise<void> {
    const keys = values.keys();
    const some = async (): Promise<void> => {
      for (const key of keys) {
        await this.#inTurn(key, async () => {
          const value = values.get(key);
          if (value !== undefined) await this.#client.set(key, value, id);
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, some));
  }

  /** @param except what it ends with now */
  #forget(key: string, except?: Leased): void {
    for (const [ttl, leased] of this.#leased) {
      if (leased === except || !leased.values.delete(key) || leased.values.size > 0) continue;
      leased.ends.abort();
      this.#leased.delete(ttl);
    }
  }
}

/** Requests that are under way together. */
const atOnce = 64;

import type { EtcdClient } from "../../etcd/client/client.ts";
import { backOff } from "../../etcd/client/connection.ts";
import type { HeldLease } from "../../etcd/client/lease.ts";
import { pause } from "../../etcd/client/pause.ts";
import { inTurnByKey } from "./in-turn.ts";

/** How long a key is there. */
export interface Lifetime {
  /** Seconds for which it outlives this process if that does not end in order; 0 for ever. */
  readonly ttl: number;
  /** Whether it goes at once when this process ends in order. */
  readonly endsInOrder: boolean;
}

/** Keys that end with the same lease. */
interface Leased {
  readonly lifetime: Lifetime;
  readonly lease: HeldLease;
  readonly ends: AbortController;
  readonly values: Map<string, Uint8Array>;
}

/**
 * Keys of this process that outlive it by some time, or for ever. There is one lease for each lifetime; those that are
 * lost are replaced, and what ended with them is put again.
 */
export class EtcdLeased {
  readonly #client: EtcdClient;
  readonly #onError: (error: unknown) => void;
  /** By lifetime, as text. */
  readonly #leased = new Map<string, Leased>();
  readonly #inTurn = inTurnByKey();
  /** By key: calls off that it is given up. */
  readonly #givingUp = new Map<string, AbortController>();
  readonly #ends = new AbortController();

  /** @param onError called with what goes wrong when leases are renewed; it is tried again */
  constructor(client: EtcdClient, onError: (error: unknown) => void) {
    this.#client = client;
    this.#onError = onError;
  }

  /**
   * @param make what to put, asked for when the turn of the key has come
   * @returns whether the value was another
   */
  put(key: string, lifetime: Lifetime, make: () => Promise<Uint8Array>): Promise<boolean> {
    this.#givingUp.get(key)?.abort();
    return this.#inTurn(key, async () => {
      const value = await make();
      if (lifetime.ttl === 0) {
        const changed = await this.#client.setValue(key, value, "0");
        this.#forget(key);
        return changed;
      }
      const leased = this.#leaseFor(lifetime);
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
    this.#givingUp.get(key)?.abort();
    return this.#inTurn(key, () => {
      this.#forget(key);
      return this.#client.delete({ key });
    });
  }

  /**
   * Leaves a key to its lifetime, as the end of the process would, unless it is put again meanwhile. What cannot be done
   * is reported and tried again, for its lease may be kept alive for the sake of others.
   * @returns settles when it is done, or was tried for the first time; nobody waits for a store that does not answer
   */
  async giveUp(key: string): Promise<void> {
    if (!this.#holds(key)) return;
    this.#givingUp.get(key)?.abort();
    const attempt = new AbortController();
    this.#givingUp.set(key, attempt);
    const signal = AbortSignal.any([attempt.signal, this.#ends.signal]);
    const tryOnce = async (): Promise<boolean> => {
      try {
        await this.#inTurn(key, async () => {
          if (!signal.aborted) await this.#giveUp(key);
        });
        return true;
      } catch (error) {
        if (signal.aborted) return true;
        this.#onError(error);
        return false;
      }
    };
    const done = (): void => {
      if (this.#givingUp.get(key) === attempt) this.#givingUp.delete(key);
    };
    const first = tryOnce();
    const goOn = async (): Promise<void> => {
      for (let failures = 1; !(await (failures === 1 ? first : tryOnce())); failures++)
        await pause(backOff(failures), signal);
      done();
    };
    void goOn();
    const tried = new AbortController();
    await Promise.race([first, pause(patience, AbortSignal.any([signal, tried.signal]))]);
    tried.abort();
  }

  /** Leaves everything to its lifetime. */
  async close(): Promise<void> {
    this.#ends.abort();
    const all = [...this.#leased.values()];
    this.#leased.clear();
    for (const { ends } of all) ends.abort();
    await Promise.all(all.map(({ lease }) => lease.ended));
  }

  async #giveUp(key: string): Promise<void> {
    const leased = [...this.#leased.values()].find(({ values }) => values.has(key));
    const value = leased?.values.get(key);
    if (leased === undefined || value === undefined) return;
    if (leased.lifetime.endsInOrder) await this.#client.delete({ key });
    else await this.#runOut(key, value, leased.lifetime.ttl);
    this.#forget(key);
  }

  /** Attaches a key to a lease of its own, which nobody keeps alive. */
  async #runOut(key: string, value: Uint8Array, ttl: number): Promise<void> {
    const ends = new AbortController();
    const attach = async (): Promise<void> => undefined;
    const lease = this.#client.lease({ ttl, revokes: false, attach, onError: this.#onError }, ends.signal);
    try {
      await this.#client.setLeased(key, value, lease);
    } finally {
      ends.abort();
    }
  }

  #holds(key: string): boolean {
    return [...this.#leased.values()].some(({ values }) => values.has(key));
  }

  #leaseFor(lifetime: Lifetime): Leased {
    const { ttl, endsInOrder } = lifetime;
    const name = JSON.stringify([ttl, endsInOrder]);
    const known = this.#leased.get(name);
    if (known !== undefined) return known;
    const values = new Map<string, Uint8Array>();
    const ends = new AbortController();
    const attach = (id: string): Promise<void> => this.#attach(values, id);
    const lease = this.#client.lease(
      { ttl, revokes: endsInOrder, attach, onError: this.#onError },
      ends.signal,
    );
    const leased = { lifetime, lease, ends, values };
    this.#leased.set(name, leased);
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
    for (const [name, leased] of this.#leased) {
      if (leased === except || !leased.values.delete(key) || leased.values.size > 0) continue;
      leased.ends.abort();
      this.#leased.delete(name);
    }
  }
}

/** In ms: how long somebody waits for what is tried again in any case. */
const patience = 1000;

/** Requests that are under way together. */
const atOnce = 64;

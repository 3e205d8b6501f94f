import type { EtcdClient } from "../../etcd/client/client.ts";
import type { HeldLease } from "../../etcd/client/lease.ts";
import { pause } from "../../etcd/client/pause.ts";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { followKey } from "./etcd-follow.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdLoad } from "./etcd-load.ts";
import { readSchedule } from "./etcd-scheduler.ts";
import { inTurn } from "./in-turn.ts";
import type { Listener } from "./listener.ts";
import { decodeSchedule, encodeSchedule } from "./schedule-codec.ts";
import type { ScheduleOptions, ScheduleStore } from "./schedule-store.ts";

/** Registrations of this process that end with the same lease, by key. */
interface Leased {
  /** In seconds, if one was asked for. */
  readonly ttl: number | undefined;
  readonly lease: HeldLease;
  readonly ends: AbortController;
  readonly registrations: Map<string, Uint8Array>;
}

/** Registrations in etcd. Those that do not persist end with a lease, so that a host that dies is not chosen for long. */
export class EtcdSchedules implements ScheduleStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #onError: (error: unknown) => void;
  readonly #load: EtcdLoad;
  /** By their time to live, as text. */
  readonly #leased = new Map<string, Leased>();
  /** Keys of registrations that this process has released, and that run out. */
  readonly #released = new Set<string>();
  /** Keys of registrations that are to be released: that fails while the store is away, and is tried again. */
  readonly #releasing = new Set<string>();
  readonly #ends = new AbortController();
  /** One after the other, so that a registration is not replaced by what it was when a lease was lost. */
  readonly #inTurn = inTurn();

  /**
   * @param load how busy this host is
   * @param onError called with what goes wrong when registrations are renewed
   */
  constructor(client: EtcdClient, keys: EtcdKeys, load: () => number, onError: (error: unknown) => void) {
    this.#client = client;
    this.#keys = keys;
    this.#onError = onError;
    this.#load = new EtcdLoad(client, keys, load, onError);
  }

  async registration(namespace: string, host: string): Promise<ScheduleOptions | undefined> {
    const entry = await this.#client.get(this.#keys.registration(namespace, host));
    return entry && decodeSchedule(decodeBytes(entry.value));
  }

  register(namespace: string, host: string, options: ScheduleOptions): Promise<boolean> {
    const key = this.#keys.registration(namespace, host);
    const value = encodeBytes(encodeSchedule(options));
    if (options.strategy === "least") this.#load.report(host);
    this.#releasing.delete(key);
    return this.#inTurn(async () => {
      // That it ends with another lease from now on is no change of what is asked for.
      const before = this.#released.delete(key) ? await this.#client.get(key) : undefined;
      const isSame = before !== undefined && Buffer.compare(before.value, value) === 0;
      const leased = options.persist ? undefined : this.#leaseFor(options);
      const changed =
        leased === undefined
          ? await this.#client.set(key, value, "0")
          : await this.#client.setLeased(key, value, leased.lease);
      this.#forget(key);
      leased?.registrations.set(key, value);
      return changed && !isSame;
    });
  }

  withdraw(namespace: string, host: string): Promise<boolean> {
    const key = this.#keys.registration(namespace, host);
    return this.#inTurn(() => this.#withdraw(key));
  }

  async release(namespace: string, host: string): Promise<void> {
    const key = this.#keys.registration(namespace, host);
    this.#releasing.add(key);
    const known = new AbortController();
    const over = this.#releaseAtLast(key).finally(() => known.abort());
    // Nobody waits for a store that is away: whoever ends gives up its lease in any case.
    await Promise.race([over, pause(farewell, known.signal)]);
  }

  follow(namespace: string, listener: Listener<readonly string[]>, signal: AbortSignal): void {
    followKey(this.#client, this.#keys.schedule(namespace), readSchedule, listener, signal);
  }

  /** Gives up all that does not persist: at once, or in its time, as each was asked for. */
  async close(): Promise<void> {
    this.#ends.abort();
    for (const { ends } of this.#leased.values()) ends.abort();
    await Promise.all([this.#load.close(), ...[...this.#leased.values()].map(({ lease }) => lease.ended)]);
    this.#leased.clear();
  }

  async #withdraw(key: string): Promise<boolean> {
    const changed = await this.#client.delete({ key });
    this.#forget(key);
    this.#released.delete(key);
    return changed;
  }

  /** Releases a registration, unless it is made anew before that can be done. */
  async #releaseAtLast(key: string): Promise<void> {
    const { signal } = this.#ends;
    while (this.#releasing.has(key) && !signal.aborted) {
      try {
        await this.#inTurn(() => this.#release(key));
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#onError(error);
        await pause(retryPause, signal);
      }
    }
  }

  async #release(key: string): Promise<void> {
    if (!this.#releasing.has(key)) return;
    for (const { ttl, registrations } of this.#leased.values()) {
      const value = registrations.get(key);
      if (value === undefined) continue;
      if (ttl === undefined) await this.#withdraw(key);
      else await this.#runOut(key, value, ttl);
      break;
    }
    this.#releasing.delete(key);
  }

  /** Attaches a registration to a lease of its own, which nobody keeps alive. */
  async #runOut(key: string, value: Uint8Array, ttl: number): Promise<void> {
    const ends = new AbortController();
    const attach = async (): Promise<void> => undefined;
    const lease = this.#client.lease({ ttl, revokes: false, attach, onError: this.#onError }, ends.signal);
    try {
      await this.#client.setLeased(key, value, lease);
    } finally {
      ends.abort();
    }
    this.#forget(key);
    this.#released.add(key);
  }

  #leaseFor({ ttl }: ScheduleOptions): Leased {
    const name = String(ttl);
    const known = this.#leased.get(name);
    if (known !== undefined) return known;
    const registrations = new Map<string, Uint8Array>();
    const ends = new AbortController();
    const lease = this.#client.lease(
      {
        ttl: ttl ?? usualTtl,
        revokes: ttl === undefined,
        attach: (id) =>
          this.#inTurn(async () => {
            for (const [key, value] of registrations)
              if (!this.#releasing.has(key)) await this.#client.set(key, value, id);
          }),
        onError: this.#onError,
      },
      ends.signal,
    );
    const leased = { ttl, lease, ends, registrations };
    this.#leased.set(name, leased);
    return leased;
  }

  #forget(key: string): void {
    for (const { registrations } of this.#leased.values()) registrations.delete(key);
  }
}

/** In seconds. */
const usualTtl = 10;

/** In ms: between two tries to release a registration. */
const retryPause = 1000;

/** In ms: how long that is waited for. */
const farewell = 500;

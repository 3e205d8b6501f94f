import type { EtcdClient } from "../../etcd/client/client.ts";
import type { HeldLease } from "../../etcd/client/lease.ts";
import { encodeBytes } from "../../lang/bytes.ts";
import { followKey } from "./etcd-follow.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdLoad } from "./etcd-load.ts";
import { readSchedule } from "./etcd-scheduler.ts";
import type { Listener } from "./listener.ts";
import { encodeSchedule } from "./schedule-codec.ts";
import type { ScheduleOptions, ScheduleStore } from "./schedule-store.ts";

/** Registrations of this process that end with the same lease, by key. */
interface Leased {
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
  #last: Promise<unknown> = Promise.resolve();

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

  register(namespace: string, host: string, options: ScheduleOptions): Promise<boolean> {
    const key = this.#keys.registration(namespace, host);
    const value = encodeBytes(encodeSchedule(options));
    if (options.strategy === "least") this.#load.report(host);
    return this.#inTurn(async () => {
      const leased = options.persist ? undefined : this.#leaseFor(options);
      const changed =
        leased === undefined
          ? await this.#client.set(key, value, "0")
          : await this.#client.setLeased(key, value, leased.lease);
      this.#forget(key);
      leased?.registrations.set(key, value);
      return changed;
    });
  }

  withdraw(namespace: string, host: string): Promise<boolean> {
    const key = this.#keys.registration(namespace, host);
    return this.#inTurn(async () => {
      const changed = await this.#client.delete({ key });
      this.#forget(key);
      return changed;
    });
  }

  follow(namespace: string, listener: Listener<readonly string[]>, signal: AbortSignal): void {
    followKey(this.#client, this.#keys.schedule(namespace), readSchedule, listener, signal);
  }

  /** Gives up all that does not persist: at once, or in its time, as each was asked for. */
  async close(): Promise<void> {
    for (const { ends } of this.#leased.values()) ends.abort();
    await Promise.all([this.#load.close(), ...[...this.#leased.values()].map(({ lease }) => lease.ended)]);
    this.#leased.clear();
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
            for (const [key, value] of registrations) await this.#client.set(key, value, id);
          }),
        onError: this.#onError,
      },
      ends.signal,
    );
    const leased = { lease, ends, registrations };
    this.#leased.set(name, leased);
    return leased;
  }

  /** One after the other, so that a registration is not replaced by what it was when a lease was lost. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }

  #forget(key: string): void {
    for (const { registrations } of this.#leased.values()) registrations.delete(key);
  }
}

/** In seconds. */
const usualTtl = 10;

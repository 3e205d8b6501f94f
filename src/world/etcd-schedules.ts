import type { EtcdClient } from "../../etcd/client/client.ts";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { followKey } from "./etcd-follow.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdLeased } from "./etcd-leased.ts";
import { EtcdLoad } from "./etcd-load.ts";
import { readSchedule } from "./etcd-scheduler.ts";
import type { Listener } from "./listener.ts";
import { decodeSchedule, encodeSchedule } from "./schedule-codec.ts";
import type { ScheduleOptions, ScheduleStore } from "./schedule-store.ts";

/** Registrations in etcd. Those that do not persist end with a lease, so that a host that dies is not chosen for long. */
export class EtcdSchedules implements ScheduleStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #load: EtcdLoad;
  readonly #leased: EtcdLeased;

  /**
   * @param load how busy this host is
   * @param onError called with what goes wrong when registrations are renewed or given up; it is tried again
   */
  constructor(client: EtcdClient, keys: EtcdKeys, load: () => number, onError: (error: unknown) => void) {
    this.#client = client;
    this.#keys = keys;
    this.#load = new EtcdLoad(client, keys, load, onError);
    this.#leased = new EtcdLeased(client, onError);
  }

  async registration(namespace: string, host: string): Promise<ScheduleOptions | undefined> {
    const entry = await this.#client.get(this.#keys.registration(namespace, host));
    return entry && decodeSchedule(decodeBytes(entry.value));
  }

  register(namespace: string, host: string, options: ScheduleOptions): Promise<boolean> {
    const { persist, ttl, strategy } = options;
    const lifetime = persist
      ? { ttl: 0, endsInOrder: false }
      : { ttl: ttl ?? usualTtl, endsInOrder: ttl === undefined };
    return this.#leased.put(this.#keys.registration(namespace, host), lifetime, async () => {
      // Known before it is needed, for who is chosen stays.
      if (strategy === "least") await this.#load.report(host);
      return encodeBytes(encodeSchedule(options));
    });
  }

  withdraw(namespace: string, host: string): Promise<boolean> {
    return this.#leased.delete(this.#keys.registration(namespace, host));
  }

  release(namespace: string, host: string): Promise<void> {
    return this.#leased.giveUp(this.#keys.registration(namespace, host));
  }

  followRegistration(
    namespace: string,
    host: string,
    listener: Listener<ScheduleOptions | undefined>,
    signal: AbortSignal,
  ): void {
    const read = (text: string | undefined): ScheduleOptions | undefined =>
      text === undefined ? undefined : decodeSchedule(text);
    followKey(this.#client, this.#keys.registration(namespace, host), read, listener, signal);
  }

  follow(namespace: string, listener: Listener<readonly string[]>, signal: AbortSignal): void {
    followKey(this.#client, this.#keys.schedule(namespace), readSchedule, listener, signal);
  }

  /** Gives up all that does not persist: at once, or in its time, as each was asked for. */
  async close(): Promise<void> {
    await Promise.all([this.#load.close(), this.#leased.close()]);
  }
}

/** In seconds. */
const usualTtl = 10;

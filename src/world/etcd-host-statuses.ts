import type { EtcdClient } from "../../etcd/client/client.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";
import { compareBytes, decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdSayings } from "./etcd-sayings.ts";
import { EtcdTable } from "./etcd-table.ts";
import { decodeHostStatus, encodeHostStatus } from "./host-status-codec.ts";
import type { HostStatus, HostStatusStore } from "./host-status-store.ts";
import type { Listener } from "./listener.ts";

interface Told {
  readonly host: string;
  readonly status: HostStatus;
}

const everyone = "";

/** A key for each host, which ends with its agent, so that nobody waits for a host that is gone. */
export class EtcdHostStatuses implements HostStatusStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #table: EtcdTable<Told>;
  readonly #sayings: EtcdSayings;

  /** @param onError called with what goes wrong when it is told again */
  constructor(client: EtcdClient, keys: EtcdKeys, onError: (error: unknown) => void) {
    this.#client = client;
    this.#keys = keys;
    this.#sayings = new EtcdSayings(client, onError);
    this.#table = new EtcdTable(client, keys.statuses, {
      groupOf: (key) => (keys.readStatus(key) === undefined ? undefined : everyone),
      read: (entry) => this.#read(entry),
    });
  }

  report(host: string, status: HostStatus): Promise<void> {
    return this.#sayings.say(this.#keys.status(host), encodeBytes(encodeHostStatus(status)));
  }

  async list(): Promise<ReadonlyMap<string, HostStatus>> {
    const { entries } = await this.#client.list({ prefix: this.#keys.statuses });
    return sorted(entries.flatMap((entry) => this.#read(entry) ?? []));
  }

  follow(listener: Listener<ReadonlyMap<string, HostStatus>>, signal: AbortSignal): void {
    const follower = {
      onItems: (items: Iterable<Told>) => listener.onValue(sorted(items)),
      onError: (error: unknown) => listener.onError(error),
    };
    this.#table.follow(everyone, follower, signal);
  }

  /** Takes back what this process has told. */
  close(): Promise<void> {
    return this.#sayings.close();
  }

  #read({ key, value }: KeyValue): Told | undefined {
    const host = this.#keys.readStatus(key);
    const status = decodeHostStatus(decodeBytes(value));
    if (host === undefined || status === undefined) return undefined;
    return { host, status };
  }
}

function sorted(told: Iterable<Told>): ReadonlyMap<string, HostStatus> {
  const inOrder = [...told].sort((a, b) => compareBytes(a.host, b.host));
  return new Map(inOrder.map(({ host, status }) => [host, status]));
}

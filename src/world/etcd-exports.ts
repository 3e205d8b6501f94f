import type { EtcdClient } from "../../etcd/client/client.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import type { ExportedResource } from "../../lang/host.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdTable } from "./etcd-table.ts";
import { decodeRecord, encodeRecord } from "./export-codec.ts";
import {
  type Collector,
  collectable,
  type ExportKey,
  type ExportRecord,
  type ExportStore,
  isFor,
} from "./export-store.ts";
import type { Listener } from "./listener.ts";

/** Exports in etcd: a key for each record. */
export class EtcdExports implements ExportStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #table: EtcdTable<ExportRecord>;

  constructor(client: EtcdClient, keys: EtcdKeys) {
    this.#client = client;
    this.#keys = keys;
    this.#table = new EtcdTable(client, keys.exports, (entry) => {
      const item = this.#read(entry);
      return item && { group: item.kind, item };
    });
  }

  async put(record: ExportRecord): Promise<boolean> {
    return this.#client.set(this.#keys.export(record), encodeBytes(encodeRecord(record)));
  }

  withdraw(key: ExportKey): Promise<boolean> {
    return this.#client.delete({ key: this.#keys.export(key) });
  }

  async list(from: string): Promise<readonly ExportRecord[]> {
    const { entries } = await this.#client.list({ prefix: this.#keys.exportsOf(from) });
    return entries.flatMap((entry) => this.#read(entry) ?? []);
  }

  follow(wanted: Collector, listener: Listener<readonly ExportedResource[]>, signal: AbortSignal): void {
    const follower = {
      onItems(records: Iterable<ExportRecord>, changed: readonly ExportRecord[] | undefined) {
        if (changed !== undefined && !changed.some((record) => isFor(record, wanted))) return;
        listener.onValue(collectable(records, wanted));
      },
      onError: (error: unknown) => listener.onError(error),
    };
    this.#table.follow(wanted.kind, follower, signal);
  }

  /** Who may write a key is what etcd watches over, so a record counts only under the key that it belongs to. */
  #read({ key, value }: KeyValue): ExportRecord | undefined {
    const record = decodeRecord(decodeBytes(value));
    return record !== undefined && this.#keys.export(record) === key ? record : undefined;
  }
}

import type { EtcdClient } from "../../etcd/client/client.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import type { ExportedResource } from "../../lang/host.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdLeased } from "./etcd-leased.ts";
import { EtcdOwnExports } from "./etcd-own-exports.ts";
import { EtcdTable } from "./etcd-table.ts";
import {
  decodeContent,
  decodeRecord,
  decodeSealed,
  encodeContent,
  encodeRecord,
  encodeSealed,
} from "./export-codec.ts";
import {
  type Collector,
  collectable,
  type ExportKey,
  type ExportOptions,
  type ExportRecord,
  type ExportStore,
  everyHost,
  exportKeyText,
} from "./export-store.ts";
import type { Listener } from "./listener.ts";
import type { Sealer } from "./sealer.ts";

/** Exports in etcd: a key for each record. */
export class EtcdExports implements ExportStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #sealer: Sealer | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #leased: EtcdLeased;
  /** By addressee: what it may collect. A process has one, the name of its host. */
  readonly #tables = new Map<string, EtcdTable<ExportRecord>>();
  /** By addressee and text of the key: what this process keeps sealed, or tries to. */
  readonly #sealed = new Map<string, Map<string, ExportKey>>();
  readonly #own: EtcdOwnExports;
  readonly #ends = new AbortController();

  /**
   * @param sealer without it, nothing can be sealed, nor opened
   * @param onError called with what goes wrong in the background
   */
  constructor(
    client: EtcdClient,
    keys: EtcdKeys,
    sealer: Sealer | undefined,
    onError: (error: unknown) => void,
  ) {
    this.#client = client;
    this.#keys = keys;
    this.#sealer = sealer;
    this.#onError = onError;
    this.#leased = new EtcdLeased(client, onError);
    this.#own = new EtcdOwnExports(client, keys, this.#ends.signal);
    // A host that has got another key itself can open what it could not before.
    sealer?.followKeys((host) => this.#tables.get(host)?.readAgain(), this.#ends.signal);
  }

  put(
    record: ExportRecord,
    { ttl, isSealed }: ExportOptions = { ttl: 0, isSealed: false },
  ): Promise<boolean> {
    this.#noteSealed(record, isSealed);
    const key = this.#keys.export(record);
    return this.#own.changing(record, key, (note) =>
      this.#leased.put(key, { ttl, endsInOrder: false }, async () => {
        const value = isSealed ? await this.#seal(record, key) : encodeBytes(encodeRecord(record));
        note(value);
        return value;
      }),
    );
  }

  withdraw(exported: ExportKey): Promise<boolean> {
    this.#noteSealed(exported, false);
    const key = this.#keys.export(exported);
    return this.#own.changing(exported, key, () => this.#leased.delete(key));
  }

  async list(from: string): Promise<readonly ExportKey[]> {
    const { entries } = await this.#client.list({ prefix: this.#keys.exportsOf(from) }, { keysOnly: true });
    return entries.flatMap(({ key }) => this.#keys.readExport(key) ?? []);
  }

  followStale(onStale: (keys: readonly ExportKey[]) => void, signal: AbortSignal): void {
    this.#own.followChanges(onStale, signal);
    this.#sealer?.followKeys(
      (host) => {
        const keys = [...(this.#sealed.get(host)?.values() ?? [])];
        if (keys.length > 0) onStale(keys);
      },
      AbortSignal.any([signal, this.#ends.signal]),
    );
  }

  follow(wanted: Collector, listener: Listener<readonly ExportedResource[]>, signal: AbortSignal): void {
    const follower = {
      onItems: (records: Iterable<ExportRecord>) => listener.onValue(collectable(records, wanted)),
      onError: (error: unknown) => listener.onError(error),
    };
    this.#tableOf(wanted.to).follow(wanted.kind, follower, signal);
  }

  /** Leaves everything to its time. What is followed is not ended. */
  close(): Promise<void> {
    this.#ends.abort();
    return this.#leased.close();
  }

  #tableOf(addressee: string): EtcdTable<ExportRecord> {
    const known = this.#tables.get(addressee);
    if (known !== undefined) return known;
    const table = new EtcdTable(this.#client, this.#keys.exports, {
      groupOf: (key) => {
        const exported = this.#keys.readExport(key);
        return exported?.to === addressee || exported?.to === everyHost ? exported.kind : undefined;
      },
      read: (entry) => this.#read(entry),
    });
    this.#tables.set(addressee, table);
    return table;
  }

  /** Who may write a key is what etcd watches over, so a record counts only under the key that it belongs to. */
  #read({ key, value }: KeyValue): ExportRecord | undefined {
    const text = decodeBytes(value);
    const record = decodeRecord(text);
    if (record !== undefined) return this.#keys.export(record) === key ? record : undefined;
    const exported = this.#keys.readExport(key);
    const sealed = decodeSealed(text);
    if (sealed === undefined || exported === undefined) return undefined;
    const what = `what ${exported.from} exports to ${exported.to} as ${exported.kind}[${exported.name}]`;
    try {
      if (this.#sealer === undefined) throw new Error("it is sealed, and this cluster has no certificates");
      const content = decodeContent(decodeBytes(this.#sealer.open(sealed, contextOf(exported))));
      if (content === undefined) throw new Error("it says nothing that could be understood");
      return { ...exported, ...content };
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#onError(new Error(`cannot read ${what}: ${why}`, { cause }));
      return undefined;
    }
  }

  /** Leaves what is there as it is, where that says the same to the same. */
  async #seal(record: ExportRecord, key: string): Promise<Uint8Array> {
    if (this.#sealer === undefined)
      throw new Error("it cannot be sealed (Meta:export_seal), for this cluster has no certificates");
    if (record.to === everyHost) throw new Error("what is for all hosts cannot be sealed (Meta:export_seal)");
    const plain = encodeBytes(encodeContent(record));
    const context = contextOf(record);
    const found = await this.#client.get(key);
    const sealed = found && decodeSealed(decodeBytes(found.value));
    if (found !== undefined && sealed !== undefined) {
      if (await this.#sealer.isCurrent(sealed, record.to, plain, context)) return found.value;
    }
    return encodeBytes(encodeSealed(await this.#sealer.seal(record.to, plain, context)));
  }

  #noteSealed(exported: ExportKey, isSealed: boolean): void {
    const { kind, name, from, to } = exported;
    const text = exportKeyText(exported);
    const known = this.#sealed.get(to) ?? new Map<string, ExportKey>();
    if (isSealed) this.#sealed.set(to, known.set(text, { kind, name, from, to }));
    else if (known.delete(text) && known.size === 0) this.#sealed.delete(to);
  }
}

/** What a sealed record is about, and may not be put elsewhere. */
function contextOf(exported: ExportKey): Uint8Array {
  return encodeBytes(`mgmt export ${exportKeyText(exported)}`);
}

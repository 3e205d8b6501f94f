import type { EtcdClient } from "../../etcd/client/client.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";
import { compareBytes, decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { followKey } from "./etcd-follow.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdTable } from "./etcd-table.ts";
import type { Listener } from "./listener.ts";
import type { HostStringStore, StringStore } from "./string-store.ts";

/** Shared texts in etcd: a key for each, with the text and nothing else. */
export class EtcdStrings implements StringStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;

  constructor(client: EtcdClient, keys: EtcdKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  get(key: string): Promise<string | undefined> {
    return textOf(this.#client, this.#keys.string(key));
  }

  set(key: string, text: string): Promise<boolean> {
    return this.#client.set(this.#keys.string(key), encodeBytes(text));
  }

  async replace(key: string, found: string | undefined, text: string): Promise<boolean> {
    const place = this.#keys.string(key);
    const value = encodeBytes(text);
    const { succeeded } = await this.#client.transact({
      compare: [
        found === undefined ? { key: place, exists: false } : { key: place, value: encodeBytes(found) },
      ],
      success: [{ put: place, value }],
    });
    return succeeded;
  }

  delete(key: string): Promise<boolean> {
    return this.#client.delete({ key: this.#keys.string(key) });
  }

  follow(key: string, listener: Listener<string | undefined>, signal: AbortSignal): void {
    followKey(this.#client, this.#keys.string(key), (text) => text, listener, signal);
  }
}

interface HostText {
  readonly host: string;
  readonly text: string;
}

/** Texts of hosts, likewise. Host comes first in their keys, so all of them are read to find those of a namespace. */
export class EtcdHostStrings implements HostStringStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #table: EtcdTable<HostText>;

  constructor(client: EtcdClient, keys: EtcdKeys) {
    this.#client = client;
    this.#keys = keys;
    this.#table = new EtcdTable(client, keys.hostStrings, {
      groupOf: (key) => keys.readHostString(key)?.namespace,
      read: (entry) => this.#read(entry),
    });
  }

  async get(namespace: string): Promise<ReadonlyMap<string, string>> {
    const { entries } = await this.#client.list({ prefix: this.#keys.hostStrings });
    const isWanted = ({ key }: KeyValue): boolean => this.#keys.readHostString(key)?.namespace === namespace;
    return sorted(entries.filter(isWanted).flatMap((entry) => this.#read(entry) ?? []));
  }

  getOf(namespace: string, host: string): Promise<string | undefined> {
    return textOf(this.#client, this.#keys.hostString(namespace, host));
  }

  set(namespace: string, host: string, text: string): Promise<boolean> {
    return this.#client.set(this.#keys.hostString(namespace, host), encodeBytes(text));
  }

  delete(namespace: string, host: string): Promise<boolean> {
    return this.#client.delete({ key: this.#keys.hostString(namespace, host) });
  }

  follow(namespace: string, listener: Listener<ReadonlyMap<string, string>>, signal: AbortSignal): void {
    const follower = {
      onItems: (items: Iterable<HostText>) => listener.onValue(sorted(items)),
      onError: (error: unknown) => listener.onError(error),
    };
    this.#table.follow(namespace, follower, signal);
  }

  followOf(
    namespace: string,
    host: string,
    listener: Listener<string | undefined>,
    signal: AbortSignal,
  ): void {
    followKey(this.#client, this.#keys.hostString(namespace, host), (text) => text, listener, signal);
  }

  #read({ key, value }: KeyValue): HostText | undefined {
    const place = this.#keys.readHostString(key);
    return place && { host: place.host, text: decodeBytes(value) };
  }
}

async function textOf(client: EtcdClient, key: string): Promise<string | undefined> {
  const entry = await client.get(key);
  return entry && decodeBytes(entry.value);
}

function sorted(texts: Iterable<HostText>): ReadonlyMap<string, string> {
  const inOrder = [...texts].sort((a, b) => compareBytes(a.host, b.host));
  return new Map(inOrder.map(({ host, text }) => [host, text]));
}

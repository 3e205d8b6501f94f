import type { EtcdClient } from "../../etcd/client/client.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";
import { compareBytes, decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import type { ConvergenceStore } from "./convergence-store.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdSayings } from "./etcd-sayings.ts";
import { EtcdTable } from "./etcd-table.ts";
import type { Listener } from "./listener.ts";

interface Saying {
  readonly host: string;
  readonly converged: boolean;
}

const everyone = "";

/** A key for each host, which says `true` or `false` and ends with a lease, so that nobody waits for a host that is gone. */
export class EtcdConvergence implements ConvergenceStore {
  readonly #keys: EtcdKeys;
  readonly #table: EtcdTable<Saying>;
  readonly #sayings: EtcdSayings;

  /** @param onError called with what goes wrong when it is said again */
  constructor(client: EtcdClient, keys: EtcdKeys, onError: (error: unknown) => void) {
    this.#keys = keys;
    this.#sayings = new EtcdSayings(client, onError);
    this.#table = new EtcdTable(client, keys.convergences, {
      groupOf: (key) => (keys.readConvergence(key) === undefined ? undefined : everyone),
      read: (entry) => this.#read(entry),
    });
  }

  report(host: string, converged: boolean): Promise<void> {
    return this.#sayings.say(this.#keys.convergence(host), encodeBytes(String(converged)));
  }

  follow(listener: Listener<ReadonlyMap<string, boolean>>, signal: AbortSignal): void {
    const follower = {
      onItems: (items: Iterable<Saying>) => {
        const inOrder = [...items].sort((a, b) => compareBytes(a.host, b.host));
        listener.onValue(new Map(inOrder.map(({ host, converged }) => [host, converged])));
      },
      onError: (error: unknown) => listener.onError(error),
    };
    this.#table.follow(everyone, follower, signal);
  }

  /** Takes back what this process has said. */
  close(): Promise<void> {
    return this.#sayings.close();
  }

  #read({ key, value }: KeyValue): Saying | undefined {
    const host = this.#keys.readConvergence(key);
    const text = decodeBytes(value);
    if (host === undefined || (text !== "true" && text !== "false")) return undefined;
    return { host, converged: text === "true" };
  }
}

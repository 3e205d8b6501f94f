import type { EtcdClient } from "../../etcd/client/client.ts";
import type { KeyValue } from "../../etcd/client/key-value.ts";
import type { HeldLease } from "../../etcd/client/lease.ts";
import { compareBytes, decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import type { ConvergenceStore } from "./convergence-store.ts";
import type { EtcdKeys } from "./etcd-keys.ts";
import { EtcdTable } from "./etcd-table.ts";
import { inTurn } from "./in-turn.ts";
import type { Listener } from "./listener.ts";

interface Saying {
  readonly host: string;
  readonly converged: boolean;
}

const everyone = "";

/** A key for each host, which says `true` or `false` and ends with a lease, so that nobody waits for a host that is gone. */
export class EtcdConvergence implements ConvergenceStore {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #onError: (error: unknown) => void;
  readonly #table: EtcdTable<Saying>;
  readonly #ends = new AbortController();
  /** What this process has said, by key. */
  readonly #said = new Map<string, Uint8Array>();
  readonly #inTurn = inTurn();
  #lease: HeldLease | undefined;

  /** @param onError called with what goes wrong when it is said again */
  constructor(client: EtcdClient, keys: EtcdKeys, onError: (error: unknown) => void) {
    this.#client = client;
    this.#keys = keys;
    this.#onError = onError;
    this.#table = new EtcdTable(client, keys.convergences, {
      groupOf: (key) => (keys.readConvergence(key) === undefined ? undefined : everyone),
      read: (entry) => this.#read(entry),
    });
  }

  report(host: string, converged: boolean): Promise<void> {
    const key = this.#keys.convergence(host);
    const value = encodeBytes(String(converged));
    return this.#inTurn(async () => {
      this.#said.set(key, value);
      await this.#client.setLeased(key, value, this.#held());
    });
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
  async close(): Promise<void> {
    this.#ends.abort();
    await this.#lease?.ended;
  }

  #held(): HeldLease {
    this.#lease ??= this.#client.lease(
      {
        ttl: sayingTtl,
        attach: (id) =>
          this.#inTurn(async () => {
            for (const [key, value] of this.#said) await this.#client.set(key, value, id);
          }),
        onError: this.#onError,
      },
      this.#ends.signal,
    );
    return this.#lease;
  }

  #read({ key, value }: KeyValue): Saying | undefined {
    const host = this.#keys.readConvergence(key);
    const text = decodeBytes(value);
    if (host === undefined || (text !== "true" && text !== "false")) return undefined;
    return { host, converged: text === "true" };
  }
}

/** In seconds. */
const sayingTtl = 10;

import type { EtcdClient } from "../../etcd/client/client.ts";
import type { HeldLease } from "../../etcd/client/lease.ts";
import { inTurn } from "./in-turn.ts";

/** In seconds: how long what a process said outlives it. */
const ttl = 10;

/** What this process says under its keys. It ends with a lease of the process, and is said again when that was lost. */
export class EtcdSayings {
  readonly #client: EtcdClient;
  readonly #onError: (error: unknown) => void;
  readonly #ends = new AbortController();
  /** By key. */
  readonly #said = new Map<string, Uint8Array>();
  readonly #inTurn = inTurn();
  #lease: HeldLease | undefined;

  /** @param onError called with what goes wrong when something is said again */
  constructor(client: EtcdClient, onError: (error: unknown) => void) {
    this.#client = client;
    this.#onError = onError;
  }

  /** @throws EtcdError; it is said when there is a lease again, unless something else was said meanwhile */
  say(key: string, value: Uint8Array): Promise<void> {
    this.#said.set(key, value);
    return this.#inTurn(async () => {
      // What was said meanwhile has its turn later.
      if (this.#said.get(key) === value) await this.#client.setLeased(key, value, this.#held());
    });
  }

  /** Takes everything back. */
  async close(): Promise<void> {
    this.#ends.abort();
    await this.#lease?.ended;
  }

  #held(): HeldLease {
    this.#lease ??= this.#client.lease(
      {
        ttl,
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
}

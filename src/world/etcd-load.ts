import type { EtcdClient } from "../../etcd/client/client.ts";
import type { HeldLease } from "../../etcd/client/lease.ts";
import { encodeBytes } from "../../lang/bytes.ts";
import type { EtcdKeys } from "./etcd-keys.ts";

/** Has the scheduler know how busy this host is, for as long as the host is there, once somebody asks to be chosen by that. */
export class EtcdLoad {
  readonly #client: EtcdClient;
  readonly #keys: EtcdKeys;
  readonly #measure: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #ends = new AbortController();
  #lease: HeldLease | undefined;

  constructor(client: EtcdClient, keys: EtcdKeys, measure: () => number, onError: (error: unknown) => void) {
    this.#client = client;
    this.#keys = keys;
    this.#measure = measure;
    this.#onError = onError;
  }

  /** @returns settles when it is known. @throws EtcdError */
  async report(host: string): Promise<void> {
    const key = this.#keys.load(host);
    // Rounded, so that hardly any change is written.
    const text = (): Uint8Array => encodeBytes(this.#measure().toFixed(1));
    if (this.#lease !== undefined) return void (await this.#client.setLeased(key, text(), this.#lease));
    const attach = async (id: string): Promise<void> => void (await this.#client.set(key, text(), id));
    const lease = this.#client.lease({ ttl: loadTtl, attach, onError: this.#onError }, this.#ends.signal);
    this.#lease = lease;
    const timer = setInterval(() => {
      this.#client.setLeased(key, text(), lease).catch((error: unknown) => {
        if (!this.#ends.signal.aborted) this.#onError(error);
      });
    }, interval);
    this.#ends.signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    await this.#client.setLeased(key, text(), lease);
  }

  async close(): Promise<void> {
    this.#ends.abort();
    await this.#lease?.ended;
  }
}

/** In seconds. */
const loadTtl = 10;

/** In ms. */
const interval = 15_000;

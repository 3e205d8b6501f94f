import { eventually } from "./eventually.ts";
import type { Host } from "./host.ts";

/** Where is written. */
export interface Store {
  /** Resolves once the store has said that it keeps this. */
  put(key: string, value: string): Promise<void>;
  /** All keys that begin with this, by key. */
  list(prefix: string): Promise<ReadonlyMap<string, string>>;
}

/** Between two tries of a store that refuses, in ms. */
const pauseMs = 20;

/**
 * Writes one key after the other until it is stopped, and knows which of them the store has acknowledged: none of these may ever be lost.
 * What was not acknowledged may be there or not.
 */
export class AcknowledgedWrites implements AsyncDisposable {
  /** The longest time between two acknowledgements so far, in ms. */
  longestPause = 0;
  /** Why writes failed. */
  readonly failures: string[] = [];
  readonly #store: Store;
  readonly #prefix: string;
  readonly #acknowledged = new Map<string, string>();
  readonly #running: Promise<void>;
  #ends = false;

  /** @param prefix of the keys, which nobody else uses */
  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
    this.#running = this.#run();
  }

  get count(): number {
    return this.#acknowledged.size;
  }

  /** Waits until so many more are acknowledged. */
  async more(count: number, within = 20_000): Promise<void> {
    const wanted = this.count + count;
    const explain = (): string => `${this.count} are, and lately: ${this.failures.slice(-3).join(" | ")}`;
    await eventually(() => this.count >= wanted, {
      within,
      what: `${wanted} writes are acknowledged`,
      explain,
    });
  }

  async stop(): Promise<void> {
    this.#ends = true;
    await this.#running;
  }

  /** Stops, and reads all. @param store another way to the same data @throws Error if anything that was acknowledged is not there */
  async verify(store: Store = this.#store): Promise<void> {
    await this.stop();
    // A server that was away may take a moment to know its leader again.
    const found = await eventually(() => store.list(this.#prefix), { what: "what was written can be read" });
    const lost = [...this.#acknowledged].filter(([key, value]) => found.get(key) !== value);
    if (lost.length > 0)
      throw new Error(
        `${lost.length} of ${this.count} acknowledged writes are lost: ${lost.map(([key]) => key).join(", ")}`,
      );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(): Promise<void> {
    let last = performance.now();
    for (let number = 1; !this.#ends; number++) {
      const key = `${this.#prefix}${`${number}`.padStart(6, "0")}`;
      const value = `value ${number}`;
      try {
        await this.#store.put(key, value);
        this.#acknowledged.set(key, value);
        this.longestPause = Math.max(this.longestPause, performance.now() - last);
        last = performance.now();
      } catch (error) {
        this.failures.push(error instanceof Error ? error.message : String(error));
        await Bun.sleep(pauseMs);
      }
    }
  }
}

/** Through `mgmt etcdctl` on a host. @param options which servers, and who asks */
export function storeFrom(host: Host, options: readonly string[]): Store {
  const etcdctl = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await host.run(["etcdctl", ...options, ...args]);
    if (status !== 0) throw new Error(stderr.trim());
    return stdout;
  };
  return {
    async put(key, value) {
      await etcdctl("put", "--", key, value);
    },
    async list(prefix) {
      const lines = (await etcdctl("get", "--prefix", "--", prefix)).split("\n");
      return new Map(
        lines.flatMap((key, index) => (index % 2 === 0 && key !== "" ? [[key, lines[index + 1] ?? ""]] : [])),
      );
    },
  };
}

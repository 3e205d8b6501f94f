import { isRecord, listField, textField } from "../../../etcd/json.ts";
import type { Store } from "./acknowledged-writes.ts";

/** After which a server counts as one that does not answer, in ms. */
const patienceMs = 1000;

/**
 * Servers of etcd, spoken to in JSON through their sockets: another way than the client that is tested, and without a
 * package. A request goes to the server that answered last, and is never repeated.
 */
export class Gateway implements Store {
  readonly #sockets: readonly string[];
  #current = 0;

  constructor(sockets: readonly string[]) {
    this.#sockets = sockets;
  }

  async put(key: string, value: string): Promise<void> {
    await this.ask("kv/put", { key: encode(key), value: encode(value) });
  }

  /** As the cluster has it, not merely the server that is asked. */
  async list(prefix: string): Promise<ReadonlyMap<string, string>> {
    const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
    const found = await this.ask("kv/range", { key: encode(prefix), range_end: encode(end) });
    return new Map(
      listField(found, "kvs")
        .filter(isRecord)
        .map((entry) => [decode(textField(entry, "key")), decode(textField(entry, "value"))]),
    );
  }

  /** @param path below `/v3/` @throws Error for whatever is not an answer of success */
  async ask(
    path: string,
    message: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    try {
      const response = await fetch(`http://etcd/v3/${path}`, {
        unix: this.#sockets[this.#current] ?? "",
        method: "POST",
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(patienceMs),
      });
      const answer: unknown = await response.json();
      if (!response.ok || !isRecord(answer)) throw new Error(`${path}: ${JSON.stringify(answer)}`);
      return answer;
    } catch (error) {
      this.#current = (this.#current + 1) % this.#sockets.length;
      throw error;
    }
  }
}

const encode = (text: string): string => Buffer.from(text).toString("base64");
const decode = (text: string): string => Buffer.from(text, "base64").toString();

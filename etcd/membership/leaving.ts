import type { EtcdClient } from "../client/client.ts";
import type { EtcdError } from "../client/error.ts";
import type { Batch } from "../client/following.ts";
import type { KeyRange } from "../client/key-range.ts";
import { MembershipKeys } from "./keys.ts";
import { decodeLeaving, encodeRecord, type LeavingRecord } from "./records.ts";

export type LeaveEvent =
  | { readonly type: "requested" }
  /** It is going to happen, once this is done; or nobody is there to do it. */
  | { readonly type: "waiting"; readonly reason: string }
  /** The last event: the host stays a member, and the request is withdrawn. */
  | { readonly type: "refused"; readonly reason: string }
  /** The last event: somebody else has withdrawn the request. */
  | { readonly type: "cancelled" }
  /** The last event: the host is no member, and does not volunteer until {@link cancelLeave}. */
  | { readonly type: "left" };

export interface LeaveOptions {
  readonly client: EtcdClient;
  /** Of all keys of the cluster, such as `/_mgmt`. */
  readonly keyPrefix: string;
  /** The name of the host. */
  readonly host: string;
  /** Leave even without a replacement, or if most of those who stay are not healthy. */
  readonly force?: boolean;
}

/**
 * Asks the membership controller to let a host go, and tells how it comes along. When the signal fires, or nobody listens
 * any more, the request stays.
 * @throws EtcdError
 */
export async function* leave(options: LeaveOptions, signal: AbortSignal): AsyncGenerator<LeaveEvent, void> {
  const { client, keyPrefix, host, force = false } = options;
  const keys = new MembershipKeys(keyPrefix);
  const key = keys.leaving(host);
  const request: LeavingRecord = { requestedAt: Date.now(), force, state: "requested", reason: "" };
  const since = await client.put(key, encodeRecord(request));
  yield { type: "requested" };
  const ends = new AbortController();
  const news = new News<Outcome>(AbortSignal.any([signal, client.connection.closed]));
  const follow = (range: KeyRange, take: (batch: Batch) => void): void => {
    const onError = (error: EtcdError): void => news.fail(error);
    client.follow(range, { onChange: take, onError }, AbortSignal.any([signal, ends.signal]));
  };
  follow({ key }, ({ entries, revision }) => {
    const entry = entries.get(key);
    const record = entry && decodeLeaving(entry.value);
    // A server that lags behind may tell first what was before.
    if (entry !== undefined ? entry.modRevision >= since : revision >= since)
      news.tell({ record, modRevision: entry?.modRevision ?? 0n });
  });
  follow({ prefix: keys.controller }, ({ entries }) => {
    if (entries.size === 0) news.tell("nobody");
  });
  let told = "";
  try {
    for await (const each of news) {
      const event = each === "nobody" ? nobody : eventOf(each.record);
      if (each !== "nobody" && event?.type === "refused") await withdraw(client, key, each.modRevision);
      const text = JSON.stringify(event);
      if (event === undefined || text === told) continue;
      told = text;
      yield event;
      if (event.type !== "waiting") return;
    }
  } finally {
    ends.abort();
  }
}

/** Withdraws a request to leave; a host that has left volunteers again. @returns whether there was one @throws EtcdError */
export function cancelLeave({ client, keyPrefix, host }: Omit<LeaveOptions, "force">): Promise<boolean> {
  return client.delete({ key: new MembershipKeys(keyPrefix).leaving(host) });
}

/** @returns undefined if the host is not to leave @throws EtcdError */
export async function readLeaving({
  client,
  keyPrefix,
  host,
}: Omit<LeaveOptions, "force">): Promise<LeavingRecord | undefined> {
  const entry = await client.get(new MembershipKeys(keyPrefix).leaving(host));
  return entry && decodeLeaving(entry.value);
}

interface Answer {
  readonly record: LeavingRecord | undefined;
  readonly modRevision: bigint;
}

type Outcome = Answer | "nobody";

const nobody: LeaveEvent = {
  type: "waiting",
  reason: "no node controls the members of the cluster now; it goes on once a server node runs",
};

function eventOf(record: LeavingRecord | undefined): LeaveEvent | undefined {
  if (record === undefined) return { type: "cancelled" };
  const { state, reason } = record;
  if (state === "requested") return undefined;
  return state === "left" ? { type: "left" } : { type: state, reason };
}

/** So that it is not in the way of the next request. */
async function withdraw(client: EtcdClient, key: string, modRevision: bigint): Promise<void> {
  await client.transact({ compare: [{ key, modRevision }], success: [{ delete: { key } }] });
}

/** What is told, one after the other, until the signal fires. */
class News<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  readonly #signal: AbortSignal;
  #error: Error | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#wake.resolve(), { once: true });
  }

  tell(item: T): void {
    this.#waiting.push(item);
    this.#wake.resolve();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#error !== undefined) throw this.#error;
      else if (this.#signal.aborted) return;
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
    }
  }
}

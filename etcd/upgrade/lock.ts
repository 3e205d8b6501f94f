import type { EtcdClient } from "../client/client.ts";

/** A lock of the cluster, held. */
export interface HeldLock {
  /** Fires when it may be held by another. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LockOptions {
  /** Of the keys of those who want it. */
  readonly prefix: string;
  /** Who wants it, for the others to read. */
  readonly name: string;
  /** In seconds: how long it stays with a holder that is gone without a word. */
  readonly ttl: number;
  /** Told while it is waited for. */
  onError?(error: unknown): void;
}

/** Waits for a lock, behind those who have waited longer. @throws the reason of the signal */
export async function holdLock(
  client: EtcdClient,
  options: LockOptions,
  signal: AbortSignal,
): Promise<HeldLock> {
  const { prefix, name, ttl, onError } = options;
  const ends = new AbortController();
  const led = Promise.withResolvers<AbortSignal>();
  const over = client.campaign(
    {
      prefix,
      ttl,
      value: Buffer.from(name),
      lead: (leadership) => led.resolve(leadership.signal),
      ...(onError && { onError }),
    },
    ends.signal,
  );
  const release = async (): Promise<void> => {
    ends.abort();
    await over;
  };
  const onAbort = (): void => led.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    return { lost: await led.promise, release };
  } catch (error) {
    await release();
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Who holds a lock, or is the first to get it; undefined if nobody wants it. @throws EtcdError */
export async function lockHolder(client: EtcdClient, prefix: string): Promise<string | undefined> {
  const { entries } = await client.list({ prefix });
  const [first] = entries.toSorted((one, other) => (one.createRevision < other.createRevision ? -1 : 1));
  return first === undefined ? undefined : Buffer.from(first.value).toString();
}

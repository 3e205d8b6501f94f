import type { EtcdClient } from "./client.ts";
import type { KeyValue } from "./key-value.ts";
import type { LeaseOptions } from "./lease.ts";
import type { Comparison } from "./transaction.ts";

export interface CampaignOptions extends Pick<LeaseOptions, "onError"> {
  /** Of the keys of the candidates. */
  readonly prefix: string;
  /** What candidates tell of themselves. */
  readonly value: Uint8Array;
  /** In seconds: how long it takes until somebody else leads when the leader is gone without a word. */
  readonly ttl: number;
  /** Called at each election, to lead until the signal of the leadership fires. */
  lead(leadership: Leadership): void;
}

export interface Leadership {
  /** Holds for as long as nobody else can lead: for the transactions of the leader. */
  readonly fence: Comparison;
  readonly signal: AbortSignal;
}

/**
 * Stands for election: the candidate that has stood the longest leads. The candidacy is a key that ends with a lease;
 * when that is lost, there is a new one, at the end of the queue.
 */
export async function campaign(
  client: EtcdClient,
  options: CampaignOptions,
  signal: AbortSignal,
): Promise<void> {
  const { prefix, value, ttl, lead, onError } = options;
  let own = "";
  let first: KeyValue | undefined;
  let leading: { readonly createRevision: bigint; readonly ends: AbortController } | undefined;
  const lease = client.lease(
    {
      ttl,
      async attach(id) {
        own = prefix + BigInt(id).toString(16);
        const candidacy = { put: own, value, lease: id };
        await client.transact({ compare: [{ key: own, exists: false }], success: [candidacy] });
        decide();
      },
      onHeld: () => decide(),
      ...(onError && { onError }),
    },
    signal,
  );

  function decide(): void {
    const elected = first?.key === own && lease.isHeld && !signal.aborted ? first : undefined;
    if (elected?.createRevision === leading?.createRevision) return;
    leading?.ends.abort();
    leading = undefined;
    if (elected === undefined) return;
    const { key, createRevision } = elected;
    leading = { createRevision, ends: new AbortController() };
    lead({ fence: { key, createRevision }, signal: leading.ends.signal });
  }

  const follower = {
    onChange({ entries }: { readonly entries: ReadonlyMap<string, KeyValue> }) {
      first = undefined;
      for (const each of entries.values())
        if (first === undefined || each.createRevision < first.createRevision) first = each;
      decide();
    },
    onError: (error: unknown) => onError?.(error),
  };
  client.follow({ prefix }, follower, signal);
  signal.addEventListener("abort", decide, { once: true });
  await lease.ended;
  leading?.ends.abort();
}

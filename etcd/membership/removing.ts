import { Auth } from "../client/auth.ts";
import type { EtcdClient } from "../client/client.ts";
import type { KeyRange } from "../client/key-range.ts";
import { Members } from "../client/members.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { removeNode } from "../join/registry.ts";
import type { Revocation } from "../revocation/records.ts";
import { MembershipKeys } from "./keys.ts";
import { type LeaveEvent, leave } from "./leaving.ts";

export interface RemoveOptions {
  /** Of `root`, or of anybody where the servers do not ask who one is. */
  readonly client: EtcdClient;
  /** Of all keys of the cluster, such as `/_mgmt`. */
  readonly keyPrefix: string;
  /** The name of the node. */
  readonly host: string;
  /** Remove its member even without a replacement, or if most of those who stay are not healthy. */
  readonly force?: boolean;
  /** Whether there are certificates. */
  readonly hasCertificates: boolean;
  /** What else the cluster is to forget of it. */
  readonly data?: readonly KeyRange[];
  /** In ms since 1970. */
  readonly now: number;
}

/** What a cluster has of a node. */
export interface Traces {
  /** It has joined, or something of a node that has is left. */
  readonly hasJoined: boolean;
  readonly isMember: boolean;
  /** It volunteers as a server: it runs. */
  readonly isVolunteer: boolean;
}

/** @throws EtcdError */
export async function tracesOf({
  client,
  keyPrefix,
  host,
  hasCertificates,
}: Pick<RemoveOptions, "client" | "keyPrefix" | "host" | "hasCertificates">): Promise<Traces> {
  const keys = new MembershipKeys(keyPrefix);
  const { members } = await new Members(client).list();
  const [record, volunteer] = [
    await client.get(new ClusterKeys(keyPrefix).host(host)),
    await client.get(keys.volunteer(host)),
  ];
  const isUser = hasCertificates && (await new Auth(client.connection).users()).includes(host);
  return {
    hasJoined: record !== undefined || isUser,
    isMember: members.some(({ name }) => name === host),
    isVolunteer: volunteer !== undefined,
  };
}

export type RemoveEvent =
  | { readonly type: "leaving"; readonly event: LeaveEvent }
  /** The last event. */
  | { readonly type: "removed"; readonly revocations: readonly Revocation[] };

/**
 * Has a cluster forget a node: its member, if it has one, goes as it would if it left; what it may do, and its certificates
 * after that. Ends after an event of leaving that refuses it; nothing is forgotten then. Can be done again where it was
 * interrupted.
 * @throws EtcdError or JoinError
 */
export async function* removeHost(
  options: RemoveOptions,
  signal: AbortSignal,
): AsyncGenerator<RemoveEvent, void> {
  const { client, keyPrefix, host, hasCertificates, data = [], now } = options;
  const keys = new MembershipKeys(keyPrefix);
  const { isMember, isVolunteer } = await tracesOf(options);
  const nominated = await client.get(keys.nomination(host));
  if (isMember || isVolunteer || nominated !== undefined) {
    let hasLeft = false;
    for await (const event of leave(options, signal)) {
      yield { type: "leaving", event };
      hasLeft = event.type === "left";
    }
    if (!hasLeft) return;
  }
  const cluster = new ClusterKeys(keyPrefix);
  const also = [
    ...[keys.volunteer(host), keys.nomination(host), keys.leaving(host), keys.quarantine(host)],
    cluster.joinUrlsOf(host),
  ].map((key): KeyRange => ({ key }));
  const operations = [...also, ...data].map((range) => ({ delete: range }));
  if (hasCertificates) {
    const revocations = await removeNode(client, { rootKey: keyPrefix, name: host, also: operations, now });
    yield { type: "removed", revocations };
  } else {
    await client.doAll(operations);
    yield { type: "removed", revocations: [] };
  }
}

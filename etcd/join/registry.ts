/** Who is in a cluster, as far as it can be said without asking the node. */
import { type Grant, grantNode, revokeNode } from "../access/access.ts";
import type { EtcdClient } from "../client/client.ts";
import type { Comparison } from "../client/transaction.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { keyId, readCertificates } from "../pki/certificates.ts";
import type { Role } from "../pki/role.ts";
import { JoinError } from "./join-error.ts";
import { decodeRecord, encodeRecord, keysOf, type NodeRecord } from "./node-record.ts";

export interface Registration {
  /** Below which all keys of the cluster are, such as `/_mgmt`. */
  readonly rootKey: string;
  readonly name: string;
  readonly role: Role;
  /** Of the node; PEM, with or without those that lead to the root. */
  readonly certificate: string;
  /** What the node may do. */
  readonly grants: readonly Grant[];
  /** Take the name over from whoever has another key. */
  readonly replace?: boolean | undefined;
  /** The certificate that the node has had, and has still if it is not told of this one. PEM. */
  readonly previous?: string | undefined;
  /** Has to hold at the same time. */
  readonly condition?: Comparison | undefined;
  /** In ms since 1970. */
  readonly now: number;
}

/** `refused`: the condition does not hold. */
export type RegistrationResult = "new" | "known" | "replaced" | "refused";

/**
 * Has the cluster know a node by its certificate, and allows it what it may do. The node that makes a cluster does that
 * for itself; for others, the server does that they join at.
 * @param client of `root`
 * @throws JoinError if another key has the name, or EtcdError
 */
export async function registerNode(
  client: EtcdClient,
  registration: Registration,
): Promise<RegistrationResult> {
  const { rootKey, name, role, grants } = registration;
  const result = await write(client, registration, new ClusterKeys(rootKey).host(name));
  if (result !== "refused") await grantNode(client, name, role, grants);
  return result;
}

async function write(
  client: EtcdClient,
  { name, role, certificate, replace = false, previous, condition, now }: Registration,
  key: string,
): Promise<RegistrationResult> {
  const [leaf] = readCertificates(certificate, `the certificate of ${name}`);
  const proven = [certificate, ...(previous === undefined ? [] : [previous])].map((pem) =>
    keyId(readCertificates(pem, `the certificate of ${name}`)[0]),
  );
  for (;;) {
    const entry = await client.get(key);
    const before = entry && decodeRecord(name, entry);
    const isKnown = before !== undefined && keysOf(before).some((id) => proven.includes(id));
    if (previous !== undefined && before === undefined) throw unknownNode(name);
    if (before !== undefined && !isKnown && !replace)
      throw previous === undefined ? nameTaken(name, before) : replaced(name);
    const isReplaced = before !== undefined && !isKnown;
    const record: NodeRecord = {
      certificate: leaf.toString(),
      role,
      joinedAt: isKnown ? before.joinedAt : new Date(now).toISOString(),
      replaces: isReplaced ? keysOf(before)[0] : before?.replaces,
      previous,
    };
    const unchanged: Comparison =
      entry === undefined ? { key, exists: false } : { key, modRevision: entry.modRevision };
    const { succeeded } = await client.transact({
      compare: [unchanged, ...(condition === undefined ? [] : [condition])],
      success: [{ put: key, value: encodeRecord(record) }],
    });
    if (succeeded) return isReplaced ? "replaced" : isKnown ? "known" : "new";
    // Somebody else was quicker, or this was done by a try whose answer was lost: both are seen in the next round.
    if (condition !== undefined && !(await client.transact({ compare: [condition] })).succeeded)
      return "refused";
  }
}

/** Forgets a node, and takes from it whatever it may do. @param client of `root` @throws EtcdError */
export async function removeNode(client: EtcdClient, rootKey: string, name: string): Promise<void> {
  await revokeNode(client, name);
  await client.delete({ key: new ClusterKeys(rootKey).host(name) });
}

function nameTaken(name: string, { joinedAt }: NodeRecord): JoinError {
  return new JoinError(
    "name-taken",
    `another machine has joined as ${name}, at ${joinedAt}; give this one another name with --hostname, ` +
      "or add --replace if it is to take the place of that one",
  );
}

function replaced(name: string): JoinError {
  return new JoinError(
    "name-taken",
    `another machine has taken the place of this one as ${name}; if this one is to have it back, ` +
      "join again with a token and --replace",
  );
}

function unknownNode(name: string): JoinError {
  return new JoinError(
    "unknown-node",
    `the cluster knows no ${name}; it has been removed, or has never joined: join with a token that ` +
      "`mgmt cluster token` makes",
  );
}

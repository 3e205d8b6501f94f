/** Who is in a cluster, as far as it can be said without asking the node. */
import type { X509Certificate } from "node:crypto";
import { type Grant, grantNode, revokeNode } from "../access/access.ts";
import type { EtcdClient } from "../client/client.ts";
import type { Comparison, Operation } from "../client/transaction.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { keyId, readCertificates, serialOf } from "../pki/certificates.ts";
import type { Role } from "../pki/role.ts";
import { type Issuance, issuanceOf, type Revocation, type RevocationCause } from "../revocation/records.ts";
import { findRevocation, issuing, type Revoking, revoking } from "../revocation/revoke.ts";
import { JoinError } from "./join-error.ts";
import { decodeRecord, encodeRecord, keysOf, type NodeRecord, readNode } from "./node-record.ts";

export interface Registration {
  /** Below which all keys of the cluster are, such as `/_mgmt`. */
  readonly rootKey: string;
  readonly name: string;
  readonly role: Role;
  /** Of the node; PEM, with or without those that lead to the root. */
  readonly certificate: string;
  /** Other certificates that it is given: those of its listeners. */
  readonly listeners?: readonly Issuance[] | undefined;
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
 * Has the cluster know a node by its certificate, and allows it what it may do. If the name is taken over, all
 * certificates of who had it are revoked at the same moment. The node that makes a cluster does that
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
  registration: Registration,
  key: string,
): Promise<RegistrationResult> {
  const { rootKey, name, role, certificate, replace = false, previous, condition, now } = registration;
  const [leaf] = readCertificates(certificate, `the certificate of ${name}`);
  const issued = [issuanceOf(certificate, "client"), ...(registration.listeners ?? [])];
  const used = previous === undefined ? undefined : issuanceOf(previous, "client");
  const proven = [certificate, ...(previous === undefined ? [] : [previous])].map((pem) =>
    keyId(readCertificates(pem, `the certificate of ${name}`)[0]),
  );
  for (;;) {
    const entry = await client.get(key);
    const before = entry && decodeRecord(name, entry);
    const isKnown = before !== undefined && keysOf(before).some((id) => proven.includes(id));
    if (used !== undefined) await requireTrusted(client, rootKey, name, used.serial);
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
    const { compare, operations } = isReplaced
      ? await revoking(client, {
          rootKey,
          name,
          now,
          cause: "replaced",
          certificates: certificatesOf(before),
        })
      : nothing;
    const trusted: readonly Comparison[] =
      used === undefined ? [] : [{ key: new ClusterKeys(rootKey).revocation(used.serial), exists: false }];
    const { succeeded } = await client.transact({
      compare: [unchanged, ...compare, ...trusted, ...(condition === undefined ? [] : [condition])],
      success: [{ put: key, value: encodeRecord(record) }, ...operations, ...issuing(rootKey, name, issued)],
    });
    if (succeeded) return isReplaced ? "replaced" : isKnown ? "known" : "new";
    // Somebody else was quicker, or this was done by a try whose answer was lost: both are seen in the next round.
    if (condition !== undefined && !(await client.transact({ compare: [condition] })).succeeded)
      return "refused";
  }
}

const nothing: Pick<Revoking, "compare" | "operations"> = { compare: [], operations: [] };

function certificatesOf({ certificate, previous }: NodeRecord): readonly string[] {
  return previous === undefined ? [certificate] : [certificate, previous];
}

export interface Removal {
  readonly rootKey: string;
  readonly name: string;
  /** What else the cluster forgets of it at the same moment. */
  readonly also?: readonly Operation[];
  /** In ms since 1970. */
  readonly now: number;
}

/**
 * Forgets a node, revokes all its certificates, and takes from it whatever it may do. It can be done again where it was
 * interrupted.
 * @param client of `root`
 * @returns what was revoked @throws EtcdError
 */
export async function removeNode(client: EtcdClient, removal: Removal): Promise<readonly Revocation[]> {
  const { name, also = [] } = removal;
  const deletion = { delete: { key: new ClusterKeys(removal.rootKey).host(name) } };
  const revocations = await revokeAll(client, { ...removal, cause: "removed" }, [deletion, ...also]);
  await revokeNode(client, name);
  return revocations;
}

/**
 * Revokes all certificates of a node, which stays one of the cluster: it can join again with its key.
 * @param client of `root`
 * @returns what was revoked @throws EtcdError
 */
export function revokeCertificates(
  client: EtcdClient,
  of: Omit<Removal, "also">,
): Promise<readonly Revocation[]> {
  return revokeAll(client, { ...of, cause: "revoked" }, []);
}

async function revokeAll(
  client: EtcdClient,
  { rootKey, name, now, cause }: Omit<Removal, "also"> & { readonly cause: RevocationCause },
  also: readonly Operation[],
): Promise<readonly Revocation[]> {
  const key = new ClusterKeys(rootKey).host(name);
  for (;;) {
    const entry = await client.get(key);
    const certificates = entry === undefined ? [] : certificatesOf(decodeRecord(name, entry));
    const found = await revoking(client, { rootKey, name, now, cause, certificates });
    const unchanged: Comparison =
      entry === undefined ? { key, exists: false } : { key, modRevision: entry.modRevision };
    const { succeeded } = await client.transact({
      compare: [unchanged, ...found.compare],
      success: [...found.operations, ...also],
    });
    if (succeeded) return found.revocations;
  }
}

/** @throws JoinError if a certificate of the node has been revoked, or EtcdError */
export async function requireTrusted(
  client: EtcdClient,
  rootKey: string,
  name: string,
  serial: string,
): Promise<void> {
  const revocation = await findRevocation(client, rootKey, serial);
  if (revocation !== undefined) throw revokedError(name, revocation.cause);
}

/**
 * That the cluster knows a node by its certificate.
 * @throws JoinError if it does not, or EtcdError
 */
export async function requireStanding(
  client: EtcdClient,
  rootKey: string,
  name: string,
  certificate: X509Certificate,
): Promise<void> {
  await requireTrusted(client, rootKey, name, serialOf(certificate));
  const record = await readNode(client, rootKey, name);
  if (record === undefined) throw unknownNode(name);
  if (!keysOf(record).includes(keyId(certificate))) throw replaced(name);
}

/** What a node is told whose certificate is not trusted any more. */
export function revokedError(name: string, cause: RevocationCause): JoinError {
  return new JoinError("revoked", `${whatHappened[cause](name)}; ${rejoin}`);
}

const whatHappened: Readonly<Record<RevocationCause, (name: string) => string>> = {
  removed: (name) => `${name} has been removed from the cluster, and its certificate revoked`,
  replaced: (name) =>
    `another machine has taken the place of this one as ${name}, and the certificate of this one was revoked`,
  revoked: (name) => `the certificate of ${name} has been revoked`,
};

const rejoin =
  "if it is to belong to the cluster, have it join again with a token that `mgmt cluster token` makes, and --replace; " +
  "if not, have it forget the cluster with `mgmt cluster reset`";

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

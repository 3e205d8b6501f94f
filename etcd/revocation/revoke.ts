import type { EtcdClient } from "../client/client.ts";
import { Members } from "../client/members.ts";
import type { Comparison, Operation } from "../client/transaction.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { MembershipKeys } from "../membership/keys.ts";
import { encodeJson } from "../membership/records.ts";
import {
  decodeIssuance,
  decodeRevocation,
  encodeIssuance,
  encodeRevocation,
  type Issuance,
  issuanceOf,
  type Revocation,
  type RevocationCause,
} from "./records.ts";

/** Of which node, and why its certificates are not to be trusted any more. */
export interface RevocationOptions {
  /** Below which all keys of the cluster are, such as `/_mgmt`. */
  readonly rootKey: string;
  readonly name: string;
  readonly cause: RevocationCause;
  /** Certificates that the node is known to have, of clients; PEM. */
  readonly certificates: readonly string[];
  /** In ms since 1970. */
  readonly now: number;
}

/** What is to be done in one transaction, and what has to hold for it. */
export interface Revoking {
  readonly revocations: readonly Revocation[];
  readonly operations: readonly Operation[];
  /** No certificate of the node has become known meanwhile, as far as its record is written with each. */
  readonly compare: readonly Comparison[];
}

/**
 * How all certificates of a node are revoked that have not ended.
 * @param client of `root`
 * @throws EtcdError
 */
export async function revoking(
  client: EtcdClient,
  { rootKey, name, cause, certificates, now }: RevocationOptions,
): Promise<Revoking> {
  const keys = new ClusterKeys(rootKey);
  const prefix = keys.issuancesTo(name);
  const { entries } = await client.list({ prefix });
  const { members } = await new Members(client).list();
  const member = members.find((each) => each.name === name)?.id;
  const found = new Map<string, Issuance>();
  for (const each of certificates.map((pem) => issuanceOf(pem, "client"))) found.set(each.serial, each);
  for (const { key, value } of entries) {
    const issuance = decodeIssuance(key.slice(prefix.length), value);
    if (issuance !== undefined) found.set(issuance.serial, issuance);
  }
  const revocations = [...found.values()]
    .filter(({ until }) => until >= now)
    .map((each): Revocation => ({ ...each, name, cause, at: now, member }));
  return {
    revocations,
    operations: [
      ...revocations.map((each) => ({ put: keys.revocation(each.serial), value: encodeRevocation(each) })),
      // It may run, and is to vote no longer.
      ...(cause === "replaced" && member !== undefined
        ? [{ put: new MembershipKeys(rootKey).replacement(member), value: encodeJson({ v: 1, name }) }]
        : []),
      // One by one: among them may be keys that are written in the same transaction.
      ...entries.map(({ key }) => ({ delete: { key } })),
    ],
    compare: entries.map(({ key, modRevision }) => ({ key, modRevision })),
  };
}

/** Notes that a node has certificates, so that they can be revoked. */
export function issuing(rootKey: string, name: string, issuances: readonly Issuance[]): readonly Operation[] {
  const keys = new ClusterKeys(rootKey);
  return issuances.map((each) => ({ put: keys.issuance(name, each.serial), value: encodeIssuance(each) }));
}

/** @returns undefined if the certificate of this number is not revoked @throws EtcdError */
export async function findRevocation(
  client: EtcdClient,
  rootKey: string,
  serial: string,
): Promise<Revocation | undefined> {
  const entry = await client.get(new ClusterKeys(rootKey).revocation(serial));
  return entry && decodeRevocation(serial, entry.value);
}

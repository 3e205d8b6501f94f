import type { EtcdClient } from "../client/client.ts";
import type { KeyValue } from "../client/key-value.ts";
import { type Member, type MemberStatus, Members } from "../client/members.ts";
import type { Comparison } from "../client/transaction.ts";
import type { MembershipKeys } from "./keys.ts";
import {
  decodeLeaving,
  decodeNomination,
  decodeNumber,
  decodeToken,
  decodeUrls,
  decodeVolunteer,
  type LeavingRecord,
  type NominationRecord,
  textOf,
  type VolunteerRecord,
} from "./records.ts";
import { isIdeal, standardDeadAfter, standardIdeal } from "./size.ts";

/** What the cluster says of its members, at one moment. */
export interface Observation {
  /** The number of the cluster. */
  readonly cluster: string;
  /** For `--initial-cluster-token`. */
  readonly token: string;
  readonly members: readonly Member[];
  /** What members say of themselves, by member; none for one that does not answer. */
  readonly statuses: ReadonlyMap<string, FoundStatus>;
  /** The member that leads; undefined if nobody says so. */
  readonly leader: string | undefined;
  readonly volunteers: ReadonlyMap<string, VolunteerRecord>;
  readonly nominations: ReadonlyMap<string, NominationRecord>;
  readonly leaving: ReadonlyMap<string, LeavingRecord & { readonly modRevision: bigint }>;
  readonly quarantined: ReadonlySet<string>;
  /** Members whose hosts' names others have taken over. */
  readonly replaced: ReadonlySet<string>;
  readonly ideal: number;
  /** In seconds. */
  readonly deadAfter: number;
  readonly endpoints: readonly string[] | undefined;
  /** Names of the candidates for the controller; the first of them controls. */
  readonly controllers: readonly string[];
}

export interface FoundStatus extends MemberStatus {
  /** Where it was found. */
  readonly url: string;
}

/**
 * Looks at the members, at the keys of membership, and asks each member how it is.
 * @param probe how long that is waited for, in ms
 * @param fence what has to hold @returns undefined if it does not @throws EtcdError
 */
export async function observe(
  client: EtcdClient,
  keys: MembershipKeys,
  probe: number,
  fence?: Comparison,
): Promise<Observation | undefined> {
  // The keys come first: a server that has told them knows of all changes of members that were made before.
  const found = await readKeys(client, keys, fence);
  if (found === undefined) return undefined;
  return { ...(await observeMembers(client, probe)), ...decodeKeys(keys, found) };
}

/** What can be known without a quorum: the members, as one that is up knows them, and how they are. @throws EtcdError */
export async function observeMembers(
  client: EtcdClient,
  probe: number,
  isStale = false,
): Promise<Pick<Observation, "cluster" | "token" | "members" | "statuses" | "leader">> {
  const { cluster, members } = await new Members(client).list(isStale);
  const statuses = await statusesOf(client, cluster, members, probe);
  return { cluster, token: cluster, members, statuses, leader: leaderOf(statuses) };
}

type FoundKeys = readonly (readonly KeyValue[])[];

/** @returns what is below each prefix, and then under each key; undefined if the fence does not hold */
async function readKeys(
  client: EtcdClient,
  keys: MembershipKeys,
  fence?: Comparison,
): Promise<FoundKeys | undefined> {
  const ranges = [
    ...[
      ...[keys.volunteers, keys.nominations, keys.leavings, keys.quarantines],
      ...[keys.replacements, keys.controller],
    ].map((prefix) => ({ prefix })),
    ...[keys.ideal, keys.deadAfter, keys.endpoints, keys.info].map((key) => ({ key })),
  ];
  const { succeeded, results } = await client.transact({
    compare: fence === undefined ? [] : [fence],
    success: ranges.map((get) => ({ get })),
  });
  return succeeded ? results.map(({ found }) => found) : undefined;
}

/** What the keys say; nothing is found without a quorum. */
export function decodeKeys(
  keys: MembershipKeys,
  found: FoundKeys,
): Omit<Observation, "cluster" | "token" | "members" | "statuses" | "leader"> & { readonly token?: string } {
  const [volunteers, nominations, leaving = [], quarantines = [], ...others] = found;
  const [replacements = [], controllers = [], ...single] = others;
  const [ideal, deadAfter, endpoints, info] = single.map(([entry]) => entry?.value);
  const requests = new Map(leaving.map((entry) => [entry.key, entry.modRevision]));
  const wanted = ideal && decodeNumber(ideal);
  const token = info && decodeToken(info);
  return {
    ...(token !== undefined && { token }),
    volunteers: decodeAll(keys, keys.volunteers, volunteers, decodeVolunteer),
    nominations: decodeAll(keys, keys.nominations, nominations, decodeNomination),
    leaving: decodeAll(keys, keys.leavings, leaving, (bytes, key) => {
      const record = decodeLeaving(bytes);
      const modRevision = requests.get(key);
      return record && modRevision !== undefined ? { ...record, modRevision } : undefined;
    }),
    quarantined: new Set(quarantines.map(({ key }) => keys.hostOf(keys.quarantines, key))),
    replaced: new Set(replacements.map(({ key }) => keys.hostOf(keys.replacements, key))),
    ideal: wanted !== undefined && isIdeal(wanted) ? wanted : standardIdeal,
    deadAfter: (deadAfter && decodeNumber(deadAfter)) ?? standardDeadAfter,
    endpoints: endpoints && decodeUrls(endpoints),
    controllers: controllers
      .toSorted((a, b) => Number(a.createRevision - b.createRevision))
      .map(({ value }) => textOf(value)),
  };
}

/** Whether a member answers, belongs to the cluster, and knows who leads. */
export function isWellStatus(status: MemberStatus | undefined): boolean {
  return status?.leader !== undefined;
}

/** A URL that can be used wherever one is: the sockets of members have their names relative to their directories. */
export function isUsableUrl(url: string): boolean {
  return /^https?:\/\/[^/]+:\d+\/?$|^unixs?:\/\/\//.test(url);
}

async function statusesOf(
  client: EtcdClient,
  cluster: string,
  members: readonly Member[],
  probe: number,
): Promise<ReadonlyMap<string, FoundStatus>> {
  const urls = new Set([...client.connection.endpoints, ...members.flatMap(({ clientUrls }) => clientUrls)]);
  const statuses = new Map<string, FoundStatus>();
  const ask = async (url: string): Promise<void> => {
    try {
      const status = await new Members(client).status(url, probe);
      if (status.cluster === cluster && !statuses.has(status.memberId))
        statuses.set(status.memberId, { ...status, url });
    } catch {
      // Who does not answer is missing in what is returned.
    }
  };
  await Promise.all([...urls].filter(isUsableUrl).map(ask));
  return statuses;
}

/** Who has been elected last knows best. */
function leaderOf(statuses: ReadonlyMap<string, MemberStatus>): string | undefined {
  let last: MemberStatus | undefined;
  for (const status of statuses.values())
    if (status.leader !== undefined && (last === undefined || status.raftTerm > last.raftTerm)) last = status;
  return last?.leader;
}

function decodeAll<T>(
  keys: MembershipKeys,
  prefix: string,
  entries: readonly KeyValue[] = [],
  decode: (bytes: Uint8Array, key: string) => T | undefined,
): ReadonlyMap<string, T> {
  return new Map(
    entries.flatMap(({ key, value }) => {
      const record = decode(value, key);
      return record === undefined ? [] : [[keys.hostOf(prefix, key), record] as const];
    }),
  );
}

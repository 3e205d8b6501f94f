/**
 * What is kept under the keys of membership. Times are milliseconds since 1970. What cannot be read counts as not there:
 * a newer version may have written it.
 */
import { isRecord } from "../json.ts";

/** A host that wants to be a member, or is one: `volunteer/HOST`, under a lease. */
export interface VolunteerRecord {
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly etcdVersion: string;
  /** Members are spread over zones as far as there are any; empty if nothing is known of it. */
  readonly zone: string;
  /**
   * The member that this host has the data of; null if it has none. A host without data cannot go on as the member that
   * it was, so a member of its name is removed.
   */
  readonly memberId: string | null;
  /** Since when the host is up. */
  readonly since: number;
}

/** A host that is to start its server as a new member: `nominated/HOST`. */
export interface NominationRecord {
  readonly memberId: string;
  /** All members, also the new one, by name: their peer URLs, for `--initial-cluster`. */
  readonly members: Readonly<Record<string, readonly string[]>>;
  /** For `--initial-cluster-token`. */
  readonly token: string;
  /** When somebody else gets a chance. */
  readonly deadline: number;
}

/** What has become of a request to leave. */
export type LeavingState =
  /** Nobody has looked at it yet. */
  | "requested"
  /** It is going to happen. */
  | "waiting"
  | "refused"
  /** The host is no member; it does not volunteer until the key is deleted. */
  | "left";

const leavingStates: readonly LeavingState[] = ["requested", "waiting", "refused", "left"];

/** A host that is to stop being a member: `leaving/HOST`. */
export interface LeavingRecord {
  readonly requestedAt: number;
  /** Whether it leaves even if it is not replaced, or most of those who stay are not healthy. */
  readonly force: boolean;
  readonly state: LeavingState;
  /** Of the state, for people; empty if there is nothing to say. */
  readonly reason: string;
}

const version = 1;

export function encodeRecord(record: VolunteerRecord | NominationRecord | LeavingRecord): Uint8Array {
  return encodeJson({ v: version, ...record });
}

export function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

export function decodeVolunteer(bytes: Uint8Array): VolunteerRecord | undefined {
  const record = decode(bytes);
  if (record === undefined) return undefined;
  const { peerUrls, clientUrls, etcdVersion, zone, memberId, since } = record;
  if (!isTextList(peerUrls) || !isTextList(clientUrls) || typeof since !== "number") return undefined;
  if (typeof etcdVersion !== "string" || typeof zone !== "string") return undefined;
  if (memberId !== null && typeof memberId !== "string") return undefined;
  return { peerUrls, clientUrls, etcdVersion, zone, memberId, since };
}

export function decodeNomination(bytes: Uint8Array): NominationRecord | undefined {
  const record = decode(bytes);
  if (record === undefined || !isRecord(record.members)) return undefined;
  const { memberId, token, deadline } = record;
  if (typeof memberId !== "string" || typeof token !== "string" || typeof deadline !== "number")
    return undefined;
  const members: Record<string, readonly string[]> = {};
  for (const [name, urls] of Object.entries(record.members)) {
    if (!isTextList(urls)) return undefined;
    members[name] = urls;
  }
  return { memberId, members, token, deadline };
}

export function decodeLeaving(bytes: Uint8Array): LeavingRecord | undefined {
  const record = decode(bytes);
  if (record === undefined) return undefined;
  const { requestedAt, force, reason = "" } = record;
  const state = leavingStates.find((each) => each === (record.state ?? "requested"));
  if (typeof requestedAt !== "number" || typeof force !== "boolean" || typeof reason !== "string")
    return undefined;
  return state === undefined ? undefined : { requestedAt, force, state, reason };
}

/** A list of URLs, as under `cluster/endpoints`. */
export function decodeUrls(bytes: Uint8Array): readonly string[] | undefined {
  const value = parse(bytes);
  return isTextList(value) ? value : undefined;
}

/** The token of the cluster, from `cluster/info`. */
export function decodeToken(bytes: Uint8Array): string | undefined {
  const value = parse(bytes);
  return isRecord(value) && typeof value.uuid === "string" && value.uuid !== "" ? value.uuid : undefined;
}

/** A decimal number, as under `cluster/ideal`. */
export function decodeNumber(bytes: Uint8Array): number | undefined {
  const text = textOf(bytes).trim();
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

function decode(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  const value = parse(bytes);
  return isRecord(value) && value.v === version ? value : undefined;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    return undefined;
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

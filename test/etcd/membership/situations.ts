/** Situations of a cluster, said in short. */
import type { FoundMember, Situation } from "../../../etcd/membership/decide.ts";
import { initialMembers } from "../../../etcd/membership/decide.ts";
import type { LeavingRecord, NominationRecord, VolunteerRecord } from "../../../etcd/membership/records.ts";

const seconds = 1000;
/** In ms. */
const now = 1_000_000 * seconds;

/**
 * @param text its name, and as far as they apply `*` for a learner, `!` for one that has not been started, `?` and since
 * how many seconds for one that does not answer
 */
export function member(text: string, url?: string): FoundMember {
  const [, name = "", signs = "", since = ""] = /^(\w+?)([*!?]*)(\d*)$/.exec(text) ?? [];
  const isStarted = !signs.includes("!");
  const isWell = isStarted && !signs.includes("?");
  return {
    id: name,
    name: isStarted ? name : "",
    isStarted,
    isLearner: signs.includes("*"),
    peerUrls: [url ?? peerUrl(name)],
    clientUrls: isStarted ? [`http://${name}:2379`] : [],
    unwellFor: isWell ? undefined : Number(since) * seconds,
    answers: isWell,
  };
}

export function volunteer(name: string, change: Partial<VolunteerRecord>): VolunteerRecord {
  return {
    peerUrls: [peerUrl(name)],
    clientUrls: [`http://${name}:2379`],
    etcdVersion: "3.4.23",
    zone: "",
    memberId: null,
    since: 0,
    ...change,
  };
}

/** @param deadline seconds from now */
export function nomination(host: string, members: string, deadline: number): NominationRecord {
  return {
    memberId: host,
    members: initialMembers(
      host,
      host,
      split(members).map((each) => member(each)),
    ),
    token: "t",
    deadline: now + deadline * seconds,
  };
}

function peerUrl(name: string): string {
  return `http://${name}:2380`;
}

function split(text: string): readonly string[] {
  return text.split(" ").filter((each) => each !== "");
}

export interface Given {
  /** See {@link member}; who is no learner and answers leads, the first of them. */
  readonly members: string;
  /** Names of hosts without data, beside the members; or all volunteers. */
  readonly volunteers?: string | Readonly<Record<string, VolunteerRecord>>;
  readonly nominations?: Readonly<Record<string, NominationRecord>>;
  readonly leaving?: Readonly<Record<string, Partial<LeavingRecord>>>;
  readonly quarantined?: string;
  /** Names of members whose hosts' names others have taken over. */
  readonly replaced?: string;
  readonly ideal?: number;
  /** In seconds. */
  readonly deadAfter?: number;
  readonly leader?: string;
  /** Of all members. */
  readonly peerUrl?: string;
}

export function situation(
  given: Given,
): Situation & { readonly record: Readonly<Record<string, VolunteerRecord>> } {
  const {
    volunteers = "",
    nominations = {},
    leaving = {},
    quarantined = "",
    ideal = 5,
    deadAfter = 600,
  } = given;
  const members = split(given.members).map((each) => member(each, given.peerUrl));
  const record =
    typeof volunteers === "string"
      ? Object.fromEntries([
          ...members.flatMap(({ id, isStarted, isLearner, unwellFor }) =>
            isStarted && !isLearner && unwellFor === undefined
              ? [[id, volunteer(id, { memberId: id })] as const]
              : [],
          ),
          ...split(volunteers).map((name) => [name, volunteer(name, {})] as const),
        ])
      : volunteers;
  const request: LeavingRecord = { requestedAt: 0, force: false, state: "requested", reason: "" };
  return {
    record,
    members,
    leader:
      given.leader ?? members.find(({ isLearner, unwellFor }) => !isLearner && unwellFor === undefined)?.id,
    volunteers: new Map(Object.entries(record)),
    nominations: new Map(Object.entries(nominations)),
    leaving: new Map(Object.entries(leaving).map(([host, change]) => [host, { ...request, ...change }])),
    quarantined: new Set(split(quarantined)),
    replaced: new Set(split(given.replaced ?? "")),
    ideal,
    deadAfter: deadAfter * seconds,
    now,
  };
}

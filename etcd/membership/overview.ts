import type { EtcdClient } from "../client/client.ts";
import { EtcdError } from "../client/error.ts";
import type { Member, MemberStatus } from "../client/members.ts";
import { type Decision, decide, quorumOf } from "./decide.ts";
import { MembershipKeys } from "./keys.ts";
import { decodeKeys, isWellStatus, observe, observeMembers } from "./observe.ts";
import type { LeavingRecord, NominationRecord, VolunteerRecord } from "./records.ts";

export interface MemberOverview extends Member {
  readonly role: "leader" | "voter" | "learner";
  /** Whether it answers, and knows who leads. */
  readonly isWell: boolean;
  /** What it says of itself; undefined if it does not answer. */
  readonly status: MemberStatus | undefined;
  /** By how many entries of the log it is behind the one that is ahead of all; undefined if it does not answer. */
  readonly lag: number | undefined;
  readonly isVolunteering: boolean;
  readonly zone: string | undefined;
  readonly leaving: LeavingRecord | undefined;
}

/** All that is to be said about the members of a cluster. */
export interface Overview {
  /**
   * Why the keys of the cluster cannot be read, as without a quorum: only the members are known then, and what they say of
   * themselves; all else is as if nobody had said anything.
   */
  readonly problem: EtcdError | undefined;
  /** The number of the cluster. */
  readonly cluster: string;
  /** What nodes call it; its number as long as that is not known. */
  readonly token: string;
  readonly members: readonly MemberOverview[];
  /** The member that leads; undefined if nobody says so. */
  readonly leader: string | undefined;
  readonly voters: { readonly total: number; readonly well: number; readonly quorum: number };
  /** How many voters are wanted, and after how many seconds an unreachable one is replaced. */
  readonly ideal: number;
  readonly deadAfter: number;
  /** Hosts that volunteer without being members, by name. */
  readonly volunteers: ReadonlyMap<string, VolunteerRecord>;
  readonly nominations: ReadonlyMap<string, NominationRecord>;
  readonly leaving: ReadonlyMap<string, LeavingRecord>;
  readonly quarantined: readonly string[];
  /** The node that controls; undefined if nobody does. */
  readonly controller: string | undefined;
  /** Where clients are told to find the cluster. */
  readonly endpoints: readonly string[];
  /** What the controller is at; for how long members have been unreachable is not considered. */
  readonly decision: Decision;
}

export interface OverviewOptions {
  readonly client: EtcdClient;
  /** Of all keys of the cluster, such as `/_mgmt`. */
  readonly keyPrefix: string;
  /** How long the status of a member is waited for, in ms. */
  readonly probe?: number;
}

/** @throws EtcdError if not even one member answers */
export async function overview({ client, keyPrefix, probe = 2000 }: OverviewOptions): Promise<Overview> {
  const keys = new MembershipKeys(keyPrefix);
  let problem: EtcdError | undefined;
  const observed = (await observe(client, keys, probe).catch((error: unknown) => {
    if (!(error instanceof EtcdError) || !error.isTransient) throw error;
    problem = error;
  })) ?? { ...(await observeMembers(client, probe, true)), ...decodeKeys(keys, []) };
  const { statuses, leader, volunteers, leaving } = observed;
  const ahead = [...statuses.values()].reduce(
    (most, { raftIndex }) => (raftIndex > most ? raftIndex : most),
    0n,
  );
  const members = observed.members.map((member): MemberOverview => {
    const status = statuses.get(member.id);
    return {
      ...member,
      role: member.id === leader ? "leader" : member.isLearner ? "learner" : "voter",
      isWell: isWellStatus(status),
      status,
      lag: status && Number(ahead - status.raftIndex),
      isVolunteering: volunteers.has(member.name),
      zone: volunteers.get(member.name)?.zone,
      leaving: leaving.get(member.name),
    };
  });
  const voters = members.filter(({ isLearner }) => !isLearner);
  const names = new Set(members.map(({ name }) => name));
  return {
    problem,
    cluster: observed.cluster,
    token: observed.token,
    members: members.sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1)),
    leader,
    voters: {
      total: voters.length,
      well: voters.filter(({ isWell }) => isWell).length,
      quorum: quorumOf(voters.length),
    },
    ideal: observed.ideal,
    deadAfter: observed.deadAfter,
    volunteers: new Map([...volunteers].filter(([host]) => !names.has(host))),
    nominations: observed.nominations,
    leaving,
    quarantined: [...observed.quarantined].sort(),
    controller: observed.controllers[0],
    endpoints: observed.endpoints ?? [],
    decision: decide({
      ...observed,
      members: members.map((member) => ({
        ...member,
        unwellFor: member.isWell ? undefined : 0,
        answers: member.status !== undefined,
      })),
      deadAfter: observed.deadAfter * 1000,
      now: Date.now(),
    }),
  };
}

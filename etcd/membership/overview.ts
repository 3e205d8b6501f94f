import type { EtcdClient } from "../client/client.ts";
import type { Member, MemberStatus } from "../client/members.ts";
import type { Decision } from "./decide.ts";
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
  /** The number of the cluster. */
  readonly cluster: string;
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

/** @throws EtcdError */
export async function overview(_options: OverviewOptions): Promise<Overview> {
  throw new Error("not there yet");
}

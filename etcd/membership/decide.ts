import type { Member } from "../client/members.ts";
import type { LeavingRecord, NominationRecord, VolunteerRecord } from "./records.ts";

/** A member as it is found to be. */
export interface FoundMember extends Member {
  /** Since how many ms it has been found not to answer, or to be without a leader; undefined if it is well. */
  readonly unwellFor: number | undefined;
}

/** All that the next step depends on. */
export interface Situation {
  readonly members: readonly FoundMember[];
  /** The member that leads; undefined if nobody says so. */
  readonly leader: string | undefined;
  /** By host, as all of these. */
  readonly volunteers: ReadonlyMap<string, VolunteerRecord>;
  readonly nominations: ReadonlyMap<string, NominationRecord>;
  readonly leaving: ReadonlyMap<string, LeavingRecord>;
  readonly quarantined: ReadonlySet<string>;
  /** How many voters are wanted. */
  readonly ideal: number;
  /** In ms: after which time a member that is not well is replaced. */
  readonly deadAfter: number;
  /** In ms since 1970. */
  readonly now: number;
}

export type RemovalCause = "dead" | "leaving" | "surplus" | "replaced";

/** What is to be done next. There is at most one change of members under way. */
export type Step =
  /** All is as it should be. */
  | { readonly do: "nothing" }
  /** Something is due, and cannot be done now. */
  | { readonly do: "wait" }
  /** Add this host as a learner, and nominate it. */
  | { readonly do: "add"; readonly host: string; readonly peerUrls: readonly string[] }
  /** Write the nomination of a learner that has none, or an outdated one. */
  | {
      readonly do: "nominate";
      readonly host: string;
      readonly memberId: string;
      readonly deadline: number | undefined;
    }
  | { readonly do: "promote"; readonly host: string; readonly memberId: string }
  /** Remove a learner, and its nomination. */
  | {
      readonly do: "give-up";
      readonly host: string | undefined;
      readonly memberId: string;
      readonly quarantines: boolean;
    }
  /** Delete a nomination: its member is a voter, or gone. */
  | {
      readonly do: "end-nomination";
      readonly host: string;
      readonly outcome: "promoted" | "gone";
      readonly quarantines: boolean;
    }
  | {
      readonly do: "remove";
      readonly memberId: string;
      readonly name: string;
      readonly because: RemovalCause;
    }
  /** Another voter is to lead before the leader is removed. */
  | { readonly do: "move-leader"; readonly to: string }
  /** Tell a host that wants to leave what becomes of that. */
  | {
      readonly do: "answer";
      readonly host: string;
      readonly state: LeavingRecord["state"];
      readonly answer: string;
    };

export interface Decision {
  readonly step: Step;
  /** Why this is the next step, for people. */
  readonly reason: string;
  /** What people should know besides: dangers, and volunteers that cannot be accepted. */
  readonly notes: readonly string[];
}

/** Decides what is to be done next about the members of the cluster. */
export function decide(_situation: Situation): Decision {
  throw new Error("not there yet");
}

import type { EtcdClient } from "../client/client.ts";
import type { NominationRecord, VolunteerRecord } from "./records.ts";
import type { MembershipTimings } from "./timings.ts";

export type VolunteerEvent =
  /** The cluster knows that this host wants to be a member, or is one. */
  | { readonly type: "volunteering" }
  /** It does not any more, as the host is to leave. */
  | { readonly type: "withdrawn"; readonly reason: string }
  | { readonly type: "nominated"; readonly nomination: NominationRecord }
  /** This host is a voter now. */
  | { readonly type: "promoted"; readonly memberId: string }
  /** The nomination is over, and the member has been removed. */
  | { readonly type: "given-up"; readonly memberId: string }
  /** {@link VolunteerOptions.onNominated} has failed. */
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "error"; readonly error: unknown };

export interface VolunteerOptions {
  readonly client: EtcdClient;
  /** Of all keys of the cluster, such as `/_mgmt`. */
  readonly keyPrefix: string;
  /** The name of this host, and of its member. */
  readonly name: string;
  readonly record: VolunteerRecord;
  /**
   * Starts the server of this host, as the member that it is nominated for, with the state `existing`; resolves when it
   * runs. Called for each nomination, also for one that was there before this process, and again when it has changed
   * before it was fulfilled: what the server has of another member is to be moved away, and nothing is to be done if it
   * runs as this one already. The signal fires when the nomination is over without success, or replaced.
   */
  readonly onNominated: (nomination: NominationRecord, signal: AbortSignal) => Promise<void>;
  /** Must not throw. */
  readonly onEvent: (event: VolunteerEvent) => void;
  readonly timings?: Partial<MembershipTimings>;
}

/** A host that wants to be a member, until the signal fires. */
export interface Volunteering {
  /**
   * Tells the cluster what has changed: the member that this host has the data of, above all. That of a nomination is
   * told without this once `onNominated` has resolved, and null once the nominee is given up.
   */
  update(change: Partial<VolunteerRecord>): void;
  /** Settles once the host does not volunteer any more. */
  readonly ended: Promise<void>;
}

/** Offers this host as a member until the signal fires; members volunteer for what they are. */
export function volunteer(_options: VolunteerOptions, _signal: AbortSignal): Volunteering {
  throw new Error("not there yet");
}

import type { EtcdClient } from "../client/client.ts";
import type { LeavingRecord } from "./records.ts";

export type LeaveEvent =
  | { readonly type: "requested" }
  /** It is going to happen, once this is done; or nobody is there to do it. */
  | { readonly type: "waiting"; readonly reason: string }
  /** The last event: the host stays a member, and the request is withdrawn. */
  | { readonly type: "refused"; readonly reason: string }
  /** The last event: somebody else has withdrawn the request. */
  | { readonly type: "cancelled" }
  /** The last event: the host is no member, and does not volunteer until {@link cancelLeave}. */
  | { readonly type: "left" };

export interface LeaveOptions {
  readonly client: EtcdClient;
  /** Of all keys of the cluster, such as `/_mgmt`. */
  readonly keyPrefix: string;
  /** The name of the host. */
  readonly host: string;
  /** Leave even without a replacement, or if most of those who stay are not healthy. */
  readonly force?: boolean;
}

/**
 * Asks the membership controller to let a host go, and tells how it comes along. When the signal fires, or nobody listens
 * any more, the request stays.
 * @throws EtcdError
 */
export function leave(_options: LeaveOptions, _signal: AbortSignal): AsyncGenerator<LeaveEvent, void> {
  throw new Error("not there yet");
}

/** Withdraws a request to leave; a host that has left volunteers again. @returns whether there was one @throws EtcdError */
export async function cancelLeave(_options: Omit<LeaveOptions, "force">): Promise<boolean> {
  throw new Error("not there yet");
}

/** @returns undefined if the host is not to leave @throws EtcdError */
export async function readLeaving(_options: Omit<LeaveOptions, "force">): Promise<LeavingRecord | undefined> {
  throw new Error("not there yet");
}

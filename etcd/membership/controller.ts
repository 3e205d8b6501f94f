import type { EtcdClient } from "../client/client.ts";
import type { Decision, RemovalCause } from "./decide.ts";
import type { MembershipTimings } from "./timings.ts";

/** What the controller does and finds; nothing is told twice in a row. */
export type ControllerEvent =
  /** This node controls from now on. */
  | { readonly type: "elected" }
  | { readonly type: "resigned" }
  /** What it makes of what it sees has changed; `decision.notes` may be warnings. */
  | { readonly type: "decided"; readonly decision: Decision }
  | { readonly type: "added"; readonly host: string; readonly memberId: string }
  | { readonly type: "nominated"; readonly host: string; readonly memberId: string }
  | { readonly type: "promoted"; readonly host: string; readonly memberId: string }
  | { readonly type: "given-up"; readonly host: string; readonly memberId: string; readonly reason: string }
  | {
      readonly type: "removed";
      readonly name: string;
      readonly memberId: string;
      readonly because: RemovalCause;
      readonly reason: string;
    }
  | { readonly type: "leader-moved"; readonly to: string }
  | { readonly type: "endpoints"; readonly urls: readonly string[] }
  /** A step is refused, and is tried again. Told once, after the cluster has refused for a while. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "error"; readonly error: unknown };

export interface ControllerOptions {
  /** With the rights of root, as it changes members. */
  readonly client: EtcdClient;
  /** Of all keys of the cluster, such as `/_mgmt`. */
  readonly keyPrefix: string;
  /** Of this node. */
  readonly name: string;
  /** Must not throw. */
  readonly onEvent: (event: ControllerEvent) => void;
  readonly timings?: Partial<MembershipTimings>;
}

/**
 * Stands for election until the signal fires, and sees to the members of the cluster while it leads: that there are as
 * many as wanted, that dead ones are replaced, that who wants to leave can. Settles once another may be elected.
 */
export async function runController(_options: ControllerOptions, _signal: AbortSignal): Promise<void> {
  throw new Error("not there yet");
}

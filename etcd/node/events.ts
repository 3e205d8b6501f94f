import type { JoinEvent, JoinServerEvent, RenewalEvent } from "../join/events.ts";
import type { DefragmentationEvent } from "../maintenance/defragmentation.ts";
import type { ControllerEvent } from "../membership/controller.ts";
import type { VolunteerEvent } from "../membership/volunteer.ts";
import type { ServerEvent } from "../server/events.ts";
import type { SnapshotEvent } from "../snapshot/schedule.ts";
import type { UpgradeEvent } from "../upgrade/upgrade.ts";

/** What happens to a node. Nothing in it is secret. */
export type NodeEvent =
  | { readonly type: "bootstrapped"; readonly cluster: string; readonly urls: readonly string[] }
  | { readonly type: "joining"; readonly event: JoinEvent }
  | { readonly type: "joined"; readonly cluster: string; readonly endpoints: readonly string[] }
  /** Its own server. */
  | { readonly type: "server"; readonly event: ServerEvent }
  /** Its own server cannot be started; that is tried again. */
  | { readonly type: "server-failed"; readonly reason: string; readonly delayMs: number }
  /** Its own server waits for other members. */
  | { readonly type: "server-waits" }
  | { readonly type: "volunteer"; readonly event: VolunteerEvent }
  /** It could be a member, and is not to be one. */
  | { readonly type: "no-volunteer"; readonly reason: string }
  | { readonly type: "controller"; readonly event: ControllerEvent }
  /** Those who join ask here. */
  | { readonly type: "join-server"; readonly event: JoinServerEvent }
  | { readonly type: "join-server-failed"; readonly reason: string; readonly delayMs: number }
  /** The cluster does not trust this node any more: it does nothing for it from now on. */
  | { readonly type: "expelled"; readonly reason: string }
  /** A certificate has been revoked, and all who were connected to the own server have to connect again. */
  | { readonly type: "cut-off"; readonly count: number }
  /** For that, the own server is started again. */
  | { readonly type: "cut-off-by-restart"; readonly reason: string }
  | { readonly type: "renewal"; readonly event: RenewalEvent }
  | { readonly type: "snapshot"; readonly event: SnapshotEvent }
  | { readonly type: "defragmentation"; readonly event: DefragmentationEvent }
  | { readonly type: "upgrade"; readonly event: UpgradeEvent }
  /** Where the cluster is reached from now on. */
  | { readonly type: "endpoints"; readonly urls: readonly string[] }
  | { readonly type: "warning"; readonly message: string }
  /** Something in the background has gone wrong; it is tried again. */
  | { readonly type: "error"; readonly error: unknown };

import { EtcdError } from "../../../etcd/client/error.ts";
import type { JoinServerEvent, RenewalEvent } from "../../../etcd/join/events.ts";
import type { DefragmentationEvent } from "../../../etcd/maintenance/defragmentation.ts";
import type { ControllerEvent } from "../../../etcd/membership/controller.ts";
import type { VolunteerEvent } from "../../../etcd/membership/volunteer.ts";
import type { NodeEvent } from "../../../etcd/node/events.ts";
import type { ServerEvent } from "../../../etcd/server/events.ts";
import type { SnapshotEvent } from "../../../etcd/snapshot/schedule.ts";
import type { UpgradeEvent } from "../../../etcd/upgrade/upgrade.ts";
import { explainError } from "../../os/errors.ts";
import type { Log, LogLevel } from "../../os/log.ts";

type Line = readonly [LogLevel, string];

/** Tells the log what happens to a node. */
export function tellNode(log: Log): (event: NodeEvent) => void {
  /** What the members are warned of, until that changes. */
  let noted: readonly string[] = [];
  return (event) => {
    const origin = event.type === "server" ? "etcd" : "cluster";
    for (const [level, text] of linesOf(event)) log(level, origin, text);
    if (event.type !== "controller" || event.event.type !== "decided") return;
    const { notes } = event.event.decision;
    for (const note of notes) if (!noted.includes(note)) log("warn", "cluster", note);
    noted = notes;
  };
}

/** What goes wrong in the background. That the store is away for a while is told by `reach.ts`, once. */
export function errorLine(error: unknown): Line {
  return [error instanceof EtcdError && error.isTransient ? "debug" : "warn", explainError(error)];
}

function linesOf(event: NodeEvent): readonly Line[] {
  switch (event.type) {
    case "server":
      return [serverLine(event.event)];
    case "controller":
      return controllerLines(event.event);
    case "volunteer":
      return [volunteerLine(event.event)];
    case "join-server":
      return [joinServerLine(event.event)];
    case "renewal":
      return [renewalLine(event.event)];
    case "snapshot":
      return [snapshotLine(event.event)];
    case "defragmentation":
      return [defragmentationLine(event.event)];
    case "upgrade":
      return [upgradeLine(event.event)];
    default:
      return [nodeLine(event)];
  }
}

type Own = Exclude<NodeEvent, { readonly type: Others }>;
type Others =
  | "server"
  | "controller"
  | "volunteer"
  | "join-server"
  | "renewal"
  | "snapshot"
  | "defragmentation"
  | "upgrade";

function nodeLine(event: Own): Line {
  switch (event.type) {
    case "bootstrapped":
      return ["info", `a new cluster, ${event.cluster}, reached at ${event.urls.join(", ")}`];
    case "joining": {
      const { event: inner } = event;
      if (inner.type === "asking") return ["info", `asking ${inner.url} to be let in`];
      if (inner.type === "unreachable") return ["warn", `not let in by ${inner.url}: ${inner.reason}`];
      return ["warn", inner.message];
    }
    case "joined":
      return ["info", `joined the cluster ${event.cluster}, reached at ${event.endpoints.join(", ")}`];
    case "server-failed":
      return ["warn", `its server cannot be started, again in ${seconds(event.delayMs)}: ${event.reason}`];
    case "server-waits":
      return ["warn", "its server waits for other members of the cluster"];
    case "no-volunteer":
      return ["info", `this node is no server of the store: ${event.reason}`];
    case "join-server-failed":
      return ["warn", `nobody can join here, next attempt in ${seconds(event.delayMs)}: ${event.reason}`];
    case "endpoints":
      return ["info", `the cluster is reached at ${event.urls.join(", ")}`];
    case "warning":
      return ["warn", event.message];
    case "expelled":
      return ["error", event.reason];
    case "cut-off":
      return ["info", `a certificate was revoked: ended ${event.count} connections, for all to be made anew`];
    case "cut-off-by-restart":
      return ["info", `a certificate was revoked: the store's server is started again (${event.reason})`];
    case "error":
      return errorLine(event.error);
  }
}

function serverLine(event: ServerEvent): Line {
  switch (event.type) {
    case "log":
      return [event.level, event.message];
    case "orphan-ended":
      return ["warn", `ended process ${event.pid}, which an agent had left behind`];
    case "started":
      return ["info", `started as process ${event.pid}`];
    case "ready":
      return ["info", `version ${event.version} is ready, as member ${event.memberId}`];
    case "waiting":
      return ["warn", "waits for other members of its cluster"];
    case "unhealthy":
      return ["warn", `does not answer: ${event.reason}`];
    case "healthy":
      return ["info", "answers again"];
    case "hung":
      return ["error", "does not answer and does nothing: it is started anew"];
    case "exited":
      return ["error", `has ended: ${event.reason}`];
    case "restarting":
      return ["info", `is started again in ${seconds(event.delayMs)}`];
    case "alarm":
      return [event.isCleared ? "warn" : "error", `alarm ${event.alarm}: ${event.message}`];
    case "removed":
      return ["warn", `the cluster has removed this member; its data are kept in ${event.dataMovedTo}`];
    case "failed":
      return ["error", `is left alone: ${event.reason}; restart the agent once that is mended`];
    case "stopped":
      return ["info", "stopped"];
  }
}

function volunteerLine(event: VolunteerEvent): Line {
  switch (event.type) {
    case "volunteering":
      return ["debug", "this node offers itself as a server"];
    case "withdrawn":
      return ["info", `this node does not offer itself as a server any more: ${event.reason}`];
    case "nominated":
      return ["info", `this node becomes a server, as member ${event.nomination.memberId}`];
    case "promoted":
      return ["info", "this node is a voting member"];
    case "given-up":
      return ["warn", "the cluster does not wait for this node to become a member any longer"];
    case "failed":
      return ["warn", `this node cannot become a member: ${explainError(event.error)}`];
    case "error":
      return errorLine(event.error);
  }
}

function controllerLines(event: ControllerEvent): readonly Line[] {
  switch (event.type) {
    case "elected":
      return [["info", "this node sees to the members of the cluster"]];
    case "resigned":
      return [["info", "another node sees to the members of the cluster from now on"]];
    case "decided":
      return [["debug", event.decision.reason]];
    case "added":
      return [["info", `added ${event.host} as a learner, member ${event.memberId}`]];
    case "nominated":
      return [["debug", `${event.host} is to start its server`]];
    case "promoted":
      return [["info", `${event.host} votes now, as member ${event.memberId}`]];
    case "given-up":
      return [["warn", `gave up ${event.host} as a member: ${event.reason}`]];
    case "removed":
      return [["warn", `removed member ${event.name || event.memberId}: ${event.reason}`]];
    case "leader-moved":
      return [["info", `${event.to} leads now`]];
    case "endpoints":
      return [["debug", `told all nodes that the cluster is reached at ${event.urls.join(", ")}`]];
    case "refused":
      return [["warn", `the members cannot be changed now: ${event.reason}`]];
    case "error":
      return [errorLine(event.error)];
  }
}

function joinServerLine(event: JoinServerEvent): Line {
  switch (event.type) {
    case "listening":
      return ["info", `nodes join at ${event.url}`];
    case "joined":
      return ["info", `${event.name} has joined as ${event.role}, from ${event.from}`];
    case "replaced":
      return ["warn", `${event.name} has joined anew as ${event.role}, from ${event.from}`];
    case "renewed":
      return ["info", `renewed the certificate of ${event.name}`];
    case "refused":
      return ["warn", `refused ${event.name ?? "somebody"} from ${event.from}: ${event.reason}`];
    case "failed":
      return ["warn", `could not let in a node: ${event.reason}`];
  }
}

function renewalLine(event: RenewalEvent): Line {
  const until =
    event.notAfter === undefined ? "" : `, valid until ${event.notAfter.toISOString().slice(0, 10)}`;
  if (event.type === "renewed") return ["info", `renewed the certificate ${event.pair}.crt${until}`];
  return ["warn", `cannot renew the certificate ${event.pair}.crt${until}: ${event.reason}`];
}

function snapshotLine(event: SnapshotEvent): Line {
  if (event.type === "saved")
    return ["info", `saved the store, revision ${event.snapshot.revision}, to ${event.snapshot.path}`];
  return [
    "warn",
    `the store cannot be saved, next attempt in ${seconds(event.retryMs)}: ${event.error.message}`,
  ];
}

function defragmentationLine(event: DefragmentationEvent): Line {
  if (event.type === "failed")
    return ["warn", `the store of ${event.name} cannot be defragmented: ${event.error.message}`];
  return [
    "info",
    `defragmented the store of ${event.name}: ${event.before} bytes before, ${event.after} now`,
  ];
}

function upgradeLine(event: UpgradeEvent): Line {
  switch (event.type) {
    case "waiting":
      return ["info", `its server goes on as a newer etcd later: ${event.reason}`];
    case "refused":
      return ["warn", `its server cannot go on as a newer etcd: ${event.reason}`];
    case "handing-over":
      return ["info", `${event.to} is to lead while this server goes on as a newer etcd`];
    case "upgrading":
      return ["info", `its server goes on as etcd ${event.to}, after ${event.from}`];
    case "upgraded":
      return ["info", `its server is etcd ${event.version} now`];
    case "failed":
      return ["warn", `its server could not go on as a newer etcd: ${event.error.message}`];
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

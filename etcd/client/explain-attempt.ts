/** What the errors of the etcd3 package mean. Apart from `error.ts`, which can be loaded without the package. */
import { EtcdError, type EtcdErrorKind } from "./error.ts";
import {
  castGrpcError,
  EtcdAuthenticationFailedError,
  EtcdInvalidAuthTokenError,
  EtcdLeaseInvalidError,
  EtcdPermissionDeniedError,
  GRPCCancelledError,
  GRPCDeadlineExceededError,
  GRPCUnauthenticatedError,
  GRPCUnavailableError,
} from "./etcd3.ts";

/** A request that failed at one server. */
export interface FailedAttempt {
  readonly error: EtcdError;
  /** Whether it may have been carried out all the same. */
  readonly mayHaveHappened: boolean;
}

/** Says what an error of the etcd3 package means. @param server the URL of the server that was asked */
export function explainAttempt(cause: unknown, server: string): FailedAttempt {
  if (cause instanceof EtcdError) return { error: cause, mayHaveHappened: false };
  const text = cause instanceof Error ? cause.message : String(cause);
  // Requests fail with errors of the package, streams with those of gRPC beneath it.
  const kind = kindOf(cause instanceof Error ? castGrpcError(cause) : cause, text);
  const error = new EtcdError(kind, sentences[kind](server, reasonIn(text)), { cause });
  return { error, mayHaveHappened: isAmbiguous(kind, text) };
}

/** What a server, or the way to it, can be the cause of. */
type Explained = Exclude<EtcdErrorKind, "closed">;

function kindOf(cause: unknown, text: string): Explained {
  for (const [kind, pattern] of byText) if (pattern.test(text)) return kind;
  if (streamBroke.test(text)) return "unreachable";
  if (cause instanceof GRPCUnavailableError || cause instanceof GRPCCancelledError) return "unreachable";
  if (cause instanceof GRPCDeadlineExceededError)
    return neverConnected.test(text) ? "unreachable" : "no-answer";
  if (cause instanceof EtcdPermissionDeniedError) return "permission-denied";
  if (cause instanceof EtcdLeaseInvalidError) return "no-lease";
  const isUnknown =
    cause instanceof EtcdAuthenticationFailedError ||
    cause instanceof EtcdInvalidAuthTokenError ||
    cause instanceof GRPCUnauthenticatedError;
  return isUnknown ? "unauthenticated" : "other";
}

/** What the errors of etcd and of gRPC have in their texts, where their codes do not tell them apart. */
const byText: readonly (readonly [Explained, RegExp])[] = [
  ["too-large", /request is too large|message larger than max|too many operations in txn/],
  ["no-space", /database space exceeded/],
  ["compacted", /required revision has been compacted/],
  ["overloaded", /too many requests/],
  ["no-answer", /context deadline exceeded/],
  ["no-quorum", /no leader|leader changed|etcdserver: request timed out/],
  ["unhealthy-cluster", /unhealthy cluster/],
  ["too-few-members", /not enough started members/],
  ["too-many-learners", /too many learner members/],
  ["not-in-sync", /learner member which is in sync/],
  ["no-learner", /can only promote a learner member/],
  ["no-member", /member not found/],
  ["duplicate-member", /peer URLs already exists|member ID already exist/i],
  ["not-leader", /etcdserver: not leader/],
  ["learner", /not supported for learner/],
  ["access-changed", /revision of auth store is old/],
  ["no-lease", /requested lease not found/],
  ["permission-denied", /auth: permission denied/],
  ["unauthenticated", /user name is empty|invalid auth token|authentication failed/],
  ["unreachable", /Received HTTP status code|RST_STREAM/],
  ["untrusted", /certificate|altname|SSL|TLS|wrong version number/i],
];

/** Errors of streams come from gRPC as they are: UNAVAILABLE, or a connection that ended in the midst of something. */
const streamBroke = /^(?:Error: )?(?:14 UNAVAILABLE|13 INTERNAL: Received RST_STREAM)\b/;

const neverConnected = /Waiting for LB pick|name resolution$/;
const neverSent = /No connection established|Name resolution failed|closed before call started/;

function isAmbiguous(kind: Explained, text: string): boolean {
  if (kind === "unreachable") return !neverSent.test(text) && !neverConnected.test(text);
  return kind === "no-answer" || kind === "no-quorum" || kind === "other";
}

/** The part of a message that is worth telling. */
function reasonIn(text: string): string {
  return text
    .replace(/^(?:Error: )?\d+ [A-Z_]+: /, "")
    .replace(/^No connection established\. Last error: (?:Error: )?/, "")
    .replace(/\.? ?Resolution note:.*$/s, "")
    .replace(/ \(\d{4}-\d\d-\d\dT[\d:.]+Z\)$/, "")
    .replace(/^Received RST_STREAM with code \d+.*$/, "the connection broke")
    .replace(/^(?:Failed to connect|null)$/, "no connection")
    .replace(/^etcdserver: (?:mvcc: )?/, "");
}

const sentences: Readonly<Record<Explained, (server: string, reason: string) => string>> = {
  unreachable: (server, reason) =>
    `cannot reach etcd at ${server}: ${reason}; check that it is running and that this is its address`,
  untrusted: (server, reason) =>
    `no trusted connection to etcd at ${server}: ${reason}; check the authority and the certificates of both sides`,
  "no-answer": (server) =>
    `etcd at ${server} does not answer; it is stopped or overloaded, or most of its cluster is down`,
  "no-quorum": (server, reason) =>
    `the cluster of etcd at ${server} has no quorum (${reason}); bring more of its members up`,
  overloaded: (server, reason) => `etcd at ${server} has too much to do: ${reason}`,
  unauthenticated: (server, reason) =>
    `etcd at ${server} does not know who this is: ${reason}; check the user, or the client certificate`,
  "permission-denied": (server) =>
    `etcd at ${server} denies permission; its user for this client lacks a role that grants it`,
  "access-changed": (server) =>
    `etcd at ${server} could not decide what this client may do, for that was being changed all the time; try again`,
  "too-large": (server, reason) =>
    `more than etcd at ${server} takes in one request: ${reason}; its limits are --max-request-bytes and --max-txn-ops`,
  "no-space": (server) =>
    `the store of etcd at ${server} is full; compact and defragment it, then disarm its alarm, or raise --quota-backend-bytes`,
  compacted: (server) => `etcd at ${server} has forgotten the revision that was asked for`,
  "no-lease": (server) => `etcd at ${server} has ended the lease`,
  "unhealthy-cluster": (server) =>
    `the cluster of etcd at ${server} changes no members now: a voter is down or has come only seconds ago; bring it up, or remove it first`,
  "too-few-members": (server) =>
    `the cluster of etcd at ${server} would lose its quorum, as too few of its other members have been started; start those first`,
  "too-many-learners": (server) =>
    `the cluster of etcd at ${server} has a learner already, and takes one at a time; promote or remove that one first`,
  "not-in-sync": (server) =>
    `the cluster of etcd at ${server} does not promote a learner that has not caught up; wait until it has, and see that it runs`,
  "no-learner": (server) => `the cluster of etcd at ${server} has that member as a voter already`,
  "no-member": (server) => `the cluster of etcd at ${server} has no such member; it may have been removed`,
  "duplicate-member": (server) =>
    `the cluster of etcd at ${server} has a member with that peer URL already; give the other one a URL of its own, or remove the old one first`,
  "not-leader": (server) => `etcd at ${server} is not the leader, which alone can do that`,
  learner: (server) => `etcd at ${server} serves nobody yet: it is a learner until the cluster promotes it`,
  other: (server, reason) => `etcd at ${server}: ${reason}`,
};

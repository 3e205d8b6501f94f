/** Why a request to etcd failed, for whoever wants to do something about it. */
export type EtcdErrorKind =
  /** No connection could be made, or it broke. */
  | "unreachable"
  /** The certificates of the two sides do not go together. */
  | "untrusted"
  /** A server was reached, but did not answer in time. */
  | "no-answer"
  /** The members that are up are too few to agree on anything. */
  | "no-quorum"
  | "overloaded"
  /** The server is a learner, and serves only once it is promoted. */
  | "learner"
  | "unauthenticated"
  | "permission-denied"
  /** While the server looked whether this client may, what anybody may was changed. Nothing was done. */
  | "access-changed"
  /** More bytes or operations than etcd takes in one request. */
  | "too-large"
  /** The store of the servers is full. */
  | "no-space"
  /** The servers have forgotten what was at a revision. */
  | "compacted"
  | "no-lease"
  /** Members are not changed while a voter is down, nor in the first seconds after one has come. */
  | "unhealthy-cluster"
  /** Those that would be left have never all been started. */
  | "too-few-members"
  /** A cluster has one learner at a time. */
  | "too-many-learners"
  /** A learner that has not caught up with the leader. */
  | "not-in-sync"
  /** It is a voter already. */
  | "no-learner"
  | "no-member"
  /** Another member has this peer URL. */
  | "duplicate-member"
  /** Only the leader can do it. */
  | "not-leader"
  /** This client has been closed. */
  | "closed"
  | "other";

const transient: ReadonlySet<EtcdErrorKind> = new Set([
  "unreachable",
  "untrusted",
  "no-answer",
  "no-quorum",
  "overloaded",
  "learner",
  "access-changed",
]);

/** A failed request. The message names the server, the cause and, where there is one, the cure. */
export class EtcdError extends Error {
  override readonly name = "EtcdError";

  constructor(
    readonly kind: EtcdErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the same request may succeed a moment later, perhaps at another server. */
  get isTransient(): boolean {
    return transient.has(this.kind);
  }
}

/** What a client answers that has been closed. */
export function closedError(): EtcdError {
  return new EtcdError("closed", "the client of etcd is closed");
}

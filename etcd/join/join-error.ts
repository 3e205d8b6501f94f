/** Why a node cannot join, or not go on being known. */
export const joinErrorCodes = [
  /** No server could be asked before the time was over. */
  "unreachable",
  /** Who answers is no server of the cluster that the token is for. */
  "wrong-authority",
  /** The token is not known: mistyped, expired or revoked. */
  "unknown-token",
  /** The token does not allow the role, or the name. */
  "not-allowed",
  /** Another key has joined under this name. */
  "name-taken",
  /** The node is not known to the cluster: it has been removed, or has never joined. */
  "unknown-node",
  /** The certificate of the node is not trusted any more: the node has been removed or replaced. */
  "revoked",
  /** The node belongs to another cluster. */
  "foreign-cluster",
  /** The clocks of the two sides differ too much. */
  "clock",
  /** The certificate has expired, so that it cannot be renewed. */
  "expired",
  /** Too many wrong tokens at a time; later it is possible. */
  "too-many",
  /** What one of the two sides sent is not understood by the other. */
  "bad-request",
  /** The server cannot do it now. */
  "unavailable",
] as const;

export type JoinErrorCode = (typeof joinErrorCodes)[number];

/** A node that cannot join: the message names the cause and the cure. */
export class JoinError extends Error {
  override readonly name = "JoinError";

  constructor(
    readonly code: JoinErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

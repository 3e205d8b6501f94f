/** Why there is no connection through SSH, for whoever wants to do something about it. */
export type SshErrorKind =
  /** The host was not reached, did not answer, or the connection broke: it may work a moment later. */
  | "unreachable"
  /** The host showed a key that it is not known by. */
  | "host-key"
  /** The host did not let this user in. */
  | "refused"
  /** What this machine says about the connection cannot be used: a key file, a line of a configuration. */
  | "configuration";

/** The message names the host or the file, the cause and the cure. */
export class SshError extends Error {
  override readonly name = "SshError";

  constructor(
    readonly kind: SshErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Whether the same may succeed a moment later without anybody changing anything. */
  get isTransient(): boolean {
    return this.kind === "unreachable";
  }
}

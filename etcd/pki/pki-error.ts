/** What keeps certificates from being used, for whoever wants to do something about it. */
export type PkiErrorCode =
  /** A file is not there. */
  | "missing"
  /** A file cannot be read or written. */
  | "unreadable"
  /** What a file holds, or somebody has sent, is not what it should be. */
  | "damaged"
  /** The key is not that of the certificate. */
  | "mismatch"
  | "expired"
  /** The certificate is not valid yet: the clock of this machine, or of who signed it, is off. */
  | "not-yet-valid"
  /** Another authority has signed it. */
  | "foreign"
  /** A name that no node can have. */
  | "bad-name"
  /** The key that would have to sign is not here. */
  | "cannot-sign"
  /** The text of a token is mistyped, cut off, or of a newer version. */
  | "bad-token";

/** Certificates, keys or tokens that cannot be used: the message names the cause and the cure. */
export class PkiError extends Error {
  override readonly name = "PkiError";

  constructor(
    readonly code: PkiErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

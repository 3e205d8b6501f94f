/** What keeps a server from running. */
export type ServerErrorCode =
  /** Another process runs the server of this directory. */
  | "locked"
  /** The data was written by a newer etcd. */
  | "newer-data"
  /** The data was written by an etcd that this one cannot follow directly. */
  | "too-far"
  /** `state.json` cannot be understood. */
  | "damaged-state"
  /** The directory cannot be used. */
  | "directory"
  /** The process ended before it was ready. */
  | "ended"
  /** The cluster has removed this member; its data have been moved aside. */
  | "removed"
  /** The process was not ready in time. */
  | "not-ready"
  /** The cluster has removed the member that the data are of. */
  | "removed";

/** A server that cannot be started: the message names the cause and the cure. */
export class ServerError extends Error {
  override readonly name = "ServerError";

  constructor(
    readonly code: ServerErrorCode,
    message: string,
  ) {
    super(message);
  }
}

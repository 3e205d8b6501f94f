/** What is wrong with a snapshot, or keeps one from being saved or restored. */
export type SnapshotErrorKind =
  /** There is a file of that name already. */
  | "exists"
  /** There is no such file, or it cannot be read. */
  | "unreadable"
  /** It is no snapshot at all. */
  | "foreign"
  /** It is one, but not as it was saved. */
  | "damaged"
  /** Not all of it came. */
  | "incomplete"
  | "no-space"
  | "unwritable"
  /** No program is at hand that restores it, or the one there is fails. */
  | "no-program"
  | "failed";

/** The message names the file, the cause and the cure. */
export class SnapshotError extends Error {
  override readonly name = "SnapshotError";

  constructor(
    readonly kind: SnapshotErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Why a file could not be written. */
export function writeError(path: string, cause: unknown): SnapshotError {
  const code = codeOf(cause);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new SnapshotError(
      "no-space",
      `no room for the snapshot ${path}: make room, or save it elsewhere`,
      { cause },
    );
  return new SnapshotError("unwritable", `cannot write the snapshot ${path}: ${reasonOf(cause)}`, { cause });
}

/** Why a file could not be read. */
export function readError(path: string, cause: unknown): SnapshotError {
  return new SnapshotError("unreadable", `cannot read the snapshot ${path}: ${reasonOf(cause)}`, { cause });
}

export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ENOENT: "no such file or directory",
  ENOTDIR: "a part of its path is no directory",
  EROFS: "the file system is read-only",
};

function reasonOf(cause: unknown): string {
  return reasons[codeOf(cause) ?? ""] ?? (cause instanceof Error ? cause.message : String(cause));
}

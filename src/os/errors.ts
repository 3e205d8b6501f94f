import { constants } from "node:os";
import { displayPath } from "./paths.ts";

/** What the common error codes mean, in words that can end a sentence. */
const sentences: Readonly<Record<string, string>> = {
  E2BIG: "argument list too long",
  EACCES: "permission denied",
  EAGAIN: "temporarily out of resources",
  EBADF: "bad file descriptor",
  EBUSY: "device or resource busy",
  EDQUOT: "disk quota exceeded",
  EEXIST: "file exists",
  EFBIG: "file too large",
  EINVAL: "invalid argument",
  EIO: "input/output error",
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  EMFILE: "too many open files in this process",
  EMLINK: "too many links",
  ENAMETOOLONG: "file name too long",
  ENFILE: "too many open files on this machine",
  ENODEV: "no such device",
  ENOENT: "no such file or directory",
  ENOEXEC: "exec format error",
  ENOMEM: "out of memory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  ENOTEMPTY: "directory not empty",
  ENXIO: "no such device or address",
  EPERM: "operation not permitted",
  EPIPE: "broken pipe",
  EROFS: "read-only file system",
  ESRCH: "no such process",
  ETIMEDOUT: "timed out",
  ETXTBSY: "text file busy",
  EXDEV: "on another file system",
  ERR_INVALID_ARG_VALUE: "contains a NUL byte",
};

/** A failed request to the operating system: what was tried, on what, and why it failed. */
export class SystemError extends Error {
  override readonly name = "SystemError";

  /**
   * @param action what could not be done, such as `could not write`
   * @param code an errno name, such as `ENOSPC`
   * @param reason replaces the common words for `code` where the cure is known
   */
  constructor(
    action: string,
    readonly path: string,
    readonly code: string,
    reason: string = sentences[code] ?? `system error ${code}`,
  ) {
    super(`${action} ${displayPath(path)}: ${reason}`);
  }
}

/** The errno name of anything thrown by the operating system, or undefined. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** What there may be enough of again before long: room, memory, files, processes. */
const shortages: ReadonlySet<string | undefined> = new Set([
  "EAGAIN",
  "EDQUOT",
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "ENOSPC",
]);

/** Whether the machine lacked something, by the codes of an error and of its causes. */
export function isShortage(error: unknown): boolean {
  const chain = new Set([error]);
  for (const each of chain) {
    if (shortages.has(errorCode(each))) return true;
    if (each instanceof Error && each.cause !== undefined) chain.add(each.cause);
  }
  return false;
}

/** Why something failed, as a short phrase without the path: the code in words, else the error's own message. */
export function explainError(error: unknown): string {
  const known = sentences[errorCode(error) ?? ""];
  if (known !== undefined && !(error instanceof SystemError)) return known;
  return error instanceof Error ? error.message : String(error);
}

/** Names the action and the path of an error thrown by node:fs or Bun; what already names them stays as it is. */
export function systemError(action: string, path: string, cause: unknown): Error {
  if (cause instanceof SystemError) return cause;
  const code = errorCode(cause);
  if (code !== undefined) return new SystemError(action, path, code);
  return new Error(`${action} ${displayPath(path)}: ${explainError(cause)}`, { cause });
}

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/** The name of an errno value: 2 is `ENOENT`. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

/** A lock that a process holds on a file until it ends, however it ends. */
import { closeSync, openSync } from "node:fs";
import { SystemError } from "./errors.ts";
import { lastErrorCode, libc } from "./libc.ts";

const exclusiveAndAtOnce = 2 | 4;

/**
 * Takes the lock, making the file if need be.
 * @returns lets go of it; undefined if another process holds it
 */
export function tryLock(path: string): (() => void) | undefined {
  const file = openSync(path, "a", 0o600);
  if (libc().flock(file, exclusiveAndAtOnce) === 0) return () => closeSync(file);
  const code = lastErrorCode();
  closeSync(file);
  if (code === "EWOULDBLOCK" || code === "EAGAIN") return undefined;
  throw new SystemError("could not lock", path, code);
}

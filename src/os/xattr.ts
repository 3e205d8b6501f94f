import { decodeBytes } from "../../lang/bytes.ts";
import { SystemError } from "./errors.ts";
import { cString, lastErrorCode, libc } from "./libc.ts";

/** The most the kernel allows for a value, and for a list of names. */
const MOST_BYTES = 64 * 1024;

let scratch: Uint8Array | undefined;

/** An extended attribute of a file; links are not followed. Undefined also where the file system has none. */
export function extendedAttribute(path: string, name: string): Uint8Array | undefined {
  scratch ??= new Uint8Array(MOST_BYTES);
  const length = libc().lgetxattr(cString(path), cString(name), scratch, MOST_BYTES);
  if (length >= 0) return scratch.slice(0, Number(length));
  return absentOrThrow(path, name);
}

/** Sets an extended attribute; links are not followed. Throws {@link SystemError}. */
export function setExtendedAttribute(path: string, name: string, value: Uint8Array): void {
  if (libc().lsetxattr(cString(path), cString(name), value, value.length, 0) !== 0)
    throw new SystemError(`could not set the attribute ${name} of`, path, lastErrorCode());
}

/** Removes an extended attribute if it is there; links are not followed. Throws {@link SystemError}. */
export function removeExtendedAttribute(path: string, name: string): void {
  if (libc().lremovexattr(cString(path), cString(name)) === 0) return;
  const code = lastErrorCode();
  if (code !== "ENODATA") throw new SystemError(`could not remove the attribute ${name} of`, path, code);
}

/** Names of the extended attributes of a file; links are not followed. Empty where the file system has none. */
export function extendedAttributeNames(path: string): string[] {
  scratch ??= new Uint8Array(MOST_BYTES);
  const length = libc().llistxattr(cString(path), scratch, MOST_BYTES);
  if (length < 0) {
    absentOrThrow(path, "names");
    return [];
  }
  return decodeBytes(scratch.subarray(0, Number(length)))
    .split("\0")
    .filter((name) => name !== "");
}

function absentOrThrow(path: string, name: string): undefined {
  const code = lastErrorCode();
  if (code === "ENODATA" || isUnsupported(code)) return undefined;
  throw new SystemError(`could not read the attribute ${name} of`, path, code);
}

/** Whether an error code says that a file system has no extended attributes; the code has two names. */
export function isUnsupported(code: string | undefined): boolean {
  return code === "ENOTSUP" || code === "EOPNOTSUPP";
}

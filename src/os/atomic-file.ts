import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { byteLength, encodeBytes } from "../../lang/bytes.ts";
import { errorCode, SystemError, systemError } from "./errors.ts";
import { fileStatus } from "./file-status.ts";
import { clean, dirname, nativePath } from "./paths.ts";

/** What the new file is to be. */
export interface FileAttributes {
  /** Permission bits, 07777; the umask does not apply. */
  readonly mode: number;
  /** Owner and group; unset leaves what the agent creates files with. */
  readonly uid?: number;
  readonly gid?: number;
}

const SUFFIX = ".mgmt-tmp";
const NAME_MAX = 255;
/** The id that leaves owner or group as it is (chown(2)). */
const UNCHANGED = -1;
const CHUNK_SIZE = 1024 * 1024;
const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_DIRECTORY, O_NONBLOCK } = constants;

/**
 * Replaces a file as a whole: at any moment, and after a crash, its path leads to the old or to the new contents. A
 * symbolic link at the path is replaced itself. Throws {@link SystemError}; nothing is left behind then.
 */
export function replaceFile(path: string, bytes: Uint8Array, attributes: FileAttributes): void {
  const temporary = temporaryPath(path);
  try {
    const fd = create(temporary);
    try {
      writeAll(fd, bytes);
      finish(fd, attributes);
    } catch (error) {
      discard(fd, temporary);
      throw error;
    }
    publish(fd, temporary, path);
  } catch (error) {
    throw systemError("could not write", path, error);
  }
}

/** What {@link copyFileAtomic} copied. */
export interface Copied {
  readonly bytes: number;
  /** SHA-256 of the contents, in hexadecimal. */
  readonly sha256: string;
}

/**
 * {@link replaceFile} with the contents of another file, of any size, in pieces. Links at the source are followed.
 *
 * @throws SystemError, or the reason of the signal
 */
export async function copyFileAtomic(
  source: string,
  target: string,
  attributes: FileAttributes,
  signal?: AbortSignal,
): Promise<Copied> {
  signal?.throwIfAborted();
  // O_NONBLOCK: opening a named pipe must not wait for its writer.
  const reader = await open(nativePath(source), O_RDONLY | O_NONBLOCK).catch((error: unknown) => {
    throw systemError("could not read", source, error);
  });
  try {
    if (!(await reader.stat()).isFile())
      throw new SystemError("could not copy", source, "EINVAL", "it is not a regular file");
    const temporary = temporaryPath(target);
    let fd: number;
    try {
      fd = create(temporary);
    } catch (error) {
      throw systemError("could not write", target, error);
    }
    const hash = new Bun.CryptoHasher("sha256");
    let copied = 0;
    try {
      const buffer = Buffer.allocUnsafe(CHUNK_SIZE);
      for (;;) {
        const { bytesRead } = await reader.read(buffer, 0, buffer.length, null).catch((error: unknown) => {
          throw systemError("could not read", source, error);
        });
        signal?.throwIfAborted();
        if (bytesRead === 0) break;
        const chunk = buffer.subarray(0, bytesRead);
        hash.update(chunk);
        writeAll(fd, chunk);
        copied += bytesRead;
      }
      finish(fd, attributes);
    } catch (error) {
      discard(fd, temporary);
      if (signal?.aborted) throw error;
      throw systemError("could not write", target, error);
    }
    try {
      publish(fd, temporary, target);
    } catch (error) {
      throw systemError("could not write", target, error);
    }
    return { bytes: copied, sha256: hash.digest("hex") };
  } finally {
    await reader.close();
  }
}

/** Creates an empty file that must not exist yet, with 0666 less the umask. Throws {@link SystemError}. */
export function createExclusively(path: string): void {
  try {
    closeSync(openSync(nativePath(path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666));
  } catch (error) {
    throw systemError("could not create", path, error);
  }
}

/** Removes what a crash in the midst of replacing this file has left; tells whether there was anything. */
export function removeLeftover(path: string): boolean {
  const temporary = temporaryPath(path);
  const status = fileStatus(temporary);
  if (status === "ENOENT" || status === "ENOTDIR") return false;
  try {
    unlinkSync(nativePath(temporary));
    return true;
  } catch (error) {
    throw systemError("could not remove", temporary, error);
  }
}

/** Whether a directory entry is such a leftover, or a file being written at this moment. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(".") && name.endsWith(SUFFIX);
}

/** Derived from the target, so that the leftover of a crash is found, and by the next writer replaced. */
export function temporaryPath(path: string): string {
  const target = clean(path);
  const nameAt = target.lastIndexOf("/") + 1;
  const directory = target.slice(0, nameAt);
  const name = target.slice(nameAt);
  const plain = `.${name}${SUFFIX}`;
  if (byteLength(plain) <= NAME_MAX) return directory + plain;
  return `${directory}.${new Bun.CryptoHasher("sha256").update(encodeBytes(name)).digest("hex")}${SUFFIX}`;
}

/** Only ever a fresh file: what somebody planted under the name is removed, never opened. */
function create(temporary: string): number {
  const path = nativePath(temporary);
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    unlinkSync(path);
    return openSync(path, flags, 0o600);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done);
}

/** Owner before mode: the kernel clears setuid and setgid when the owner changes. */
function finish(fd: number, { mode, uid, gid }: FileAttributes): void {
  if (uid !== undefined || gid !== undefined) fchownSync(fd, uid ?? UNCHANGED, gid ?? UNCHANGED);
  fchmodSync(fd, mode);
  fsyncSync(fd);
}

function discard(fd: number, temporary: string): void {
  closeSync(fd);
  unlinkSync(nativePath(temporary));
}

function publish(fd: number, temporary: string, target: string): void {
  try {
    renameSync(nativePath(temporary), nativePath(target));
  } catch (error) {
    discard(fd, temporary);
    throw error;
  }
  closeSync(fd);
  syncDirectory(dirname(clean(target)) || ".");
}

/** Makes names in a directory durable: a rename or removal survives a crash only after this. */
function syncDirectory(directory: string): void {
  const fd = openSync(nativePath(directory), O_RDONLY | O_DIRECTORY);
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some file systems (FUSE, network) have no fsync for directories.
    if (errorCode(error) !== "EINVAL") throw error;
  } finally {
    closeSync(fd);
  }
}

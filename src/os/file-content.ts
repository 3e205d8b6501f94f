import { closeSync, constants, openSync, readSync } from "node:fs";
import { open } from "node:fs/promises";
import { SystemError, systemError } from "./errors.ts";
import { nativePath } from "./paths.ts";

const CHUNK_SIZE = 1024 * 1024;
// O_NONBLOCK: opening a named pipe must not wait for its writer.
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * SHA-256 of a regular file in hexadecimal, read in pieces; links are followed.
 *
 * @throws SystemError, or the reason of the signal
 */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  try {
    const file = await open(nativePath(path), READ_FLAGS);
    try {
      refuseSpecial(path, await file.stat());
      const hash = new Bun.CryptoHasher("sha256");
      const buffer = Buffer.allocUnsafe(CHUNK_SIZE);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
        signal?.throwIfAborted();
        if (bytesRead === 0) return hash.digest("hex");
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    throw systemError("could not read", path, error);
  }
}

/**
 * Whether a regular file holds exactly these bytes; links are followed. Reads no further than the first difference,
 * and of a file of the right size no more than once: this is what checking thousands of files consists of.
 * Throws {@link SystemError}, also if there is no such file.
 */
export function holdsBytes(path: string, bytes: Uint8Array): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(nativePath(path), READ_FLAGS);
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_SIZE, bytes.length + 1));
    for (let done = 0; ; ) {
      const length = readSync(fd, buffer, 0, buffer.length, null);
      if (buffer.compare(bytes, done, Math.min(done + length, bytes.length), 0, length) !== 0) return false;
      done += length;
      // A regular file gives less than was asked for only at its end.
      if (length < buffer.length) return done === bytes.length;
    }
  } catch (error) {
    throw systemError("could not read", path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function refuseSpecial(path: string, status: { isFile(): boolean; isDirectory(): boolean }): void {
  if (status.isDirectory()) throw new SystemError("could not read", path, "EISDIR");
  if (!status.isFile()) throw new SystemError("could not read", path, "EINVAL", "it is not a regular file");
}

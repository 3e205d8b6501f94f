import { closeSync, constants, openSync, readSync } from "node:fs";
import { systemError } from "./errors.ts";
import { nativePath } from "./paths.ts";

const CHUNK_SIZE = 1024 * 1024;
// O_NONBLOCK: opening a named pipe must not wait for its writer.
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Whether a regular file holds exactly these bytes; links are followed. Reads no further than the first difference,
 * and of a file of the right size no more than once: this is what checking thousands of files consists of.
 * Throws a `SystemError`, also if there is no such file.
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

/** The files of the machine as programs see them. */
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { decodeBytes } from "../../lang/bytes.ts";
import { HostError, type HostFiles } from "../../lang/host.ts";
import { errorCode, SystemError, systemError } from "../os/errors.ts";
import { nativePath } from "../os/paths.ts";
import { asHostError, isMissing } from "./host-error.ts";

// O_NONBLOCK: opening a named pipe must not wait for its writer.
const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

function readFile(path: string): string {
  return asHostError(() => {
    let file: number | undefined;
    try {
      file = openSync(nativePath(path), READ_FLAGS);
      const status = fstatSync(file);
      if (status.isDirectory()) throw new SystemError("could not read", path, "EISDIR");
      if (!status.isFile()) throw new SystemError("could not read", path, "EINVAL", "not a regular file");
      return decodeBytes(readFileSync(file));
    } catch (error) {
      throw systemError("could not read", path, error);
    } finally {
      if (file !== undefined) closeSync(file);
    }
  });
}

function exists(path: string): boolean {
  try {
    statSync(nativePath(path));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw asFailed("could not look at", path, error);
  }
}

function readLink(path: string): string | undefined {
  try {
    return decodeBytes(readlinkSync(nativePath(path), "buffer"));
  } catch (error) {
    if (errorCode(error) === "EINVAL") return undefined;
    throw asFailed("could not read the link", path, error);
  }
}

function checkExecutable(path: string): void {
  try {
    if (statSync(nativePath(path)).isDirectory()) throw new SystemError("could not execute", path, "EISDIR");
    accessSync(nativePath(path), constants.X_OK);
  } catch (error) {
    throw asFailed("could not execute", path, error);
  }
}

function makeDirectory(path: string): boolean {
  try {
    mkdirSync(nativePath(path), { mode: 0o700 });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw asFailed("could not make the directory", path, error);
  }
}

function asFailed(action: string, path: string, error: unknown): HostError {
  return new HostError(systemError(action, path, error).message, isMissing(error) ? "not-found" : "other");
}

export const hostFiles: Omit<HostFiles, "watch"> = {
  read: readFile,
  exists,
  readLink,
  checkExecutable,
  makeDirectory,
};

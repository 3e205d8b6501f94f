import { chmodSync, mkdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { decodeBytes } from "../../lang/bytes.ts";
import { isTemporaryName, replaceFile } from "./atomic-file.ts";
import { SystemError, systemError } from "./errors.ts";
import { holdsBytes } from "./file-content.ts";
import { type FileStatus, fileStatus } from "./file-status.ts";
import { hasPathPrefix, nativePath } from "./paths.ts";
import { readDirectory } from "./read-directory.ts";

/**
 * Makes a directory hold what another one holds, at any depth, and nothing else: contents and permissions. Links are
 * followed, so that the copy stands for itself. What is equal is not written.
 *
 * @param source absolute, as `target` is, which must exist and must not be in it
 * @throws SystemError
 */
export function mirrorDirectory(source: string, target: string): void {
  if (hasPathPrefix(realPath(target), realPath(source)))
    throw new SystemError("could not copy", source, "EINVAL", `the copy would be inside of it, at ${target}`);
  mirror(source, target, []);
}

/** @param around the real paths of the directories that `source` is in, and that are being copied */
function mirror(source: string, target: string, around: readonly string[]): void {
  const here = realPath(source);
  if (around.includes(here))
    throw new SystemError("could not copy", source, "ELOOP", "the link leads to a directory that it is in");
  const wanted = new Set(readDirectory(source).flatMap(({ name }) => (isTemporaryName(name) ? [] : [name])));
  for (const { name } of readDirectory(target)) if (!wanted.has(name)) remove(`${target}/${name}`);
  for (const name of wanted) {
    const from = `${source}/${name}`;
    const to = `${target}/${name}`;
    const status = fileStatus(from, "follow");
    if (typeof status === "string") throw new SystemError("could not read", from, status);
    if (status.kind === "directory") {
      makeDirectory(to, status);
      mirror(from, to, [...around, here]);
    } else if (status.kind === "file") copyFile(from, to, status);
    else throw new SystemError("could not copy", from, "EINVAL", `it is a ${status.kind}, not a file`);
  }
}

function makeDirectory(path: string, { mode }: FileStatus): void {
  const present = fileStatus(path);
  const isDirectory = typeof present !== "string" && present.kind === "directory";
  // The copy has to stay writable for the next time.
  const wanted = (mode & 0o777) | 0o700;
  try {
    if (!isDirectory) {
      if (present !== "ENOENT") remove(path);
      mkdirSync(nativePath(path));
    }
    if (!isDirectory || present.mode !== wanted) chmodSync(nativePath(path), wanted);
  } catch (error) {
    throw systemError("could not create the directory", path, error);
  }
}

function copyFile(source: string, path: string, { mode, size }: FileStatus): void {
  const present = fileStatus(path);
  const isFile = typeof present !== "string" && present.kind === "file";
  const wanted = mode & 0o777;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(nativePath(source));
  } catch (error) {
    throw systemError("could not read", source, error);
  }
  if (isFile && present.size === size && present.mode === wanted && holdsBytes(path, bytes)) return;
  if (typeof present !== "string" && present.kind === "directory") remove(path);
  replaceFile(path, bytes, { mode: wanted });
}

function remove(path: string): void {
  try {
    rmSync(nativePath(path), { recursive: true, force: true });
  } catch (error) {
    throw systemError("could not remove", path, error);
  }
}

function realPath(path: string): string {
  try {
    return decodeBytes(realpathSync(nativePath(path), { encoding: "buffer" }));
  } catch (error) {
    throw systemError("could not read the directory", path, error);
  }
}

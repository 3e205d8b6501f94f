import { chmodSync, rmSync } from "node:fs";
import { isTemporaryName, replaceFile } from "./atomic-file.ts";
import { systemError } from "./errors.ts";
import { holdsBytes } from "./file-content.ts";
import { fileStatus } from "./file-status.ts";
import { makeDirectory } from "./make-directory.ts";
import { nativePath } from "./paths.ts";
import { readDirectory } from "./read-directory.ts";

/** A file, by its path in a directory. */
export interface FileInTree {
  /** Relative, without `.`, `..` or empty parts. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/**
 * Makes a directory hold these files, in directories of their own, and nothing else. What is equal is not written.
 * @param target absolute; it must exist
 * @throws SystemError
 */
export function writeTree(files: readonly FileInTree[], target: string): void {
  const here = new Map<string, FileInTree>();
  const below = new Map<string, FileInTree[]>();
  for (const file of files) {
    const slash = file.path.indexOf("/");
    const name = slash < 0 ? file.path : file.path.slice(0, slash);
    if (slash < 0) {
      here.set(name, file);
      continue;
    }
    const inside = below.get(name) ?? [];
    inside.push({ ...file, path: file.path.slice(slash + 1) });
    below.set(name, inside);
  }
  for (const { name } of readDirectory(target)) {
    if (!here.has(name) && !below.has(name) && !isTemporaryName(name)) remove(`${target}/${name}`);
  }
  for (const [name, file] of here) writeFile(`${target}/${name}`, file);
  for (const [name, inside] of below) {
    const path = `${target}/${name}`;
    const present = fileStatus(path);
    if (typeof present !== "string" && present.kind !== "directory") remove(path);
    makeDirectory(path, 0o755);
    if (typeof present !== "string" && present.mode !== 0o755) chmodSync(nativePath(path), 0o755);
    writeTree(inside, path);
  }
}

function writeFile(path: string, { mode, content }: FileInTree): void {
  const present = fileStatus(path);
  const wanted = mode & 0o777;
  if (typeof present !== "string") {
    const isEqual = present.kind === "file" && present.size === content.length && present.mode === wanted;
    if (isEqual && holdsBytes(path, content)) return;
    if (present.kind === "directory") remove(path);
  }
  replaceFile(path, content, { mode: wanted });
}

function remove(path: string): void {
  try {
    rmSync(nativePath(path), { recursive: true, force: true });
  } catch (error) {
    throw systemError("could not remove", path, error);
  }
}

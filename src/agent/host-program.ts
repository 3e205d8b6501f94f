import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { mclSources } from "../../lang/core/mcl/index.ts";
import { HostError, type HostFiles, type HostProgram } from "../../lang/host.ts";
import { pathInCore } from "../../lang/modules/core-path.ts";
import { errorCode } from "../os/errors.ts";
import { makeDirectory } from "../os/make-directory.ts";
import { mirrorDirectory } from "../os/mirror-directory.ts";
import { nativePath } from "../os/paths.ts";
import { readDirectory } from "../os/read-directory.ts";
import { writeTree } from "../os/write-tree.ts";
import type { ProgramTree } from "./deploys/program-tree.ts";
import { asHostError } from "./host-error.ts";

/** Where the files are that came with a program. */
export type ProgramPlace =
  /** In a directory of this machine. */
  | { readonly directory: string }
  /** In memory. */
  | {
      readonly tree: ProgramTree;
      /** Told of each copy of a directory that the program asks for, by its name below {@link copiesOfTrees}. */
      onCopy?(name: string): void;
    };

/** Paths are relative to the directory of the program, and do not lead into the standard library. */
type ProgramFiles = HostProgram;

/**
 * The files that came with the program, and those of the standard library, which are in the executable.
 *
 * @param prefix the working directory of the agent, absolute
 * @param isWritable whether copies may be made there
 */
export function hostProgram(
  files: Pick<HostFiles, "read" | "exists">,
  place: ProgramPlace,
  prefix: string,
  isWritable: boolean,
): HostProgram {
  const own =
    "tree" in place
      ? filesOfTree(place, prefix, isWritable)
      : filesInDirectory(files, place.directory, prefix, isWritable);
  return {
    read(path) {
      const inCore = pathInCore(path);
      return inCore === undefined ? own.read(path) : readInCore(inCore);
    },
    exists(path) {
      const inCore = pathInCore(path);
      return inCore === undefined ? own.exists(path) : existsInCore(inCore);
    },
    copyDirectory(path) {
      if (pathInCore(path) === undefined) return own.copyDirectory(path);
      throw new HostError(
        "the files of the standard library cannot be copied; read them with `deploy.readfile`",
      );
    },
  };
}

/** @param directory absolute */
function filesInDirectory(
  { read, exists }: Pick<HostFiles, "read" | "exists">,
  directory: string,
  prefix: string,
  isWritable: boolean,
): ProgramFiles {
  const placeOf = (path: string): string => resolve(directory, path);
  return {
    read: (path) => read(placeOf(path)),
    exists: (path) => exists(placeOf(path)),
    copyDirectory(path) {
      const copy = resolve(prefix, "local", "vardir", copyPath(path, placeOf(path)));
      if (isWritable)
        asHostError(() => {
          makeDirectory(copy, 0o750);
          mirrorDirectory(placeOf(path), copy);
        });
      return `${copy}/`;
    },
  };
}

/** Copies are found by what they hold: the program before may still use another, and an equal one is the same path. */
function filesOfTree(
  { tree, onCopy }: Extract<ProgramPlace, { tree: unknown }>,
  prefix: string,
  isWritable: boolean,
): ProgramFiles {
  return {
    read(path) {
      const file = tree.file(path);
      if (file !== undefined) return decodeBytes(file.content);
      if (tree.hasDirectory(path)) throw new HostError(`could not read ${path}: it is a directory`);
      throw new HostError(`could not read ${path}: there is no such file in the deploy`, "not-found");
    },
    exists: (path) => tree.file(path) !== undefined || tree.hasDirectory(path),
    copyDirectory(path) {
      if (!tree.hasDirectory(path))
        throw new HostError(`could not copy ${path}: there is no such directory in the deploy`, "not-found");
      const files = tree.below(path);
      const hash = createHash("sha256");
      for (const { path: name, mode, content } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
        hash.update(JSON.stringify([name, mode, content.length])).update(content);
      const name = hash.digest("hex").slice(0, 20);
      onCopy?.(name);
      const copy = join(copiesOfTrees(prefix), name);
      if (isWritable)
        asHostError(() => {
          makeDirectory(copy, 0o750);
          writeTree(files, copy);
        });
      return `${copy}/`;
    },
  };
}

/** The directory with the copies of directories that came with deploys. */
function copiesOfTrees(prefix: string): string {
  return resolve(prefix, "local", "vardir", "deployed");
}

/** Removes all copies that nobody uses. @param used their names. @throws SystemError */
export function removeCopiesOfTrees(prefix: string, used: ReadonlySet<string>): void {
  const directory = copiesOfTrees(prefix);
  try {
    for (const { name } of readDirectory(directory)) {
      if (!used.has(name)) rmSync(nativePath(join(directory, name)), { recursive: true, force: true });
    }
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

/** What is outside of the program has no place among its copies, so it gets one by the hash of where it is. */
function copyPath(path: string, place: string): string {
  if (!path.startsWith("/") && !path.startsWith("../")) return join("directory", path);
  return join("elsewhere", createHash("sha256").update(encodeBytes(place)).digest("hex").slice(0, 20));
}

function readInCore(path: string): string {
  const text = mclSources.get(path);
  if (text === undefined)
    throw new HostError(`there is no file \`${path}\` in the standard library`, "not-found");
  return text;
}

function existsInCore(path: string): boolean {
  const below = path === "" || path.endsWith("/") ? path : `${path}/`;
  return mclSources.has(path) || mclSources.keys().some((each) => each.startsWith(below));
}

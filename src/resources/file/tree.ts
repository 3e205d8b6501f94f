import { chmodSync, mkdirSync } from "node:fs";
import { compareBytes } from "../../../lang/bytes.ts";
import { ResourceError } from "../../engine/resource.ts";
import { isTemporaryName } from "../../os/atomic-file.ts";
import { errorCode, explainError, SystemError, systemError } from "../../os/errors.ts";
import { clean, displayPath, nativePath } from "../../os/paths.ts";
import { type DirectoryEntry, readDirectory } from "../../os/read-directory.ts";
import { unspecified } from "./attributes.ts";
import { copy, type Work } from "./copy.ts";
import type { Exclusions } from "./exclusions.ts";
import { forcedIntoDirectory } from "./presence.ts";
import { removeEntry, removeTree } from "./remove.ts";
import { lstat, stat } from "./status.ts";
import { supplyOf } from "./supply.ts";

/** How long others may have to wait for a tree of small files, in milliseconds. */
const TURN = 10;

/** How to make one directory like another. */
export interface TreeRules {
  /** Whether what is missing may be created. */
  readonly create: boolean;
  /** Whether files may take the place of directories and the other way round. */
  readonly force: boolean;
  readonly exclusions: Exclusions;
}

/**
 * Makes a directory hold what another one holds, and nothing else but exclusions. Both paths end in a slash.
 *
 * @param source undefined: an empty directory
 * @returns whether it did before
 */
export function syncTree(
  source: string | undefined,
  destination: string,
  rules: TreeRules,
  work: Work,
): Promise<boolean> {
  if (clean(destination) === "/") throw new ResourceError("don't want to purge root");
  return new TreeSync(rules, work).sync(source, destination, 0);
}

class TreeSync {
  readonly #rules: TreeRules;
  readonly #work: Work;
  #turnEnds = performance.now() + TURN;

  constructor(rules: TreeRules, work: Work) {
    this.#rules = rules;
    this.#work = work;
  }

  async sync(source: string | undefined, destination: string, depth: number): Promise<boolean> {
    const wanted = byName(source === undefined ? [] : readSource(source));
    const present = byName(this.#readDestination(destination));
    let fine = true;
    for (const [name, kind] of wanted) {
      await this.#takeTurns();
      const from = `${source}${name}`;
      const to = destination + name;
      try {
        fine = (await this.#syncEntry(from, to, kind, present.get(name), depth)) && fine;
      } catch (error) {
        if (this.#work.run.signal.aborted || lstat(from) !== undefined) throw error;
        // It vanished after it was listed. What there is of its copy is an extra by now.
        wanted.delete(name);
        if (lstat(to) !== undefined) present.set(name, kind);
      }
    }
    for (const [name, kind] of present) {
      await this.#takeTurns();
      if (!wanted.has(name)) fine = (await this.#removeExtra(destination + name, kind)) && fine;
    }
    return fine;
  }

  /** @param present what is in the destination under that name */
  async #syncEntry(
    from: string,
    to: string,
    kind: DirectoryEntry["kind"],
    present: DirectoryEntry["kind"] | undefined,
    depth: number,
  ): Promise<boolean> {
    if (kind === "directory") {
      const ready = this.#prepareDirectory(from, to, present);
      if (!ready && !this.#work.run.apply) return false;
      return (await this.#descend(`${from}/`, `${to}/`, depth)) && ready;
    }
    const { create, force } = this.#rules;
    const status = present === undefined ? undefined : stat(to);
    return copy(
      { supply: supplyOf(from), path: to, status, create, force, attributes: unspecified },
      this.#work,
    );
  }

  async #descend(source: string, destination: string, depth: number): Promise<boolean> {
    try {
      return await this.sync(source, destination, depth + 1);
    } catch (error) {
      if (depth > 0 || this.#work.run.signal.aborted) throw error;
      throw new ResourceError(`recurse failed: ${explainError(error)}`, { cause: error });
    }
  }

  /** What is missing is empty; with noop also what would have become a directory by now. */
  #readDestination(path: string): DirectoryEntry[] {
    try {
      return readDirectory(path);
    } catch (error) {
      const code = errorCode(error);
      if (code === "ENOENT" || (code === "ENOTDIR" && !this.#work.run.apply)) return [];
      throw error;
    }
  }

  /** Puts a directory with the mode of its model where none is. @returns whether it was there */
  #prepareDirectory(source: string, path: string, present: DirectoryEntry["kind"] | undefined): boolean {
    if (present === "directory") return true;
    const { create, force } = this.#rules;
    if (present === undefined && !create)
      throw new SystemError(
        "could not create the directory",
        path,
        "ENOENT",
        "set State to exists to create it",
      );
    if (present !== undefined && !force) throw forcedIntoDirectory(path);
    this.#work.run.show?.({
      kind: "field",
      field: displayPath(path),
      before: present ?? "absent",
      after: "directory",
    });
    if (!this.#work.run.apply) return false;
    if (present !== undefined) {
      this.#work.log(`removing: ${displayPath(path)}`);
      removeEntry(path, false);
    }
    this.#work.log(`mkdir ${displayPath(path)}`);
    createLike(source, path);
    return false;
  }

  async #removeExtra(path: string, kind: DirectoryEntry["kind"]): Promise<boolean> {
    if (this.#rules.exclusions.has(clean(path))) return true;
    this.#work.run.show?.({ kind: "field", field: displayPath(path), before: kind, after: "absent" });
    if (!this.#work.run.apply) return false;
    this.#work.log(`removing: ${displayPath(path)}`);
    if (kind === "directory") await removeTree(path);
    else removeEntry(path, false);
    return false;
  }

  /** Lets others work, and gives up if asked to. */
  async #takeTurns(): Promise<void> {
    if (performance.now() < this.#turnEnds) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#work.run.signal.throwIfAborted();
    this.#turnEnds = performance.now() + TURN;
  }
}

/** Sorted, so that logs and errors come in one order. */
function byName(entries: readonly DirectoryEntry[]): Map<string, DirectoryEntry["kind"]> {
  return new Map(
    [...entries].sort((a, b) => compareBytes(a.name, b.name)).map(({ name, kind }) => [name, kind]),
  );
}

/** Without files that are just being written there. */
function readSource(path: string): DirectoryEntry[] {
  return readDirectory(path).filter(({ name }) => !isTemporaryName(name));
}

function createLike(source: string, path: string): void {
  try {
    const mode = (stat(source)?.mode ?? 0o777) & 0o777;
    mkdirSync(nativePath(path), { mode });
    const created = stat(path)?.mode ?? mode;
    // The umask may have taken bits; a setgid bit that came with the parent stays.
    if ((created & 0o777) !== mode) chmodSync(nativePath(path), (created & 0o7000) | mode);
  } catch (error) {
    throw systemError("could not create the directory", path, error);
  }
}

import { mkdirSync } from "node:fs";
import { ResourceError } from "../../engine/resource.ts";
import { createExclusively } from "../../os/atomic-file.ts";
import { errorCode, SystemError, systemError } from "../../os/errors.ts";
import { parseMode } from "../../os/mode.ts";
import { clean, displayPath, nativePath } from "../../os/paths.ts";
import type { Check } from "./check.ts";
import { followLinks } from "./follow-links.ts";
import { removeEntry, removeTree } from "./remove.ts";
import { entryPath } from "./resulting-path.ts";
import { lstat, printMode, stat } from "./status.ts";

/** Step 1: the path exists or does not, as `state` says. Links are for `symlink.ts`. */
export function checkPresence(check: Check): boolean | Promise<boolean> {
  const { state, symlink } = check.goal.params;
  if (symlink || state === "") return true;
  return state === "absent" ? checkAbsent(check) : checkExists(check);
}

function checkAbsent(check: Check): boolean | Promise<boolean> {
  const { goal, run, log } = check;
  const entry = entryPath(goal.path);
  if (clean(goal.path) === "/") throw new ResourceError("don't want to remove root");
  if (goal.directory) refuseFileForDirectory(check);
  const status = lstat(entry);
  if (status === undefined) return true;
  run.show?.({ kind: "field", field: "state", before: "exists", after: "absent" });
  if (!run.apply) return false;
  log(`removing: ${displayPath(goal.path)}`);
  check.touched();
  if (goal.params.recurse && status.kind === "directory") return removeTree(entry).then(() => false);
  removeEntry(entry, status.kind === "directory", "set Recurse to remove it with all that is in it");
  return false;
}

function checkExists(check: Check): boolean {
  const { goal, run } = check;
  const obstructed = goal.directory && refuseFileForDirectory(check);
  if (!obstructed && check.status !== undefined) return true;
  run.show?.({ kind: "field", field: "state", before: obstructed ? "file" : "absent", after: "exists" });
  if (!run.apply) {
    check.pending = true;
    return false;
  }
  if (goal.directory) createDirectory(check, obstructed);
  else if (goal.content === undefined && goal.fragments.length === 0 && goal.params.source === "")
    createEmptyFile(check);
  check.touched();
  return false;
}

/** Whether something that is no directory is where the directory should be; an error unless it may be removed. */
function refuseFileForDirectory({ goal }: Check): boolean {
  const entry = entryPath(goal.path);
  const status = stat(entry);
  if (status === undefined || status.kind === "directory") return false;
  if (!goal.params.force) throw forcedIntoDirectory(goal.path);
  return true;
}

export function forcedIntoDirectory(path: string): ResourceError {
  return new ResourceError(`can't force file into dir: ${displayPath(path)}; set Force to replace the file`);
}

function createDirectory({ goal, log }: Check, obstructed: boolean): void {
  const { path, params } = goal;
  const entry = entryPath(path);
  if (obstructed) removeEntry(entry, false);
  const mode = params.mode === "" ? 0o777 : parseMode(params.mode, 0o777 & ~process.umask());
  log(`mkdir${params.recurse ? " -p" : ""} -m ${printMode(mode)} ${displayPath(path)}`);
  try {
    mkdirSync(nativePath(entry), { mode, recursive: params.recurse });
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw systemError("could not create the directory", path, error);
    const reason = "the directory above it does not exist; set Recurse to create it too";
    throw new SystemError("could not create the directory", path, "ENOENT", reason);
  }
}

/** Exclusively, so that a file which appeared just now is not emptied. Other modes than this are set later. */
function createEmptyFile({ goal, log }: Check): void {
  try {
    createExclusively(followLinks(goal.path));
  } catch (error) {
    throw systemError("problem creating empty file:", goal.path, error);
  }
  log("created");
}

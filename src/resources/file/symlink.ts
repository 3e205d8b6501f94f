import { renameSync, symlinkSync } from "node:fs";
import { ResourceError } from "../../engine/resource.ts";
import { removeLeftover, temporaryPath } from "../../os/atomic-file.ts";
import { systemError } from "../../os/errors.ts";
import { displayPath, nativePath } from "../../os/paths.ts";
import type { Check } from "./check.ts";
import { readLink } from "./follow-links.ts";
import { removeEntry } from "./remove.ts";

/** Step 3 for a symbolic link: it is there with this text, or is not there. */
export function checkSymlink(check: Check): boolean {
  const { goal, run, log, status } = check;
  const { state, source, force } = goal.params;
  const { path } = goal;
  if (state === "") return true;
  const wanted = state === "exists" ? source : undefined;
  if (wanted === undefined && status === undefined) return true;
  const current = status?.kind === "symlink" ? readLink(path) : undefined;
  if (wanted !== undefined && current === wanted) return true;
  if (status !== undefined && status.kind !== "symlink" && !force)
    throw new ResourceError(
      wanted === undefined
        ? `can't remove non-symlink without Force: ${displayPath(path)}`
        : `can't mutate to symlink without Force: ${displayPath(path)}`,
    );
  run.show?.({ kind: "field", field: "symlink", before: current ?? "", after: wanted ?? "" });
  if (!run.apply) {
    check.pending = wanted !== undefined;
    return false;
  }
  check.touched();
  // A link takes the place of another in one step; a directory has to make room first.
  if (status !== undefined && (wanted === undefined || status.kind === "directory")) {
    log(`removing: ${displayPath(path)}`);
    removeEntry(path, status.kind === "directory");
  }
  if (wanted === undefined) return false;
  createLink(wanted, path);
  log(`symlink ${displayPath(wanted)} ${displayPath(path)}`);
  return false;
}

function createLink(text: string, path: string): void {
  removeLeftover(path);
  const temporary = temporaryPath(path);
  try {
    symlinkSync(nativePath(text), nativePath(temporary));
    renameSync(nativePath(temporary), nativePath(path));
  } catch (error) {
    removeLeftover(path);
    throw systemError("could not create the link", path, error);
  }
}

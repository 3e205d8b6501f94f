import type { Check } from "./check.ts";
import { copy } from "./copy.ts";
import { exclusionsBelow, noExclusions } from "./exclusions.ts";
import { readFragments } from "./fragments.ts";
import { isDirectoryPath } from "./resulting-path.ts";
import { type Supply, supplyOf } from "./supply.ts";
import { checkSymlink } from "./symlink.ts";
import { syncTree } from "./tree.ts";

/** Step 2: the file holds what `content` says. */
export function checkContent(check: Check): boolean | Promise<boolean> {
  const { content } = check.goal;
  return content === undefined || fill(check, { bytes: content, source: undefined });
}

/** Step 3: the file, directory or link is like `source`; a purged directory without source is empty. */
export function checkSource(check: Check): boolean | Promise<boolean> {
  const { path, params } = check.goal;
  const { source, purge, force, state, symlink } = params;
  if (symlink) return checkSymlink(check);
  if (source === "" && !purge) return true;
  if (source !== "" && !isDirectoryPath(source)) return fill(check, supplyOf(source));
  const exclusions = purge ? exclusionsBelow(path, check.peers()) : noExclusions;
  const create = state === "exists";
  return syncTree(source === "" ? undefined : source, path, { create, force, exclusions }, check);
}

/** Step 4: the file holds the fragments. */
export function checkFragments(check: Check): boolean | Promise<boolean> {
  const { fragments } = check.goal;
  if (fragments.length === 0) return true;
  return fill(check, { bytes: readFragments(fragments), source: undefined });
}

function fill(check: Check, supply: Supply): boolean | Promise<boolean> {
  const { path, params } = check.goal;
  const result = copy(
    {
      supply,
      path,
      status: check.status,
      create: params.state === "exists",
      force: params.force,
      attributes: params,
    },
    check,
  );
  return typeof result === "boolean" ? settle(check, result) : result.then((fine) => settle(check, fine));
}

function settle(check: Check, fine: boolean): boolean {
  if (fine) return true;
  if (check.run.apply) check.touched();
  else check.pending = true;
  return false;
}

import type { Behavior } from "../../engine/resource.ts";
import { removeLeftover } from "../../os/atomic-file.ts";
import { SystemError } from "../../os/errors.ts";
import type { Handle } from "../define.ts";
import { pathPart, watchTogether } from "../watch-together.ts";
import { checkMode, checkOwner } from "./attributes.ts";
import { Check, runSteps, type Step } from "./check.ts";
import { checkContent, checkFragments, checkSource } from "./contents.ts";
import { followLinks } from "./follow-links.ts";
import { type Goal, goalOf } from "./goal.ts";
import type { FileParameters } from "./parameters.ts";
import { checkPresence } from "./presence.ts";
import { checkSelinux } from "./selinux.ts";
import { watchedPaths } from "./watched-paths.ts";
import { whileItMoves } from "./while-it-moves.ts";

/** What makes up a file, in the order of resources-system 3.6. */
const steps: readonly Step[] = [
  checkPresence,
  checkContent,
  checkSource,
  checkFragments,
  checkOwner,
  checkMode,
  checkSelinux,
];

/** One file resource at work. */
export function fileBehavior(handle: Handle<FileParameters>): Behavior {
  const { name, log, peers } = handle;
  let goal: Goal | undefined;
  /** Where what a crash may have left has been removed: once for each path is enough. */
  let tidied: string | undefined;

  function currentGoal(): Goal {
    const params = handle.params();
    if (goal?.params !== params) goal = goalOf(name, params);
    return goal;
  }

  return {
    watch: (watch) => watchTogether(watchedPaths(currentGoal()).map(pathPart), watch),
    checkApply(run) {
      const current = currentGoal();
      const { path } = current;
      const first = new Check(current, run, log, peers);
      if (run.apply && tidied !== path) {
        tidy(first);
        tidied = path;
      }
      return whileItMoves({ path, source: current.params.source }, run.signal, (again) =>
        runSteps(steps, again ? new Check(current, run, log, peers) : first),
      );
    },
  };
}

function tidy(check: Check): void {
  const { path, directory, params } = check.goal;
  if (directory) return;
  try {
    removeLeftover(check.isLink && !params.symlink ? followLinks(path) : path);
  } catch (error) {
    // Where nothing can be removed, as on a read-only file system, the file may still be as it should be.
    if (!(error instanceof SystemError)) throw error;
  }
}

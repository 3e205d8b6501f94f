import type { Behavior, Run, Watch } from "../../engine/resource.ts";
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

/** One file resource at work. There may be thousands of them: it holds no more than it needs between two checks. */
export class FileBehavior implements Behavior {
  readonly #handle: Handle<FileParameters>;
  /** Where what a crash may have left has been removed: once for each path is enough. */
  #tidied: string | undefined;

  constructor(handle: Handle<FileParameters>) {
    this.#handle = handle;
  }

  watch(watch: Watch): Promise<void> {
    return watchTogether(watchedPaths(this.#goal()).map(pathPart), watch);
  }

  checkApply(run: Run): boolean | Promise<boolean> {
    const goal = this.#goal();
    const { path } = goal;
    const { log, peers } = this.#handle;
    const first = new Check(goal, run, log, peers);
    if (run.apply && this.#tidied !== path) {
      tidy(first);
      this.#tidied = path;
    }
    return whileItMoves({ path, source: goal.params.source }, run, (again) =>
      runSteps(steps, again ? new Check(goal, run, log, peers) : first),
    );
  }

  #goal(): Goal {
    return goalOf(this.#handle.name, this.#handle.params());
  }
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

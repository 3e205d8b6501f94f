import type { Resource, Run } from "../../engine/resource.ts";
import type { FileStatus } from "../../os/file-status.ts";
import type { Goal } from "./goal.ts";
import { lstat, stat } from "./status.ts";

/** One run of a file resource, shared by its steps. */
export class Check {
  #entry: FileStatus | undefined;
  #status: FileStatus | undefined;
  #looked = false;
  /** With noop: a step would have put something new at the path, its attributes included. */
  pending = false;

  constructor(
    readonly goal: Goal,
    readonly run: Run,
    readonly log: (message: string) => void,
    readonly peers: () => readonly Resource[],
  ) {}

  /** What is at the path: a link itself for a symlink resource, else what it leads to; undefined if nothing is. */
  get status(): FileStatus | undefined {
    this.#look();
    return this.#status;
  }

  /** Whether the path is a symbolic link, be it a dangling one. */
  get isLink(): boolean {
    this.#look();
    return this.#entry?.kind === "symlink";
  }

  /** To be called after a step changed what is at the path. */
  touched(): void {
    this.#looked = false;
  }

  /** One system call, unless there is a link to follow. */
  #look(): void {
    if (this.#looked) return;
    const { path, params } = this.goal;
    this.#entry = lstat(path);
    this.#status = !params.symlink && this.#entry?.kind === "symlink" ? stat(path) : this.#entry;
    this.#looked = true;
  }
}

/** Makes one aspect of a file right; false if it was not. */
export type Step = (check: Check) => boolean | Promise<boolean>;

/**
 * Runs the steps in order, each in full even if an earlier one found something wrong; an error stops. Answers at
 * once unless a step needs to wait.
 */
export function runSteps(steps: readonly Step[], check: Check): boolean | Promise<boolean> {
  return runFrom(0, true, steps, check);
}

function runFrom(
  first: number,
  before: boolean,
  steps: readonly Step[],
  check: Check,
): boolean | Promise<boolean> {
  let fine = before;
  for (let index = first; index < steps.length; index++) {
    const result = steps[index]?.(check) ?? true;
    if (typeof result !== "boolean")
      return result.then((late) => runFrom(index + 1, late && fine, steps, check));
    fine = result && fine;
  }
  return fine;
}

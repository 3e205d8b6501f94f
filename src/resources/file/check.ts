import type { Stats } from "node:fs";
import type { Resource, Run } from "../../engine/resource.ts";
import type { Goal } from "./goal.ts";
import { lstat, stat } from "./status.ts";

/** One run of a file resource, shared by its steps. */
export class Check {
  #entry: Stats | undefined;
  #status: Stats | undefined;
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
  get status(): Stats | undefined {
    this.#look();
    return this.#status;
  }

  /** Whether the path is a symbolic link, be it a dangling one. */
  get isLink(): boolean {
    this.#look();
    return this.#entry?.isSymbolicLink() ?? false;
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
    this.#status = !params.symlink && this.#entry?.isSymbolicLink() ? stat(path) : this.#entry;
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
  let fine = true;
  for (const [index, step] of steps.entries()) {
    const result = step(check);
    if (typeof result !== "boolean") return finishSteps(result, fine, steps.slice(index + 1), check);
    fine = result && fine;
  }
  return fine;
}

async function finishSteps(
  waiting: Promise<boolean>,
  before: boolean,
  rest: readonly Step[],
  check: Check,
): Promise<boolean> {
  const fine = (await waiting) && before;
  return (await runSteps(rest, check)) && fine;
}

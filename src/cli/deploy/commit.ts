/** The commit that a deploy is made of (cluster specification, 1.4). */
import { realpathSync } from "node:fs";
import { explainError } from "../../os/errors.ts";
import { findProgram } from "../../os/find-program.ts";
import { runProcess } from "../../os/process.ts";

/** What a deploy says of its commit. */
export interface Commit {
  readonly hash: string;
  /** The commit that has to be deployed. */
  readonly parent?: string;
}

/**
 * @param directory the top of a work tree, in which nothing differs from the commit
 * @param force without a parent
 * @throws Error naming cause and cure
 */
export async function commitOf(directory: string, force: boolean): Promise<Commit> {
  const top = await git(directory, ["rev-parse", "--show-toplevel"]);
  if (top === undefined)
    throw new Error(`${directory} is no work tree of git: deploy from one, or with --no-git`);
  if (realpathSync(top) !== realpathSync(directory))
    throw new Error(
      `${directory} is not the top of its work tree, which is ${top}: deploy from there, or with --no-git`,
    );
  const changes = await git(directory, ["status", "--porcelain"]);
  if (changes !== "")
    throw new Error(
      "the work tree has changes that are not committed: commit or stash them, or deploy with --no-git",
    );
  const hash = await git(directory, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  if (hash === undefined) throw new Error("there is no commit yet: make one, or deploy with --no-git");
  const parent = force ? undefined : await git(directory, ["rev-parse", "--verify", "--quiet", "HEAD^1"]);
  return { hash, ...(parent !== undefined && { parent }) };
}

/** @returns what it prints; undefined if it fails */
async function git(directory: string, args: readonly string[]): Promise<string | undefined> {
  let program: string;
  try {
    program = findProgram("git");
  } catch (error) {
    throw new Error(`${explainError(error)}; install it, or deploy with --no-git`);
  }
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  const { exitCode, stdout } = await runProcess({ argv: [program, "-C", directory, ...args], env });
  return exitCode === 0 ? stdout.trim() : undefined;
}

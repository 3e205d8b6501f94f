/** Modules that come from git repositories (language specification, 13.3), by the git of this machine. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode, explainError } from "../os/errors.ts";
import { findProgram } from "../os/find-program.ts";
import { interruptible } from "../os/interruptible.ts";
import { runProcess } from "../os/process.ts";

const schemes = ["https", "ssh", "git", "git+ssh", "http", "file"];

/**
 * Clones a module, with its submodules, into a directory that is not there yet. Whatever goes wrong, the directory
 * is there as a whole or not at all.
 *
 * @param depth how many commits to get; undefined for all
 * @throws Error saying why that cannot be, without the URL
 */
export async function cloneModule(url: string, directory: string, depth: number | undefined): Promise<void> {
  const scheme = url.slice(0, url.indexOf(":")).toLowerCase();
  if (!schemes.includes(scheme))
    throw new Error(`modules are not got by \`${scheme}\`, only by ${schemes.join(", ")}`);
  const parent = dirname(directory);
  await interruptible(async (signal) => {
    const made = await attempt(`make ${parent}`, () => mkdir(parent, { recursive: true }));
    try {
      await cloneBeside(parent, url, directory, depth, signal);
    } catch (error) {
      await removeEmpty(parent, made);
      throw error;
    }
  });
}

/**
 * Brings a cloned module up to date with the branch that it follows. Only what adds to its history is taken over.
 * @throws Error saying why that cannot be
 */
export async function updateModule(directory: string): Promise<void> {
  // A copy may lie in a repository of the user, which is not ours to pull.
  if (!existsSync(join(directory, ".git")))
    throw new Error("it is no git repository of its own, so that there is nothing to update it from");
  await interruptible(async (signal) => {
    await git(["-C", directory, "pull", "--quiet", "--ff-only", "--recurse-submodules"], signal, directory);
    await git(
      ["-C", directory, "submodule", "--quiet", "update", "--init", "--recursive"],
      signal,
      directory,
    );
  });
}

async function cloneBeside(
  parent: string,
  url: string,
  directory: string,
  depth: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const temporary = await attempt(`make a directory in ${parent}`, () =>
    mkdtemp(join(parent, ".mgmt-clone-")),
  );
  try {
    // One further down, for a temporary directory is not for everybody to read, and a module is.
    const clone = join(temporary, "module");
    const limit = depth === undefined ? [] : [`--depth=${depth}`, "--shallow-submodules"];
    await git(["clone", "--quiet", "--recurse-submodules", ...limit, "--", url, clone], signal);
    if (!existsSync(join(clone, "metadata.yaml")))
      throw new Error("the repository is no module: there is no `metadata.yaml` in it");
    await publish(clone, directory);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function publish(clone: string, directory: string): Promise<void> {
  try {
    await rename(clone, directory);
  } catch (error) {
    // Somebody else was faster.
    if (existsSync(join(directory, "metadata.yaml"))) return;
    const code = errorCode(error);
    if (code === "ENOTEMPTY" || code === "EEXIST" || code === "ENOTDIR")
      throw new Error(`${directory} is in the way: it is there, and holds no \`metadata.yaml\``);
    throw new Error(`cannot make ${directory}: ${explainError(error)}`);
  }
}

/** Removes directories from `path` up to `outermost`, as far as nobody has put anything into them. */
async function removeEmpty(path: string, outermost: string | undefined): Promise<void> {
  if (outermost === undefined) return;
  try {
    for (let each = path; each.startsWith(outermost); each = dirname(each)) await rmdir(each);
  } catch {
    // What is in use stays.
  }
}

async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`cannot ${what}: ${explainError(error)}`, { cause: error });
  }
}

/** Variables by which a hook, or a shell within one, would have git work on another repository. */
const elsewhere = [
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_DIR",
  "GIT_INDEX_FILE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
];

/** @param repository if it is broken, git must not take the one around it */
async function git(args: readonly string[], signal: AbortSignal, repository?: string): Promise<void> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && !elsewhere.includes(name)) env[name] = value;
  // Nobody is there to be asked: what cannot be had without a password fails.
  env.GIT_TERMINAL_PROMPT = "0";
  env.GIT_ASKPASS = "";
  env.SSH_ASKPASS_REQUIRE = "never";
  if (repository !== undefined) env.GIT_CEILING_DIRECTORIES = dirname(repository);
  const {
    exitCode,
    signal: killedBy,
    stderr,
  } = await runProcess({ argv: [program(), ...args], env }, { signal });
  if (exitCode === 0) return;
  throw new Error(reasonOf(stderr) || `git ended with ${killedBy ?? `status ${exitCode}`}`);
}

function program(): string {
  try {
    return findProgram("git");
  } catch (error) {
    throw new Error("git is not installed, and nothing else gets modules", { cause: error });
  }
}

/** What git gives as the reason, in one line. */
function reasonOf(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const told = lines.filter((line) => /^(?:fatal|error|remote|ssh):/.test(line));
  return (told.length > 0 ? told : lines.slice(-1)).join("; ");
}

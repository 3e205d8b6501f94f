/** The working directory of an agent (cluster specification, 2.1). */
import { chmodSync, mkdirSync, mkdtempSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { explainError } from "../os/errors.ts";
import { tryLock } from "../os/lock.ts";

export interface PrefixOptions {
  readonly prefix: string | undefined;
  /** Use a fresh temporary directory. */
  readonly temporary: boolean;
  /** Use one if the directory cannot be made. */
  readonly allowTemporary: boolean;
  readonly hostname: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A working directory: its absolute path, ending in `/`, and whether it is a temporary one, which nothing removes. */
export interface Prefix {
  readonly path: string;
  readonly temporary: boolean;
}

/**
 * Chooses the working directory and makes it.
 * @throws Error naming the directory, the cause and the cure
 */
export function makePrefix(options: PrefixOptions): Prefix {
  if (options.temporary) return temporaryPrefix(options.hostname);
  const wanted = resolve(options.prefix ?? standardPrefix(options.environment));
  try {
    mkdirSync(wanted, { recursive: true, mode: 0o775 });
    return { path: `${wanted}/`, temporary: false };
  } catch (error) {
    if (options.allowTemporary) return temporaryPrefix(options.hostname);
    throw new Error(
      `cannot make the working directory ${wanted}: ${explainError(error)}; name another with --prefix, or use --tmp-prefix`,
    );
  }
}

/** The working directory of an agent that is told no other. */
export function standardPrefix(environment: PrefixOptions["environment"]): string {
  if (environment.STATE_DIRECTORY) return environment.STATE_DIRECTORY;
  if (process.getuid?.() === 0) return "/var/lib/mgmt";
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "mgmt");
}

function temporaryPrefix(hostname: string): Prefix {
  const parent = tmpdir();
  try {
    const path = mkdtempSync(join(parent, `mgmt-${hostname}-`));
    chmodSync(path, 0o775);
    return { path: `${path}/`, temporary: true };
  } catch (error) {
    throw new Error(
      `cannot make a temporary directory in ${parent}: ${explainError(error)}; TMPDIR names another place`,
    );
  }
}

/**
 * Makes sure that one agent at a time works in a directory.
 * @returns lets go of it
 * @throws Error naming the directory, the cause and the cure
 */
export function lockPrefix(path: string): () => void {
  let unlock: (() => void) | undefined;
  try {
    unlock = tryLock(`${path}lock`);
  } catch (error) {
    throw new Error(`cannot work in ${path}: ${explainError(error)}; name another directory with --prefix`);
  }
  if (unlock !== undefined) return unlock;
  throw new Error(`another agent works in ${path}; end it, or name another directory with --prefix`);
}

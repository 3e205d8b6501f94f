/** The working directory of an agent (cluster specification, 2.1). */
import { chmodSync, mkdirSync, mkdtempSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { explainError } from "../os/errors.ts";

export interface PrefixOptions {
  readonly prefix: string | undefined;
  /** Use a fresh temporary directory. */
  readonly temporary: boolean;
  /** Use one if the directory cannot be made. */
  readonly allowTemporary: boolean;
  readonly hostname: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Chooses the working directory and makes it.
 * @returns its absolute path, ending in `/`, and whether it is a temporary one, which nothing removes
 * @throws Error naming the directory, the cause and the cure
 */
export function makePrefix(options: PrefixOptions): { readonly path: string; readonly temporary: boolean } {
  if (options.temporary) return { path: temporaryPrefix(options.hostname), temporary: true };
  const wanted = resolve(options.prefix ?? standardPrefix(options.environment));
  try {
    mkdirSync(wanted, { recursive: true, mode: 0o775 });
    return { path: `${wanted}/`, temporary: false };
  } catch (error) {
    if (options.allowTemporary) return { path: temporaryPrefix(options.hostname), temporary: true };
    throw new Error(
      `cannot make the working directory ${wanted}: ${explainError(error)}; name another with --prefix, or use --tmp-prefix`,
    );
  }
}

function standardPrefix(environment: PrefixOptions["environment"]): string {
  if (environment.STATE_DIRECTORY) return environment.STATE_DIRECTORY;
  if (process.getuid?.() === 0) return "/var/lib/mgmt";
  return join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "mgmt");
}

function temporaryPrefix(hostname: string): string {
  const path = mkdtempSync(join(tmpdir(), `mgmt-${hostname}-`));
  chmodSync(path, 0o775);
  return `${path}/`;
}

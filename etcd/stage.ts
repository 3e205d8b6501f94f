/** Puts etcd where the system can run it: what the executable carries is a file that only the executable can read. */
import { accessSync, constants, lstatSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { carriedPrograms } from "./carried.ts";
import type { HostFiles } from "./host-files.ts";
import { type PackedProgram, sha256Of, unpack } from "./packed.ts";
import { programVersion } from "./program-version.ts";
import type { ProgramName } from "./release.ts";

export interface StageOptions {
  /** Where staged programs belong, such as `PREFIX/etcd/bin`. */
  readonly directory: string;
  readonly files: HostFiles;
  /** A program to use in the place of the one that is carried. */
  readonly override?: string | undefined;
  readonly environment: {
    readonly PATH?: string | undefined;
    readonly XDG_RUNTIME_DIR?: string | undefined;
  };
  readonly signal?: AbortSignal | undefined;
}

/** A program that can be run. */
export interface StagedProgram {
  /** Absolute. */
  readonly path: string;
  /** `MAJOR.MINOR.PATCH`. */
  readonly version: string;
  /** What the user should know of where it is; undefined if it is where it belongs. */
  readonly remark?: string;
}

/**
 * Finds, in this order, the program that is asked for, the one that is carried, and the one that is installed. What is
 * carried is written once, and verified at each use.
 *
 * @throws Error naming the cause and the cure
 */
export async function stage(name: ProgramName, options: StageOptions): Promise<StagedProgram> {
  const { override, environment } = options;
  if (override !== undefined) return { path: override, version: versionOf(name, override) };
  const carried = carriedPrograms().find((each) => each.name === name);
  if (carried !== undefined) return stageCarried(carried, options);
  const installed = Bun.which(name, { PATH: environment.PATH ?? "" });
  if (installed !== null)
    return {
      path: installed,
      version: versionOf(name, installed),
      remark: `using the installed ${installed}: this executable was built without ${name}`,
    };
  throw new Error(
    `this executable was built without ${name}, and none is installed in ${environment.PATH || "PATH"}`,
  );
}

/** The file system the directory is on may forbid to run anything: another one is used then. */
async function stageCarried(program: PackedProgram, options: StageOptions): Promise<StagedProgram> {
  const { name, version } = program;
  const { directory, environment } = options;
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const path = await write(program, directory, options);
  if (isExecutable(path)) return { path, version };
  rmSync(path, { force: true });
  for (const parent of [environment.XDG_RUNTIME_DIR, "/run", "/var/tmp", tmpdir()]) {
    const elsewhere = parent === undefined ? undefined : privateDirectory(parent);
    if (elsewhere === undefined) continue;
    const other = await write(program, elsewhere, options).catch(() => undefined);
    if (other === undefined) continue;
    if (isExecutable(other))
      return { path: other, version, remark: `nothing can be run in ${directory} (noexec): using ${other}` };
    rmSync(other, { force: true });
  }
  throw new Error(
    `${name} cannot be run: nothing can be run in ${directory} (noexec), nor in the directories for temporary files; ` +
      "choose another working directory",
  );
}

/** How often a lock is looked at that another process holds, in milliseconds. */
const lockPollMs = 20;

/** @returns the path of the program */
async function write(
  program: PackedProgram,
  directory: string,
  { files, signal }: StageOptions,
): Promise<string> {
  const { name, version, sha256 } = program;
  const path = join(directory, `${name}-${version}-${sha256.slice(0, 8)}`);
  if (holds(path, sha256)) return path;
  // Two writers at a time would be in each other's way.
  const lock = join(directory, ".lock");
  let unlock = files.tryLock(lock);
  for (; unlock === undefined; unlock = files.tryLock(lock)) await delay(lockPollMs, undefined, { signal });
  try {
    if (!holds(path, sha256)) files.replaceFile(path, unpack(program), { mode: 0o755 });
    return path;
  } finally {
    unlock();
  }
}

function holds(path: string, sha256: string): boolean {
  try {
    const status = lstatSync(path);
    return status.isFile() && (status.mode & 0o7777) === 0o755 && sha256Of(readFileSync(path)) === sha256;
  } catch {
    return false;
  }
}

/** The system says no for whatever is on a file system without execution, even to root. */
function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A directory of this user alone, which nobody else can have put there; undefined if it cannot be had. */
function privateDirectory(parent: string): string | undefined {
  const user = process.getuid?.() ?? 0;
  const path = join(parent, `etcd-${user}`);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch {
    // It may be there from before; whose it is, is looked at below.
  }
  try {
    const status = lstatSync(path);
    const isOurs = status.isDirectory() && status.uid === user && (status.mode & 0o077) === 0;
    return isOurs ? path : undefined;
  } catch {
    return undefined;
  }
}

function versionOf(name: ProgramName, path: string): string {
  return programVersion(path, name === "etcd" ? ["--version"] : ["version"]);
}

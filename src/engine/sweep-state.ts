import { lstatSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, explainError } from "../os/errors.ts";
import type { Log } from "../os/log.ts";
import { isVardirName, reversalFileName, stateDirectory } from "./vardir.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** How long nobody must have used a directory before it is removed, in milliseconds. */
export const retention = 30 * day;
/** A sweep is due so long after the last, and cheap before. */
export const sweepInterval = day;
const notDue = 12 * hour;
/** Sweeps that are further apart do not tell how much time has passed. */
const longestGap = 7 * day;

export interface SweepOptions {
  readonly prefix: string;
  /** Names of the directories of all resources of the running graph (`vardirName`); asked for if they matter. */
  readonly used: () => ReadonlySet<string>;
  readonly log: Log;
  /** The time of the machine, in milliseconds since 1970. */
  readonly now: number;
}

/**
 * Removes directories of resources (`PREFIX/engine/state/`) that no graph has had for 30 days. Those of the running
 * graph are marked as used; one that says how to undo its resource (`Meta:reverse`) stays for ever, and so does
 * whatever the engine has not made.
 *
 * The clock of the machine may be wrong, now or when something was marked. So time counts only from sweep to sweep: after
 * a gap that is too long, or a clock that was set back, every directory counts as used now. No jump of the clock
 * alone removes anything.
 */
export function sweepState({ prefix, used, log, now }: SweepOptions): void {
  const directory = stateDirectory(prefix);
  const mark = join(prefix, "engine", "swept");
  try {
    const last = modificationTime(mark);
    const gap = last === undefined ? undefined : now - last;
    if (gap !== undefined && gap >= 0 && gap < notDue) return;
    const names = readdirSync(directory).filter(isVardirName);
    const live = names.length === 0 ? new Set<string>() : used();
    const timeIsKnown = gap !== undefined && gap >= 0 && gap <= longestGap;
    for (const name of names) {
      const path = join(directory, name);
      try {
        sweep(path, live.has(name) || !timeIsKnown, now, log);
      } catch (error) {
        log("warn", "engine", `cannot tidy up ${path}: ${explainError(error)}`);
      }
    }
    replaceFile(mark, new Uint8Array(), { mode: 0o644 });
    setTime(mark, now);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    log("warn", "engine", `cannot tidy up ${directory}: ${explainError(error)}`);
  }
}

function sweep(path: string, isUsed: boolean, now: number, log: Log): void {
  const found = lstatSync(path);
  if (!found.isDirectory()) return;
  const age = now - found.mtimeMs;
  // What seems to come from the future was marked by a clock that was ahead.
  if (isUsed || age < 0) {
    setTime(path, now);
    return;
  }
  if (age < retention || readdirSync(path).includes(reversalFileName)) return;
  rmSync(path, { recursive: true });
  log("info", "engine", `removed ${path}: no resource has used it for ${retention / day} days`);
}

function modificationTime(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

function setTime(path: string, milliseconds: number): void {
  utimesSync(path, milliseconds / 1000, milliseconds / 1000);
}

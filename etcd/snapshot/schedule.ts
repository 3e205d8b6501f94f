/** Snapshots that are taken by themselves, and of which the last few are kept. */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Maintenance } from "../client/maintenance.ts";
import { pause } from "../client/pause.ts";
import { isLeftover } from "./new-file.ts";
import type { SnapshotFacts } from "./read.ts";
import { saveSnapshot } from "./save.ts";
import { SnapshotError } from "./snapshot-error.ts";

/** What happens to snapshots that are taken by themselves. */
export type SnapshotEvent =
  | { readonly type: "saved"; readonly snapshot: SnapshotFacts; readonly pruned: readonly string[] }
  /** None could be taken. Told once, until one is taken or the reason is another; it is tried again. */
  | { readonly type: "failed"; readonly error: Error; readonly retryMs: number };

export interface ScheduleOptions {
  readonly maintenance: Maintenance;
  /** Where they are kept, such as `PREFIX/snapshots`. Made if need be. */
  readonly directory: string;
  /** Between two, in ms; a day if not given. */
  readonly every?: number;
  /** How many are kept; 7 if not given. */
  readonly keep?: number;
  /** Bytes that are to be left free on the file system; 256 MiB if not given. */
  readonly spare?: number;
  /** After a failure, in ms; ten minutes if not given. */
  readonly retry?: number;
  readonly clock?: Clock;
  /** Must not throw. */
  onEvent(event: SnapshotEvent): void;
}

export interface Clock {
  now(): Date;
  /** Waits for so many ms, or until the signal fires. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const wallClock: Clock = { now: () => new Date(), pause };

const day = 24 * 60 * 60 * 1000;
/** The clock may be set, and machines sleep: it is looked at once in a while. */
const longestPause = 60 * 60 * 1000;
/** Bytes that are to be left free on the file system of a store. */
export const standardSpare = 256 * 1024 ** 2;

/**
 * Takes snapshots until the signal fires. The next is due so long after the last that is in the directory: one that was
 * missed is taken at once.
 */
export async function runSnapshots(options: ScheduleOptions, signal: AbortSignal): Promise<void> {
  const { directory, every = day, retry = 600_000, clock = wallClock, onEvent } = options;
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      const wait = untilDue(await prepare(directory), every, clock.now());
      if (wait > 0) {
        await clock.pause(Math.min(wait, longestPause), signal);
        continue;
      }
      const saved = await takeSnapshot(options, signal);
      told = undefined;
      onEvent({ type: "saved", ...saved });
    } catch (cause) {
      if (signal.aborted) return;
      const error = cause instanceof Error ? cause : new Error(String(cause));
      const reason = error instanceof SnapshotError ? error.kind : error.message;
      if (reason !== told) onEvent({ type: "failed", error, retryMs: retry });
      told = reason;
      await clock.pause(retry, signal);
    }
  }
}

/** Takes a snapshot now, and removes those that are too many. @throws SnapshotError, EtcdError, or the reason of the signal */
export async function takeSnapshot(
  options: Omit<ScheduleOptions, "onEvent">,
  signal?: AbortSignal,
): Promise<{ readonly snapshot: SnapshotFacts; readonly pruned: readonly string[] }> {
  const { maintenance, directory, keep = 7, spare = standardSpare, clock = wallClock } = options;
  await prepare(directory);
  const now = clock.now();
  const snapshot = await saveSnapshot({
    directory,
    maintenance,
    name: ({ revision }) => scheduledName(now, revision),
    force: true,
    spare,
    signal,
  });
  return { snapshot, pruned: prune(directory, keep, now) };
}

/** The name of a snapshot that is taken by itself: no other file is ever removed. */
export function scheduledName(time: Date, revision: bigint): string {
  return `nightly-${time.toISOString().replace(/[-:]|\.\d+/g, "")}-r${revision}.db`;
}

/** @returns when it was taken, in ms; undefined for another file's name */
export function scheduledTime(name: string): number | undefined {
  const [, date, hour, minute, second] = /^nightly-(\d{8})T(\d\d)(\d\d)(\d\d)Z-r\d+\.db$/.exec(name) ?? [];
  if (date === undefined) return undefined;
  const dashed = date.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
  const time = Date.parse(`${dashed}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** @returns the names of what is in the directory */
async function prepare(directory: string): Promise<readonly string[]> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const names = readdirSync(directory);
    for (const name of names) if (isLeftover(name)) rmSync(join(directory, name), { force: true });
    return names;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new SnapshotError("unwritable", `snapshots cannot be kept in ${directory}: ${reason}`, { cause });
  }
}

/** In ms. A snapshot from the future, where the clock was wrong, says nothing about when the next is due. */
function untilDue(names: readonly string[], every: number, now: Date): number {
  const times = names.flatMap((name) => scheduledTime(name) ?? []);
  const last = times.filter((time) => time <= now.getTime()).sort((one, other) => other - one)[0];
  return last === undefined ? 0 : last + every - now.getTime();
}

/** Those from the future go first. @returns the names of those that were removed */
function prune(directory: string, keep: number, now: Date): readonly string[] {
  const rank = (time: number): number => (time > now.getTime() ? Number.NEGATIVE_INFINITY : time);
  const ours = readdirSync(directory).flatMap((name) => {
    const time = scheduledTime(name);
    return time === undefined ? [] : [{ name, time: rank(time) }];
  });
  const surplus = ours.sort((one, other) => (one.time < other.time ? 1 : -1)).slice(Math.max(1, keep));
  for (const { name } of surplus) rmSync(join(directory, name), { force: true });
  return surplus.map(({ name }) => name);
}

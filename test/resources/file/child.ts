/**
 * A program of the tests: opens the file resource that the first argument describes in JSON, applies it as often as
 * asked, and prints one line of JSON for each time.
 */
import { readFileSync } from "node:fs";
import { file } from "../../../src/resources/file.ts";
import { type Fields, openResource } from "../harness.ts";

/** What the program is told. */
export interface Task {
  readonly path: string;
  /** Sets of parameters, applied in turn. */
  readonly fields: readonly Fields[];
  /** How many times; no limit if unset. */
  readonly times?: number;
  readonly uid?: number;
}

/** What the program tells of each time. */
export interface Outcome {
  readonly ok?: boolean;
  readonly error?: string;
  /** The most memory used so far, in KiB. */
  readonly peak: number;
}

if (import.meta.main) {
  const task: Task = JSON.parse(process.argv[2] ?? "");
  const resources = await Promise.all(task.fields.map((fields) => openResource(file, task.path, fields)));
  if (task.uid !== undefined) {
    process.setgroups?.([]);
    process.setgid?.(task.uid);
    process.setuid?.(task.uid);
  }
  for (let time = 0; time < (task.times ?? Number.POSITIVE_INFINITY); time++) {
    const resource = resources[time % resources.length];
    const outcome = await resource?.apply().then(
      (ok) => ({ ok }),
      (error: Error) => ({ error: error.message }),
    );
    console.log(JSON.stringify({ ...outcome, peak: peakMemory() } satisfies Outcome));
  }
}

function peakMemory(): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

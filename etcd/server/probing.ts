import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { AlarmWatch } from "./alarm-watch.ts";
import type { ServerEvent } from "./events.ts";
import type { ServerStatus } from "./gateway.ts";
import type { Timings } from "./timings.ts";

/**
 * Looks after a server that is ready, until the signal fires or it is found to hang: it does not answer, and neither
 * reads nor writes, for as many probes as it is allowed.
 *
 * @param onAnswer is told of each answer
 */
export async function probeUntilHung(
  {
    pid,
    status: statusOf,
    alarms,
    timings,
    tell,
    onAnswer,
  }: {
    readonly pid: number;
    readonly status: (signal: AbortSignal) => Promise<ServerStatus>;
    readonly alarms: AlarmWatch;
    readonly timings: Timings;
    readonly tell: (event: ServerEvent) => void;
    readonly onAnswer: () => void;
  },
  signal: AbortSignal,
): Promise<void> {
  let misses = 0;
  let idleMisses = 0;
  let disk = diskCounters(pid);
  for (;;) {
    await delay(timings.probe, undefined, { signal });
    try {
      const status = await statusOf(AbortSignal.any([signal, AbortSignal.timeout(timings.probe)]));
      if (misses >= timings.missesUntilUnhealthy) tell({ type: "healthy" });
      misses = 0;
      idleMisses = 0;
      onAnswer();
      await alarms.consider(status, signal);
    } catch (error) {
      signal.throwIfAborted();
      misses++;
      const before = disk;
      disk = diskCounters(pid);
      idleMisses = disk === before ? idleMisses + 1 : 0;
      if (misses === timings.missesUntilUnhealthy)
        tell({ type: "unhealthy", reason: error instanceof Error ? error.message : String(error) });
      if (idleMisses >= timings.missesUntilRestart) return;
    }
  }
}

/** What a process has read from and written to disks; equal texts mean that it does neither. */
function diskCounters(pid: number): string {
  try {
    return (
      readFileSync(`/proc/${pid}/io`, "utf8")
        .match(/^(?:read|write)_bytes: \d+$/gm)
        ?.join() ?? ""
    );
  } catch {
    return "";
  }
}

/**
 * The server of a supervisor that was killed. It is known by what the supervisor wrote of it, and by what the kernel
 * says of the process of that number: a process that is not provably that server is never signaled.
 */
import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { HostFiles } from "../host-files.ts";
import { isRecord } from "../json.ts";
import type { Layout } from "./layout.ts";
import type { Timings } from "./timings.ts";

interface ProcessRecord {
  readonly pid: number;
  /** Clock ticks between the start of the machine and that of the process: tells apart processes of one number. */
  readonly startTime: string;
  /** What it runs, without symbolic links on the way. */
  readonly program: string;
}

/** Writes down which process the server is. */
export function recordProcess(pid: number, program: string, layout: Layout, files: HostFiles): void {
  const startTime = startTimeOf(pid);
  // It has ended already.
  if (startTime === undefined) return;
  const record: ProcessRecord = { pid, startTime, program: realpathSync(program) };
  files.replaceFile(layout.process, Buffer.from(`${JSON.stringify(record)}\n`), { mode: 0o600 });
}

const pollMs = 20;

/**
 * Ends the server that a supervisor has left behind.
 * @returns its process id; undefined if there is none
 */
export async function endOrphan(
  layout: Layout,
  timings: Pick<Timings, "stop">,
  signal: AbortSignal,
): Promise<number | undefined> {
  const record = readRecord(layout.process);
  if (record === undefined || !isServer(record, layout)) return undefined;
  process.kill(record.pid, "SIGTERM");
  const killAt = performance.now() + timings.stop;
  let killed = false;
  while (isServer(record, layout)) {
    if (!killed && performance.now() > killAt) {
      process.kill(record.pid, "SIGKILL");
      killed = true;
    }
    await delay(pollMs, undefined, { signal });
  }
  return record.pid;
}

function readRecord(path: string): ProcessRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (!isRecord(value)) return undefined;
    const { pid, startTime, program } = value;
    if (typeof pid !== "number" || typeof startTime !== "string" || typeof program !== "string")
      return undefined;
    return Number.isSafeInteger(pid) && pid > 1 ? { pid, startTime, program } : undefined;
  } catch {
    // None, or one that was cut off: whom it meant cannot be proved.
    return undefined;
  }
}

/** A process that has ended and is not waited for yet has no program any more, and is none. */
function isServer({ pid, startTime, program }: ProcessRecord, { run }: Layout): boolean {
  if (startTimeOf(pid) !== startTime) return false;
  try {
    const running = readlinkSync(`/proc/${pid}/exe`);
    const isProgram = running === program || running === `${program} (deleted)`;
    return isProgram && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(run);
  } catch {
    return false;
  }
}

/** The 22nd field; the second is the name in parentheses, and may hold anything. */
function startTimeOf(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return status.slice(status.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

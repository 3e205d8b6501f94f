/** What the kernel tells of processes. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface ProcessEntry {
  /** As the tests see it, not as the host does. */
  readonly pid: number;
  /** Likewise. */
  readonly parent: number;
  /** A letter, as in ps(1). */
  readonly state: string;
  readonly command: readonly string[];
}

/** The namespace that a process is in, as `pid:[4026531836]`; undefined if there is no such process. */
export function namespaceOf(pid: number, kind: "pid" | "net" | "mnt"): string | undefined {
  return attempt(() => readlinkSync(`/proc/${pid}/ns/${kind}`));
}

/** All processes in a namespace; those that have ended and wait for their parent's notice are none. */
export function processesIn(kind: "pid" | "net" | "mnt", namespace: string): readonly ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => namespaceOf(pid, kind) === namespace)
    .flatMap((pid) => attempt(() => entryOf(pid)) ?? [])
    .filter(({ state }) => state !== "Z" && state !== "X");
}

/** Processes that a process has started, and that are there. */
export function childrenOf(pid: number): readonly number[] {
  const text = attempt(() => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")) ?? "";
  return text
    .split(" ")
    .filter((number) => number !== "")
    .map(Number);
}

function entryOf(pid: number): ProcessEntry {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before them may contain anything, parentheses included.
  const [state = "", parent = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  return { pid, parent: Number(parent), state, command };
}

/** Processes end while they are looked at. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

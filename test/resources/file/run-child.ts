import { join } from "node:path";
import type { Outcome, Task } from "./child.ts";

/** The command that applies a file resource in a process of its own. */
export function childCommand(task: Task): string[] {
  return [process.execPath, join(import.meta.dir, "child.ts"), JSON.stringify(task)];
}

/**
 * Applies a file resource in a process of its own: if there is something to prepare, in a mount namespace that nobody
 * else sees, which needs root and `unshare`.
 *
 * @param prepare shell commands to run there first
 * @param inspect shell commands to run there at the end
 * @returns what each application came to
 */
export async function runChild(task: Task, prepare?: string, inspect = "true"): Promise<Outcome[]> {
  const command = childCommand({ times: task.fields.length, ...task });
  const enter =
    prepare === undefined ? [] : ["unshare", "-m", "sh", "-c", `set -e; ${prepare}; "$@"; ${inspect}`, "sh"];
  const child = Bun.spawn([...enter, ...command], { stdout: "pipe", stderr: "inherit" });
  const output = await child.stdout.text();
  return output
    .trim()
    .split("\n")
    .map((line): Outcome => JSON.parse(line));
}

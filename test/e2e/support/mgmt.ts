import { binary } from "./binary.ts";

/** How the executable is called. */
export interface Call {
  readonly cwd?: string;
  /** The whole environment; the one of the tests if unset. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** A program, with its arguments, that runs the executable: `setpriv …`, `unshare …`. */
  readonly by?: readonly string[];
}

/** What a finished process left behind. */
export interface Result {
  /** Exit status; null if a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the executable to its end. */
export async function mgmt(
  args: readonly string[],
  { cwd, env, stdin, by = [] }: Call = {},
): Promise<Result> {
  const running = Bun.spawn([...by, binary, ...args], {
    cwd: cwd ?? process.cwd(),
    env: env ?? process.env,
    stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([running.stdout.text(), running.stderr.text(), running.exited]);
  return { status: running.signalCode === null ? running.exitCode : null, stdout, stderr };
}

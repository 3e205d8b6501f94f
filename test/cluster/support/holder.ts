import { childrenOf } from "./process-table.ts";

/**
 * A process that keeps namespaces alive: the first of a process namespace, so that the kernel ends all others in there
 * when it ends. It ends when its standard input does, thus with the tests, however they end; and by the signal that its
 * parent's death sends.
 */
export class Holder {
  readonly #process: Bun.Subprocess<"pipe", "pipe", "pipe">;
  /** The first process of the namespace. */
  readonly pid: number;

  private constructor(process: Bun.Subprocess<"pipe", "pipe", "pipe">) {
    this.#process = process;
    this.pid = innermost(process.pid);
  }

  /** @param command ends by doing {@link holding} in a process namespace */
  static async start(command: readonly string[]): Promise<Holder> {
    const started = Bun.spawn([...withTests, ...command], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    const { value } = await started.stdout.getReader().read();
    if (value !== undefined) return new Holder(started);
    throw new Error(`namespaces cannot be made: ${(await started.stderr.text()).trim()}`);
  }

  /** Resolves once all processes in the namespace have ended. */
  async end(): Promise<void> {
    this.#process.stdin.end();
    await this.#process.exited;
  }
}

/** Runs a program that is not to outlive the tests. */
export const withTests: readonly string[] = ["setpriv", "--pdeathsig", "KILL"];

/** For a shell: says that all is prepared, then waits. Orphans of the namespace are taken note of by the kernel itself. */
export const holding = `trap "" CHLD; echo ready; exec cat >/dev/null`;

function innermost(pid: number): number {
  const [child] = childrenOf(pid);
  return child === undefined ? pid : innermost(child);
}

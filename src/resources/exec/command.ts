/** One of the commands of an `exec`: how it is started, and what its end means. */
import { ResourceError } from "../../engine/resource.ts";
import { accounts } from "../../os/accounts.ts";
import { explainError } from "../../os/errors.ts";
import {
  type Command,
  type ProcessResult,
  type RunningProcess,
  shellCommand,
  startProcess,
} from "../../os/process.ts";

/** A command as its parameters describe it. */
export interface CommandParams {
  /** The name of its parameter, for messages: `cmd`, `ifcmd`, … */
  readonly label: string;
  readonly text: string;
  readonly shell: string;
  readonly cwd: string;
  readonly args?: readonly string[] | undefined;
}

/** What all commands of one resource share. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly group: string;
  readonly stopSignal: NodeJS.Signals;
}

/** How a command ended of its own accord. */
export interface Ended extends ProcessResult {
  readonly exitCode: number;
}

/**
 * Bytes of output that are kept of a command, in memory, on disk and for those who receive it. One that writes more
 * runs on undisturbed, but there is nothing to send or to compare then: half an output would be wrong.
 */
export const maxOutput = 64 * 1024 * 1024;

/** Runs the commands of one resource, and can end them all. */
export class Runner {
  readonly #running = new Set<RunningProcess>();
  #interrupted = false;

  /** Kills everything that runs; nothing is started any more. */
  interrupt(): void {
    this.#interrupted = true;
    for (const process of this.#running) process.kill();
  }

  /**
   * Runs a command to its end.
   * @throws ResourceError if it cannot be started or did not end by itself; the signal's reason if that fired
   */
  async run(params: CommandParams, surroundings: Surroundings, signal: AbortSignal): Promise<Ended> {
    return this.start(params, surroundings, signal).ended;
  }

  /**
   * Starts a command: {@link run} in two steps.
   * @param onLine told of each line, which is not kept then
   */
  start(
    params: CommandParams,
    surroundings: Surroundings,
    signal: AbortSignal,
    onLine?: (stream: "stdout" | "stderr", line: string) => void,
  ): { readonly ended: Promise<Ended> } {
    if (this.#interrupted) throw new ResourceError("the resource was interrupted");
    const stopSignal = surroundings.stopSignal;
    let process: RunningProcess;
    try {
      const command = commandOf(params, surroundings);
      process = startProcess(command, { signal, stopSignal, onLine, maxOutput });
    } catch (error) {
      if (signal.aborted || error instanceof ResourceError) throw error;
      throw new ResourceError(`error starting ${params.label}: ${explainError(error)}`, { cause: error });
    }
    this.#running.add(process);
    return { ended: this.#end(params.label, process, signal) };
  }

  async #end(label: string, process: RunningProcess, signal: AbortSignal): Promise<Ended> {
    let result: ProcessResult;
    try {
      result = await process.finished;
    } catch (error) {
      throw new ResourceError(`${label} failed in some bad way: ${explainError(error)}`, { cause: error });
    } finally {
      this.#running.delete(process);
    }
    return conclude(label, result, signal);
  }
}

function conclude(label: string, result: ProcessResult, signal: AbortSignal): Ended {
  const { exitCode, stopped } = result;
  if (stopped === "killed") throw new ResourceError(`${label} was interrupted`);
  if (stopped === "aborted") throw signal.reason;
  if (result.signal !== undefined) throw new ResourceError(`${label} was killed by signal: ${result.signal}`);
  if (exitCode === undefined)
    throw new ResourceError(`${label} failed in some bad way: it has no exit status`);
  return { ...result, exitCode };
}

function commandOf(params: CommandParams, { env, user, group }: Surroundings): Command {
  const uid = user === "" ? undefined : accounts.resolveUser(user).uid;
  const gid = group === "" ? undefined : accounts.resolveGroup(group).gid;
  return { argv: argvOf(params), cwd: params.cwd, env, uid, gid };
}

function argvOf({ label, text, shell, args = [] }: CommandParams): [string, ...string[]] {
  if (text.trim() === "") throw new ResourceError(`the ${label} is empty`);
  if (shell !== "") return shellCommand(shell, text);
  const [program = "", ...words] = wordsOf(text);
  return [program, ...words, ...args];
}

/** The words of a command that no shell reads: split at white space, without any quoting. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

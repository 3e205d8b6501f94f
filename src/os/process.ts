import { statSync } from "node:fs";
import { decodeBytes } from "../../lang/bytes.ts";
import { asTextInvocation } from "./byte-command.ts";
import { errorCode, SystemError, systemError } from "./errors.ts";
import { findProgram } from "./find-program.ts";
import { LineSplitter } from "./line-splitter.ts";
import { nativePath } from "./paths.ts";
import { Pipe } from "./pipe.ts";

/** Milliseconds that a process group is given to end once it was asked to. */
export const STOP_TIME = 8_000;

/** What to run, and as whom (resources-system 3.4). */
export interface Command {
  /** The program, looked up in the agent's `PATH` if it has no slash, and its arguments. */
  readonly argv: readonly [string, ...string[]];
  /** Working directory; unset means the agent's. */
  readonly cwd?: string | undefined;
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Whom to run as; what differs from the agent also drops all supplementary groups. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

export interface RunOptions {
  /** Sends `stopSignal` to the process group, and kills it if it has not ended {@link STOP_TIME} later. */
  readonly signal?: AbortSignal | undefined;
  /** `SIGTERM` unless said otherwise. */
  readonly stopSignal?: NodeJS.Signals | undefined;
  /** Is told each line instead of the output being kept: for programs that run for long. Must not throw. */
  readonly onLine?: ((stream: "stdout" | "stderr", line: string) => void) | undefined;
  /** For programs that are to be heard to the very end, and may say more than can be taken in at once. */
  readonly follow?: FollowOutput | undefined;
  /** Bytes of output to keep, of both streams together; the rest is read and dropped. Unset keeps all. */
  readonly maxOutput?: number | undefined;
}

/** The process lasts until nobody can write any more, be it in the background, or until it is killed. */
export interface FollowOutput {
  /** Asked after each line: while what it returns has not resolved nothing is read, and the program has to wait. */
  holdBack(): Promise<void> | undefined;
}

/** How a process ended. */
export interface ProcessResult {
  /** Undefined if a signal ended it. */
  readonly exitCode: number | undefined;
  /** The signal that ended it, such as `SIGKILL`, or the number of one without a name. */
  readonly signal: string | undefined;
  /** We signalled it before it ended, so that its exit code means nothing: by the abort signal, or by `kill`. */
  readonly stopped: "aborted" | "killed" | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order of arrival. */
  readonly output: string;
  /** False if there was more output than was to be kept: what is here is its beginning then. */
  readonly complete: boolean;
}

/** The command line that has a shell run a text. */
export function shellCommand(shell: string, text: string): [string, ...string[]] {
  return [shell, "-c", text];
}

/**
 * Runs a command to its end. What it leaves running in the background is not waited for.
 *
 * @throws SystemError if it cannot be started; the reason of the signal if that fired before
 */
export async function runProcess(command: Command, options: RunOptions = {}): Promise<ProcessResult> {
  return startProcess(command, options).finished;
}

/** {@link runProcess}, with a handle to the running process. */
export function startProcess(command: Command, options: RunOptions = {}): RunningProcess {
  options.signal?.throwIfAborted();
  return new RunningProcess(command, options);
}

/** A process in a session and process group of its own, with standard input from /dev/null. */
export class RunningProcess {
  readonly pid: number;
  /** Rejects only if a line given to `onLine` is too long. */
  readonly finished: Promise<ProcessResult>;
  #running = true;
  #leaderEnded = false;
  readonly #killed = Promise.withResolvers<void>();
  #stopped: ProcessResult["stopped"];
  #failure: Error | undefined;
  readonly #output: Uint8Array[] = [];
  /** Bytes in `#output`. */
  #length = 0;
  #complete = true;

  constructor(command: Command, options: RunOptions) {
    const program = findProgram(command.argv[0]);
    const stdout = this.#capture("stdout", options);
    const stderr = this.#capture("stderr", options);
    let child: Bun.Subprocess;
    try {
      child = spawn(program, command, stdout.pipe.writable, stderr.pipe.writable);
    } catch (error) {
      void stdout.pipe.abandon();
      void stderr.pipe.abandon();
      throw spawnError(program, command, error);
    }
    stdout.pipe.closeWritable();
    stderr.pipe.closeWritable();
    this.pid = child.pid;
    this.finished = this.#finish(child, stdout, stderr, options);
  }

  /** Sends a signal to the whole process group; nothing happens, and the answer is false, after the end. */
  signal(name: NodeJS.Signals): boolean {
    if (!this.#running) return false;
    // As long as there are others in the group, the kernel gives its id to no new process.
    if (this.#leaderEnded && isAlive(this.pid)) return false;
    try {
      return process.kill(-this.pid, name);
    } catch (error) {
      if (errorCode(error) === "ESRCH") return false;
      throw error;
    }
  }

  /** Ends the whole process group at once. */
  kill(): void {
    if (this.signal("SIGKILL")) this.#stopped = "killed";
    this.#killed.resolve();
  }

  async #finish(
    child: Bun.Subprocess,
    stdout: Capture,
    stderr: Capture,
    options: RunOptions,
  ): Promise<ProcessResult> {
    let lastResort: ReturnType<typeof setTimeout> | undefined;
    const abort = () => {
      if (!this.signal(options.stopSignal ?? "SIGTERM")) return;
      this.#stopped ??= "aborted";
      lastResort = setTimeout(() => void this.signal("SIGKILL"), STOP_TIME);
    };
    options.signal?.addEventListener("abort", abort, { once: true });
    await child.exited;
    this.#leaderEnded = true;
    if (options.follow !== undefined) {
      const silence = Promise.all([stdout.pipe.ended, stderr.pipe.ended]);
      await Promise.race([silence, this.#killed.promise]);
    }
    this.#running = false;
    clearTimeout(lastResort);
    options.signal?.removeEventListener("abort", abort);
    await Promise.all([stdout.pipe.finish(), stderr.pipe.finish()]);
    if (this.#failure) throw this.#failure;
    stdout.endLines();
    stderr.endLines();
    const output = decodeBytes(Buffer.concat(this.#output));
    // One text serves for both where all came from one stream: output may be long.
    const textOf = (own: Capture, other: Capture): string =>
      other.kept.length === 0 ? output : decodeBytes(Buffer.concat(own.kept));
    return {
      exitCode: child.exitCode ?? undefined,
      signal: child.signalCode?.toString(),
      stopped: this.#stopped,
      stdout: textOf(stdout, stderr),
      stderr: textOf(stderr, stdout),
      output,
      complete: this.#complete,
    };
  }

  #capture(stream: "stdout" | "stderr", { onLine, follow, maxOutput }: RunOptions): Capture {
    const kept: Uint8Array[] = [];
    if (onLine === undefined) {
      const pipe = new Pipe((bytes) => {
        const room = (maxOutput ?? Number.POSITIVE_INFINITY) - this.#length;
        if (bytes.length > room) this.#complete = false;
        if (room <= 0) return undefined;
        const part = bytes.length > room ? bytes.slice(0, room) : bytes;
        this.#length += part.length;
        kept.push(part);
        this.#output.push(part);
        return undefined;
      });
      return { pipe, kept, endLines: () => {} };
    }
    const splitter = new LineSplitter();
    const tell = (lines: Iterator<string, void>): Promise<void> | undefined => {
      try {
        for (let next = lines.next(); !next.done; next = lines.next()) {
          onLine(stream, next.value);
          // Who is killed is not held back: nobody may be left to take its lines.
          const held = this.#stopped === "killed" ? undefined : follow?.holdBack();
          if (held !== undefined) return Promise.race([held, this.#killed.promise]).then(() => tell(lines));
        }
      } catch (error) {
        this.#failure = new Error(`${stream}: ${error instanceof Error ? error.message : String(error)}`);
        this.kill();
      }
      return undefined;
    };
    const pipe = new Pipe((bytes) => (this.#failure ? undefined : tell(splitter.push(bytes))));
    const endLines = () => {
      const last = splitter.end();
      if (last !== undefined) onLine(stream, last);
    };
    return { pipe, kept, endLines };
  }
}

/** One output stream of a process: kept whole, or told line by line. */
interface Capture {
  readonly pipe: Pipe;
  readonly kept: Uint8Array[];
  /** Tells a last line that has no newline. */
  endLines(): void;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function spawn(program: string, command: Command, stdout: number, stderr: number): Bun.Subprocess {
  const { cwd, env, argv } = command;
  const invocation = asTextInvocation({ program, argv, env, cwd: cwd === "" ? undefined : cwd });
  return Bun.spawn([invocation.program, ...invocation.argv.slice(1)], {
    argv0: invocation.argv[0] ?? program,
    env: invocation.env,
    ...(invocation.cwd === undefined ? {} : { cwd: invocation.cwd }),
    ...credentials(command),
    stdio: ["ignore", stdout, stderr],
    detached: true,
  });
}

/** Nothing where they are right already: only root may set them, even to what they are. */
function credentials({ uid, gid }: Command): { uid?: number; gid?: number } {
  const rightUser = uid === undefined || uid === process.geteuid?.();
  const rightGroup = gid === undefined || gid === process.getegid?.();
  if (rightUser && rightGroup) return {};
  return { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }) };
}

/** A bad working directory is reported by the system as if the program were missing. */
function spawnError(program: string, { cwd }: Command, error: unknown): Error {
  if (cwd) {
    try {
      if (!statSync(nativePath(cwd)).isDirectory()) return new SystemError("could not enter", cwd, "ENOTDIR");
    } catch (cause) {
      return systemError("could not enter", cwd, cause);
    }
  }
  return systemError("could not run", program, error);
}

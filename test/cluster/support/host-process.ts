import { before, eventually } from "./eventually.ts";
import { withTests } from "./holder.ts";
import { childrenOf } from "./process-table.ts";

export interface Exit {
  /** Null if a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
}

export interface Calling {
  /** Beside `PATH` and `HOME`, which is all that a process on a host has otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** The root directory if not given. */
  readonly cwd?: string;
}

export interface Waiting {
  /** In ms. */
  readonly within?: number;
  /** How many of the lines so far are passed over. */
  readonly after?: number;
}

/** How long the output of a process that has ended may still come, in ms. */
const lastWordsMs = 500;

const environment = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/root",
};

/** A process on a host, while it runs and afterwards; `await using` kills it. */
export class HostProcess implements AsyncDisposable {
  /** What it has printed, standard output and standard error in the order in which they came. */
  readonly lines: string[] = [];
  /** Resolves once it has ended, and what it printed is there. */
  readonly exited: Promise<Exit>;
  readonly #entering: Bun.Subprocess<"ignore" | Blob, "pipe", "pipe">;
  readonly #command: string;
  #stdout = "";
  #stderr = "";
  #hasEnded = false;
  #pid: number | undefined;

  private constructor(init: number, command: readonly string[], { env = {}, stdin, cwd = "/" }: Calling) {
    this.#command = command.join(" ");
    const namespaces = ["--mount", "--uts", "--ipc", "--net", "--pid"];
    this.#entering = Bun.spawn(
      [...withTests, "nsenter", `--target=${init}`, ...namespaces, "--"].concat(
        cwd === "/" ? command : ["env", `--chdir=${cwd}`, ...command],
      ),
      {
        env: { ...environment, ...env },
        stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
        stdout: "pipe",
        stderr: "pipe",
      },
    );
    this.exited = this.#end();
  }

  /** @param init the first process of the host @returns once the process is on the host */
  static async start(init: number, command: readonly string[], calling: Calling = {}): Promise<HostProcess> {
    const started = new HostProcess(init, command, calling);
    await eventually(() => started.#hasEnded || started.#find() !== undefined, {
      what: `${command.join(" ")} runs`,
    });
    return started;
  }

  /** As the tests see it. */
  get pid(): number {
    if (this.#pid === undefined) throw new Error(`${this.#command} had ended before it was seen`);
    return this.#pid;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Waits for a line, also among those that are there. @throws Error if the process ends without it */
  async waitForLine(pattern: RegExp | string, { within = 20_000, after = 0 }: Waiting = {}): Promise<string> {
    const isIt = (line: string): boolean =>
      typeof pattern === "string" ? line.includes(pattern) : pattern.test(line);
    const explain = (): string => `it printed:\n${this.lines.slice(-40).join("\n")}`;
    const what = `${this.#command} prints ${pattern}`;
    const { line } = await eventually(
      () => {
        // In this order: what it prints last is there when it has ended.
        const hasEnded = this.#hasEnded;
        const found = this.lines.slice(after).find(isIt);
        return (found !== undefined || hasEnded) && { line: found };
      },
      { within, what, explain },
    );
    if (line === undefined) throw new Error(`it has ended before: ${what}\n${explain()}`);
    return line;
  }

  /** Sends a signal; see {@link exited} for what comes of it. */
  signal(name: NodeJS.Signals): void {
    if (!this.#hasEnded) kill(this.pid, name);
  }

  /** Ends it by a signal. */
  kill(name: NodeJS.Signals = "SIGKILL"): Promise<Exit> {
    this.signal(name);
    if (name === "SIGKILL") this.release();
    return this.exited;
  }

  /** It keeps its connections, and does nothing until {@link resume}. Its children are not stopped. */
  pause(): void {
    this.signal("SIGSTOP");
  }

  resume(): void {
    if (this.#hasEnded) return;
    this.signal("SIGCONT");
    this.release();
  }

  /** Has its end be noticed, also if it was paused: whoever has entered the host for it stops when it stops. */
  release(): void {
    if (!this.#hasEnded) kill(this.#entering.pid, "SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded && this.#pid !== undefined) kill(this.#pid, "SIGKILL");
    this.release();
    await this.exited;
  }

  #find(): number | undefined {
    this.#pid ??= childrenOf(this.#entering.pid)[0];
    return this.#pid;
  }

  async #end(): Promise<Exit> {
    const output = Promise.all([
      this.#collect(this.#entering.stdout, (text) => {
        this.#stdout += text;
      }),
      this.#collect(this.#entering.stderr, (text) => {
        this.#stderr += text;
      }),
    ]);
    await this.#entering.exited;
    // Processes that it leaves behind may keep its output open.
    await before(lastWordsMs, output);
    this.#hasEnded = true;
    const { signalCode, exitCode } = this.#entering;
    return signalCode === null
      ? { status: exitCode, signal: null }
      : { status: null, signal: `${signalCode}` };
  }

  async #collect(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      add(text);
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.lines.push(...lines);
    }
    if (rest !== "") this.lines.push(rest);
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended just now.
  }
}

import { binary } from "./binary.ts";
import type { Call } from "./mgmt.ts";
import type { Scratch } from "./scratch.ts";
import { until } from "./until.ts";

/** An agent that runs until it is told to end; `await using` kills it. */
export class Agent implements AsyncDisposable {
  /** The log so far. */
  log = "";
  /** Standard output so far. */
  output = "";
  readonly #scratch: Scratch;
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #closed: Promise<unknown>;

  /**
   * @param args what stands on the command line beside the prefix and `--standalone`, or the servers: options and INPUT
   * @param node a host of a cluster, whose prefix is its name in the directory of the test
   */
  constructor(
    scratch: Scratch,
    args: readonly string[],
    { cwd, env, by = [] }: Call = {},
    node?: { readonly name: string; readonly seeds: string },
  ) {
    this.#scratch = scratch;
    const place =
      node === undefined
        ? ["--standalone", "--prefix", scratch.prefix]
        : ["--seeds", node.seeds, "--hostname", node.name, "--prefix", scratch.at(node.name)];
    this.#process = Bun.spawn([...by, binary, "run", ...place, ...args], {
      cwd: cwd ?? process.cwd(),
      env: env ?? process.env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#closed = Promise.all([
      this.#collect(this.#process.stderr, (text) => {
        this.log += text;
      }),
      this.#collect(this.#process.stdout, (text) => {
        this.output += text;
      }),
    ]);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Waits for something in the log. */
  says(pattern: RegExp | string): Promise<void> {
    const expression = typeof pattern === "string" ? new RegExp(RegExp.escape(pattern)) : pattern;
    return this.until(`the log has ${pattern}`, () => expression.test(this.log));
  }

  /** Waits until something is so in the directory of the test. */
  until(what: string, isSo: () => boolean, directory = this.#scratch.path): Promise<void> {
    return until(directory, what, isSo, () => `the agent said:\n${this.log}`);
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** @returns the exit status; null if a signal ended it */
  async ended(): Promise<number | null> {
    await this.#process.exited;
    await this.#closed;
    return this.#process.signalCode === null ? this.#process.exitCode : null;
  }

  /** As a service manager, or a person, ends it. @returns the exit status */
  stop(name: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.signal(name);
    return this.ended();
  }

  async #collect(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      add(decoder.decode(chunk, { stream: true }));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }
}

import { binary } from "./binary.ts";

/** `mgmt status --watch`, until it is told to end; `await using` kills it. */
export class Watcher implements AsyncDisposable {
  output = "";
  errors = "";
  readonly #process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  readonly #closed: Promise<unknown>;
  #wake: () => void = () => {};

  /** @param pipedInto what a shell has behind it */
  constructor(
    prefix: string,
    options: readonly string[],
    { pipedInto }: { readonly pipedInto?: string } = {},
  ) {
    const command = [binary, "status", "--watch", "--prefix", prefix, ...options];
    const piped = pipedInto === undefined ? command : ["sh", "-c", `"$@" | ${pipedInto}`, "sh", ...command];
    this.#process = Bun.spawn(piped, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    this.#closed = Promise.all([
      this.#collect(this.#process.stdout, (text) => {
        this.output += text;
      }),
      this.#collect(this.#process.stderr, (text) => {
        this.errors += text;
      }),
    ]);
  }

  /** Waits until the output is as it should be. */
  async until(isSo: (output: string) => boolean): Promise<void> {
    while (!isSo(this.output)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** @returns the exit status; null if a signal ended it */
  async ended(): Promise<number | null> {
    await this.#process.exited;
    await this.#closed;
    return this.#process.signalCode === null ? this.#process.exitCode : null;
  }

  /** ^C. @returns the exit status */
  stop(): Promise<number | null> {
    this.#process.kill("SIGINT");
    return this.ended();
  }

  async #collect(stream: ReadableStream<Uint8Array>, add: (text: string) => void): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      add(decoder.decode(chunk, { stream: true }));
      this.#wake();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }
}

/** A command on a terminal, by `script` of util-linux; `await using` kills it. */
export class Terminal implements AsyncDisposable {
  /** Everything shown so far, escape sequences included. */
  output = "";
  readonly #process: Bun.Subprocess<"pipe", "pipe", "inherit">;
  readonly #closed: Promise<void>;
  #wake: () => void = () => {};

  constructor(command: string) {
    this.#process = Bun.spawn(["script", "--quiet", "--return", "--command", command, "/dev/null"], {
      env: { ...process.env, TERM: "xterm", SHELL: "/bin/sh" },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#closed = this.#collect();
  }

  /** Waits until what was shown is as it should be. */
  async until(isSo: (output: string) => boolean): Promise<void> {
    while (!isSo(this.output)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  type(keys: string): void {
    this.#process.stdin.write(keys);
    this.#process.stdin.flush();
  }

  /** @returns the exit status of the command */
  async ended(): Promise<number> {
    const status = await this.#process.exited;
    await this.#closed;
    return status;
  }

  async #collect(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#process.stdout) {
      this.output += decoder.decode(chunk, { stream: true });
      this.#wake();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }
}

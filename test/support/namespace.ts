/** Sources of the standard library in namespaces of their own, where a test may change the machine. */
import { join } from "node:path";

const program = join(import.meta.dir, "follow-sources.ts");

/** A source that is followed in namespaces that go when it is ended. */
export class SourceInNamespace implements AsyncDisposable {
  readonly #process: Bun.Subprocess<"pipe", "pipe", "inherit">;
  readonly #lines: AsyncIterator<string>;

  /**
   * @param namespaces options of unshare(1), such as `--net`
   * @param prepare a shell command that runs there first
   * @param source its name and its arguments, see `follow-sources.ts`
   */
  constructor(namespaces: readonly string[], prepare: string, source: readonly string[]) {
    this.#process = Bun.spawn(
      ["unshare", ...namespaces, "--", "sh", "-ec", `${prepare}\nexec "$@"`, "sh"].concat(
        process.execPath,
        program,
        source,
      ),
      { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
    );
    this.#lines = linesOf(this.#process.stdout);
  }

  /** What it hands over next, printed. */
  async next(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done === true) throw new Error("the source has ended");
    const text: unknown = JSON.parse(value);
    return String(text);
  }

  /** Waits until that is handed over; what comes before is passed over. */
  async until(wanted: string): Promise<void> {
    const passed: string[] = [];
    for (let next = await this.next(); next !== wanted; next = await this.next()) {
      passed.push(next);
      if (passed.length > 1000)
        throw new Error(`never came: ${wanted}; but: ${passed.slice(-3).join(" | ")}`);
    }
  }

  /** Runs a shell command there. */
  run(command: string): void {
    this.#process.stdin.write(`${command}\n`);
    this.#process.stdin.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

import { join } from "node:path";
import { isRecord } from "../../../etcd/json.ts";
import type { StagedProgram } from "../../../etcd/stage.ts";

export interface SupervisorOptions {
  /** Instead of the one of the tests. */
  readonly searchPath?: string;
  /** A program, with its arguments, that runs the supervisor. */
  readonly by?: readonly string[];
}

/** A supervisor in a process of its own, which can be killed. */
export class SupervisorProcess implements AsyncDisposable {
  readonly #process: Bun.Subprocess<"ignore", "pipe", "inherit">;
  readonly #lines: AsyncIterator<string>;

  constructor(
    directory: string,
    { path, version }: StagedProgram,
    { searchPath = process.env.PATH ?? "", by = [] }: SupervisorOptions = {},
  ) {
    const program = join(import.meta.dir, "supervise.ts");
    this.#process = Bun.spawn([...by, process.execPath, program, directory, path, version], {
      env: { ...process.env, PATH: searchPath },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#lines = linesOf(this.#process.stdout);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The next event of a type; those before are passed over. */
  async event(type: string): Promise<Readonly<Record<string, unknown>>> {
    const passed: string[] = [];
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done === true) throw new Error(`never: ${type}; but ${passed.join(", ")}`);
      passed.push(value);
      const event: unknown = JSON.parse(value);
      if (isRecord(event) && event.type === type) return event;
    }
  }

  /** Ends it without a chance to do anything. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGTERM");
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

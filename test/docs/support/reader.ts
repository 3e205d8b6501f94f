/** Somebody who reads a document and does what it says, in a directory where nothing else can come to harm. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { binary } from "../../e2e/support/binary.ts";

/** How a command ended. */
export interface Result {
  readonly status: number;
  /** Both outputs, as a terminal would show them, with the paths of the document. */
  readonly shown: string;
}

/** The paths that documents use, which the reader has somewhere else. */
const documented = "/tmp/mgmt-";
/** Milliseconds after which a command that does not end is given up. */
const patience = 30_000;

export class Reader implements AsyncDisposable {
  /** An agent that was left running with `&`. */
  #background: Bun.Subprocess<"ignore", "pipe", "inherit"> | undefined;
  readonly #directory = mkdtempSync(join(tmpdir(), "mgmt-docs-"));
  readonly #here = join(this.#directory, "here");
  readonly #bin = join(this.#directory, "bin");
  readonly #temporary = join(this.#directory, "tmp");

  constructor() {
    for (const directory of [this.#here, this.#bin, this.#temporary]) mkdirSync(directory);
    symlinkSync(binary, join(this.#bin, "mgmt"));
  }

  /** Saves a file beside the commands. */
  save(name: string, text: string): void {
    const path = join(this.#here, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, this.#moved(text));
  }

  /**
   * Types a command. An agent that would go on for ever is ended with ^C when it has converged; with `&` behind it, it goes
   * on from there, until `kill %1`.
   */
  async type(command: string): Promise<Result> {
    if (command === "kill %1") return { status: await this.#endBackground(), shown: "" };
    const goesOn =
      /\bmgmt .*--standalone/.test(command) && !/--once|--converged-exit|--max-runtime/.test(command);
    const stays = goesOn && command.endsWith(" &");
    const typed = this.#moved(stays ? command.slice(0, -2) : command);
    const running = Bun.spawn(["sh", "-c", `exec 2>&1\n${goesOn ? "exec " : ""}${typed}`], {
      cwd: this.#here,
      env: {
        PATH: `${this.#bin}:${process.env.PATH}`,
        HOME: this.#directory,
        TMPDIR: this.#temporary,
        TZ: "UTC",
        ...(goesOn ? { MGMT_CONVERGER_TIMEOUT: "0" } : {}),
      },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
      timeout: patience,
      killSignal: "SIGKILL",
    });
    let shown = "";
    const decoder = new TextDecoder();
    let ending = false;
    for await (const chunk of running.stdout) {
      shown += decoder.decode(chunk, { stream: true });
      if (!goesOn || ending || !/: converged$/m.test(shown)) continue;
      if (stays) {
        this.#background = running;
        return { status: 0, shown: "" };
      }
      ending = true;
      running.kill("SIGINT");
    }
    return { status: await running.exited, shown: shown.replaceAll(this.#moved(documented), documented) };
  }

  /** @returns its exit status */
  async #endBackground(): Promise<number> {
    const running = this.#background;
    this.#background = undefined;
    running?.kill("SIGTERM");
    return running === undefined ? 1 : await running.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#endBackground();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #moved(text: string): string {
    return text.replaceAll(documented, `${this.#temporary}/mgmt-`);
  }
}

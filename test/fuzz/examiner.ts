import { join } from "node:path";

/** How long a text of a few pages may take, in milliseconds: far longer than any does on a busy machine. */
const limit = 10_000;

/** Examines texts in a process of its own, which is started anew when one was too much for it. */
export class Examiner {
  #subject: Bun.Subprocess | undefined;
  #answer: ((found: string) => void) | undefined;

  /** @returns what is wrong with what becomes of the text, if anything is */
  async examine(text: string): Promise<string | undefined> {
    const subject = this.#subject ?? this.#start();
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#answer = resolve;
    const timer = setTimeout(() => this.#abandon(`no end after ${limit / 1000} seconds`), limit);
    subject.send(text);
    const found = await promise;
    clearTimeout(timer);
    return found === "" ? undefined : found;
  }

  close(): void {
    this.#answer = undefined;
    this.#subject?.kill("SIGKILL");
    this.#subject = undefined;
  }

  #start(): Bun.Subprocess {
    const subject = Bun.spawn([process.execPath, join(import.meta.dir, "subject.ts")], {
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (found: unknown) => this.#answer?.(String(found)),
      onExit: (exited, code, signal) => {
        if (exited === this.#subject) this.#abandon(`crashed: ${signal ?? `exit status ${code}`}`);
      },
    });
    this.#subject = subject;
    return subject;
  }

  #abandon(found: string): void {
    const answer = this.#answer;
    this.close();
    answer?.(found);
  }
}

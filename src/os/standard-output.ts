import { errorCode, explainError } from "./errors.ts";

/**
 * Writes all of a text to standard output. A reader that went away wanted no more of it, and that is no error.
 * @returns false in that case
 * @throws Error naming the cause
 */
export async function writeToStandardOutput(text: string): Promise<boolean> {
  try {
    await Bun.write(Bun.stdout, text);
    return true;
  } catch (error) {
    if (errorCode(error) === "EPIPE") return false;
    throw new Error(`cannot write to standard output: ${explainError(error)}`, { cause: error });
  }
}

/** Writes to standard output in order, without anybody having to wait, or to fail, for it. */
export class StandardOutputQueue {
  #written: Promise<unknown> = Promise.resolve();

  add(text: string): void {
    this.#written = this.#written.then(() => writeToStandardOutput(text));
    // Told by `finish`; until then it is nobody's failure.
    this.#written.catch(() => {});
  }

  /** @throws Error if anything could not be written */
  async finish(): Promise<void> {
    await this.#written;
  }
}

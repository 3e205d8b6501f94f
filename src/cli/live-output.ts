import { writeToStandardOutput } from "../os/standard-output.ts";

/** Escape sequences of terminals (ECMA-48, and the alternate screen of xterm). */
const enterScreen = "\x1b[?1049h\x1b[?25l";
const leaveScreen = "\x1b[?25h\x1b[?1049l";
const toTop = "\x1b[H";
const clearToEndOfLine = "\x1b[K";
const clearBelow = "\x1b[J";

/**
 * Shows texts that replace each other: on a screen of their own, or one after the other. Who reads slowly misses some, never the last.
 */
export class LiveOutput {
  #latest: string | undefined;
  #writing: Promise<void> | undefined;
  #entered = false;

  /** @param redraws it is a terminal; @param onGone called when nobody reads any more */
  constructor(
    readonly redraws: boolean,
    readonly onGone: () => void,
  ) {}

  show(text: string): void {
    this.#latest = text;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Leaves the screen. @param text what stays on the terminal */
  async finish(text: string | undefined): Promise<void> {
    await this.#writing;
    if (!this.#entered) return;
    await writeToStandardOutput(`${leaveScreen}${text === undefined ? "" : `${text}\n`}`);
  }

  async #write(): Promise<void> {
    for (let text = this.#take(); text !== undefined; text = this.#take()) {
      if (await writeToStandardOutput(this.redraws ? this.#frame(text) : `${text}\n`)) continue;
      this.onGone();
      return;
    }
  }

  #take(): string | undefined {
    const text = this.#latest;
    this.#latest = undefined;
    return text;
  }

  #frame(text: string): string {
    const start = this.#entered ? "" : enterScreen;
    this.#entered = true;
    const lines = text.split("\n").map((line) => `${line}${clearToEndOfLine}`);
    return `${start}${toTop}${lines.join("\n")}${clearBelow}`;
  }
}

import { closeSync, constants, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { decodeBytes, encodeBytes } from "../../lang/bytes.ts";
import { replaceFile } from "../os/atomic-file.ts";
import { errorCode, systemError } from "../os/errors.ts";
import type { IntentStore } from "./intents.ts";

const mode = 0o600;

/** Intents in a file. What was added survives the end of the process, however it ends. */
export class IntentFile implements IntentStore {
  #file: number | undefined;
  /** The last line may have no end. */
  #torn = false;

  constructor(readonly path: string) {}

  load(): readonly string[] {
    try {
      const text = decodeBytes(readFileSync(this.path));
      // The newline ends a line: what has none was being written when the process died.
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      if (whole.length < text.length) this.replace(linesOf(whole));
      return linesOf(whole);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw systemError("could not read", this.path, error);
    }
  }

  append(line: string): void {
    try {
      this.#file ??= this.#open();
      const bytes = encodeBytes(`${this.#torn ? "\n" : ""}${line}\n`);
      this.#torn = true;
      this.#torn = writeSync(this.#file, bytes) < bytes.length;
    } catch (error) {
      throw systemError("could not write", this.path, error);
    }
  }

  replace(lines: readonly string[]): void {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o775 });
    replaceFile(this.path, encodeBytes(lines.map((line) => `${line}\n`).join("")), { mode });
    this[Symbol.dispose]();
    this.#torn = false;
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o775 });
    return openSync(this.path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, mode);
  }
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.slice(0, -1).split("\n");
}

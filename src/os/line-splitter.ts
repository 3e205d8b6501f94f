import { decodeBytes } from "../../lang/bytes.ts";

/** Longest line a long-running command may write, in bytes. */
export const MAX_LINE = 64 * 1024;

/** Cuts a stream of bytes into lines without their newlines. */
export class LineSplitter {
  #pending: Uint8Array[] = [];
  #length = 0;
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Throws when a line is longer than {@link MAX_LINE}. */
  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      this.#keep(bytes.subarray(start, end));
      this.#emit();
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** A last line that has no newline counts. */
  end(): void {
    if (this.#length > 0) this.#emit();
  }

  #keep(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > MAX_LINE) throw new Error(`a line is longer than ${MAX_LINE} bytes`);
    this.#pending.push(bytes);
  }

  #emit(): void {
    const line = decodeBytes(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#length = 0;
    this.#onLine(line);
  }
}

import { decodeBytes } from "../../lang/bytes.ts";

/** Longest line a long-running command may write, in bytes. */
export const MAX_LINE = 64 * 1024;

/** Cuts a stream of bytes into lines without their newlines. */
export class LineSplitter {
  #pending: Uint8Array[] = [];
  #length = 0;

  /** The lines that these bytes complete. To be gone through to the end. @throws Error for one longer than {@link MAX_LINE} */
  *push(bytes: Uint8Array): Generator<string, void> {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      this.#keep(bytes.subarray(start, end));
      yield this.#complete();
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** The last line, if it has no newline. */
  end(): string | undefined {
    return this.#length > 0 ? this.#complete() : undefined;
  }

  #keep(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > MAX_LINE) throw new Error(`a line is longer than ${MAX_LINE} bytes`);
    this.#pending.push(bytes);
  }

  #complete(): string {
    const line = decodeBytes(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#length = 0;
    return line;
  }
}

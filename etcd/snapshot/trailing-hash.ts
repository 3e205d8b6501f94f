/** Bytes of a SHA-256. */
export const hashSize = 32;

/** Hashes what comes in pieces of any size, but for the last 32 bytes, which are to be the SHA-256 of the rest. */
export class TrailingHash {
  readonly #hash = new Bun.CryptoHasher("sha256");
  #tail = Buffer.alloc(0);
  #size = 0;

  update(piece: Uint8Array): void {
    this.#size += piece.length;
    const waiting = this.#tail.length === 0 ? piece : Buffer.concat([this.#tail, piece]);
    const cut = Math.max(0, waiting.length - hashSize);
    this.#hash.update(waiting.subarray(0, cut));
    this.#tail = Buffer.from(waiting.subarray(cut));
  }

  /** Of all that came, the hash included. */
  get size(): number {
    return this.#size;
  }

  /** To be asked once, at the end: the hash in hexadecimal if it is what the last bytes say, else undefined. */
  check(): string | undefined {
    const found = this.#hash.digest("hex");
    return found === this.#tail.toString("hex") ? found : undefined;
  }
}

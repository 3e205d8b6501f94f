import { type FileHandle, open } from "node:fs/promises";
import { systemError } from "../../os/errors.ts";
import { nativePath } from "../../os/paths.ts";
import type { Supply } from "./supply.ts";

const CHUNK_SIZE = 256 * 1024;

/** Whether a large file holds the bytes of a supply; reads no further than the first difference. */
export async function holdsSupply(path: string, supply: Supply, signal: AbortSignal): Promise<boolean> {
  await using found = await ChunkedFile.open(path);
  await using wanted = supply.bytes
    ? new ChunkedBytes(supply.bytes)
    : await ChunkedFile.open(supply.source.path);
  for (let position = 0; ; position += CHUNK_SIZE) {
    signal.throwIfAborted();
    const [left, right] = await Promise.all([found.read(position), wanted.read(position)]);
    if (Buffer.compare(left, right) !== 0) return false;
    if (left.length < CHUNK_SIZE) return true;
  }
}

/** Read in pieces of one size; the last is shorter, if only empty. */
interface Chunked extends AsyncDisposable {
  read(position: number): Promise<Uint8Array>;
}

class ChunkedBytes implements Chunked {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async read(position: number): Promise<Uint8Array> {
    return this.#bytes.subarray(position, position + CHUNK_SIZE);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class ChunkedFile implements Chunked {
  readonly #buffer = Buffer.allocUnsafe(CHUNK_SIZE);
  readonly #file: FileHandle;
  readonly #path: string;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async open(path: string): Promise<ChunkedFile> {
    try {
      return new ChunkedFile(await open(nativePath(path)), path);
    } catch (error) {
      throw systemError("could not read", path, error);
    }
  }

  async read(position: number): Promise<Uint8Array> {
    let filled = 0;
    while (filled < CHUNK_SIZE) {
      const { bytesRead } = await this.#readSome(filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return this.#buffer.subarray(0, filled);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #readSome(offset: number, position: number): Promise<{ readonly bytesRead: number }> {
    try {
      return await this.#file.read(this.#buffer, offset, CHUNK_SIZE - offset, position);
    } catch (error) {
      throw systemError("could not read", this.#path, error);
    }
  }
}

import { closeSync } from "node:fs";

/** What becomes of what is read. */
export interface DescriptorOwner {
  /** What the kernel had to say: at least one message, often several. Must not throw. */
  onBytes(bytes: Uint8Array): void;
  /** Reading failed and has stopped; the descriptor is still open. */
  onBroken(error: unknown): void;
}

interface ChunkReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/**
 * Reads a descriptor by which the kernel tells of events, whenever there are some: no thread waits for them and no
 * timer looks. It must be non-blocking. Keeps the process alive until it is closed.
 */
export class DescriptorReader {
  readonly fd: number;
  readonly #owner: DescriptorOwner;
  #reader: ChunkReader | undefined;
  #isClosed = false;

  constructor(fd: number, owner: DescriptorOwner) {
    this.fd = fd;
    this.#owner = owner;
    this.resume();
  }

  /** Reads on after a failure that leaves the descriptor usable. */
  resume(): void {
    const reader = Bun.file(this.fd).stream().getReader();
    this.#reader = reader;
    void this.#deliver(reader);
  }

  /** Ends reading and closes the descriptor; nothing is told any more. May be called more than once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    void this.#reader?.cancel().catch(() => undefined);
    closeSync(this.fd);
  }

  async #deliver(reader: ChunkReader): Promise<void> {
    for (;;) {
      let chunk: Awaited<ReturnType<ChunkReader["read"]>>;
      try {
        chunk = await reader.read();
      } catch (error) {
        if (!this.#isClosed) this.#owner.onBroken(error);
        return;
      }
      if (this.#isClosed) return;
      if (chunk.done || chunk.value === undefined) {
        return this.#owner.onBroken(new Error("the kernel closed the descriptor"));
      }
      this.#owner.onBytes(chunk.value);
    }
  }
}

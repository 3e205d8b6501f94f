import { closeSync } from "node:fs";
import { SystemError } from "./errors.ts";
import { lastErrorCode, libc } from "./libc.ts";

const O_CLOEXEC = 0o2000000;
const O_NONBLOCK = 0o4000;
const F_SETFL = 4;
const POLLHUP = 0x10;
const BUFFER_SIZE = 64 * 1024;
/** What a pipe holds at most: whoever still writes must not keep us reading. */
const LARGEST_PIPE = 1024 * 1024;

/** Takes a part of the output. While what it returns has not resolved, nothing more is read. */
export type Take = (bytes: Uint8Array) => Promise<void> | undefined;

/**
 * A pipe for a child's output. Bun would give the child a socket, which a script cannot open again as
 * `/dev/stdout` or `/dev/stderr`.
 */
export class Pipe {
  readonly #read: number;
  #write: number | undefined;
  readonly #reader: { cancel(): Promise<void> };
  /** Resolves when the last writer is gone and everything was taken. */
  readonly ended: Promise<void>;
  readonly #take: Take;

  /** @param take is given what arrives, in order */
  constructor(take: Take) {
    const ends = new Int32Array(2);
    if (libc().pipe2(ends, O_CLOEXEC) !== 0)
      throw new SystemError("could not open", "a pipe", lastErrorCode());
    const [read = -1, write = -1] = ends;
    libc().fcntl(read, F_SETFL, O_NONBLOCK);
    this.#read = read;
    this.#write = write;
    this.#take = take;
    const reader = Bun.file(read).stream().getReader();
    this.#reader = reader;
    this.ended = (async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const held = take(value);
        if (held !== undefined) await held;
      }
    })();
  }

  /** The end a child writes to. */
  get writable(): number {
    return this.#write ?? -1;
  }

  /** To be called when the child has its copy: the end of the data is seen only when all writers are gone. */
  closeWritable(): void {
    if (this.#write !== undefined) closeSync(this.#write);
    this.#write = undefined;
  }

  /**
   * Takes what has arrived by now and closes the pipe. Waits for the end of the data if no writer is left, else
   * for nothing: a process in the background may hold the pipe for ever.
   */
  async finish(): Promise<void> {
    try {
      if (this.#hasWriters()) {
        // What the stream has read already must come first.
        await new Promise((resolve) => setImmediate(resolve));
        this.#drain();
        await this.#reader.cancel();
      }
      await this.ended;
    } finally {
      this.closeWritable();
      closeSync(this.#read);
    }
  }

  /** Closes the pipe of a child that was never started. */
  async abandon(): Promise<void> {
    this.closeWritable();
    await this.finish();
  }

  #hasWriters(): boolean {
    const request = new Uint8Array(8);
    const view = new DataView(request.buffer);
    view.setInt32(0, this.#read, true);
    libc().poll(request, 1, 0);
    return (view.getUint16(6, true) & POLLHUP) === 0;
  }

  #drain(): void {
    const buffer = new Uint8Array(BUFFER_SIZE);
    for (let taken = 0; taken < LARGEST_PIPE; ) {
      const length = Number(libc().read(this.#read, buffer, buffer.length));
      if (length <= 0) return;
      this.#take(buffer.slice(0, length));
      taken += length;
    }
  }
}

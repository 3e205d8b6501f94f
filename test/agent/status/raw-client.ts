import { connect, type Socket } from "node:net";
import { SocketPath } from "../../../src/os/socket-path.ts";

/** A client that says what it is told to, and keeps what it hears. */
export class RawClient {
  #text = "";
  #wake: () => void = () => {};
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    socket.setEncoding("utf8").on("data", (text: string) => {
      this.#text += text;
      this.#wake();
    });
    this.closed = new Promise((resolve) => socket.on("close", () => resolve()).on("end", () => resolve()));
    socket.on("error", () => {});
  }

  static async connect(path: string): Promise<RawClient> {
    using short = new SocketPath(path);
    const socket = connect({ path: short.path, allowHalfOpen: true });
    const client = new RawClient(socket);
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    return client;
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** Says that it has no more to say. */
  finish(): void {
    this.socket.end();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  terminate(): void {
    this.socket.destroy();
  }

  /** All complete lines so far. */
  lines(): readonly string[] {
    return this.#text.split("\n").slice(0, -1);
  }

  /** Waits for so many lines. */
  async until(count: number): Promise<void> {
    while (this.lines().length < count) await this.#more();
  }

  /** Waits until this is the last line. */
  async untilLast(line: string): Promise<void> {
    while (this.lines().at(-1) !== line) await this.#more();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

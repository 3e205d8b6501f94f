import { connect, createServer, type Socket } from "node:net";

/** The network to a port of loopback, which can be cut, and can swallow all without a word. */
export class Wire implements AsyncDisposable {
  readonly #pairs = new Map<Socket, Socket>();
  readonly #target: number;
  #state: "open" | "cut" | "silent" = "open";
  /** How many connections there have been. */
  connections = 0;
  port = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  static async to(target: number): Promise<Wire> {
    const wire = new Wire(target);
    await new Promise<void>((resolve) => wire.#server.listen(0, "127.0.0.1", resolve));
    const address = wire.#server.address();
    if (typeof address === "object" && address !== null) wire.port = address.port;
    return wire;
  }

  /** Breaks all connections, and takes no more. */
  cut(): void {
    this.#state = "cut";
    this.#breakAll();
  }

  /** Lets nothing through any more, and says nothing of it. */
  silence(): void {
    this.#state = "silent";
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** For new connections; those that were silenced are dead. */
  heal(): void {
    this.#breakAll();
    this.#state = "open";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  readonly #server = createServer((near) => {
    this.connections++;
    if (this.#state === "cut") {
      near.destroy();
      return;
    }
    const far = connect(this.#target, "127.0.0.1");
    this.#pairs.set(near, far);
    const end = (): void => {
      this.#pairs.delete(near);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on("error", end).on("close", end);
    near.on("data", (data) => far.write(data));
    far.on("data", (data) => near.write(data));
    if (this.#state === "silent") for (const socket of [near, far]) socket.pause();
  });

  #breakAll(): void {
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }
}

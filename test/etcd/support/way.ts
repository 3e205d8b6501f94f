import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The way to a server, which can be blocked without the server's knowing. */
export class Way implements AsyncDisposable {
  readonly #directory = mkdtempSync(join(tmpdir(), "mgmt-way-"));
  readonly #path = join(this.#directory, "socket");
  readonly #pairs = new Map<Socket, Socket>();
  readonly #target: string;
  #state: "open" | "cut" | "frozen" = "open";
  /** How many bytes have gone to the client. */
  received = 0;

  private constructor(target: string) {
    this.#target = target;
  }

  /** @param target `unix:///PATH` */
  static async to(target: string): Promise<Way> {
    const way = new Way(target.replace("unix://", ""));
    await way.#listen();
    return way;
  }

  get url(): string {
    return `unix://${this.#path}`;
  }

  /** Breaks all connections, and takes no more. */
  cut(): void {
    this.#state = "cut";
    for (const [client, server] of this.#pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** Lets nothing through, and says nothing of it. */
  freeze(): void {
    this.#state = "frozen";
    for (const [client, server] of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  /** Lets requests through, and no answers. */
  mute(): void {
    for (const server of this.#pairs.values()) server.pause();
  }

  heal(): void {
    this.#state = "open";
    for (const [client, server] of this.#pairs) {
      client.resume();
      server.resume();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    rmSync(this.#directory, { recursive: true });
  }

  readonly #server = createServer((client) => {
    if (this.#state === "cut") {
      client.destroy();
      return;
    }
    const server = connect(this.#target);
    this.#pairs.set(client, server);
    const end = (): void => {
      this.#pairs.delete(client);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
    client.on("data", (data) => server.write(data));
    server.on("data", (data) => {
      this.received += data.length;
      client.write(data);
    });
    if (this.#state === "frozen") {
      client.pause();
      server.pause();
    }
  });

  #listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.#path, resolve));
  }
}

/** Answers those who ask what the agent is doing, over a socket that only its own user can reach. */
import { rmSync } from "node:fs";
import type { EngineObserver } from "../../engine/environment.ts";
import { explainError } from "../../os/errors.ts";
import type { Log } from "../../os/log.ts";
import { SocketPath } from "../../os/socket-path.ts";
import { protocolVersion, readRequest, type StatusRequest } from "./request.ts";

/** Clients at a time. */
const most = 32;
/** Bytes. */
const longestRequest = 4096;
/** Seconds that a client may take to say what it wants, or to read what it asked for. */
const patience = 30;
/** Milliseconds between two messages to those who watch. */
const interval = 100;
/** The same in terms of what a message costs, so that watching takes a tenth of the agent's time at most. */
const costs = 10;
/** Mode bits that others have, which the socket must not have. */
const others = 0o177;

export interface StatusServerOptions {
  /** Where the socket is. What is there already is a leftover: who calls this has locked the directory. */
  readonly path: string;
  /** The state of things, as a line of JSON without its newline; equal as long as nothing has changed. */
  readonly snapshot: (edges: boolean) => string;
  /** Asked only while somebody watches. */
  readonly observe: (observer: EngineObserver) => () => void;
  readonly log: Log;
}

type Socket = Bun.Socket<Client>;

/**
 * Costs nothing while nobody asks: snapshots are made when they are wanted. All who watch share them, nobody has to wait for a
 * slow reader, and what a reader has not taken is not heaped up: it gets the newest when it is ready.
 */
export class StatusServer implements Disposable {
  readonly #options: StatusServerOptions;
  readonly #listener: Bun.UnixSocketListener<Client>;
  readonly #clients = new Set<Client>();
  #stopObserving: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the next message may be sent, on the clock of `performance`. */
  #notBefore = 0;

  /** @throws what Bun throws if it cannot listen there */
  constructor(options: StatusServerOptions) {
    this.#options = options;
    using short = new SocketPath(options.path);
    rmSync(options.path, { force: true });
    // The mode has to be right from the first moment on.
    const before = process.umask(others);
    try {
      this.#listener = Bun.listen<Client>({
        unix: short.path,
        // Who has said everything may still listen.
        allowHalfOpen: true,
        socket: {
          open: (socket) => this.#open(socket),
          data: (socket, bytes) => this.#hear(socket.data, bytes),
          end: ({ data: client }) => {
            if (!client.answered) client.refuse("the request does not end in a newline");
          },
          drain: ({ data: client }) => {
            client.flush();
            if (client.ready && client.behind) this.stir();
          },
          timeout: (socket) => void socket.terminate(),
          close: ({ data: client }) => this.#forget(client),
          error: (socket) => void socket.terminate(),
        },
      });
    } finally {
      process.umask(before);
    }
  }

  /** Something may have changed. */
  stir(): void {
    if (this.#timer !== undefined || this.#stopObserving === undefined) return;
    this.#timer = setTimeout(() => this.#push(), Math.max(0, this.#notBefore - performance.now()));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#stopObserving?.();
    this.#listener.stop(true);
    rmSync(this.#options.path, { force: true });
  }

  #open(socket: Socket): void {
    const client = new Client(socket);
    socket.data = client;
    socket.timeout(patience);
    if (this.#clients.size >= most) client.refuse(`there are ${most} others already`);
    else this.#clients.add(client);
  }

  #hear(client: Client, bytes: Uint8Array): void {
    if (client.answered) return;
    const line = client.hear(bytes);
    if (line === undefined) {
      if (client.heard > longestRequest) client.refuse(`a request has ${longestRequest} bytes at most`);
      return;
    }
    try {
      client.request = readRequest(line);
      this.#answer(client, client.request);
    } catch (error) {
      client.refuse(explainError(error));
      this.#options.log("debug", "status", `refused a request: ${explainError(error)}`);
    }
  }

  #answer(client: Client, { request, edges }: StatusRequest): void {
    client.send(this.#options.snapshot(edges));
    if (request === "status") {
      client.end();
      return;
    }
    client.watches = true;
    this.#stopObserving ??= this.#options.observe({ stirred: () => this.stir() });
  }

  /** Sends what is new to those who watch. */
  #push(): void {
    this.#timer = undefined;
    const began = performance.now();
    const texts = new Map<boolean, string>();
    for (const client of this.#clients) {
      if (!client.watches || client.request === undefined) continue;
      client.behind = !client.ready;
      if (client.behind) continue;
      const { edges } = client.request;
      const text = texts.get(edges) ?? this.#options.snapshot(edges);
      texts.set(edges, text);
      client.send(text);
    }
    this.#notBefore = began + Math.max(interval, (performance.now() - began) * costs);
  }

  #forget(client: Client): void {
    this.#clients.delete(client);
    if ([...this.#clients].some(({ watches }) => watches)) return;
    this.#stopObserving?.();
    this.#stopObserving = undefined;
  }
}

class Client {
  request: StatusRequest | undefined;
  watches = false;
  /** It could not be sent something new, since it has not read what was sent before. */
  behind = false;
  #heard = "";
  #sent: string | undefined;
  #unsent: Uint8Array = new Uint8Array(0);
  #ends = false;
  readonly #decoder = new TextDecoder();

  constructor(readonly socket: Socket) {}

  /** It has said what it wants, or was refused. */
  get answered(): boolean {
    return this.request !== undefined || this.#ends;
  }

  /** Characters that came without a newline so far. */
  get heard(): number {
    return this.#heard.length;
  }

  /** Everything sent is on its way. */
  get ready(): boolean {
    return this.#unsent.length === 0;
  }

  /** @returns the first line, once it is complete */
  hear(bytes: Uint8Array): string | undefined {
    this.#heard += this.#decoder.decode(bytes, { stream: true });
    const end = this.#heard.indexOf("\n");
    return end < 0 ? undefined : this.#heard.slice(0, end);
  }

  /** Sends a line, unless it is what was sent last. */
  send(text: string): void {
    if (text === this.#sent) return;
    this.#sent = text;
    this.#unsent = new TextEncoder().encode(`${text}\n`);
    this.flush();
  }

  flush(): void {
    if (this.#unsent.length > 0) {
      const written = this.socket.write(this.#unsent);
      this.#unsent = this.#unsent.subarray(Math.max(0, written));
    }
    this.socket.timeout(this.ready && !this.#ends ? 0 : patience);
    if (this.#ends && this.ready) this.socket.end();
  }

  /** Closes as soon as everything was sent. */
  end(): void {
    this.#ends = true;
    this.flush();
  }

  refuse(why: string): void {
    this.send(JSON.stringify({ version: protocolVersion, error: why }));
    this.end();
  }
}

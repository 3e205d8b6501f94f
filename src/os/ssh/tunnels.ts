/**
 * Servers that only another machine can reach, made reachable through SSH: each gets a socket of this machine, and
 * what connects there is led on by one connection to that machine.
 */
import { chmodSync, lstatSync, mkdirSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { ClientChannel } from "ssh2";
import { errorCode, explainError, SystemError, systemError } from "../errors.ts";
import { displayPath } from "../paths.ts";
import { SocketPath } from "../socket-path.ts";
import { type ConnectionTimings, connectSsh, ForwardError, type SshAccess } from "./connection.ts";
import { type LinkEvent, type LinkTimings, SshLink } from "./link.ts";
import { parseSeed, type Seed } from "./seed.ts";
import { ownSurroundings, type Surroundings } from "./surroundings.ts";

export interface TunnelOptions {
  readonly access: SshAccess;
  /** URLs of servers as the SSH host sees them: `http://HOST[:PORT]` or `https://HOST[:PORT]`. */
  readonly seeds: readonly string[];
  /** For the sockets; made if need be, for this user only. Nobody else may use it at the same time. */
  readonly directory: string;
  readonly onEvent?: (event: TunnelEvent) => void;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** Those of this process if not given. */
  readonly surroundings?: Surroundings;
  readonly timings?: Partial<TunnelTimings>;
}

/** Reasons are whole sentences. */
export type TunnelEvent =
  | LinkEvent
  /** The connection is there, but the SSH host cannot reach a seed. */
  | { readonly type: "seed-unreachable"; readonly seed: string; readonly reason: string }
  /** It can again. */
  | { readonly type: "seed-reachable"; readonly seed: string };

/** In ms. */
export interface TunnelTimings extends ConnectionTimings, LinkTimings {
  /** How long what connects to a socket is kept waiting for a connection through SSH. */
  readonly wait: number;
}

export interface SeedTunnels {
  /** URLs that lead to the seeds, in their order, as `etcd/client/endpoint.ts` takes them. */
  readonly endpoints: readonly string[];
  /** Replaces the seeds; those that stay keep their endpoints and what goes through them. @returns the new endpoints */
  setSeeds(seeds: readonly string[]): Promise<readonly string[]>;
  /** Ends everything. May be called more than once. */
  close(): Promise<void>;
}

const usual: TunnelTimings = {
  patience: 10_000,
  keepAlive: 5000,
  firstDelay: 200,
  longestDelay: 5000,
  refusedDelay: 30_000,
  wait: 1000,
};

/**
 * Connects, and stays connected until it is closed or its signal fires. A host that is not reached at first is tried
 * again like one that is lost later.
 * @throws TypeError for seeds that are none; SystemError for the directory; SshError if trying again would not help: the
 * key of the host is not the right one, or it lets nobody in, or what is configured cannot be used
 */
export async function tunnelSeeds(options: TunnelOptions): Promise<SeedTunnels> {
  const tunnels = new Tunnels(options);
  try {
    await tunnels.setSeeds(options.seeds);
    await tunnels.start();
    return tunnels;
  } catch (error) {
    await tunnels.close();
    throw error;
  }
}

class Tunnels implements SeedTunnels {
  readonly #ends = new AbortController();
  readonly #directory: PrivateDirectory;
  readonly #link: SshLink;
  readonly #context: TunnelContext;
  readonly #onSignal = (): void => void this.close();
  readonly #signal: AbortSignal;
  #tunnels: readonly Tunnel[] = [];
  #made = 0;
  #closed: Promise<void> | undefined;

  constructor(options: TunnelOptions) {
    const { access, directory, onEvent = () => {}, signal, surroundings = ownSurroundings() } = options;
    signal.throwIfAborted();
    const timings = { ...usual, ...options.timings };
    const open = () => connectSsh(access, surroundings, timings, this.#ends.signal);
    const tell = (event: TunnelEvent): void => {
      if (!this.#ends.signal.aborted) onEvent(event);
    };
    this.#link = new SshLink(open, timings, tell, this.#ends.signal);
    this.#context = { link: this.#link, wait: timings.wait, tell };
    this.#directory = new PrivateDirectory(directory);
    this.#signal = signal;
    signal.addEventListener("abort", this.#onSignal, { once: true });
  }

  get endpoints(): readonly string[] {
    return this.#tunnels.map(({ endpoint }) => endpoint);
  }

  start(): Promise<void> {
    return this.#link.start();
  }

  async setSeeds(urls: readonly string[]): Promise<readonly string[]> {
    const seeds = urls.map(parseSeed);
    if (seeds.length === 0) throw new TypeError("there is no seed to reach through SSH");
    const before = new Map(this.#tunnels.map((tunnel) => [tunnel.seed.url, tunnel]));
    const added: Tunnel[] = [];
    try {
      const wanted: Tunnel[] = [];
      for (const seed of seeds) {
        if (wanted.some((tunnel) => tunnel.seed.url === seed.url)) continue;
        const kept = before.get(seed.url);
        if (kept === undefined) added.push(await this.#open(seed));
        wanted.push(...(kept === undefined ? added.slice(-1) : [kept]));
      }
      this.#tunnels = wanted;
    } catch (error) {
      await Promise.all(added.map((tunnel) => tunnel.close()));
      throw error;
    }
    await Promise.all(
      [...before.values()].map((tunnel) => (this.#tunnels.includes(tunnel) ? undefined : tunnel.close())),
    );
    return this.endpoints;
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #open(seed: Seed): Promise<Tunnel> {
    this.#ends.signal.throwIfAborted();
    const path = this.#directory.at(`${++this.#made}.sock`);
    const tunnel = new Tunnel(seed, path, this.#context);
    try {
      await tunnel.listen();
    } catch (error) {
      await tunnel.close();
      throw systemError("could not listen at", path, error);
    }
    return tunnel;
  }

  async #end(): Promise<void> {
    this.#signal.removeEventListener("abort", this.#onSignal);
    this.#ends.abort(this.#signal.aborted ? this.#signal.reason : new Error("the tunnels are closed"));
    await Promise.all(this.#tunnels.map((tunnel) => tunnel.close()));
    this.#directory.leave();
  }
}

interface TunnelContext {
  readonly link: SshLink;
  readonly wait: number;
  readonly tell: (event: TunnelEvent) => void;
}

/** The way to one seed. */
class Tunnel {
  readonly endpoint: string;
  readonly #path: SocketPath;
  readonly #context: TunnelContext;
  /** It may be told that it has written all after it was told that there is no more to read. */
  readonly #server: Server = createServer({ allowHalfOpen: true }, (socket) => void this.#lead(socket));
  readonly #sockets = new Set<Socket>();
  #isReachable = true;

  constructor(
    readonly seed: Seed,
    path: string,
    context: TunnelContext,
  ) {
    this.#context = context;
    this.#path = new SocketPath(path);
    this.endpoint = `${seed.isSecure ? "unixs" : "unix"}://${this.#path.path}`;
  }

  listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject);
    this.#server.listen(this.#path.path, resolve);
    return promise;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#path[Symbol.dispose]();
  }

  async #lead(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const channel = await this.#channel();
    if (channel === undefined) socket.destroy();
    else if (socket.destroyed) channel.destroy();
    else lead(socket, channel);
  }

  /** Undefined if the seed cannot be reached now: whoever asked tries again. */
  async #channel(): Promise<ClientChannel | undefined> {
    const { link, wait, tell } = this.#context;
    try {
      const channel = await (await link.connection(wait))?.forward(this.seed);
      if (channel !== undefined && !this.#isReachable) tell({ type: "seed-reachable", seed: this.seed.url });
      this.#isReachable ||= channel !== undefined;
      return channel;
    } catch (error) {
      // What became of the connection itself is told by the link.
      if (error instanceof ForwardError && this.#isReachable) {
        this.#isReachable = false;
        const reason = `the SSH host cannot reach ${this.seed.url}: ${error.message}`;
        tell({ type: "seed-unreachable", seed: this.seed.url, reason });
      }
      return undefined;
    }
  }
}

/** Leads both ways until both sides have said all, or one is gone. */
function lead(socket: Socket, channel: ClientChannel): void {
  const end = (): void => {
    socket.destroy();
    channel.destroy();
  };
  channel.on("close", end).on("error", end);
  socket.on("close", end);
  socket.pipe(channel).pipe(socket);
}

/** A directory that nobody else can look into. */
class PrivateDirectory {
  readonly #path: string;
  readonly #isMade: boolean;

  /** @throws SystemError */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#isMade = mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined;
      const status = lstatSync(path);
      if (!status.isDirectory()) throw new SystemError("could not use", path, "ENOTDIR");
      if (status.uid !== process.getuid?.())
        throw new SystemError("could not use", path, "EPERM", "it belongs to another user");
      chmodSync(path, 0o700);
      for (const name of readdirSync(path)) if (/^\d+\.sock$/.test(name)) removeSocket(this.at(name));
    } catch (error) {
      throw systemError("could not make the directory", path, error);
    }
  }

  at(name: string): string {
    return join(this.#path, name);
  }

  /** Takes it away if it was made and is empty. */
  leave(): void {
    if (!this.#isMade) return;
    try {
      rmdirSync(this.#path);
    } catch {
      // Somebody has found another use for it.
    }
  }
}

/** One that an earlier process has left. */
function removeSocket(path: string): void {
  try {
    if (lstatSync(path).isSocket()) unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT")
      throw new Error(`could not remove ${displayPath(path)}: ${explainError(error)}`, { cause: error });
  }
}

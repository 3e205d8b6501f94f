/** One connection to a host through SSH. */
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { AuthHandlerMiddleware, Client, ClientChannel, ServerHostKeyAlgorithm } from "ssh2";
import { errorCode, explainError } from "../errors.ts";
import { readSshSettings, type SshSettings } from "./config.ts";
import { SshError } from "./error.ts";
import { type HostKeyCheck, hostKeyCheck } from "./host-key.ts";
import { findIdentities, type Identities } from "./identities.ts";
import type { Surroundings } from "./surroundings.ts";
import { parseSshTarget, type SshTarget } from "./target.ts";

/** How to come to a host, and how to be let in. */
export interface SshAccess {
  readonly target: SshTarget;
  /** The only key that the host may show, in base64; it counts more than that of the target. */
  readonly hostKey: string | undefined;
  /** Path of the private key to log in with. */
  readonly identityFile: string | undefined;
}

/** In ms. */
export interface ConnectionTimings {
  /** How long it may take until one is let in, and how long the host may take to reach where it is asked to go. */
  readonly patience: number;
  /** A host that is silent for two to three times as long is gone. */
  readonly keepAlive: number;
}

/**
 * Connects, asking the files of this machine anew each time.
 * @throws SshError; the reason of the signal if that fires
 */
export async function connectSsh(
  access: SshAccess,
  around: Surroundings,
  timings: ConnectionTimings,
  signal: AbortSignal,
): Promise<SshConnection> {
  return new Way(around, timings, signal).to(access, undefined, 0);
}

/** How many hosts a connection may go through: more is a circle. */
const mostJumps = 8;

/** The way to a host, perhaps through others. */
class Way {
  readonly #around: Surroundings;
  readonly #timings: ConnectionTimings;
  readonly #signal: AbortSignal;

  constructor(around: Surroundings, timings: ConnectionTimings, signal: AbortSignal) {
    this.#around = around;
    this.#timings = timings;
    this.#signal = signal;
  }

  /** @param jumps hosts to go through, whatever the configuration says */
  async to(access: SshAccess, jumps: readonly string[] | undefined, depth: number): Promise<SshConnection> {
    const settings = await readSshSettings(access.target, this.#around);
    const check = hostKeyCheck(settings, access.hostKey ?? access.target.hostKey);
    const ssh2 = await import("ssh2");
    const identities = await findIdentities(ssh2, settings, this.#around, access.identityFile);
    if (identities.logins.length === 0) throw noKey(settings, identities);
    this.#signal.throwIfAborted();
    const before = await this.#through(jumps ?? settings.jumps, settings, depth);
    try {
      const socket = before === undefined ? connect(addressOf(settings)) : await hop(before, settings);
      const attempt = new Attempt(new ssh2.Client(), settings, check, identities);
      await attempt.run(socket, this.#timings, this.#signal);
      return new SshConnection(attempt.client, socket, settings, this.#timings, before);
    } catch (error) {
      before?.close();
      throw error;
    }
  }

  async #through(
    jumps: readonly string[],
    { host }: SshSettings,
    depth: number,
  ): Promise<SshConnection | undefined> {
    const last = jumps.at(-1);
    if (last === undefined) return undefined;
    if (depth === mostJumps)
      throw new SshError("configuration", `ProxyJump leads through more than ${mostJumps} hosts to ${host}`);
    const target = parseSshTarget(last);
    if ("flaw" in target)
      throw new SshError("configuration", `ProxyJump ${last} is no host to go through: ${target.flaw}`);
    // `Host *` with a host to go through means that host too.
    if (target.host === host) return undefined;
    const access = { target, hostKey: undefined, identityFile: undefined };
    return this.to(access, jumps.length > 1 ? jumps.slice(0, -1) : undefined, depth + 1);
  }
}

async function hop(before: SshConnection, settings: SshSettings): Promise<ClientChannel> {
  try {
    return await before.forward(settings);
  } catch (error) {
    if (!(error instanceof ForwardError)) throw error;
    throw new SshError("unreachable", `${before.name} cannot reach ${nameOf(settings)}: ${error.message}`);
  }
}

function addressOf({ host, port }: SshSettings) {
  return { host, port, noDelay: true };
}

function nameOf({ user, host, port }: SshSettings): string {
  return `${user}@${host.includes(":") ? `[${host}]` : host}${port === 22 ? "" : `:${port}`}`;
}

function noKey(settings: SshSettings, { notes }: Identities): SshError {
  return new SshError(
    "configuration",
    `there is no key to log in to ${nameOf(settings)} with: ${notes.join("; ")}; name one with --ssh-id`,
  );
}

/** The time until one is let in, or not. */
class Attempt {
  /** What the host was offered and turned down. */
  readonly #tried: string[] = [];
  #refusal: SshError | undefined;
  #failure: SshError | undefined;

  constructor(
    readonly client: Client,
    readonly settings: SshSettings,
    readonly check: HostKeyCheck,
    readonly identities: Identities,
  ) {}

  /** @throws SshError; the reason of the signal */
  async run(socket: Duplex, { patience, keepAlive }: ConnectionTimings, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { client } = this;
    const give = (): void => reject(signal.reason);
    signal.addEventListener("abort", give, { once: true });
    client.on("ready", resolve);
    client.on("error", (error) => {
      // What one key is refused for does not end the connection: the next one is tried.
      if (error.level === "agent") return;
      this.#failure ??= this.#explain(error);
      reject(this.#refusal ?? this.#failure);
    });
    client.on("close", () =>
      reject(this.#refusal ?? this.#failure ?? this.#lost("it closed the connection")),
    );
    try {
      client.connect({
        sock: socket,
        username: this.settings.user,
        readyTimeout: patience,
        keepaliveInterval: keepAlive,
        keepaliveCountMax: 2,
        hostVerifier: (key: Buffer) => {
          this.#refusal = this.check.flawOf(key);
          return this.#refusal === undefined;
        },
        authHandler: this.#logins(),
        algorithms: { serverHostKey: [...algorithmsFor(this.check.types)] },
      });
      await promise;
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      signal.removeEventListener("abort", give);
    }
  }

  #logins(): AuthHandlerMiddleware {
    const left = [...this.identities.logins];
    return (methods: readonly string[] | null, partly) => {
      // Before the first try it is not known what the host takes.
      if (methods !== null && !methods.includes("publickey")) this.#refusal = this.#noKeys(methods, partly);
      const login = this.#refusal === undefined ? left.shift() : undefined;
      if (login === undefined) return false;
      this.#tried.push(login.name);
      return login.method;
    };
  }

  #explain(error: Error & { readonly level?: string }): SshError {
    const text = error.message;
    if (error.level === "client-authentication")
      return this.#refused("accepts none of the keys it was offered");
    if (/too many authentication failures/i.test(text))
      return this.#refused("was offered more keys than it looks at; name one with --ssh-id");
    if (/no matching/i.test(text))
      return new SshError(
        "refused",
        `${nameOf(this.settings)} and this program have no algorithm in common: ${text.replace(/^Handshake failed: /, "")}`,
      );
    if (error.level === "client-timeout") return this.#lost("it does not answer");
    return this.#lost(explainLoss(error));
  }

  #refused(how: string): SshError {
    const { user } = this.settings;
    const tried = this.#tried.length === 0 ? "" : ` (${this.#tried.join(", ")})`;
    const notes = this.identities.notes.length === 0 ? "" : `; ${this.identities.notes.join("; ")}`;
    return new SshError(
      "refused",
      `${nameOf(this.settings)} ${how}${tried}${notes}; add a public key to the authorized_keys of ${user} there`,
    );
  }

  #noKeys(methods: readonly string[], partly: boolean): SshError {
    const others = methods.length === 0 ? "" : ` (${methods.join(", ")})`;
    return new SshError(
      "refused",
      partly
        ? `${nameOf(this.settings)} wants more than a key${others}, which is not possible here; check AuthenticationMethods in its sshd_config`
        : `${nameOf(this.settings)} lets in nobody by a key${others}; check PubkeyAuthentication in its sshd_config`,
    );
  }

  #lost(reason: string): SshError {
    return new SshError("unreachable", `cannot reach ${nameOf(this.settings)} through SSH: ${reason}`);
  }
}

/** What errors of the network mean, as the end of a sentence. */
const losses: Readonly<Record<string, string>> = {
  EAI_AGAIN: "its name cannot be looked up now",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "it broke the connection off",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to its network",
  ENOTFOUND: "there is no host of that name",
};

function explainLoss(error: Error): string {
  return losses[errorCode(error) ?? ""] ?? explainError(error);
}

/** Those of the types that a host is known by first, for it shows the key of the first one that it has. */
function algorithmsFor(types: readonly string[]): readonly ServerHostKeyAlgorithm[] {
  const isKnown = (algorithm: string) =>
    types.includes(algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm);
  return [...hostKeyAlgorithms.filter(isKnown), ...hostKeyAlgorithms.filter((each) => !isKnown(each))];
}

/** Without those that sign SHA-1, like ssh(1). */
const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/** An open connection; see {@link connectSsh}. */
export class SshConnection {
  /** Fires when the connection is gone, with an {@link SshError}. */
  readonly closed: AbortSignal;
  /** `USER@HOST[:PORT]` */
  readonly name: string;
  readonly #ending = new AbortController();
  readonly #client: Client;
  readonly #socket: Socket | Duplex;
  readonly #patience: number;
  readonly #before: SshConnection | undefined;

  /** Made by {@link connectSsh}. @param before the connection that this one goes through */
  constructor(
    client: Client,
    socket: Socket | Duplex,
    settings: SshSettings,
    { patience }: ConnectionTimings,
    before: SshConnection | undefined,
  ) {
    this.#client = client;
    this.#socket = socket;
    this.#patience = patience;
    this.#before = before;
    this.name = nameOf(settings);
    this.closed = this.#ending.signal;
    client.on("error", (error) =>
      this.#end(error.level === "client-timeout" ? "it does not answer any more" : explainLoss(error)),
    );
    client.on("close", () => this.#end("it closed the connection"));
    if (before?.closed.aborted) this.#end(explainError(before.closed.reason));
    before?.closed.addEventListener("abort", () => this.#end(explainError(before.closed.reason)), {
      once: true,
      signal: this.closed,
    });
  }

  /**
   * Has the host connect to an address as it sees it.
   * @throws ForwardError if the host cannot, SshError if it is gone
   */
  async forward({ host, port }: Address): Promise<ClientChannel> {
    this.closed.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
    const lost = (): void => reject(this.closed.reason);
    const timer = setTimeout(() => reject(new ForwardError("no answer")), this.#patience);
    this.closed.addEventListener("abort", lost, { once: true });
    let isLate = false;
    this.#client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
      if (error) reject(new ForwardError(explainRefusal(error)));
      else if (isLate) channel.destroy();
      else resolve(channel);
    });
    try {
      return await promise;
    } finally {
      isLate = true;
      clearTimeout(timer);
      this.closed.removeEventListener("abort", lost);
    }
  }

  /** Ends it, and what goes through it. May be called more than once. */
  close(): void {
    this.#end("this side closed the connection");
  }

  #end(reason: string): void {
    if (this.closed.aborted) return;
    this.#ending.abort(new SshError("unreachable", `the SSH connection to ${this.name} is gone: ${reason}`));
    // It says farewell, but does not wait for the other side, which may not hear it.
    this.#client.end();
    this.#socket.destroy();
    this.#before?.close();
  }
}

/** A host and a port, as they are called where the connection leads. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The SSH host did not reach an address; the connection to it is all right. */
export class ForwardError extends Error {
  override readonly name = "ForwardError";
}

/** The codes are those of RFC 4254, 5.1. */
function explainRefusal(error: Error & { readonly reason?: unknown }): string {
  if (String(error.reason) === "1")
    return "the SSH host forbids it; check AllowTcpForwarding and PermitOpen in its sshd_config, and the options of the key";
  return error.message
    .replace(/^\(SSH\) Channel open failure: /, "")
    .replace(/^./, (first) => first.toLowerCase());
}

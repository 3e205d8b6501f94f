import { EtcdError } from "../client/error.ts";
import type { CertifiedKey } from "../pki/certified-key.ts";
import { Admission, type AdmissionOptions } from "./admission.ts";
import type { JoinServerEvent } from "./events.ts";
import { JoinError, type JoinErrorCode } from "./join-error.ts";
import {
  decodeJoinRequest,
  decodeRenewalRequest,
  decodeStandingRequest,
  encodeJoinAnswer,
  encodeRenewalAnswer,
  longestMessage,
  paths,
} from "./protocol.ts";
import { Throttle } from "./throttle.ts";

export { standardJoinPort } from "./ports.ts";

export interface JoinServerOptions extends AdmissionOptions {
  /** Where to listen, `https://HOST:PORT`; port 0 takes any. */
  readonly urls: readonly string[];
  /** The same as the server of etcd has for clients. */
  readonly serverCertificate: CertifiedKey;
  /** Must not throw. */
  readonly onEvent?: ((event: JoinServerEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How long a request may take to arrive, in ms; 10000 if not given. */
  readonly patience?: number | undefined;
}

/** In ms. */
const standardPatience = 10_000;
const listenPause = 5000;

/** Lets in who has a token, and renews the certificates of who is in. */
export class JoinServer implements AsyncDisposable {
  readonly #options: JoinServerOptions;
  readonly #admission: Admission;
  readonly #throttle = new Throttle();
  #certificate: CertifiedKey;
  #listeners: readonly Bun.Server<undefined>[] = [];
  #isStopped = false;
  #last: Promise<unknown> = Promise.resolve();

  /** Listens. @throws Error naming the address and the cause */
  static async start(options: JoinServerOptions): Promise<JoinServer> {
    options.signal?.throwIfAborted();
    const server = new JoinServer(options);
    try {
      for (const url of options.urls) server.#listen(url);
    } catch (error) {
      await server.stop();
      throw error;
    }
    options.signal?.addEventListener("abort", server.#onAbort, { once: true });
    for (const url of server.urls) server.#tell({ type: "listening", url });
    return server;
  }

  private constructor(options: JoinServerOptions) {
    this.#options = options;
    this.#certificate = options.serverCertificate;
    this.#admission = new Admission(options);
  }

  /** Where it listens, with the ports that were taken. */
  get urls(): readonly string[] {
    return this.#listeners.map(({ hostname = "", port }) => {
      const host = hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname;
      return `https://${host}:${port}`;
    });
  }

  /** Shows another certificate from now on. */
  setServerCertificate(certificate: CertifiedKey): void {
    this.#certificate = certificate;
    if (this.#isStopped) return;
    const { urls } = this;
    const before = this.#listeners;
    this.#listeners = [];
    // Those who are being answered get their answers.
    for (const each of before) void each.stop();
    for (const url of urls) this.#listenAgain(url);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    const listeners = this.#listeners;
    this.#listeners = [];
    await Promise.all(listeners.map((each) => each.stop(true)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  readonly #onAbort = (): void => void this.stop();

  #listen(url: string): void {
    const { hostname, port } = new URL(url);
    const { certificate: cert, key } = this.#certificate;
    try {
      const listener = Bun.serve({
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port: Number(port || 443),
        tls: { cert, key },
        maxRequestBodySize: longestMessage,
        // In seconds: who says nothing for so long is let go of.
        idleTimeout: Math.ceil(this.#patience / 1000),
        fetch: (request, server) => this.#answer(request, server.requestIP(request)?.address ?? "?"),
        error: (error) => this.#failed(error),
      });
      this.#listeners = [...this.#listeners, listener];
    } catch (cause) {
      throw new Error(
        `cannot listen at ${url} for nodes that want to join: ${messageOf(cause)}; choose another address with --join-urls`,
        { cause },
      );
    }
  }

  /** Somebody else may have taken the port in between; it is waited for. */
  #listenAgain(url: string): void {
    if (this.#isStopped) return;
    try {
      this.#listen(url);
    } catch (error) {
      this.#tell({ type: "failed", reason: messageOf(error) });
      setTimeout(() => this.#listenAgain(url), listenPause).unref();
    }
  }

  get #patience(): number {
    return this.#options.patience ?? standardPatience;
  }

  async #answer(request: Request, from: string): Promise<Response> {
    const { pathname } = new URL(request.url);
    const handle = this.#handlers[`${request.method} ${pathname}`];
    let name: string | undefined;
    try {
      if (handle === undefined)
        throw new JoinError("bad-request", `there is nothing at ${pathname.slice(0, 100)}`);
      const text = request.method === "POST" ? await this.#read(request) : "";
      const { signal } = request;
      return await handle(text, { from, signal, setName: (told) => (name = told) });
    } catch (error) {
      if (!(error instanceof JoinError)) return this.#failed(error);
      const { code, message: reason } = error;
      this.#tell({ type: "refused", code, name: name?.slice(0, 100), from, reason });
      return refusal(code, reason);
    }
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    [`GET ${paths.root}`]: async () =>
      new Response(this.#options.authority.root, { headers: { ...headers, "content-type": "text/plain" } }),

    [`POST ${paths.join}`]: async (text, { from, signal, setName }) => {
      if (this.#throttle.isTooMany(from))
        throw new JoinError(
          "too-many",
          "too many wrong tokens have come from this address; wait for a minute",
        );
      const request = decodeJoinRequest(text);
      if (request === undefined) throw notUnderstood();
      const { name, role } = request;
      setName(name);
      try {
        const { answer, result } = await this.#inTurn(() => this.#admission.join(request), signal);
        this.#tell({ type: result === "replaced" ? "replaced" : "joined", name, role, from });
        return json(encodeJoinAnswer(answer));
      } catch (error) {
        if (error instanceof JoinError && error.code === "unknown-token") this.#throttle.count(from);
        throw error;
      }
    },

    [`POST ${paths.renew}`]: async (text, { from, signal, setName }) => {
      const request = decodeRenewalRequest(text);
      if (request === undefined) throw notUnderstood();
      const { answer, name } = await this.#inTurn(() => this.#admission.renew(request), signal);
      setName(name);
      this.#tell({ type: "renewed", name, from });
      return json(encodeRenewalAnswer(answer));
    },

    [`POST ${paths.standing}`]: async (text) => {
      const certificate = decodeStandingRequest(text);
      if (certificate === undefined) throw notUnderstood();
      await this.#admission.requireStanding(certificate);
      return json("{}");
    },
  };

  /** One after the other, for each changes who may do what, which holds up everybody; not for who has hung up. */
  #inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => {
      if (signal.aborted) throw new JoinError("unavailable", "whoever has asked has hung up");
      return work();
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Takes in what is sent, as far as it comes in time. */
  async #read(request: Request): Promise<string> {
    const late = Promise.withResolvers<never>();
    const error = new JoinError("bad-request", "the request took too long to arrive");
    const timer = setTimeout(() => late.reject(error), this.#patience);
    try {
      return await Promise.race([request.text(), late.promise]);
    } catch (cause) {
      if (cause === error) throw error;
      throw new JoinError("bad-request", "the request did not arrive", { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Tells the other side no more than whether it may try again. */
  #failed(error: unknown): Response {
    const reason = messageOf(error);
    this.#tell({ type: "failed", reason });
    const told = error instanceof EtcdError ? reason : "something is wrong there; its log says what";
    return refusal("unavailable", `this server cannot let anybody in at the moment: ${told}`);
  }

  #tell(event: JoinServerEvent): void {
    this.#options.onEvent?.(event);
  }
}

type Handler = (text: string, asker: Asker) => Promise<Response>;

interface Asker {
  /** Address. */
  readonly from: string;
  /** Fires when it has hung up. */
  readonly signal: AbortSignal;
  /** Notes how it calls itself. */
  setName(name: string): void;
}

/** What is sent is for one node, and only now. */
const headers = { "cache-control": "no-store", connection: "close" } as const;

const statuses: Readonly<Partial<Record<JoinErrorCode, number>>> = {
  "bad-request": 400,
  "name-taken": 409,
  "too-many": 429,
  unavailable: 503,
};

function json(text: string, status = 200): Response {
  return new Response(text, { status, headers: { ...headers, "content-type": "application/json" } });
}

function refusal(code: JoinErrorCode, message: string): Response {
  return json(JSON.stringify({ code, message }), statuses[code] ?? 403);
}

function notUnderstood(): JoinError {
  return new JoinError(
    "bad-request",
    "the request cannot be understood here; have both sides run the same version of mgmt",
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

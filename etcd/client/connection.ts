import { type Access, Endpoint, type Tls } from "./endpoint.ts";
import { closedError, type EtcdError } from "./error.ts";
import type { ICallable } from "./etcd3.ts";
import { explainAttempt } from "./explain-attempt.ts";
import { pause } from "./pause.ts";

export interface ConnectionOptions extends Access {
  /** URLs of the servers, the preferred one first; see {@link Endpoint}. */
  readonly endpoints: readonly string[];
  /** How long a request may take with all its tries, in ms; 5000 if not given. */
  readonly timeout?: number;
}

/** Whether a request may be sent again when it may have been carried out. */
export type Repetition =
  | "never"
  /** Called before each try that follows one that may have been carried out. */
  | { readonly onRepeat?: () => void };

type Pool = ICallable<Endpoint>;
type Exec = Parameters<Pool["exec"]>;

/**
 * The servers of one cluster. All requests go to one of them, until it fails; then the next is tried. There is no time
 * during which requests are refused because others have failed.
 */
export class Connection {
  #access: Access;
  /** How long a request may take, in ms. */
  readonly timeout: number;
  readonly #closed = new AbortController();
  readonly #slots = new Slots(maxInFlight);
  #endpoints: readonly Endpoint[] = [];
  #current = 0;

  /** @throws TypeError for a URL that is none of a server */
  constructor({ endpoints, timeout = 5000, ...access }: ConnectionOptions) {
    this.#access = access;
    this.timeout = timeout;
    this.setEndpoints(endpoints);
  }

  /** Whether the servers know this client by a token, which they may forget. */
  get usesTokens(): boolean {
    return this.#access.user !== undefined;
  }

  /** Fires when the connection is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get endpoints(): readonly string[] {
    return this.#endpoints.map(({ url }) => url);
  }

  /** The server that the next request goes to. @throws EtcdError if the connection is closed */
  get current(): Endpoint {
    const endpoint = this.#endpoints[this.#current];
    if (endpoint === undefined) throw closedError();
    return endpoint;
  }

  /**
   * Replaces the servers. Those that stay keep their connections, and the one in use stays in use if it is among them;
   * requests under way at the others are finished.
   * @throws TypeError for a URL that is none of a server
   */
  setEndpoints(urls: readonly string[]): void {
    if (this.closed.aborted) return;
    if (urls.length === 0) throw new TypeError("a client of etcd needs the URL of a server");
    const before = new Map(this.#endpoints.map((endpoint) => [endpoint.url, endpoint]));
    const inUse = this.#endpoints[this.#current];
    this.#endpoints = [...new Set(urls)].map((url) => before.get(url) ?? new Endpoint(url, this.#access));
    this.#current = Math.max(0, inUse === undefined ? 0 : this.#endpoints.indexOf(inUse));
    for (const endpoint of before.values()) if (!this.#endpoints.includes(endpoint)) endpoint.close();
  }

  /**
   * Replaces the certificates, for the connections from now on; those that there are are given up, and requests under
   * way on them are finished.
   */
  setTls(tls: Tls): void {
    if (this.closed.aborted) return;
    const before = this.#endpoints;
    this.#access = { ...this.#access, tls };
    this.#endpoints = before.map(({ url }) => new Endpoint(url, this.#access));
    for (const endpoint of before) endpoint.close();
  }

  /** Goes on to the next server, unless that has happened since this one was chosen. */
  avoid(endpoint: Endpoint): void {
    if (this.#endpoints[this.#current] === endpoint)
      this.#current = (this.#current + 1) % this.#endpoints.length;
  }

  has(endpoint: Endpoint): boolean {
    return this.#endpoints.includes(endpoint);
  }

  /** What the typed clients of the etcd3 package take; their requests throw an {@link EtcdError}. */
  calls(repetition: Repetition): Pool {
    return {
      callOptionsFactory: undefined,
      exec: (...call: Exec) => this.#exec(repetition, call),
      withConnection: async (service, use) => {
        const endpoint = this.current;
        return endpoint.withConnection(service, (connected) => use({ ...connected, resource: endpoint }));
      },
      markFailed: (endpoint) => this.avoid(endpoint),
    };
  }

  /**
   * Asks one server once, by a connection of its own. It need not be among those of this connection.
   * @param timeout in ms
   * @throws EtcdError, or TypeError for a URL that is none of a server
   */
  async ask<T>(url: string, timeout: number, request: (calls: Pool) => Promise<T>): Promise<T> {
    const endpoint = new Endpoint(url, this.#access);
    try {
      return await request({
        callOptionsFactory: undefined,
        exec: (service, method, params) =>
          endpoint.exec(service, method, params, { deadline: Date.now() + timeout }),
        withConnection: (service, use) =>
          endpoint.withConnection(service, (connected) => use({ ...connected, resource: endpoint })),
        markFailed: () => {},
      });
    } catch (cause) {
      throw this.closed.aborted ? closedError() : explainAttempt(cause, url).error;
    } finally {
      endpoint.close();
    }
  }

  close(): void {
    this.#closed.abort();
    for (const endpoint of this.#endpoints) endpoint.close();
    this.#endpoints = [];
  }

  async #exec<T>(repetition: Repetition, [service, method, params]: Exec): Promise<T> {
    const end = performance.now() + this.timeout;
    let last: EtcdError | undefined;
    for (let tries = 1; ; tries++) {
      const attempt = await this.#try<T>(
        [service, method, params],
        end,
        repetition === "never" ? Infinity : maxTry,
      );
      if (!("error" in attempt)) return attempt.value;
      const { error, mayHaveHappened } = attempt;
      // The last try may have had no time left to get an answer in; what went wrong before says more.
      if (error.kind !== "no-answer" || last === undefined) last = error;
      const wait = backOff(tries);
      if (!error.isTransient || performance.now() + wait >= end) throw last;
      if (mayHaveHappened && repetition === "never") throw last;
      await pause(wait, this.closed);
      if (this.closed.aborted) throw closedError();
      if (mayHaveHappened && repetition !== "never") repetition.onRepeat?.();
    }
  }

  /** @param end when it has to be answered, on the clock of `performance.now()`; @param longest in ms */
  async #try<T>(call: Exec, end: number, longest: number): Promise<Attempt<T>> {
    await this.#slots.take();
    try {
      const endpoint = this.current;
      try {
        const [service, method, params] = call;
        const limit = Math.min(longest, end - performance.now());
        return { value: await endpoint.exec<T>(service, method, params, { deadline: Date.now() + limit }) };
      } catch (cause) {
        if (this.closed.aborted) throw closedError();
        const failed = explainAttempt(cause, endpoint.url);
        if (failed.error.isTransient) this.avoid(endpoint);
        return failed;
      }
    } finally {
      this.#slots.give();
    }
  }
}

type Attempt<T> = { readonly value: T } | { readonly error: EtcdError; readonly mayHaveHappened: boolean };

/** Thousands at once are slower than one after the other, and etcd refuses them. */
const maxInFlight = 64;

/** In ms. What was asked of a leader that dies is answered by nobody, so that the stall is as long as the try. */
const maxTry = 2000;

/** How long to wait after so many tries in a row, in ms: not the same for all clients that lost the same server. */
export function backOff(tries: number): number {
  return Math.min(1000, 50 * 2 ** (tries - 1)) * (0.75 + Math.random() / 2);
}

/** Lets so many in at once, the others in the order in which they came. */
class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}

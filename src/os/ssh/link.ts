import { explainError } from "../errors.ts";
import type { SshConnection } from "./connection.ts";
import { SshError } from "./error.ts";

/** What becomes of a connection that is to be there always; each is told once, reasons are whole sentences. */
export type LinkEvent =
  | { readonly type: "connected"; readonly to: string }
  /** It was there, and is not any more. */
  | { readonly type: "lost"; readonly reason: string }
  /** It cannot be made; it will be tried again. */
  | { readonly type: "cannot"; readonly reason: string; readonly kind: SshError["kind"] };

/** In ms. */
export interface LinkTimings {
  /** How long to wait after the first failure; twice as long after each further one. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** How long to wait where somebody has to do something before it can work: hosts count who keeps on knocking. */
  readonly refusedDelay: number;
}

/** A connection that is made again whenever it is lost. */
export class SshLink {
  readonly #open: () => Promise<SshConnection>;
  readonly #timings: LinkTimings;
  readonly #tell: (event: LinkEvent) => void;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<(connection: SshConnection) => void>();
  #connection: SshConnection | undefined;
  /** Why it could not be made, as was told last. */
  #told: string | undefined;

  /** @param signal ends it, and the connection */
  constructor(
    open: () => Promise<SshConnection>,
    timings: LinkTimings,
    tell: (event: LinkEvent) => void,
    signal: AbortSignal,
  ) {
    this.#open = open;
    this.#timings = timings;
    this.#tell = tell;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#connection?.close(), { once: true });
  }

  /**
   * Tries once to connect, and from then on goes on by itself.
   * @throws SshError if trying again would not help; the reason of the signal
   */
  async start(): Promise<void> {
    const first = await this.#try();
    if (first instanceof SshError && !first.isTransient) throw first;
    void this.#keep(first);
  }

  /** @param patience how long to wait for it, in ms @returns undefined if it is not there by then */
  async connection(patience: number): Promise<SshConnection | undefined> {
    if (this.#connection !== undefined || this.#signal.aborted) return this.#connection;
    const { promise, resolve } = Promise.withResolvers<SshConnection | undefined>();
    const giveUp = (): void => resolve(undefined);
    const timer = setTimeout(giveUp, patience);
    this.#waiting.add(resolve);
    this.#signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(resolve);
      this.#signal.removeEventListener("abort", giveUp);
    }
  }

  async #keep(first: SshConnection | SshError): Promise<void> {
    const { firstDelay, longestDelay, refusedDelay } = this.#timings;
    let outcome = first;
    for (let failures = 0; !this.#signal.aborted; ) {
      let isRefused = false;
      if (outcome instanceof SshError) {
        this.#tellCannot(outcome);
        isRefused = !outcome.isTransient;
        failures++;
      } else {
        const since = performance.now();
        await this.#hold(outcome);
        // A host that lets go of everybody at once is not asked again and again.
        failures = performance.now() - since > longestDelay ? 1 : failures + 1;
      }
      const delay = Math.min(longestDelay, firstDelay * 2 ** Math.min(20, failures - 1));
      await this.#pause(isRefused ? refusedDelay : delay);
      if (this.#signal.aborted) return;
      try {
        outcome = await this.#try();
      } catch {
        return;
      }
    }
  }

  /** Until it is lost. */
  async #hold(connection: SshConnection): Promise<void> {
    const { closed } = connection;
    if (!closed.aborted) {
      this.#connection = connection;
      this.#told = undefined;
      this.#tell({ type: "connected", to: connection.name });
      for (const take of this.#waiting) take(connection);
      await new Promise((resolve) => closed.addEventListener("abort", resolve, { once: true }));
    }
    this.#connection = undefined;
    if (!this.#signal.aborted) this.#tell({ type: "lost", reason: explainError(closed.reason) });
  }

  /** @throws the reason of the signal */
  async #try(): Promise<SshConnection | SshError> {
    try {
      const connection = await this.#open();
      if (!this.#signal.aborted) return connection;
      connection.close();
    } catch (error) {
      this.#signal.throwIfAborted();
      return error instanceof SshError
        ? error
        : new SshError("configuration", `cannot connect through SSH: ${explainError(error)}`, {
            cause: error,
          });
    }
    throw this.#signal.reason;
  }

  #tellCannot({ kind, message }: SshError): void {
    if (this.#told === message) return;
    this.#told = message;
    this.#tell({ type: "cannot", kind, reason: message });
  }

  /** Not the same for all who lost the same host. @param longest in ms */
  #pause(longest: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => resolve();
    const timer = setTimeout(end, longest * (0.5 + Math.random() / 2));
    this.#signal.addEventListener("abort", end, { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      this.#signal.removeEventListener("abort", end);
    });
  }
}

import { backOff, type Connection } from "./connection.ts";
import { EtcdError } from "./error.ts";
import { LeaseClient } from "./etcd3.ts";
import { explainAttempt } from "./explain-attempt.ts";
import { pause } from "./pause.ts";

export interface LeaseOptions {
  /** In seconds: how long the lease outlives this process, or the way to the servers. They may grant more. */
  readonly ttl: number;
  /** Puts what is to end with the lease; called for each lease that is granted, again if it fails in passing. */
  attach(lease: string): Promise<void>;
  /** Called when {@link HeldLease.isHeld} changes. */
  onHeld?(isHeld: boolean): void;
  /** The lease cannot be had, or nothing attached to it, and not only in passing; it is tried again. */
  onError?(error: unknown): void;
  /** Whether all that is attached goes when the lease is given up, and not only in its time; so it is if not given. */
  readonly revokes?: boolean;
}

/**
 * A lease that is kept alive until a signal fires. When the servers have ended it, because they did not hear of it in
 * time, there is a new one, and {@link LeaseOptions.attach} is called again.
 */
export class HeldLease {
  readonly #connection: Connection;
  readonly #options: LeaseOptions;
  readonly #signal: AbortSignal;
  #wake = new AbortController();
  #held: { readonly id: string; readonly ends: AbortController } | undefined;
  /** Why there is no lease. */
  #error: unknown = new EtcdError("no-answer", "no lease has been granted in time");
  /** On the clock of `performance.now()`: until when the servers certainly have the lease. */
  #until = Number.NEGATIVE_INFINITY;
  #wasHeld = false;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  /** Settles once the lease has been given up. */
  readonly ended: Promise<void>;

  constructor(connection: Connection, options: LeaseOptions, signal: AbortSignal) {
    this.#connection = connection;
    this.#options = options;
    this.#signal = AbortSignal.any([signal, connection.closed]);
    this.ended = this.#run();
  }

  /** The lease there is, or the next; waits for it no longer than for any request. @throws EtcdError */
  async id(): Promise<string> {
    if (this.#held === undefined && !this.#signal.aborted) {
      await pause(this.#connection.timeout, AbortSignal.any([this.#signal, this.#wake.signal]));
    }
    if (this.#held !== undefined) return this.#held.id;
    throw this.#signal.aborted ? new EtcdError("no-lease", "the lease has been given up") : this.#error;
  }

  /** The servers say that there is no such lease: another is asked for at once. */
  noteLoss(id: string): void {
    if (this.#held?.id !== id) return;
    this.#held.ends.abort();
    this.#held = undefined;
  }

  /** Whether the servers certainly have not ended the lease by themselves. */
  get isHeld(): boolean {
    return performance.now() < this.#until;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#signal.aborted; ) {
      if (failures > 0) await pause(backOff(failures), this.#signal);
      if (this.#signal.aborted) break;
      failures++;
      const sent = performance.now();
      try {
        const granted = await unlessAborted(
          this.#client({}).leaseGrant({ TTL: this.#options.ttl }),
          this.#signal,
        );
        if (granted === undefined) break;
        const { ID, TTL } = granted;
        failures = 0;
        await this.#hold(ID, sent, Number(TTL));
      } catch (error) {
        this.#error = error;
        this.#report(error);
      }
    }
  }

  /** Keeps one lease until it is lost, or until the signal fires. */
  async #hold(id: string, sent: number, ttl: number): Promise<void> {
    const ends = new AbortController();
    this.#holdUntil(sent + ttl * 1000);
    this.#held = { id, ends };
    this.#wake.abort();
    this.#wake = new AbortController();
    const signal = AbortSignal.any([this.#signal, ends.signal]);
    void this.#attach(id, signal);
    await this.#keepAlive(id, ttl, signal);
    this.noteLoss(id);
    this.#holdUntil(Number.NEGATIVE_INFINITY);
    if (this.#signal.aborted && this.#options.revokes !== false && !this.#connection.closed.aborted) {
      await this.#revoke(id);
    }
  }

  async #attach(id: string, signal: AbortSignal): Promise<void> {
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await this.#options.attach(id);
        return;
      } catch (error) {
        if (!signal.aborted) this.#report(error);
        if (error instanceof EtcdError && error.kind === "no-lease") this.noteLoss(id);
        await pause(backOff(failures), signal);
      }
    }
  }

  async #keepAlive(id: string, ttl: number, signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; ) {
      await pause(failures === 0 ? (ttl * 1000) / 3 : backOff(failures), signal);
      if (signal.aborted) return;
      const sent = performance.now();
      try {
        const left = await unlessAborted(this.#renew(id, Math.max(1000, (ttl * 1000) / 3)), signal);
        if (left === undefined || left <= 0) return;
        failures = 0;
        this.#holdUntil(sent + left * 1000);
      } catch (error) {
        failures++;
        this.#report(error);
      }
    }
  }

  /** @returns the seconds that the lease has left; 0 if it is gone */
  async #renew(id: string, timeout: number): Promise<number> {
    const endpoint = this.#connection.current;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    promise.catch(() => {});
    const timer = setTimeout(
      () => reject(new EtcdError("no-answer", `etcd at ${endpoint.url} does not answer`)),
      timeout,
    );
    try {
      const stream = await this.#client("never").leaseKeepAlive();
      try {
        stream.on("data", ({ TTL }) => resolve(Number(TTL)));
        stream.on("error", reject);
        stream.on("end", () => reject(new EtcdError("unreachable", `etcd at ${endpoint.url} has hung up`)));
        stream.write({ ID: id });
        return await promise;
      } finally {
        stream.cancel();
      }
    } catch (cause) {
      this.#connection.avoid(endpoint);
      throw explainAttempt(cause, endpoint.url).error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The servers end it by themselves if they cannot be told in time. */
  async #revoke(id: string): Promise<void> {
    try {
      const revoked = this.#client({}).leaseRevoke({ ID: id });
      await unlessAborted(revoked, AbortSignal.timeout(farewell));
    } catch (error) {
      this.#report(error);
    }
  }

  #holdUntil(time: number): void {
    this.#until = time;
    clearTimeout(this.#expiry);
    this.#tellHeld();
    if (this.isHeld)
      this.#expiry = setTimeout(() => this.#holdUntil(time), Math.ceil(time - performance.now()));
  }

  #tellHeld(): void {
    if (this.isHeld === this.#wasHeld) return;
    this.#wasHeld = this.isHeld;
    this.#options.onHeld?.(this.#wasHeld);
  }

  #report(error: unknown): void {
    if (this.#connection.closed.aborted) return;
    if (error instanceof EtcdError && (error.isTransient || error.kind === "no-lease")) return;
    this.#options.onError?.(error);
  }

  #client(repetition: Parameters<Connection["calls"]>[0]): LeaseClient {
    return new LeaseClient(this.#connection.calls(repetition));
  }
}

/** In ms: whoever gives a lease up wants to end, and does not wait for servers that do not answer. */
const farewell = 1000;

/** @returns undefined if the signal fires before; what comes of it then is nobody's concern */
async function unlessAborted<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([awaited, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

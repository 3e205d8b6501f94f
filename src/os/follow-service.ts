/** Follows what a service on the system bus has to say, over restarts of the bus. */
import { setTimeout } from "node:timers/promises";
import { connectDbus, type DbusConnection, type SignalMatch, systemBusAddress } from "./dbus.ts";
import { explainError } from "./errors.ts";
import type { Log } from "./log.ts";

/** How long to wait before a lost bus is tried again, in milliseconds; doubled each time up to the longest. */
const RECONNECT_DELAY = 100;
const LONGEST_RECONNECT_DELAY = 10_000;

/** A signal after which the value may be another one. */
export interface FollowedSignal {
  readonly match: SignalMatch;
  /** Whether one with this body matters; all do if absent. */
  readonly matters?: (body: readonly unknown[]) => boolean;
}

/** What is followed, and how it is asked for. */
export interface FollowedService<T> {
  /** Who says in the log what goes wrong. */
  readonly origin: string;
  readonly signals: readonly FollowedSignal[];
  readonly read: (connection: DbusConnection) => Promise<T>;
}

export interface FollowOptions<T> {
  /** Called once soon, then whenever the value is another one. */
  readonly onValue: (value: T) => void;
  /** Called at most once, instead of `onValue`, when the value cannot be known. */
  readonly onError: (error: Error) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Of the system bus. */
  readonly busAddress?: string | undefined;
}

/**
 * Starts following. Once the value was known, a bus that goes away is waited for: the value stays until there is
 * another one.
 */
export function followService<T>(service: FollowedService<T>, options: FollowOptions<T>): ServiceFollower<T> {
  return new ServiceFollower(service, options);
}

export class ServiceFollower<T> {
  readonly #service: FollowedService<T>;
  readonly #options: FollowOptions<T>;
  #connection: DbusConnection | undefined;
  #told: { readonly value: T } | undefined;
  #reading: Promise<void> | undefined;
  #isStale = false;

  /** Made by {@link followService}. */
  constructor(service: FollowedService<T>, options: FollowOptions<T>) {
    this.#service = service;
    this.#options = options;
    this.#run().catch((error: unknown) => {
      if (!options.signal.aborted) options.onError(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Reads the value again; what happens while it is read makes it be read once more. */
  refresh(): void {
    this.#isStale = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
  }

  async #run(): Promise<void> {
    const { signal, log } = this.#options;
    await this.#connect();
    while (!signal.aborted) {
      await closed(this.#connection);
      if (signal.aborted) return;
      log("warn", this.#service.origin, "lost the message bus, connecting again");
      await this.#reconnect();
    }
  }

  async #connect(): Promise<void> {
    const { signal, busAddress = systemBusAddress() } = this.#options;
    const connection = await connectDbus({ signal, address: busAddress });
    try {
      for (const { match, matters } of this.#service.signals) {
        await connection.onSignal(match, ({ body }) => {
          if (matters?.(body) ?? true) this.refresh();
        });
      }
      this.#tell(await this.#service.read(connection));
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
    // A change while the value was read for the first time.
    if (this.#isStale) this.refresh();
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#options;
    for (let delay = RECONNECT_DELAY; !signal.aborted; delay = Math.min(2 * delay, LONGEST_RECONNECT_DELAY)) {
      await pause(delay, signal);
      try {
        return await this.#connect();
      } catch {
        // Said once, when the bus went away.
      }
    }
  }

  async #read(): Promise<void> {
    while (this.#isStale && this.#connection !== undefined && !this.#options.signal.aborted) {
      this.#isStale = false;
      try {
        this.#tell(await this.#service.read(this.#connection));
      } catch (error) {
        if (!this.#connection.closed.aborted) {
          this.#options.log("warn", this.#service.origin, explainError(error));
        }
      }
    }
  }

  #tell(value: T): void {
    if (this.#options.signal.aborted || (this.#told !== undefined && this.#told.value === value)) return;
    this.#told = { value };
    this.#options.onValue(value);
  }
}

async function closed(connection: DbusConnection | undefined): Promise<void> {
  if (connection === undefined || connection.closed.aborted) return;
  await new Promise<void>((resolve) =>
    connection.closed.addEventListener("abort", () => resolve(), { once: true }),
  );
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause; whoever pauses looks at the signal next.
  await setTimeout(milliseconds, undefined, { signal }).catch(() => {});
}

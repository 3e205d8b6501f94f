/** The host name of this machine, as systemd's hostname service has it. */
import { setTimeout } from "node:timers/promises";
import { connectDbus, type DbusConnection, systemBusAddress } from "./dbus.ts";
import { explainError } from "./errors.ts";
import type { Log } from "./log.ts";
import { watchPath } from "./watch-path.ts";

const hostnameService = {
  destination: "org.freedesktop.hostname1",
  path: "/org/freedesktop/hostname1",
  interface: "org.freedesktop.hostname1",
} as const;

/** How long to wait before a lost bus is tried again, in milliseconds; doubled each time up to the longest. */
const RECONNECT_DELAY = 100;
const LONGEST_RECONNECT_DELAY = 10_000;

export interface HostNameOptions {
  /** Called once soon, then at each change. */
  readonly onName: (name: string) => void;
  /** Called at most once, instead of `onName`, when the name cannot be known. */
  readonly onError: (error: Error) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Of the system bus. */
  readonly busAddress?: string;
  /** Watched, because not everybody who changes it tells the service. */
  readonly file?: string;
}

/**
 * Follows the host name. Once it was known, a bus that goes away is waited for: the name stays until there is another
 * one.
 */
export function followHostName(options: HostNameOptions): void {
  new HostNameFollower(options).run().catch((error: unknown) => {
    if (!options.signal.aborted) options.onError(error instanceof Error ? error : new Error(String(error)));
  });
}

class HostNameFollower {
  readonly #options: HostNameOptions;
  #connection: DbusConnection | undefined;
  #name: string | undefined;
  #reading: Promise<void> | undefined;
  #isStale = false;

  constructor(options: HostNameOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { signal, file = "/etc/hostname" } = this.#options;
    watchPath(file, { signal, onChange: () => this.#refresh() });
    await this.#connect();
    while (!signal.aborted) {
      await closed(this.#connection);
      if (signal.aborted) return;
      this.#options.log("warn", "sys.hostname", "lost the message bus, connecting again");
      await this.#reconnect();
    }
  }

  async #connect(): Promise<void> {
    const { signal, busAddress = systemBusAddress() } = this.#options;
    const connection = await connectDbus({ signal, address: busAddress });
    try {
      await connection.onSignal(
        {
          sender: hostnameService.destination,
          path: hostnameService.path,
          interface: "org.freedesktop.DBus.Properties",
          member: "PropertiesChanged",
        },
        () => this.#refresh(),
      );
      this.#tell(await readName(connection));
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
    // A change while the name was read for the first time.
    if (this.#isStale) this.#refresh();
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

  /** Reads the name again; what happens while it is read makes it be read once more. */
  #refresh(): void {
    this.#isStale = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
  }

  async #read(): Promise<void> {
    while (this.#isStale && this.#connection !== undefined && !this.#options.signal.aborted) {
      this.#isStale = false;
      try {
        this.#tell(await readName(this.#connection));
      } catch (error) {
        if (!this.#connection.closed.aborted) {
          this.#options.log("warn", "sys.hostname", explainError(error));
        }
      }
    }
  }

  #tell(name: string): void {
    if (name === this.#name || this.#options.signal.aborted) return;
    this.#name = name;
    this.#options.onName(name);
  }
}

async function readName(connection: DbusConnection): Promise<string> {
  const name = await connection.property(hostnameService, "Hostname");
  if (typeof name !== "string")
    throw new Error("the hostname service answered with something else than text");
  return name;
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

/**
 * Connections to a message bus on which every call settles. dbus-next alone leaves calls open for ever when the bus
 * goes away, and can only tell that it did when the next message is written.
 */
import { Socket } from "node:net";
import type { Message, MessageBus } from "dbus-next";
import { explainError } from "./errors.ts";

/** How long a connection may take, in milliseconds. */
const CONNECT_TIMEOUT = 5_000;
/** How long a call may take unless it says otherwise, in milliseconds: services may be started for it. */
const CALL_TIMEOUT = 25_000;
/** A system bus refuses more than 128 pending calls of one connection. */
const MAX_PENDING_CALLS = 64;

export interface DbusOptions {
  /** Closes the connection; a failed connection attempt ends too. */
  readonly signal: AbortSignal;
  /** Of the bus, such as `unix:path=/run/dbus/system_bus_socket`; the system bus if absent. */
  readonly address?: string;
}

/** One method call. */
export interface DbusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** The D-Bus signature of `body`, such as `ss`. */
  readonly signature?: string;
  readonly body?: readonly unknown[];
  /** In milliseconds. */
  readonly timeout?: number;
}

/** Which signals to hear; what is absent matches everything. */
export interface SignalMatch {
  /** A bus name; the bus knows who owns it. */
  readonly sender?: string;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  /** The first value of the body, if it is text. */
  readonly firstArgument?: string;
}

export interface DbusSignal {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

/** A call or a connection that failed; the message names what was asked. */
export class DbusError extends Error {
  override readonly name = "DbusError";

  constructor(
    message: string,
    /** The D-Bus name of the error, such as `org.freedesktop.DBus.Error.ServiceUnknown`, if the other side gave one. */
    readonly type?: string,
  ) {
    super(message);
  }
}

export function systemBusAddress(): string {
  return process.env.DBUS_SYSTEM_BUS_ADDRESS || "unix:path=/run/dbus/system_bus_socket";
}

/**
 * Connects to a bus.
 * @throws DbusError if there is no bus at the address or it does not answer in time
 */
export async function connectDbus(options: DbusOptions): Promise<DbusConnection> {
  options.signal.throwIfAborted();
  const library = await import("dbus-next");
  const address = options.address ?? systemBusAddress();
  let bus: MessageBus;
  try {
    // The key `socket` makes dbus-next use the socket of the runtime instead of an optional native add-on.
    bus = library.sessionBus({ busAddress: address.replaceAll("unix:path=", "unix:socket=") });
  } catch (error) {
    throw new DbusError(`could not connect to the message bus at ${address}: ${explainError(error)}`);
  }
  const connection = new DbusConnection(bus, library.Message);
  try {
    await connection.opened(address, options.signal);
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** An open connection; see {@link connectDbus}. */
export class DbusConnection {
  /** Aborts when the connection is gone, whoever ended it. */
  readonly closed: AbortSignal;
  readonly #closing = new AbortController();
  readonly #bus: MessageBus;
  readonly #socket: Socket | undefined;
  readonly #Message: typeof Message;
  #pending = 0;
  readonly #waiting: (() => void)[] = [];

  /** Made by {@link connectDbus}. */
  constructor(bus: MessageBus, message: typeof Message) {
    this.#bus = bus;
    this.#Message = message;
    this.closed = this.#closing.signal;
    bus.on("error", (error) => this.#end(explainError(error)));
    this.#socket = socketOf(bus);
    this.#socket?.on("close", () => this.#end("the bus closed the connection"));
  }

  /** Resolves when the bus has greeted. @throws DbusError */
  async opened(address: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (reason: string) =>
      reject(new DbusError(`could not connect to the message bus at ${address}: ${reason}`));
    this.#bus.on("connect", resolve);
    this.closed.addEventListener("abort", () => fail(explainError(this.closed.reason)), { once: true });
    if (this.closed.aborted) fail(explainError(this.closed.reason));
    signal.addEventListener("abort", () => this.close(), { once: true, signal: this.closed });
    const timer = setTimeout(() => fail("no answer"), CONNECT_TIMEOUT);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Calls a method and returns the body of its reply. @throws DbusError */
  async call(call: DbusCall): Promise<readonly unknown[]> {
    await this.#admission();
    const name = `${call.interface}.${call.member} of ${call.destination}`;
    const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
    const timer = setTimeout(
      () => reject(new DbusError(`${name}: no answer in time`)),
      call.timeout ?? CALL_TIMEOUT,
    );
    const onClosed = () => reject(new DbusError(`${name}: ${explainError(this.closed.reason)}`));
    this.closed.addEventListener("abort", onClosed, { once: true });
    try {
      if (this.closed.aborted) onClosed();
      else this.#send(call).then(resolve, (error: unknown) => reject(failure(name, error)));
      return await promise;
    } finally {
      clearTimeout(timer);
      this.closed.removeEventListener("abort", onClosed);
      this.#release();
    }
  }

  /** Reads one property, out of its variant. @throws DbusError */
  async property(
    place: Pick<DbusCall, "destination" | "path" | "interface" | "timeout">,
    name: string,
  ): Promise<unknown> {
    const [value] = await this.call({
      ...place,
      interface: "org.freedesktop.DBus.Properties",
      member: "Get",
      signature: "ss",
      body: [place.interface, name],
    });
    return unwrap(value);
  }

  /**
   * Hears signals from the moment this resolves. Subscribe before a call whose signals matter: they may come together
   * with its reply.
   * @returns what ends it
   * @throws DbusError
   */
  async onSignal(match: SignalMatch, onSignal: (signal: DbusSignal) => void): Promise<() => void> {
    const rule = Object.entries({ type: "signal", ...match })
      .map(([key, value]) => `${key === "firstArgument" ? "arg0" : key}='${value}'`)
      .join(",");
    const listener = (message: Message) => {
      if (!Object.is(message.type, SIGNAL) || !matches(message, match)) return;
      onSignal({
        path: message.path,
        interface: message.interface,
        member: message.member,
        body: message.body,
      });
    };
    this.#bus.on("message", listener);
    const end = () => {
      this.#bus.off("message", listener);
      if (!this.closed.aborted) this.#matchRule("RemoveMatch", rule).catch(() => {});
    };
    try {
      await this.#matchRule("AddMatch", rule);
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }

  /** Ends the connection; calls under way fail. May be called more than once. */
  close(): void {
    this.#end("the connection was closed");
  }

  async #matchRule(member: "AddMatch" | "RemoveMatch", rule: string): Promise<void> {
    await this.call({ ...messageBus, member, signature: "s", body: [rule] });
  }

  async #send({ timeout: _, body, ...call }: DbusCall): Promise<readonly unknown[]> {
    const message = new this.#Message({ ...call, ...(body === undefined ? {} : { body: [...body] }) });
    const reply = await this.#bus.call(message);
    return reply?.body ?? [];
  }

  /** Waits until another call may be pending. */
  async #admission(): Promise<void> {
    if (this.#pending < MAX_PENDING_CALLS) {
      this.#pending++;
      return;
    }
    // Whoever releases hands its place on, so that the count stays.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#pending--;
    else next();
  }

  #end(reason: string): void {
    if (this.closed.aborted) return;
    this.#closing.abort(new DbusError(reason));
    this.#socket?.destroy();
  }
}

const messageBus = {
  destination: "org.freedesktop.DBus",
  path: "/org/freedesktop/DBus",
  interface: "org.freedesktop.DBus",
} as const;

/** The message type of signals in the D-Bus protocol. */
const SIGNAL = 4;

/** dbus-next keeps it to itself, but it alone tells when the bus is gone. */
function socketOf(bus: MessageBus): Socket | undefined {
  const connection: unknown = "_connection" in bus ? bus._connection : undefined;
  if (typeof connection !== "object" || connection === null || !("stream" in connection)) return undefined;
  return connection.stream instanceof Socket ? connection.stream : undefined;
}

function matches(message: Message, match: SignalMatch): boolean {
  return (
    (match.path === undefined || match.path === message.path) &&
    (match.interface === undefined || match.interface === message.interface) &&
    (match.member === undefined || match.member === message.member) &&
    (match.firstArgument === undefined || match.firstArgument === message.body[0])
  );
}

function failure(name: string, error: unknown): DbusError {
  const type =
    error instanceof Error && "type" in error && typeof error.type === "string" ? error.type : undefined;
  return new DbusError(`${name}: ${explainError(error)}`, type);
}

/** What is inside a variant. */
function unwrap(value: unknown): unknown {
  return typeof value === "object" && value !== null && "signature" in value && "value" in value
    ? value.value
    : value;
}

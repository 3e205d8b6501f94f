import { backOff, type Connection } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EtcdError } from "./error.ts";
import {
  type IDuplexStream,
  type IEvent,
  type IWatchRequest,
  type IWatchResponse,
  WatchClient,
} from "./etcd3.ts";
import { explainAttempt } from "./explain-attempt.ts";
import type { RangeMessage } from "./key-range.ts";
import { pause } from "./pause.ts";

/** Who wants the events in a range. What {@link Watches} tells of one revision, it tells at once. */
export interface Watch {
  readonly range: RangeMessage;
  /** The cluster in which {@link next} means something. */
  readonly cluster: string;
  /** The revision of the first event that is wanted and has not been told. */
  next: bigint;
  /** In their order, none twice, none left out. */
  onEvents(events: readonly IEvent[]): void;
  /** There are no more events; the range has to be read again. */
  onEnd(reason: WatchEnd): void;
}

export type WatchEnd =
  /** The servers have forgotten the events from {@link Watch.next} on. */
  | { readonly kind: "compacted" }
  /** The servers keep another store, or an older one, than the one that was read. */
  | { readonly kind: "set-back" }
  | { readonly kind: "refused"; readonly error: EtcdError };

/** Told when events may be late, and when they are not any more. */
export interface WatchMonitor {
  onInterrupted?(error: EtcdError): void;
  /** @param server the URL of the server that events come from now */
  onRestored?(server: string): void;
}

interface Open {
  readonly endpoint: Endpoint;
  readonly stream: IDuplexStream<IWatchRequest, IWatchResponse>;
  /** What has been asked for and not confirmed: servers confirm in the order in which they were asked. */
  readonly unconfirmed: string[];
  silence: ReturnType<typeof setTimeout> | undefined;
}

/**
 * All watches of a connection, on one stream: servers may allow no more than 250 on a connection. When the stream
 * breaks, each watch goes on at the next server, from the revision after the last that it was told. That is taken
 * from the events alone: the revisions of the store in the heads of responses run ahead of them.
 */
export class Watches {
  readonly #connection: Connection;
  readonly #monitor: WatchMonitor;
  readonly #watches = new Map<string, Watch>();
  #open: Open | undefined;
  #isOpening = false;
  #isInterrupted = false;
  #failures = 0;
  #lastId = 0;

  constructor(connection: Connection, monitor: WatchMonitor) {
    this.#connection = connection;
    this.#monitor = monitor;
  }

  /** @returns what ends the watch */
  add(watch: Watch): () => void {
    const id = String(++this.#lastId);
    this.#watches.set(id, watch);
    if (this.#open === undefined) void this.#reopen();
    else this.#create(this.#open, id, watch);
    return () => this.#remove(id);
  }

  /** Goes to another server if the one in use is none of the cluster any more. */
  moveIfGone(): void {
    if (this.#open === undefined || this.#connection.has(this.#open.endpoint)) return;
    this.#drop(this.#open);
    void this.#reopen();
  }

  close(): void {
    this.#watches.clear();
    if (this.#open !== undefined) this.#drop(this.#open);
  }

  #remove(id: string): void {
    if (!this.#watches.delete(id) || this.#open === undefined) return;
    if (this.#watches.size === 0) this.#drop(this.#open);
    else this.#open.stream.write({ cancel_request: { watch_id: id } });
  }

  async #reopen(): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    while (this.#open === undefined && this.#watches.size > 0 && !this.#connection.closed.aborted) {
      if (this.#failures > 0) {
        await pause(Math.min(backOff(this.#failures), longestBackOff), this.#connection.closed);
      }
      if (!this.#connection.closed.aborted) await this.#connect();
    }
    this.#isOpening = false;
  }

  async #connect(): Promise<void> {
    const endpoint = this.#connection.current;
    try {
      const stream = await new WatchClient(this.#connection.calls("never")).watch();
      const open: Open = { endpoint, stream, unconfirmed: [], silence: undefined };
      this.#open = open;
      stream.on("data", (response) => this.#open === open && this.#take(open, response));
      stream.on("error", (error) => this.#break(open, error));
      stream.on("end", () => this.#break(open, new Error("the server has ended the stream")));
      for (const [id, watch] of this.#watches) this.#create(open, id, watch);
      if (this.#watches.size === 0) this.#drop(open);
    } catch (error) {
      this.#fail(endpoint, error);
    }
  }

  #create(open: Open, id: string, { range, next }: Watch): void {
    open.unconfirmed.push(id);
    open.stream.write({ create_request: { ...range, start_revision: String(next), watch_id: id } });
    open.silence ??= this.#expect(open);
  }

  /** Servers that take connections and do not answer would keep a watch waiting for ever. */
  #expect(open: Open): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.#break(open, new Error("no answer to a watch")), longestSilence);
  }

  #take(open: Open, response: IWatchResponse): void {
    this.#failures = 0;
    const id = response.created ? open.unconfirmed.shift() : response.watch_id;
    if (response.created) {
      clearTimeout(open.silence);
      open.silence = open.unconfirmed.length > 0 ? this.#expect(open) : undefined;
      this.#restored(open);
    }
    const watch = id === undefined ? undefined : this.#watches.get(id);
    if (id === undefined || watch === undefined) return;
    if (response.canceled) this.#end(open, id, watch, reasonOf(response, open));
    else if (response.created && isOtherStore(response, watch)) {
      this.#remove(id);
      watch.onEnd({ kind: "set-back" });
    } else tell(watch, response.events);
  }

  #end(open: Open, id: string, watch: Watch, reason: WatchEnd): void {
    this.#watches.delete(id);
    // A stream keeps the token of its beginning, which may have run out.
    if (reason.kind === "refused" && this.#connection.usesTokens) this.#break(open, reason.error);
    else if (this.#watches.size === 0) this.#drop(open);
    watch.onEnd(reason);
  }

  #break(open: Open, error: unknown): void {
    if (this.#open !== open) return;
    this.#drop(open);
    this.#fail(open.endpoint, error);
    void this.#reopen();
  }

  #fail(endpoint: Endpoint, cause: unknown): void {
    this.#failures++;
    this.#connection.avoid(endpoint);
    if (this.#isInterrupted || this.#connection.closed.aborted) return;
    this.#isInterrupted = true;
    this.#monitor.onInterrupted?.(explainAttempt(cause, endpoint.url).error);
  }

  #restored(open: Open): void {
    if (!this.#isInterrupted) return;
    this.#isInterrupted = false;
    this.#monitor.onRestored?.(open.endpoint.url);
  }

  #drop(open: Open): void {
    clearTimeout(open.silence);
    this.#open = undefined;
    open.stream.cancel();
  }
}

/** In ms. */
const longestSilence = 5000;

/** In ms: events are to arrive soon after servers are back. */
const longestBackOff = 250;

function tell(watch: Watch, events: readonly IEvent[]): void {
  const last = events.at(-1);
  if (last === undefined) return;
  const { next } = watch;
  watch.next = revisionOf(last) + 1n;
  watch.onEvents(events.filter((event) => revisionOf(event) >= next));
}

function revisionOf({ kv }: IEvent): bigint {
  return BigInt(kv.mod_revision);
}

/** A member that lags behind looks the same; to read again does no harm then. */
function isOtherStore({ header }: IWatchResponse, { cluster, next }: Watch): boolean {
  return header.cluster_id !== cluster || BigInt(header.revision) + 1n < next;
}

function reasonOf({ compact_revision, cancel_reason }: IWatchResponse, { endpoint }: Open): WatchEnd {
  if (compact_revision !== "0") return { kind: "compacted" };
  const { error } = explainAttempt(new Error(cancel_reason), endpoint.url);
  return { kind: "refused", error };
}

import { Readable } from "node:stream";
import { type AlarmName, alarmNames } from "../server/gateway.ts";
import type { Connection, Repetition } from "./connection.ts";
import { EtcdError } from "./error.ts";
import { castGrpcError, type ICallable, type IHashKVResponse, KVClient, MaintenanceClient } from "./etcd3.ts";
import { explainAttempt } from "./explain-attempt.ts";

/** A part of a snapshot. All parts together are the file of a store, and at last 32 bytes: the SHA-256 of what is before. */
export interface SnapshotPiece {
  readonly bytes: Uint8Array;
  /** How many bytes of the store come after this; the hash is not counted. */
  readonly remaining: number;
}

export interface SnapshotOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the server may send nothing, in ms. */
  readonly silence?: number;
  /** Whether a member that knows of no leader may send what it has, which may be old. It refuses if not given. */
  readonly mayBeOld?: boolean;
}

/** An alarm that is up. */
export interface RaisedAlarm {
  readonly memberId: string;
  readonly alarm: AlarmName;
}

/** What a member has in its store, for comparing members. */
export interface KeysHash {
  readonly hash: string;
  /** Revisions before it are not counted. Hashes compare only where it is the same. */
  readonly compactRevision: bigint;
}

/** What keeps a cluster's stores in order. Where the servers ask who one is, all of it takes the role `root`. */
export class Maintenance {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The servers that may be asked. */
  get endpoints(): readonly string[] {
    return this.#connection.endpoints;
  }

  /**
   * The whole store of one member as it is now, from the server in use; after a failure the next one is in use.
   * @throws EtcdError, or the reason of the signal
   */
  async *snapshot(options: SnapshotOptions = {}): AsyncGenerator<SnapshotPiece> {
    const { signal, silence = longestSilence, mayBeOld = false } = options;
    signal?.throwIfAborted();
    const endpoint = this.#connection.current;
    const stream = await this.#connection
      .calls("never")
      .withConnection("Maintenance", ({ client, metadata: known }) => {
        const metadata = known.clone();
        if (!mayBeOld) metadata.set("hasleader", "true");
        return openSnapshot(client, metadata);
      });
    // What is told after the end is of no interest.
    stream.on("error", () => {});
    const late = new EtcdError("no-answer", `etcd at ${endpoint.url} has stopped sending its snapshot`);
    const end = (reason: unknown): void => {
      stream.destroy(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const onAbort = (): void => end(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    // Only the server's silence counts, not the time that whoever reads this takes.
    const listen = () => setTimeout(() => end(late), silence);
    let timer = listen();
    try {
      for await (const message of stream) {
        clearTimeout(timer);
        yield toPiece(message);
        timer = listen();
      }
    } catch (cause) {
      signal?.throwIfAborted();
      this.#connection.avoid(endpoint);
      // Errors of streams come as gRPC has made them.
      const error = cause instanceof Error ? castGrpcError(cause) : cause;
      throw explainAttempt(error, endpoint.url).error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      stream.cancel();
    }
  }

  /**
   * Gives the free space in a member's store back to its file system. The member answers nobody meanwhile.
   * @param patience how long it may take, in ms
   * @throws EtcdError
   */
  async defragment(endpoint: string, patience = defragmentPatience): Promise<void> {
    // A server that is not there is to be found out sooner.
    await this.#at(endpoint, this.#connection.timeout, (client) => client.status());
    await this.#at(endpoint, patience, (client) => client.defragment());
  }

  /**
   * Has the cluster forget what was before a revision.
   * @returns whether it had not been forgotten already
   * @throws EtcdError
   */
  async compact(revision: bigint): Promise<boolean> {
    try {
      const kv = new KVClient(this.#connection.calls({}));
      await kv.compact({ revision: String(revision), physical: true });
      return true;
    } catch (error) {
      if (error instanceof EtcdError && error.kind === "compacted") return false;
      throw error;
    }
  }

  /** A hash of all keys of a member up to a revision; 0 is the latest. @throws EtcdError */
  async hashKeys(endpoint: string, revision = 0n): Promise<KeysHash> {
    // The package's own call asks for a name that its protocol does not have.
    const ask = (calls: ICallable<unknown>): Promise<IHashKVResponse> =>
      calls.exec("Maintenance", "HashKV", { revision: String(revision) });
    const { hash, compact_revision } = await this.#connection.ask(endpoint, this.#connection.timeout, ask);
    return { hash: String(hash), compactRevision: BigInt(compact_revision) };
  }

  /** The alarms of all members. @throws EtcdError */
  async alarms(): Promise<readonly RaisedAlarm[]> {
    const { alarms } = await this.#client({}).alarm({ action: "Get" });
    return alarms.flatMap(({ memberID, alarm: spelled }): readonly RaisedAlarm[] => {
      const alarm = alarmNames.find((name) => name === spelled.toUpperCase());
      return alarm === undefined ? [] : [{ memberId: memberID, alarm }];
    });
  }

  /** Puts an alarm of a member down. @throws EtcdError */
  async disarm({ memberId, alarm }: RaisedAlarm): Promise<void> {
    const spelled = alarm === "NOSPACE" ? "Nospace" : "Corrupt";
    await this.#client({}).alarm({ action: "Deactivate", memberID: memberId, alarm: spelled });
  }

  #client(repetition: Repetition): MaintenanceClient {
    return new MaintenanceClient(this.#connection.calls(repetition));
  }

  #at<T>(endpoint: string, timeout: number, ask: (client: MaintenanceClient) => Promise<T>): Promise<T> {
    return this.#connection.ask(endpoint, timeout, (calls) => ask(new MaintenanceClient(calls)));
  }
}

/** In ms: a server sends 32 KiB at a time, as fast as its disk lets it. */
const longestSilence = 30_000;

/** In ms. Defragmenting rewrites the whole store. */
const defragmentPatience = 300_000;

interface Cancelable {
  cancel(): void;
}

interface SnapshotCalls {
  snapshot(request: object, metadata: unknown): unknown;
}

/** The package's own call does not say who is asking. */
function openSnapshot(client: object, metadata: unknown): Readable & Cancelable {
  if (canSnapshot(client)) {
    const stream = client.snapshot({}, metadata);
    if (stream instanceof Readable && isCancelable(stream)) return stream;
  }
  throw new Error("the stream of a snapshot cannot be opened");
}

function canSnapshot(client: object): client is SnapshotCalls {
  return "snapshot" in client && typeof client.snapshot === "function";
}

function isCancelable(stream: Readable): stream is Readable & Cancelable {
  return "cancel" in stream && typeof stream.cancel === "function";
}

function toPiece(message: unknown): SnapshotPiece {
  if (typeof message === "object" && message !== null && "blob" in message && "remaining_bytes" in message) {
    const { blob, remaining_bytes: remaining } = message;
    if (blob instanceof Uint8Array) return { bytes: blob, remaining: Number(remaining) };
  }
  throw new Error("a piece of a snapshot has no bytes");
}

import { existsSync, renameSync } from "node:fs";
import { pause } from "../client/pause.ts";
import type { HostFiles } from "../host-files.ts";
import { EtcdServer, type ServerProgram } from "../server/etcd-server.ts";
import type { ServerEvent } from "../server/events.ts";
import type { ClusterStart } from "../server/flags.ts";
import { layoutOf } from "../server/layout.ts";
import { ServerError } from "../server/server-error.ts";
import { readState, updateState } from "../server/state-file.ts";
import type { NodeEvent } from "./events.ts";
import type { NodeServerOptions } from "./server-options.ts";

export interface OwnServerOptions {
  /** All but which cluster it starts or joins. */
  readonly server: () => Promise<{
    readonly options: NodeServerOptions;
    readonly next: ServerProgram | undefined;
  }>;
  /** Of the server, see `layout.ts`. */
  readonly directory: string;
  readonly files: HostFiles;
  readonly onEvent: (event: NodeEvent) => void;
  /** It runs, and is to go on as a newer program once the cluster permits it. */
  readonly onOutdated: (server: EtcdServer, next: ServerProgram) => void;
  /** The cluster has removed the member, whose data are kept under another name. */
  readonly onRemoved: () => void;
}

/** How long it may take until it is said that others are waited for, in ms. */
const patience = 10_000;

/** Between two starts that fail, in ms. */
const [firstDelay, longestDelay] = [1_000, 30_000];

/**
 * The server that this node runs, if it runs one. Once it has been a member, a server that cannot be started is tried
 * again for as long as the node lasts: the agent keeps its machine meanwhile.
 */
export class OwnServer {
  readonly #options: OwnServerOptions;
  #server: EtcdServer | undefined;
  #isStarting = false;
  #keeping: { readonly ends: AbortController; readonly done: Promise<void> } | undefined;

  constructor(options: OwnServerOptions) {
    this.#options = options;
  }

  /** Whether it is up, or between two starts. */
  get isKept(): boolean {
    return this.#keeping !== undefined || this.#server?.phase === "running";
  }

  /** Whether there is a process of it that is not ready. */
  get isStarting(): boolean {
    return this.#isStarting;
  }

  /** It, if it is up or was; undefined before. */
  get current(): EtcdServer | undefined {
    return this.#server;
  }

  /** The number of the member that this node has the data of; undefined if it has none. */
  get memberId(): string | undefined {
    const { state, data } = layoutOf(this.#options.directory);
    return existsSync(data) ? readState(state).memberId : undefined;
  }

  /** Starts it once. It is stopped when the signal fires. @throws ServerError, or the reason of the signal */
  async start(cluster: ClusterStart, signal: AbortSignal, ready?: number): Promise<void> {
    const { server, onEvent, onOutdated } = this.#options;
    const { options, next } = await server();
    signal.throwIfAborted();
    this.#isStarting = true;
    const started = await EtcdServer.start({
      ...options,
      ...(ready === undefined ? {} : { timings: { ...options.timings, ready } }),
      cluster,
      onEvent: (event) => {
        onEvent({ type: "server", event });
        this.#note(event);
      },
      signal,
    }).finally(() => {
      this.#isStarting = false;
    });
    this.#server = started;
    if (next !== undefined) onOutdated(started, next);
  }

  /**
   * Starts it again and again until it is up, in the background.
   * @param onReady called when it is up
   */
  keep(cluster: ClusterStart, onReady: () => void): void {
    const ends = new AbortController();
    this.#keeping = { ends, done: this.#keep(cluster, ends.signal, onReady) };
  }

  /** Moves aside what it has of another member than this one, so that it can start as this one. */
  forgetOther(memberId: string): void {
    const { directory, files } = this.#options;
    const { data, state } = layoutOf(directory);
    if (!existsSync(data) || readState(state).memberId === memberId) return;
    renameSync(data, `${data}.former-${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}`);
    updateState(state, { memberId: undefined, mode: "client" }, files);
  }

  /** Ends it in order. What comes after is a new beginning. */
  async stop(): Promise<void> {
    this.#keeping?.ends.abort();
    await this.#keeping?.done;
    this.#keeping = undefined;
    await this.#server?.stop();
    this.#server = undefined;
  }

  async #keep(cluster: ClusterStart, signal: AbortSignal, onReady: () => void): Promise<void> {
    const { onEvent } = this.#options;
    for (let failures = 0; !signal.aborted; failures++) {
      const late = setTimeout(() => onEvent({ type: "server-waits" }), patience);
      try {
        await this.start(cluster, signal, Number.POSITIVE_INFINITY);
        this.#keeping = undefined;
        onReady();
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ServerError && error.code === "removed") {
          this.#keeping = undefined;
          return;
        }
        const delayMs = Math.min(longestDelay, firstDelay * 2 ** failures);
        onEvent({
          type: "server-failed",
          reason: error instanceof Error ? error.message : String(error),
          delayMs,
        });
        clearTimeout(late);
        await pause(delayMs, signal);
      } finally {
        clearTimeout(late);
      }
    }
  }

  #note(event: ServerEvent): void {
    if (event.type === "removed") this.#options.onRemoved();
  }
}

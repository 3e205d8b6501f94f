/** A real etcd server, run as a child and kept running (cluster specification 10.4). */
import { renameSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { HostFiles } from "../host-files.ts";
import { AlarmWatch, type StoreRepair } from "./alarm-watch.ts";
import { Child, type Exit, explainExit } from "./child.ts";
import { newerVersion, requireReadable } from "./data-version.ts";
import type { ServerEvent } from "./events.ts";
import { type ServerFlags, serverArguments, standardQuota } from "./flags.ts";
import { Gateway, type ServerStatus, Unidentified } from "./gateway.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { lockServer } from "./lock-server.ts";
import { LogFolder } from "./log-folder.ts";
import { endOrphan, recordProcess } from "./orphan.ts";
import { probeUntilHung } from "./probing.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { ServerError } from "./server-error.ts";
import { readState, updateState } from "./state-file.ts";
import { standardTimings, type Timings } from "./timings.ts";

/** An etcd that can be run. */
export interface ServerProgram {
  readonly path: string;
  /** `MAJOR.MINOR.PATCH`. */
  readonly version: string;
}

export interface EtcdServerOptions extends ServerFlags {
  /** Holds everything of this server, see `layout.ts`. Made if need be. */
  readonly directory: string;
  readonly program: ServerProgram;
  readonly files: HostFiles;
  /** Is told what happens. Must not throw. */
  readonly onEvent: (event: ServerEvent) => void;
  /** Stops the server. */
  readonly signal?: AbortSignal;
  /** For seeing how the server is, and making room in a full store, where it asks who one is. */
  readonly repair?: StoreRepair;
  /**
   * Asked after an exit with status 0: whether the cluster still has this member; undefined if nobody can tell. Without
   * it, what the server said at last decides.
   */
  readonly isMember?: (memberId: string, signal: AbortSignal) => Promise<boolean | undefined>;
  readonly timings?: Partial<Timings>;
}

/** `running` includes the time between an unexpected end and the next start. */
export type ServerPhase = "running" | "removed" | "failed" | "stopped";

export class EtcdServer implements AsyncDisposable {
  readonly layout: Layout;
  readonly #options: EtcdServerOptions;
  readonly #timings: Timings;
  readonly #policy: RestartPolicy;
  readonly #gateway: Gateway;
  readonly #alarms: AlarmWatch;
  readonly #log: LogFolder;
  readonly #unlock: () => void;
  readonly #ending = new AbortController();
  #program: ServerProgram;
  /** Who waits for the server to be there again with another program. */
  #replacing: PromiseWithResolvers<void> | undefined;
  #child: Child | undefined;
  #memberId: string | undefined;
  #phase: ServerPhase = "running";
  /** It tells nobody but root how it is. */
  #tellsRoot = false;
  #supervising: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;

  /**
   * Starts a server, and resolves when it is ready: it answers, and its cluster has a leader. From then on it is kept
   * running until {@link stop}, or until the signal fires.
   *
   * A member of a cluster that has lost its quorum is not ready before the others are back: `timings.ready` says how
   * long that is waited for.
   *
   * @throws ServerError, or the reason of the signal; nothing is left running then. With the code `removed` what it had of
   * a cluster that has removed it has been moved aside.
   */
  static async start(options: EtcdServerOptions): Promise<EtcdServer> {
    options.signal?.throwIfAborted();
    const layout = layoutOf(options.directory);
    const server = new EtcdServer(options, layout, lockServer(layout, options.files));
    try {
      await server.#startFirst();
      return server;
    } catch (error) {
      await server.stop();
      options.signal?.throwIfAborted();
      throw error;
    }
  }

  private constructor(options: EtcdServerOptions, layout: Layout, unlock: () => void) {
    this.layout = layout;
    this.#options = options;
    this.#program = options.program;
    this.#unlock = unlock;
    this.#timings = { ...standardTimings, ...options.timings };
    this.#policy = new RestartPolicy(this.#timings);
    this.#gateway = new Gateway(layout.clientSocket);
    const tell = options.onEvent;
    this.#alarms = new AlarmWatch(
      options.repair ?? this.#gateway,
      options.quota ?? standardQuota,
      this.#timings,
      tell,
    );
    this.#log = new LogFolder(
      ({ level, message }) => tell({ type: "log", level, message }),
      this.#timings.fold,
    );
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get phase(): ServerPhase {
    return this.#phase;
  }

  /** Where clients of this machine reach it. */
  get clientSocket(): string {
    return this.layout.clientSocket;
  }

  /** The process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What is run. */
  get program(): ServerProgram {
    return this.#program;
  }

  /**
   * Ends the server in order, and starts it again as another program, by which it is kept running from then on. Resolves
   * when it is ready. If it rejects because the other program fails, that is tried again all the same: what it may have
   * done to the data keeps the one before from reading them.
   *
   * @throws ServerError
   */
  async replaceProgram(program: ServerProgram): Promise<void> {
    if (this.#phase !== "running" || this.#ending.signal.aborted || this.#replacing !== undefined)
      throw new ServerError("ended", "the server is not running, so it cannot go on as another program");
    this.#noteWriter(program);
    this.#program = program;
    this.#replacing = Promise.withResolvers();
    const { promise } = this.#replacing;
    promise.catch(() => {});
    await this.#child?.stop(this.#timings.stop);
    return promise;
  }

  /** Ends the server in order, and lets go of its directory. Resolves when nothing is left. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  readonly #onAbort = (): void => void this.stop();

  /** Whom the data are readable for from now on is known even if it ends before it is ready. */
  #noteWriter({ version }: ServerProgram): void {
    const { etcdVersion } = readState(this.layout.state);
    requireReadable(this.layout.data, etcdVersion, version);
    if (etcdVersion === undefined || newerVersion(etcdVersion, version) === etcdVersion) return;
    updateState(this.layout.state, { etcdVersion: version }, this.#options.files);
  }

  #endReplacing(error?: unknown): void {
    if (error === undefined) this.#replacing?.resolve();
    else this.#replacing?.reject(error);
    this.#replacing = undefined;
  }

  async #stop(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#ending.abort();
    await this.#supervising;
    await this.#endChild();
    this.#endReplacing(new ServerError("ended", "the server was stopped"));
    this.#log.flush();
    this.#unlock();
    this.#phase = "stopped";
    this.#options.onEvent({ type: "stopped" });
  }

  async #endChild(): Promise<void> {
    const { stop, stopAlone } = this.#timings;
    const child = this.#child;
    const isAlone = child !== undefined && (await this.#isAlone());
    await child?.stop(isAlone ? Math.min(stop, stopAlone) : stop);
    this.#child = undefined;
    removeTraces(this.layout);
  }

  /** Whether the server reaches too few others. Then it has nothing to hand over, and may wait long for what nobody answers. */
  async #isAlone(): Promise<boolean> {
    const signal = AbortSignal.timeout(this.#timings.lastProbe);
    try {
      return !(await this.#gateway.hasQuorum(signal));
    } catch {
      return signal.aborted;
    }
  }

  async #startFirst(): Promise<void> {
    const { onEvent } = this.#options;
    const { etcdVersion, memberId } = readState(this.layout.state);
    requireReadable(this.layout.data, etcdVersion, this.#program.version);
    this.#memberId = memberId;
    const orphan = await endOrphan(this.layout, this.#timings, this.#ending.signal);
    if (orphan !== undefined) onEvent({ type: "orphan-ended", pid: orphan });
    this.#ending.signal.throwIfAborted();
    this.#noteWriter(this.#program);
    const child = this.#spawn();
    const limit = new ServerError(
      "not-ready",
      `etcd was not ready within ${this.#timings.ready / 1000} seconds; ` +
        "it waits for other members of its cluster, or the data in " +
        `${this.layout.data} belong to another name or cluster`,
    );
    await this.#untilReady(child, () => Promise.reject(limit));
    this.#supervising = this.#supervise(child);
  }

  #spawn(): Child {
    const { files, onEvent } = this.#options;
    const program = this.#program;
    removeTraces(this.layout);
    const args = serverArguments(this.#options, this.layout);
    let child: Child;
    try {
      child = new Child(program.path, args, this.layout.run, (line) => this.#log.push(line));
    } catch (error) {
      throw new ServerError("ended", `cannot run ${program.path}: ${messageOf(error)}`);
    }
    this.#child = child;
    recordProcess(child.pid, program.path, this.layout, files);
    onEvent({ type: "started", pid: child.pid });
    return child;
  }

  /**
   * Polls until the server is ready.
   * @param onLate is called once, when a start should be over; a rejection ends the waiting
   * @throws ServerError if it ends instead
   */
  async #untilReady(child: Child, onLate: () => Promise<void>): Promise<void> {
    const waiting = new AbortController();
    const signal = AbortSignal.any([this.#ending.signal, waiting.signal]);
    const ended = child.exited.then((exit) => {
      throw new Ended(exit);
    });
    const late = delay(Math.min(this.#timings.ready, longestTimer), undefined, { signal })
      .then(onLate)
      .then(() => new Promise<never>(() => {}));
    const silence = (promise: Promise<unknown>): void => void promise.catch(() => {});
    silence(ended);
    silence(late);
    try {
      const status = await Promise.race([this.#poll(signal), ended, late]);
      this.#remember(status, child);
    } catch (error) {
      throw error instanceof Ended ? await this.#explainEnd(error.exit) : error;
    } finally {
      waiting.abort();
    }
  }

  /** Why a server ended before it was ready. If it is none of its cluster any more, its data are moved aside. */
  async #explainEnd(exit: Exit): Promise<ServerError> {
    if (!(await this.#wasRemoved(exit))) return new ServerError("ended", explainExit(exit));
    return new ServerError(
      "removed",
      `the cluster has removed this member; what it had is in ${this.#leave()} now, and it can become a new member`,
    );
  }

  async #poll(signal: AbortSignal): Promise<ServerStatus> {
    for (;;) {
      signal.throwIfAborted();
      try {
        const limit = AbortSignal.timeout(this.#timings.probe);
        const status = await this.#status(AbortSignal.any([signal, limit]));
        if (status.hasLeader) return status;
      } catch {
        // It does not listen yet.
      }
      await delay(this.#timings.readyPoll, undefined, { signal });
    }
  }

  /** Where they ask who one is, servers tell nobody but root how they are: 3.5.30 does so, 3.5.16 tells everybody. */
  async #status(signal: AbortSignal): Promise<ServerStatus> {
    const { repair } = this.#options;
    // It logs each request of nobody, so nobody asks again as long as root is answered.
    if (repair !== undefined && this.#tellsRoot) {
      this.#tellsRoot = false;
      const status = await repair.status(signal);
      this.#tellsRoot = true;
      return status;
    }
    try {
      return await this.#gateway.status(signal);
    } catch (error) {
      if (repair === undefined || !(error instanceof Unidentified)) throw error;
      const status = await repair.status(signal);
      this.#tellsRoot = true;
      return status;
    }
  }

  #remember({ clusterId, memberId, version }: ServerStatus, { pid }: Child): void {
    const { files, onEvent } = this.#options;
    this.#memberId = memberId;
    const known = readState(this.layout.state);
    const etcdVersion = newerVersion(known.etcdVersion, version);
    const isNew =
      known.clusterId !== clusterId || known.memberId !== memberId || known.etcdVersion !== etcdVersion;
    if (isNew || known.mode !== "member")
      updateState(this.layout.state, { clusterId, memberId, etcdVersion, mode: "member" }, files);
    onEvent({ type: "ready", pid, version, memberId });
  }

  /** Resolves when the server is to be left alone, or is being stopped. Never rejects. */
  async #supervise(first: Child): Promise<void> {
    try {
      for (let child = first; ; ) {
        const exit = await this.#untilExit(child);
        const next = await this.#afterExit(exit);
        if (next === undefined) return;
        child = next;
      }
    } catch (error) {
      if (this.#ending.signal.aborted) return;
      await this.#endChild();
      this.#fail(`the server cannot be kept running: ${messageOf(error)}`);
    }
  }

  /** Looks after a server that is ready. @throws the reason if it is being stopped */
  async #untilExit(child: Child): Promise<Exit> {
    const probing = new AbortController();
    const signal = AbortSignal.any([this.#ending.signal, probing.signal]);
    const readyAt = performance.now();
    const hung = probeUntilHung(
      {
        pid: child.pid,
        status: (limited) => this.#status(limited),
        alarms: this.#alarms,
        timings: this.#timings,
        tell: this.#options.onEvent,
        onAnswer: () => {
          if (performance.now() - readyAt > this.#timings.longestDelay) this.#policy.recovered();
        },
      },
      signal,
    );
    const first = await Promise.race([child.exited, hung.then(() => "hung" as const)]).finally(() => {
      probing.abort();
      void hung.catch(() => {});
    });
    if (first !== "hung") return first;
    this.#options.onEvent({ type: "hung" });
    return child.stop(this.#timings.stop);
  }

  /** @returns the next process, ready; undefined if there is to be none */
  async #afterExit(exit: Exit): Promise<Child | undefined> {
    this.#child = undefined;
    this.#log.flush();
    const { signal } = this.#ending;
    signal.throwIfAborted();
    const { onEvent } = this.#options;
    let reason = explainExit(exit);
    if (this.#replacing !== undefined) {
      const child = await this.#tryStart();
      if (child instanceof Child || child === undefined) return child;
      reason = child;
    }
    onEvent({ type: "exited", reason });
    if (await this.#wasRemoved(exit)) {
      this.#leave();
      return undefined;
    }
    for (;;) {
      if (this.#alarms.isCorrupt) {
        this.#fail(`${reason}; its data are corrupt, so it is not started again`);
        return undefined;
      }
      const delayMs = this.#policy.failed(performance.now());
      if (delayMs === undefined) {
        const { failures, failureWindow } = this.#timings;
        this.#fail(`${reason}; that was failure ${failures} within ${failureWindow / 60_000} minutes`);
        return undefined;
      }
      onEvent({ type: "restarting", delayMs });
      await delay(delayMs, undefined, { signal });
      const child = await this.#tryStart();
      if (child instanceof Child || child === undefined) return child;
      reason = child;
      onEvent({ type: "exited", reason });
    }
  }

  /** @returns a process that is ready; or why there is none; undefined if there is to be none */
  async #tryStart(): Promise<Child | string | undefined> {
    try {
      const child = this.#spawn();
      await this.#untilReady(child, async () => this.#options.onEvent({ type: "waiting" }));
      this.#endReplacing();
      return child;
    } catch (error) {
      this.#ending.signal.throwIfAborted();
      await this.#endChild();
      this.#endReplacing(error);
      return error instanceof ServerError && error.code === "removed" ? undefined : messageOf(error);
    }
  }

  /** etcd ends by itself, and with status 0, only if its member was removed. */
  async #wasRemoved(exit: Exit): Promise<boolean> {
    if (exit.code !== 0) return false;
    const { isMember } = this.#options;
    const memberId = this.#memberId ?? readState(this.layout.state).memberId;
    if (isMember !== undefined && memberId !== undefined) {
      const answer = await isMember(memberId, this.#ending.signal).catch(() => undefined);
      if (answer !== undefined) return !answer;
    }
    return exit.lastWords.some(({ message }) => /member has been (?:permanently )?removed/.test(message));
  }

  /** @returns where the data are now */
  #leave(): string {
    const { files, onEvent } = this.#options;
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const dataMovedTo = `${this.layout.data}.removed-${time}`;
    renameSync(this.layout.data, dataMovedTo);
    updateState(this.layout.state, { mode: "client", memberId: undefined }, files);
    removeTraces(this.layout);
    this.#phase = "removed";
    this.#endReplacing(new ServerError("ended", "the cluster has removed this member"));
    onEvent({ type: "removed", dataMovedTo });
    return dataMovedTo;
  }

  #fail(reason: string): void {
    removeTraces(this.layout);
    this.#phase = "failed";
    this.#endReplacing(new ServerError("ended", reason));
    this.#options.onEvent({ type: "failed", reason });
  }
}

class Ended extends Error {
  constructor(readonly exit: Exit) {
    super("etcd has ended");
  }
}

/** Longest time that a timer takes. */
const longestTimer = 2 ** 31 - 1;

/** etcd does not start where the sockets of one that was killed are left. */
function removeTraces({ clientSocket, peerSocket, process }: Layout): void {
  for (const path of [clientSocket, peerSocket, process]) rmSync(path, { force: true });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

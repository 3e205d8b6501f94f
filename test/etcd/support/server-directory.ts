/** Directories in which tests run real servers of etcd, and which must be left without a trace of them. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256Of } from "../../../etcd/packed.ts";
import { EtcdServer, type EtcdServerOptions } from "../../../etcd/server/etcd-server.ts";
import type { ServerEvent } from "../../../etcd/server/events.ts";
import type { Timings } from "../../../etcd/server/timings.ts";
import { type StagedProgram, stage } from "../../../etcd/stage.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { tryLock } from "../../../src/os/lock.ts";
import { etcdVersion } from "./server.ts";

export const files = { replaceFile, tryLock };

/** Fast, where nothing depends on how long it takes. */
const timings: Partial<Timings> = { probe: 200, firstDelay: 10, readyPoll: 20, fold: 100 };

/** However busy the machine is, what has not happened by then is not going to. */
const patienceMs = 40_000;

let hashOfNamed: string | undefined;

export class ServerDirectory implements AsyncDisposable {
  readonly path = realpathSync(mkdtempSync(join(tmpdir(), "etcd-test-")));
  readonly events: ServerEvent[] = [];
  readonly #servers: EtcdServer[] = [];
  readonly #waiting = new Set<() => void>();

  /** As it is staged on hosts, also what `MGMT_ETCD_BINARY` names. */
  async program(): Promise<StagedProgram> {
    const { PATH, MGMT_ETCD_BINARY: named } = process.env;
    const directory = join(this.path, "bin");
    if (named === undefined) return stage("etcd", { directory, files, environment: { PATH } });
    hashOfNamed ??= sha256Of(readFileSync(named)).slice(0, 8);
    const path = join(directory, `etcd-${etcdVersion}-${hashOfNamed}`);
    mkdirSync(directory, { recursive: true });
    if (!existsSync(path)) symlinkSync(realpathSync(named), path);
    return { path, version: etcdVersion };
  }

  async start(options: Partial<EtcdServerOptions> = {}): Promise<EtcdServer> {
    const server = await EtcdServer.start({
      directory: this.path,
      program: await this.program(),
      files,
      name: "one",
      cluster: { token: "test", state: "new" },
      onEvent: (event) => {
        this.events.push(event);
        for (const look of this.#waiting) look();
      },
      ...options,
      timings: { ...timings, ...options.timings },
    });
    this.#servers.push(server);
    return server;
  }

  /** Resolves when there have been so many events of a type; to the last of them. */
  async event<T extends ServerEvent["type"]>(
    type: T,
    count = 1,
  ): Promise<Extract<ServerEvent, { readonly type: T }>> {
    const isWanted = (event: ServerEvent): event is Extract<ServerEvent, { readonly type: T }> =>
      event.type === type;
    const { promise, resolve, reject } = Promise.withResolvers<Extract<ServerEvent, { readonly type: T }>>();
    const look = (): void => {
      const found = this.events.filter(isWanted)[count - 1];
      if (found !== undefined) resolve(found);
    };
    const giveUp = setTimeout(
      () => reject(new Error(`never: ${count} × ${type}; but ${JSON.stringify(this.events)}`)),
      patienceMs,
    );
    this.#waiting.add(look);
    try {
      look();
      return await promise;
    } finally {
      this.#waiting.delete(look);
      clearTimeout(giveUp);
    }
  }

  /** Processes that work in this directory. */
  processes(): readonly number[] {
    return processesIn(this.path);
  }

  /** Stops what runs here, and makes sure that nothing is left of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers) await server.stop();
    const left = this.processes();
    for (const pid of left) process.kill(pid, "SIGKILL");
    const sockets = socketsIn(join(this.path, "run"));
    rmSync(this.path, { recursive: true, force: true });
    if (left.length > 0 || sockets.length > 0)
      throw new Error(`left behind: processes ${left.join(", ")}; sockets ${sockets.join(", ")}`);
  }
}

function processesIn(directory: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${directory}/`);
      } catch {
        return false;
      }
    });
}

function socketsIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => statSync(join(directory, name)).isSocket());
  } catch {
    return [];
  }
}

/** Hosts for tests of membership: each with a real server on loopback, a volunteer, and a candidate for the controller. */
import { test } from "bun:test";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { Members } from "../../../etcd/client/members.ts";
import { type ControllerEvent, runController } from "../../../etcd/membership/controller.ts";
import { type Overview, overview } from "../../../etcd/membership/overview.ts";
import type { NominationRecord } from "../../../etcd/membership/records.ts";
import type { MembershipTimings } from "../../../etcd/membership/timings.ts";
import { type VolunteerEvent, type Volunteering, volunteer } from "../../../etcd/membership/volunteer.ts";
import { EtcdServer, type EtcdServerOptions } from "../../../etcd/server/etcd-server.ts";
import type { ClusterStart } from "../../../etcd/server/flags.ts";
import { ServerError } from "../../../etcd/server/server-error.ts";
import { readState } from "../../../etcd/server/state-file.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { tryLock } from "../../../src/os/lock.ts";
import { etcdBinary, etcdVersion, freePort } from "../support/server.ts";

/** A `test` of clusters, most of which is waiting: they run side by side. */
export const withClusters = etcdBinary === undefined ? test.skip : test.concurrent;

export const keyPrefix = "/_mgmt";

/** However busy the machine is, what has not happened by then is not going to. */
const patienceMs = 50_000;

const quick: MembershipTimings = {
  controllerTtl: 2,
  volunteerTtl: 2,
  look: 300,
  retry: 100,
  probe: 1000,
  nomination: 30_000,
  quarantine: 2,
  patience: 1000,
};

/** All the hosts of a test. */
export class TestCluster implements AsyncDisposable {
  readonly #directory = realpathSync(mkdtempSync(join(tmpdir(), "mgmt-members-")));
  readonly nodes: TestNode[] = [];

  /** Starts the cluster with these voters at once, and the nodes' loops with them. */
  static async of(names: readonly string[], timings: Partial<MembershipTimings> = {}): Promise<TestCluster> {
    const cluster = new TestCluster(timings);
    const nodes = await Promise.all(names.map((name) => cluster.add(name)));
    const members = Object.fromEntries(nodes.map(({ name, peerUrl }) => [name, [peerUrl]]));
    await Promise.all(nodes.map((node) => node.startServer({ token: "t", state: "new", members })));
    for (const node of nodes) node.join();
    return cluster;
  }

  private constructor(readonly timings: Partial<MembershipTimings>) {}

  /** A host that does nothing yet. */
  async add(name: string): Promise<TestNode> {
    const [peer, client] = [await freePort(), await freePort()];
    const node = new TestNode(this, name, join(this.#directory, name), peer, client);
    this.nodes.push(node);
    return node;
  }

  /** A host that volunteers. */
  async volunteer(name: string, options: NodeOptions = {}): Promise<TestNode> {
    const node = await this.add(name);
    node.join(options);
    return node;
  }

  get endpoints(): readonly string[] {
    return this.nodes.filter(({ server }) => server !== undefined).map(({ clientUrl }) => clientUrl);
  }

  /** Waits until the overview of the cluster, as an untroubled client sees it, is like that. */
  async until(what: string, holds: (overview: Overview) => boolean): Promise<Overview> {
    const client = new EtcdClient({ endpoints: this.endpoints });
    let last: unknown;
    try {
      const end = performance.now() + patienceMs;
      while (performance.now() < end) {
        try {
          client.setEndpoints(this.endpoints);
          const seen = await overview({ client, keyPrefix, probe: 500 });
          if (holds(seen)) return seen;
          last = inWords(seen);
        } catch (error) {
          last = error;
        }
        await Bun.sleep(50);
      }
    } finally {
      client.close();
    }
    throw new Error(`never: ${what}; but ${last}; ${JSON.stringify(this.nodes.map((node) => node.told))}`);
  }

  /** Waits until these are the voters, all well, and nothing is under way. */
  untilVoters(...names: readonly string[]): Promise<Overview> {
    return this.until(names.join(" "), (seen) => {
      const { total, well } = seen.voters;
      const found = seen.members.map(({ name }) => name).join(" ");
      return (
        found === names.toSorted().join(" ") &&
        total === names.length &&
        well === total &&
        seen.nominations.size === 0
      );
    });
  }

  node(name: string): TestNode {
    const node = this.nodes.find((each) => each.name === name);
    if (node === undefined) throw new Error(name);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.crash()));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

export interface NodeOptions {
  /** Whether it starts no server when it is nominated. */
  readonly isLazy?: boolean;
  /** What it waits for before it starts its server when it is nominated. */
  readonly startsAfter?: Promise<void>;
  /** Whether it does not stand for the controller. */
  readonly isNoCandidate?: boolean;
  readonly zone?: string;
  readonly onController?: (event: ControllerEvent) => void;
}

export class TestNode {
  readonly peerUrl: string;
  readonly clientUrl: string;
  readonly volunteered: VolunteerEvent[] = [];
  readonly controlled: ControllerEvent[] = [];
  readonly #cluster: TestCluster;
  readonly #waiting = new Set<() => void>();
  server: EtcdServer | undefined;
  /** It has ended, and has its directory still. */
  #removed: EtcdServer | undefined;
  client: EtcdClient | undefined;
  volunteering: Volunteering | undefined;
  #ends = new AbortController();
  #controlling = new AbortController();

  constructor(
    cluster: TestCluster,
    readonly name: string,
    readonly directory: string,
    peerPort: number,
    clientPort: number,
  ) {
    this.#cluster = cluster;
    this.peerUrl = `http://127.0.0.1:${peerPort}`;
    this.clientUrl = `http://127.0.0.1:${clientPort}`;
  }

  serverOptions(cluster: ClusterStart): EtcdServerOptions {
    return {
      directory: this.directory,
      program: { path: etcdBinary ?? "etcd", version: etcdVersion },
      files: { replaceFile, tryLock },
      name: this.name,
      cluster,
      peers: { urls: [this.peerUrl] },
      clients: { urls: [this.clientUrl] },
      onEvent: (event) => {
        if (event.type === "removed") {
          this.#removed = this.server;
          this.server = undefined;
          this.volunteering?.update({ memberId: null });
        }
        this.#look();
      },
      timings: { probe: 200, firstDelay: 100, readyPoll: 20, fold: 100 },
    };
  }

  async startServer(cluster: ClusterStart): Promise<void> {
    const before = this.server;
    this.server = undefined;
    await before?.stop();
    await this.#removed?.stop();
    this.server = await EtcdServer.start(this.serverOptions(cluster));
    const [first = this.clientUrl] = this.client?.connection.endpoints ?? [];
    if (first !== this.clientUrl) this.client?.setEndpoints([this.clientUrl, ...this.#cluster.endpoints]);
  }

  get memberId(): string | null {
    const { memberId } = readState(join(this.directory, "state.json"));
    return memberId ?? null;
  }

  /** Begins to volunteer, and to stand for the controller. */
  join({
    isLazy = false,
    startsAfter,
    isNoCandidate = false,
    zone = "",
    onController,
  }: NodeOptions = {}): void {
    this.#ends = new AbortController();
    const { signal } = this.#ends;
    const own = this.server === undefined ? [] : [this.clientUrl];
    const client = new EtcdClient({ endpoints: [...own, ...this.#cluster.endpoints] });
    this.client = client;
    const endpoints = `${keyPrefix}/cluster/endpoints`;
    const onChange = ({
      entries,
    }: {
      readonly entries: ReadonlyMap<string, { readonly value: Uint8Array }>;
    }) => {
      const text = entries.get(endpoints)?.value;
      const urls: unknown = text === undefined ? [] : JSON.parse(Buffer.from(text).toString());
      if (Array.isArray(urls) && urls.length > 0) client.setEndpoints(urls.map(String));
    };
    client.follow({ key: endpoints }, { onChange, onError: () => {} }, signal);
    this.volunteering = volunteer(
      {
        client,
        keyPrefix,
        name: this.name,
        record: {
          peerUrls: [this.peerUrl],
          clientUrls: [this.clientUrl],
          etcdVersion,
          zone,
          memberId: this.memberId,
          since: 0,
        },
        onNominated: async (nomination, over) => {
          if (isLazy) return untilAborted(over);
          await startsAfter;
          await this.#serve(nomination);
        },
        onEvent: (event) => {
          this.volunteered.push(event);
          this.#look();
        },
        timings: { ...quick, ...this.#cluster.timings },
      },
      signal,
    );
    if (!isNoCandidate) this.control(onController);
  }

  /** Stands for the controller. */
  control(onController?: (event: ControllerEvent) => void): void {
    if (this.client === undefined) throw new Error("it has not joined");
    this.#controlling = new AbortController();
    void runController(
      {
        client: this.client,
        keyPrefix,
        name: this.name,
        onEvent: (event) => {
          this.controlled.push(event);
          onController?.(event);
          this.#look();
        },
        timings: { ...quick, ...this.#cluster.timings },
      },
      AbortSignal.any([this.#ends.signal, this.#controlling.signal]),
    );
  }

  stopControlling(): void {
    this.#controlling.abort();
  }

  /** The end of all of it, without a word to anybody. What it has on disk stays. */
  async crash(): Promise<void> {
    this.client?.close();
    this.#ends.abort();
    const { server } = this;
    this.server = undefined;
    if (server?.pid !== undefined) process.kill(server.pid, "SIGKILL");
    await server?.stop();
    await this.#removed?.stop();
  }

  /** Ends in order, and stays a member. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await server?.stop();
    await this.crash();
  }

  /** The host loses its disk. */
  wipe(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Starts again after {@link crash}, with what it has; volunteers if that is nothing any more. */
  async restart(): Promise<void> {
    try {
      await this.startServer({ token: "t", state: "existing" });
    } catch (error) {
      if (!(error instanceof ServerError) || error.code !== "removed") throw error;
    }
    this.join();
  }

  volunteerEvent<T extends VolunteerEvent["type"]>(
    type: T,
  ): Promise<Extract<VolunteerEvent, { readonly type: T }>> {
    return this.#event(() =>
      this.volunteered.find(
        (each): each is Extract<VolunteerEvent, { readonly type: T }> => each.type === type,
      ),
    );
  }

  controllerEvent<T extends ControllerEvent["type"]>(
    type: T,
    holds: (event: Extract<ControllerEvent, { readonly type: T }>) => boolean = () => true,
  ): Promise<Extract<ControllerEvent, { readonly type: T }>> {
    const isWanted = (event: ControllerEvent): event is Extract<ControllerEvent, { readonly type: T }> =>
      event.type === type;
    return this.#event(() => this.controlled.filter(isWanted).find(holds));
  }

  get told(): unknown {
    const { name, volunteered, controlled } = this;
    return { name, volunteered: volunteered.map(({ type }) => type), controlled: controlled.slice(-5) };
  }

  async #serve({ members, token }: NominationRecord): Promise<void> {
    await this.startServer({ token, state: "existing", members });
  }

  async #event<T>(find: () => T | undefined): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = (): void => {
      const found = find();
      if (found !== undefined) resolve(found);
    };
    const giveUp = setTimeout(() => reject(new Error(`never; but ${JSON.stringify(this.told)}`)), patienceMs);
    this.#waiting.add(look);
    try {
      look();
      return await promise;
    } finally {
      this.#waiting.delete(look);
      clearTimeout(giveUp);
    }
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

/** The members of a cluster, asked of one of its servers. */
export function membersOf(client: EtcdClient | undefined): Members {
  if (client === undefined) throw new Error("no client");
  return new Members(client);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function inWords({ members, decision, controller }: Overview): string {
  const each = members.map(({ name, role, isWell }) => `${name} ${role}${isWell ? "" : " unwell"}`);
  return `${each.join(", ")}; ${controller}: ${decision.step.do} ${decision.reason}`;
}

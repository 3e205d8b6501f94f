/** One node of a cluster: how it comes to it, and what it does for it (cluster specification, 10.3 to 10.8). */
import { EtcdClient } from "../client/client.ts";
import type { Tls } from "../client/endpoint.ts";
import { Members } from "../client/members.ts";
import { pause } from "../client/pause.ts";
import { ClusterKeys } from "../cluster-keys.ts";
import { joinUrlsOf } from "../join/ports.ts";
import { renewWhenDue } from "../join/renewal.ts";
import { cancelLeave } from "../membership/leaving.ts";
import { decodeToken, decodeUrls, type NominationRecord } from "../membership/records.ts";
import { type Volunteering, volunteer } from "../membership/volunteer.ts";
import type { CertifiedKey } from "../pki/certified-key.ts";
import { Identity } from "../pki/identity.ts";
import { keepRootClient } from "../pki/root-client.ts";
import type { StoreRepair } from "../server/alarm-watch.ts";
import type { EtcdServer, ServerProgram } from "../server/etcd-server.ts";
import { layoutOf } from "../server/layout.ts";
import { readState, updateState } from "../server/state-file.ts";
import { upgradeServer } from "../upgrade/own-upgrade.ts";
import { NodeError } from "./beginning.ts";
import { control, Door } from "./duties.ts";
import type { NodeOptions } from "./options.ts";
import { OwnServer } from "./own-server.ts";
import { localEndpoints, type Prepared, prepare } from "./prepare.ts";
import { repairAsRoot } from "./repair.ts";
import { Revocations } from "./revocations.ts";
import { serverOptionsOf } from "./server-options.ts";
import { setUpCluster } from "./set-up.ts";
import { Standing } from "./standing.ts";

/** How many operations the members take in a transaction, see `server/flags.ts`. */
const maxTransactionOperations = 512;

/** Between two attempts to find out what the servers are, in ms. */
const retryDelay = 5_000;

/** In ms: how long what is under way may take when the node is closed. */
const farewell = 1_500;

/**
 * A node of a cluster. Its client works from the beginning, whether or not the servers answer; its server, if it runs one,
 * is kept running; what servers do together (who is a member, who is let in) goes on in the background.
 */
export class ClusterNode {
  /** With the rights of this node. */
  readonly client: EtcdClient;
  readonly #options: NodeOptions;
  readonly #prepared: Prepared;
  readonly #keys: ClusterKeys;
  readonly #server: OwnServer;
  readonly #door: Door;
  #identity: Identity | undefined;
  #isController = false;
  readonly #ends = new AbortController();
  readonly #revocations: Revocations;
  /** Fires when the cluster does not trust this node any more. */
  readonly #expelled = new AbortController();
  #standing: Standing | undefined;
  #knownJoinUrls: readonly string[] = [];
  readonly #tasks: Promise<unknown>[] = [];
  /** What the members are started with; undefined as long as the servers are not known to be those of a cluster of nodes. */
  #cluster: string | undefined;
  #root: Promise<EtcdClient> | undefined;
  #volunteering: Volunteering | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Resolves once the node belongs to its cluster: a new one is there then, one that is joined has let it in. A node that
   * belonged to one before does not wait for it.
   * @throws Error naming cause and cure
   */
  static async open(options: NodeOptions): Promise<ClusterNode> {
    const prepared = await prepare(options);
    const endpoints = await (options.route?.(prepared.endpoints) ?? prepared.endpoints);
    const node = new ClusterNode(options, { ...prepared, endpoints });
    try {
      await node.#begin();
      return node;
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  private constructor(options: NodeOptions, prepared: Prepared) {
    this.#options = options;
    this.#prepared = prepared;
    this.#cluster = prepared.cluster;
    this.#keys = new ClusterKeys(options.rootKey);
    this.#identity = prepared.trust?.host;
    this.client = this.#connect(this.#identity?.tls);
    this.#door = new Door(options, prepared);
    this.#server = new OwnServer({
      directory: options.directory,
      files: options.files,
      server: async () => {
        const found = await serverOptionsOf(options, prepared, options.signal ?? this.#ends.signal);
        const asked = { isMember: (id: string) => this.#isMember(id), ...this.#repair() };
        return { ...found, options: { ...found.options, ...asked } };
      },
      onOutdated: (server, next) => this.#task(this.#upgrade(server, next)),
      onEvent: options.onEvent,
      onRemoved: () => this.#volunteering?.update({ memberId: null }),
    });
    this.#revocations = new Revocations({ node: options, prepared, server: this.#server });
  }

  /** Whether this node is one of those that look after the cluster. */
  get isServer(): boolean {
    const { trust, addresses } = this.#prepared;
    if (trust !== undefined) return trust.authority.canSign;
    return this.#cluster !== undefined && addresses !== undefined;
  }

  /** Whether the servers are those of a cluster of nodes, as far as that is known, and not ones that somebody else looks after. */
  get isOfNodes(): boolean {
    return this.#cluster !== undefined;
  }

  /** Whether it is the one node that sees to the cluster at present. */
  get isController(): boolean {
    return this.#isController;
  }

  /** By what the cluster knows this node at present; undefined where nobody asks. */
  get identity(): Identity | undefined {
    return this.#identity;
  }

  /** Ends all that it does, and its server last. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#ends.abort();
    const ended = Promise.all(this.#tasks);
    const inTime = new AbortController();
    // What still waits for servers that do not answer ends with the clients.
    await Promise.race([ended, pause(farewell, inTime.signal)]);
    inTime.abort();
    this.client.close();
    const root = await this.#root?.catch(() => undefined);
    if (root !== this.client) root?.close();
    await ended;
    await this.#server.stop();
  }

  async #begin(): Promise<void> {
    const { beginning, trust, addresses } = this.#prepared;
    const { signal, onEvent } = this.#options;
    const cluster = this.#cluster;
    if (beginning === "bootstrap") {
      if (cluster === undefined) throw new NodeError("a new cluster needs a name");
      await this.#server.start({ token: cluster, state: "new" }, signal ?? new AbortController().signal);
      await this.#setUp();
      onEvent({ type: "bootstrapped", cluster, urls: addresses?.clients.advertise ?? [] });
    }
    if (this.#options.isPassive === true) return;
    if (beginning === "member") {
      this.#server.keep({ token: cluster ?? "", state: "existing" }, () => this.#task(this.#resume()));
    }
    this.#followEndpoints();
    if (trust?.host !== undefined) this.#task(this.#renew());
    if (trust !== undefined && (this.isServer || cluster !== undefined)) this.#task(this.#keepStanding());
    else if (this.isServer) this.#serve();
    else if (trust === undefined && addresses !== undefined) this.#task(this.#findCluster());
  }

  /** Where nobody asks who somebody is, it is found out from the servers whether they are those of a cluster of nodes. */
  async #findCluster(): Promise<void> {
    const { name, directory, files } = this.#options;
    const { addresses } = this.#prepared;
    const { signal } = this.#ends;
    while (!signal.aborted) {
      const info = await this.client.get(this.#keys.info).catch(() => undefined);
      this.#cluster = info === undefined ? undefined : decodeToken(info.value);
      if (this.#cluster !== undefined) {
        const state = { name, insecure: true, mode: "client", token: this.#cluster, addresses } as const;
        updateState(layoutOf(directory).state, state, files);
        return this.#serve();
      }
      await pause(retryDelay, signal);
    }
  }

  /** What is left to be done when a member is up again. */
  async #resume(): Promise<void> {
    await this.#setUp();
    const { addresses } = this.#prepared;
    const id = this.#server.memberId;
    if (addresses === undefined || id === undefined) return;
    const members = new Members(await this.#asRoot());
    const own = (await members.list()).members.find((member) => member.id === id);
    const wanted = addresses.peers.advertise;
    if (own !== undefined && own.peerUrls.toSorted().join() !== wanted.toSorted().join())
      await members.updatePeerUrls(id, wanted);
  }

  async #setUp(): Promise<void> {
    await setUpCluster(await this.#asRoot(), this.#options, this.#prepared);
  }

  /** What nodes of role server do, besides running a member if they are one. */
  #serve(): void {
    const signal = AbortSignal.any([this.#ends.signal, this.#expelled.signal]);
    this.#task(
      this.#asRoot().then((root) =>
        control(this.#options, root, (isLeading) => (this.#isController = isLeading), signal),
      ),
    );
    this.#task(this.#offer(signal));
    if (this.#prepared.trust === undefined) return;
    this.#task(this.#asRoot().then((root) => this.#door.keep(root, signal)));
    this.#task(this.#report());
  }

  async #report(): Promise<void> {
    await this.#revocations.report(await this.#asRoot());
  }

  /** Does something for the cluster while it trusts this node; and tells when it does not any more. */
  async #keepStanding(): Promise<void> {
    const { name, rootKey, onEvent } = this.#options;
    const { isServer } = this;
    const { signal } = this.#ends;
    const host = this.#identity;
    if (host === undefined) return;
    this.#standing = new Standing({
      client: isServer ? await this.#asRoot() : this.client,
      isRoot: isServer,
      rootKey,
      name,
      identity: () => this.#identity ?? host,
      joinUrls: () => [
        ...new Set([...this.#knownJoinUrls, ...this.client.connection.endpoints.flatMap(joinUrlsOf)]),
      ],
    });
    if (isServer) {
      const ends = AbortSignal.any([signal, this.#expelled.signal]);
      this.#task(
        this.#asRoot().then((root) => this.#revocations.keep(root, ends, () => this.#standing?.doubt())),
      );
    } else this.#task(this.#joinUrls().catch(() => []));
    const lost = await this.#standing.watch(signal, () => isServer && this.#serve());
    if (lost === undefined) return;
    this.#expelled.abort();
    onEvent({ type: "expelled", reason: lost.message });
  }

  async #offer(signal: AbortSignal): Promise<void> {
    const { name, rootKey, zone, noServer, onEvent } = this.#options;
    const { addresses } = this.#prepared;
    if (noServer) return onEvent({ type: "no-volunteer", reason: "--no-server" });
    if (addresses === undefined)
      return onEvent({
        type: "no-volunteer",
        reason: "it has no address at which the others reach it; see --address",
      });
    const { version } = await this.#options.program(this.#ends.signal);
    const client = await this.#asRoot();
    // Whoever joins wants to be of use, whatever this node was asked before.
    if (this.#prepared.hasJoined) await cancelLeave({ client, keyPrefix: rootKey, host: name });
    this.#volunteering = volunteer(
      {
        client,
        keyPrefix: rootKey,
        name,
        record: {
          peerUrls: addresses.peers.advertise,
          clientUrls: addresses.clients.advertise,
          etcdVersion: version,
          zone,
          memberId: this.#server.memberId ?? null,
          since: Date.now(),
        },
        onNominated: (nomination, ends) => this.#becomeMember(nomination, ends),
        onEvent: (event) => onEvent({ type: "volunteer", event }),
      },
      signal,
    );
    await this.#volunteering.ended;
  }

  async #becomeMember({ memberId, members, token }: NominationRecord, signal: AbortSignal): Promise<void> {
    if (this.#server.isKept && this.#server.memberId === memberId) return;
    await Promise.race([this.#revocations.isCurrent, aborted(signal)]);
    signal.throwIfAborted();
    await this.#server.stop();
    this.#server.forgetOther(memberId);
    await this.#server.start({ token, state: "existing", members }, signal);
  }

  async #renew(): Promise<void> {
    const { pkiDirectory, files, onEvent } = this.#options;
    const { trust } = this.#prepared;
    if (trust === undefined) return;
    await renewWhenDue({
      pkiDirectory,
      files,
      joinUrls: () => this.#joinUrls(),
      ...(trust.authority.canSign ? { authority: trust.authority } : {}),
      onRenewed: (pair, identity) => {
        if (pair === "host") {
          this.#identity = identity;
          this.client.setTls(identity.tls);
        }
        if (pair === "server") this.#door.setCertificate(identity);
        if (this.isServer) this.#task(this.#report());
      },
      onEvent: (event) => onEvent({ type: "renewal", event }),
      signal: this.#ends.signal,
    });
  }

  async #joinUrls(): Promise<readonly string[]> {
    const { entries } = await this.client.list({ prefix: this.#keys.joinUrls });
    const urls = entries.flatMap(({ value }) => decodeUrls(value) ?? []);
    if (urls.length > 0) this.#knownJoinUrls = urls;
    return urls;
  }

  /** Follows where the cluster is reached, and remembers it, so that a restart needs no seeds. */
  #followEndpoints(): void {
    const { onEvent, directory, files } = this.#options;
    const state = layoutOf(directory).state;
    this.client.follow(
      { key: this.#keys.endpoints },
      {
        onChange: ({ entries }) => {
          const entry = entries.get(this.#keys.endpoints);
          const urls = entry === undefined ? undefined : decodeUrls(entry.value);
          if (urls === undefined || urls.length === 0) return;
          void this.#goTo([...new Set([...this.#ownUrlsAmong(urls), ...urls])]);
          if (readState(state).endpoints?.join() === urls.join()) return;
          updateState(state, { endpoints: urls }, files);
          onEvent({ type: "endpoints", urls });
        },
        onError: (error) => onEvent({ type: "error", error }),
      },
      this.#ends.signal,
    );
  }

  async #goTo(urls: readonly string[]): Promise<void> {
    const { route, onEvent } = this.#options;
    try {
      const endpoints = route === undefined ? urls : await route(urls);
      this.client.setEndpoints(endpoints);
      (await this.#root)?.setEndpoints(endpoints);
    } catch (error) {
      onEvent({ type: "error", error });
    }
  }

  /** The way to the own server that goes through no network, if it is one of them. */
  #ownUrlsAmong(urls: readonly string[]): readonly string[] {
    const { addresses } = this.#prepared;
    if (addresses === undefined || !addresses.clients.advertise.some((url) => urls.includes(url))) return [];
    return localEndpoints(addresses);
  }

  /** With all rights; made when it is first wanted. */
  #asRoot(): Promise<EtcdClient> {
    this.#root ??= this.#connectAsRoot();
    return this.#root;
  }

  async #connectAsRoot(): Promise<EtcdClient> {
    const { trust } = this.#prepared;
    if (trust === undefined) return this.client;
    const { authority } = trust;
    const tlsOf = (pair: CertifiedKey): Tls => Identity.of(pair, authority.root, "root").tls;
    const first = await keepRootClient(authority, {
      onRenewed: (pair) => client.setTls(tlsOf(pair)),
      onError: (error) => this.#options.onEvent({ type: "error", error }),
      signal: this.#ends.signal,
    });
    const client = this.#connect(tlsOf(first));
    return client;
  }

  #connect(tls: Tls | undefined): EtcdClient {
    const { monitor } = this.#options;
    return new EtcdClient({
      endpoints: this.#prepared.endpoints,
      maxTransactionOperations,
      ...(tls === undefined ? {} : { tls }),
      monitor: {
        onInterrupted: (error) => {
          this.#standing?.interrupted();
          monitor?.onInterrupted?.(error);
        },
        onRestored: (server) => {
          this.#standing?.restored();
          monitor?.onRestored?.(server);
        },
      },
    });
  }

  /** Where the server asks who one is, root makes room in its store. */
  #repair(): { readonly repair?: StoreRepair } {
    const { trust, addresses } = this.#prepared;
    const [own] = addresses === undefined ? [] : localEndpoints(addresses);
    if (trust === undefined || own === undefined) return {};
    return { repair: repairAsRoot(() => this.#asRoot(), own) };
  }

  /** Has the own server go on as a newer etcd in its turn. */
  async #upgrade(server: EtcdServer, wanted: ServerProgram): Promise<void> {
    const { name, snapshots, onEvent } = this.#options;
    await upgradeServer(
      {
        server,
        wanted,
        client: await this.#asRoot(),
        name,
        lock: `${this.#keys.root}/cluster/upgrade/`,
        snapshots,
        onEvent: (event) => onEvent({ type: "upgrade", event }),
      },
      this.#ends.signal,
    );
  }

  /** Whether the others know a member; undefined if none of them can be asked. */
  async #isMember(id: string): Promise<boolean | undefined> {
    try {
      return (await new Members(this.client).list()).members.some((member) => member.id === id);
    } catch {
      return undefined;
    }
  }

  /** Runs until the node is closed; an error of it is told. */
  #task(task: Promise<unknown>): void {
    this.#tasks.push(
      task.catch((error: unknown) => {
        if (!this.#ends.signal.aborted) this.#options.onEvent({ type: "error", error });
      }),
    );
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

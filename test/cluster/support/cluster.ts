/** A cluster of agents, each the executable on a host of its own: how it is made, and how it is looked at from outside. */
import { isRecord, listField, textField } from "../../../etcd/json.ts";
import { AcknowledgedWrites, type Store, storeFrom } from "./acknowledged-writes.ts";
import { eventually } from "./eventually.ts";
import { type Host, prefix } from "./host.ts";
import type { HostProcess } from "./host-process.ts";
import type { Lan } from "./lan.ts";

/** A server of the store, as etcd has it. */
export interface Member {
  /** Empty as long as it has not started. */
  readonly name: string;
  readonly isLearner: boolean;
}

/** The first hosts of a network, as nodes of one cluster. @returns once all of them vote */
export async function startCluster(lan: Lan, size: number): Promise<Cluster> {
  const [first, ...others] = lan.hosts.slice(0, size);
  if (first === undefined) throw new Error("a cluster has at least one node");
  const cluster = await Cluster.found(first);
  for (const host of others) await cluster.join(host);
  await cluster.hasVoters(lan.hosts.slice(0, size));
  return cluster;
}

export class Cluster {
  /** The agents that were started last, by name of their host. */
  readonly agents = new Map<string, HostProcess>();
  readonly #hosts: Host[] = [];
  readonly #ended = new Set<Host>();

  /** Starts the first node. */
  static async found(host: Host): Promise<Cluster> {
    const cluster = new Cluster();
    await cluster.#run(host, {});
    await cluster.hasVoters([host]);
    // Its server is up before the cluster is all that it is to be.
    await eventually(() => cluster.token(), { what: `${host.name} lets others in` });
    return cluster;
  }

  /** The nodes, whether they run or not. */
  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  /** Those on which an agent is meant to run. */
  get running(): readonly Host[] {
    return this.#hosts.filter((host) => !this.#ended.has(host));
  }

  /** A token by which others join. @param options such as `--role agent` */
  async token(by: Host | undefined = this.#hosts[0], options: readonly string[] = []): Promise<string> {
    if (by === undefined) throw new Error("the cluster has no node");
    const { status, stdout, stderr } = await by.run(["cluster", "token", ...options]);
    if (status !== 0) throw new Error(`no token from ${by.name}: ${stderr}`);
    return stdout.trim();
  }

  /** Starts a node that is let in. @returns at once: see {@link hasVoters} */
  async join(host: Host, options: readonly string[] = [], by?: Host): Promise<HostProcess> {
    return this.#run(host, { MGMT_TOKEN: await this.token(by) }, options);
  }

  /** Names of the hosts whose servers vote, as any server knows, or that of one host. @throws Error if none answers */
  async voters(from?: Host): Promise<readonly string[]> {
    const [asking] = this.running;
    const members = await this.members(from ?? asking, from === undefined ? this.running : [from]);
    return members.filter(({ isLearner }) => !isLearner).map(({ name }) => name);
  }

  /** Starts a node again that has been let in before. @param signal by which it is ended, if it runs */
  async restart(host: Host, signal: NodeJS.Signals = "SIGKILL"): Promise<HostProcess> {
    await this.agents.get(host.name)?.kill(signal);
    return this.#run(host, {});
  }

  /** Ends an agent in order. @returns how long that took, in ms @throws Error if it ended otherwise */
  async end(host: Host): Promise<number> {
    const agent = this.agents.get(host.name);
    if (agent === undefined) throw new Error(`there is no agent on ${host.name}`);
    const begin = performance.now();
    this.#ended.add(host);
    const { status, signal } = await agent.kill("SIGTERM");
    if (status !== 0)
      throw new Error(
        `the agent of ${host.name} ended with ${signal ?? status}: ${agent.lines.slice(-20).join("\n")}`,
      );
    return performance.now() - begin;
  }

  /** The host whose server leads, as those on these hosts know it. */
  async leader(among: readonly Host[] = this.#hosts): Promise<Host> {
    return eventually(
      async () => {
        const [asked] = among;
        if (asked === undefined) return undefined;
        const options = [...access(among), "endpoint", "status", "--write-out=json", "--command-timeout=2s"];
        const { stdout } = await asked.run(["etcdctl", ...options]);
        const answers: unknown = JSON.parse(stdout);
        const leads = (entry: unknown): string | undefined => {
          if (!isRecord(entry) || !isRecord(entry.Status) || !isRecord(entry.Status.header)) return undefined;
          const { leader, header } = entry.Status;
          return leader === header.member_id ? textField(entry, "Endpoint") : undefined;
        };
        const urls = Array.isArray(answers) ? answers.map(leads) : [];
        return among.find(({ address }) => urls.includes(`https://${address}:2379`));
      },
      { what: `one of ${among.map(({ name }) => name).join(", ")} leads` },
    );
  }

  /** The servers of the store, as the one on this host knows them, or those on others. @throws Error if it does not answer */
  async members(
    from: Host | undefined = this.#hosts[0],
    servers: readonly Host[] = from === undefined ? [] : [from],
  ): Promise<readonly Member[]> {
    if (from === undefined) return [];
    const options = [...access(servers), "member", "list", "--write-out=json"];
    const { status, stdout, stderr } = await from.run(["etcdctl", ...options]);
    if (status !== 0) throw new Error(stderr.trim());
    const answer: unknown = JSON.parse(stdout);
    if (!isRecord(answer)) throw new Error(`no list of members: ${stdout}`);
    const members = listField(answer, "members").filter(isRecord);
    return members.map((member) => ({
      name: textField(member, "name"),
      isLearner: member.isLearner === true,
    }));
  }

  /** Waits until exactly these vote, and nobody else is a member. */
  async hasVoters(hosts: readonly Host[], within = 60_000): Promise<void> {
    const wanted = hosts.map(({ name }) => name).sort();
    const explain = (): string =>
      [...this.agents].map(([name, agent]) => `${name}:\n${agent.lines.slice(-10).join("\n")}`).join("\n");
    await eventually(
      async () => {
        const members = await this.members(hosts[0]);
        const found = members.map(({ name, isLearner }) => (isLearner ? `${name} (learner)` : name)).sort();
        if (found.join() === wanted.join()) return true;
        throw new Error(`members are ${found.join(", ")}`);
      },
      { within, what: `the voters are ${wanted.join(", ")}`, explain },
    );
  }

  /** The store, as asked from one host. @param servers the hosts whose servers are asked */
  store(from: Host | undefined = this.#hosts[0], servers: readonly Host[] = this.#hosts): Store {
    if (from === undefined) throw new Error("the cluster has no node");
    return storeFrom(from, [...access(servers), "--command-timeout=2s"]);
  }

  async #run(
    host: Host,
    env: Readonly<Record<string, string>>,
    options: readonly string[] = [],
  ): Promise<HostProcess> {
    const agent = await host.start(["run", "--address", host.address, ...options], { env });
    this.agents.set(host.name, agent);
    this.#ended.delete(host);
    if (!this.#hosts.includes(host)) this.#hosts.push(host);
    return agent;
  }
}

/** Keys that every node may write, see `etcd-grants.ts`. */
const writable = "/_mgmt/strings/";

/** Writes until it is stopped or verified, see {@link AcknowledgedWrites}. */
export function acknowledgedWrites(store: Store): AcknowledgedWrites {
  return new AcknowledgedWrites(store, `${writable}written-${crypto.randomUUID()}-`);
}

/**
 * That nothing runs on a host whose parent is gone: no server without its supervisor, no command without its agent.
 * @throws Error that names those
 */
export async function everyChildHasParent(...hosts: readonly Host[]): Promise<void> {
  for (const host of hosts) {
    // Between the end of a parent and what it has seen to, there may be a moment.
    await eventually(() => host.orphans().length === 0, {
      within: 5000,
      what: `every process on ${host.name} has its parent`,
      explain: () =>
        host
          .orphans()
          .map(({ pid, command }) => `${pid}: ${command.join(" ")}`)
          .join("\n"),
    });
  }
}

/** What is done to a cluster, and undone. */
export interface Disaster {
  strike(): Promise<void>;
  /** What is to be so while it lasts; by default, that writes go on. */
  meanwhile?(writes: AcknowledgedWrites): Promise<void>;
  repair(): Promise<void>;
}

/** Through all of a disaster, nothing is lost that was acknowledged, and afterwards all is as before. */
export async function survives(
  hosts: readonly Host[],
  store: Store,
  { strike, meanwhile = (writes) => writes.more(5), repair }: Disaster,
): Promise<void> {
  await using writes = acknowledgedWrites(store);
  await writes.more(5);
  await strike();
  await meanwhile(writes);
  await repair();
  await writes.more(5);
  await writes.verify();
  await everyChildHasParent(...hosts);
}

/** Options of etcdctl: who asks, and whom. */
function access(servers: readonly Host[]): readonly string[] {
  return [
    `--endpoints=${servers.map(({ address }) => `https://${address}:2379`).join(",")}`,
    `--cacert=${prefix}/pki/ca.crt`,
    `--cert=${prefix}/pki/host.crt`,
    `--key=${prefix}/pki/host.key`,
  ];
}

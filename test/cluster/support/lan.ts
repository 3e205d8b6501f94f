/**
 * Several hosts on a network that can be broken. This machine gets no interface, mount or file of it, and nothing of it
 * outlives the tests.
 */
import { join } from "node:path";
import { Holder, holding, withTests } from "./holder.ts";
import { Host } from "./host.ts";

export interface LanOptions {
  /** At most 250, each of at most 10 letters and digits. */
  readonly hosts: readonly string[];
  /** What `/var/lib/mgmt` holds on each host, in MiB; 512 if not given. */
  readonly disk?: number;
}

/** A host or some, or their names. */
export type Hosts = Host | string | readonly (Host | string)[];

/**
 * Hosts on a bridge, 10.77.0.1 and so on, that know each other by name. `await using` ends everything on them.
 *
 * What is cut loses packets silently: neither side is told, connections stay and heal. A server that was ended is another matter, see
 * {@link Host.crash}.
 */
export class Lan implements AsyncDisposable {
  readonly hosts: readonly Host[];
  readonly #holder: Holder;
  /** By name of the host. */
  readonly #delays = new Map<string, Bun.Subprocess<"ignore", "pipe", "inherit">>();

  private constructor(holder: Holder, hosts: readonly Host[]) {
    this.#holder = holder;
    this.hosts = hosts;
  }

  static async create({ hosts, disk = 512 }: LanOptions): Promise<Lan> {
    const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const holder = await Holder.start(["unshare", ...namespaces, "--", "sh", "-ec", script]);
    try {
      const places = hosts.map((name, index) => ({ name, address: `10.77.0.${index + 1}` }));
      const names = ["127.0.0.1 localhost", "::1 localhost"]
        .concat(places.map(({ name, address }) => `${address} ${name}`))
        .map((line) => `${line}\n`)
        .join("");
      const started = places.map((place) => Host.start({ ...place, lan: holder.pid, names, disk }));
      return new Lan(holder, await Promise.all(started));
    } catch (error) {
      await holder.end();
      throw error;
    }
  }

  /** @throws Error if there is none of that name */
  host(name: string): Host {
    const found = this.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`there is no host ${name}`);
    return found;
  }

  /** Nothing passes between these and those any more. */
  async cut(these: Hosts, those: Hosts): Promise<void> {
    await this.cutOneWay(these, those);
    await this.cutOneWay(those, these);
  }

  /** Nothing passes from these to those any more; the other way it does. */
  async cutOneWay(from: Hosts, to: Hosts): Promise<void> {
    const targets = this.#ports(to);
    const ways = this.#ports(from).flatMap((one) => targets.map((other) => `${one} . ${other}`));
    if (ways.length > 0) await this.#filter(`add element bridge lan cut { ${ways.join(", ")} }`);
  }

  /** Nothing passes between these hosts and all others any more; among themselves it does. */
  async isolate(these: Hosts): Promise<void> {
    const ports = this.#ports(these);
    const others = this.hosts.filter((host) => !ports.includes(portOf(host.name)));
    await this.cut(these, others);
  }

  /** So many of a hundred packets that these hosts send are lost, by chance. */
  async lose(these: Hosts, percent: number): Promise<void> {
    const rules = this.#ports(these).map(
      (port) => `add rule bridge lan loss iifname ${port} numgen random mod 100 < ${percent} drop\n`,
    );
    await this.#filter(rules.join(""));
  }

  /** Every packet from and to these hosts takes so many ms longer. What is under way is lost. */
  async slow(these: Hosts, ms: number): Promise<void> {
    for (const name of this.#names(these)) {
      await this.#direct(name);
      await this.#inside(["ip", "-batch", "-"], detour(name));
      const relay = [process.execPath, join(import.meta.dir, "delay.ts")];
      const delay = Bun.spawn(
        [...withTests, ...this.#enter, ...relay, `line-${name}`, `slow-${name}`, `${ms}`],
        {
          stdin: "ignore",
          stdout: "pipe",
          stderr: "inherit",
        },
      );
      this.#delays.set(name, delay);
      const { done } = await delay.stdout.getReader().read();
      if (done) throw new Error(`packets of ${name} are not delayed`);
    }
  }

  /** Everything passes again, as fast as ever. */
  async heal(): Promise<void> {
    await this.#filter("flush set bridge lan cut\nflush chain bridge lan loss");
    for (const name of [...this.#delays.keys()]) await this.#direct(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const delay of this.#delays.values()) delay.kill("SIGKILL");
    await Promise.all([...this.#delays.values()].map(({ exited }) => exited));
    for (const host of this.hosts) host.release();
    await this.#holder.end();
  }

  /** Takes away what delays the packets of a host. */
  async #direct(name: string): Promise<void> {
    const delay = this.#delays.get(name);
    if (delay === undefined) return;
    this.#delays.delete(name);
    delay.kill("SIGKILL");
    await delay.exited;
    await this.#inside(["ip", "-batch", "-"], direct(name));
  }

  #names(hosts: Hosts): readonly string[] {
    const list = Array.isArray(hosts) ? hosts : [hosts];
    return list.map((host: Host | string) => (typeof host === "string" ? this.host(host) : host).name);
  }

  /** Ports of the bridge, as in rules. */
  #ports(hosts: Hosts): readonly string[] {
    return this.#names(hosts).map(portOf);
  }

  #filter(rules: string): Promise<void> {
    return this.#inside(["nft", "-f", "-"], rules);
  }

  get #enter(): readonly string[] {
    return ["nsenter", `--target=${this.#holder.pid}`, "--net", "--"];
  }

  /** Runs a command beside the bridge. */
  async #inside(command: readonly string[], stdin: string): Promise<void> {
    const running = Bun.spawn([...this.#enter, ...command], {
      stdin: new Blob([stdin]),
      stdout: "ignore",
      stderr: "pipe",
    });
    if ((await running.exited) !== 0) throw new Error(`${stdin}: ${await running.stderr.text()}`);
  }
}

const portOf = (name: string): string => `"to-${name}"`;

/** The port gets another cable; between its end and the old one is a gap, for somebody to carry packets over. */
const detour = (name: string): string => `
link set to-${name} nomaster down
link set to-${name} name line-${name}
link add to-${name} type veth peer name slow-${name}
link set line-${name} addrgenmode none up
link set slow-${name} addrgenmode none up
link set to-${name} master lan up
`;

const direct = (name: string): string => `
link del to-${name}
link set line-${name} down
link set line-${name} name to-${name}
link set to-${name} master lan up
`;

/** ARP passes always, so that a cut is silent: without it the kernel would tell that there is no such host. */
const script = `
ip -batch - <<END
link set lo up
link add lan type bridge mcast_snooping 0
link set lan up
END
nft -f - <<END
table bridge lan {
  set cut { type ifname . ifname; }
  chain loss { }
  chain forward {
    type filter hook forward priority 0;
    ether type arp accept
    iifname . oifname @cut drop
    jump loss
  }
}
END
${holding}
`;

/** What a cluster is to keep: a program that uses all that hosts share, and what must be so because of it. */
import type { Cluster } from "./cluster.ts";
import { eventually } from "./eventually.ts";
import type { Host } from "./host.ts";

/** Made anew by each version. */
const kept = "/root/kept";
/** What hosts export, and nothing else. */
const collected = "/root/of";
/** Who is chosen. */
const placed = "/root/placed";

export interface SiteOptions {
  /** Names of hosts that export something to all. */
  readonly exporters?: readonly string[];
}

/** A program that is deployed, in versions. */
export class Site {
  readonly #cluster: Cluster;
  #version = 0;
  #exporters: readonly string[] = [];

  private constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Deploys the first version. */
  static async deploy(cluster: Cluster, options: SiteOptions = {}): Promise<Site> {
    const site = new Site(cluster);
    await site.deploy(options);
    return site;
  }

  /** Of the deploy that is in force. */
  get version(): number {
    return this.#version;
  }

  /** Deploys the next version. @param from a host that reaches the store */
  async deploy(
    { exporters = this.#hosts.map(({ name }) => name) }: SiteOptions = {},
    from: Host | undefined = this.#hosts[0],
  ): Promise<void> {
    this.#version++;
    this.#exporters = exporters.toSorted();
    await deployText(from, this.#text());
  }

  /** Deploys what no host can run; what was there before stays. */
  async deployNonsense(from: Host | undefined = this.#hosts[0]): Promise<void> {
    // It is found only where it is evaluated, so it can be deployed.
    await deployText(
      from,
      `file "${kept}" {\n\tstate => "exists",\n\tcontent => "${this.#version + 1}",\n\tMeta:sema => [""],\n}\n`,
    );
  }

  /** Waits until all is on these hosts as the newest version says, and nothing else. */
  async holds(hosts: readonly Host[] = this.#hosts, within = 30_000): Promise<void> {
    for (const host of hosts) {
      const explain = (): string => this.#cluster.agents.get(host.name)?.lines.slice(-30).join("\n") ?? "";
      const same = (): boolean => {
        const [found, wanted] = [foundOn(host), this.#wanted(host)];
        if (JSON.stringify(found) === JSON.stringify(wanted)) return true;
        throw new Error(`found ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
      };
      await eventually(same, {
        within,
        what: `version ${this.#version} is in force on ${host.name}`,
        explain,
      });
    }
  }

  /** Waits until these hosts run the newest version. What others export, who are away, may be as it was. */
  async reaches(hosts: readonly Host[], within = 30_000): Promise<void> {
    for (const host of hosts) {
      const content = `version ${this.#version} on ${host.name}\n`;
      const explain = (): string => this.#cluster.agents.get(host.name)?.lines.slice(-30).join("\n") ?? "";
      const what = `version ${this.#version} has reached ${host.name}`;
      await eventually(() => host.file(kept).read() === content, { within, what, explain });
    }
  }

  /** Changes what is kept on these hosts, and waits until it is as before. */
  async repairs(hosts: readonly Host[] = this.#hosts, within = 10_000): Promise<void> {
    for (const host of hosts) {
      const file = host.file(kept);
      const before = file.read();
      file.write("drift");
      await eventually(() => file.read() === before, {
        within,
        what: `${host.name} repairs a file`,
        explain: () => this.#cluster.agents.get(host.name)?.lines.slice(-30).join("\n") ?? "",
      });
    }
  }

  /** Waits until these are chosen, as these hosts know. */
  async chooses(
    names: readonly string[],
    asSeenBy: readonly Host[] = this.#hosts,
    within = 30_000,
  ): Promise<void> {
    for (const host of asSeenBy) {
      await eventually(
        () => {
          const found = host.file(placed).read().trim();
          if (found === names.toSorted().join(" ")) return true;
          throw new Error(`chosen are ${found}`);
        },
        { within, what: `${host.name} knows that ${names.join(", ")} are chosen` },
      );
    }
  }

  get #hosts(): readonly Host[] {
    return this.#cluster.hosts;
  }

  #wanted({ name }: Host): unknown {
    return [
      `version ${this.#version} on ${name}\n`,
      this.#exporters.map((from) => [from, `version ${this.#version} of ${from}\n`]),
    ];
  }

  #text(): string {
    const version = `version ${this.#version}`;
    const names = this.#hosts.map(({ name }) => `"${collected}/${name}"`).join(", ");
    return `import "strings"
import "world"

file "${kept}" {
	state => "exists",
	content => "${version} on \${hostname}\\n",
}

file "${collected}/" {
	state => "exists",
	recurse => true,
	purge => true,
}

if $hostname in [${this.#exporters.map((name) => `"${name}"`).join(", ") || '"none"'}] {
	file "${collected}/\${hostname}" {
		state => "exists",
		content => "${version} of \${hostname}\\n",

		Meta:hidden => true,
		Meta:export => ["*"],
	}
}

collect file [${names}] {
	Meta:hidden => false,
}

schedule "place" {
	strategy => "rr",
	max => 2,
}

file "${placed}" {
	state => "exists",
	content => strings.join_nonempty(world.schedule("place"), " "),
}
`;
  }
}

/** @throws Error if it is refused */
async function deployText(from: Host | undefined, text: string): Promise<void> {
  if (from === undefined) throw new Error("the cluster has no node");
  from.file("/root/site/main.mcl").write(text);
  const { status, stderr } = await from.run(["deploy", "--no-git", "/root/site/main.mcl"]);
  if (status !== 0) throw new Error(`${from.name} cannot deploy: ${stderr}`);
}

/** What is on a host of what {@link Site} is about. */
function foundOn(host: Host): unknown {
  const names = host.file(collected).list();
  return [
    host.file(kept).read(),
    names.toSorted().map((name) => [name, host.file(`${collected}/${name}`).read()]),
  ];
}

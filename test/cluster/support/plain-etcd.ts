/** Plain servers of etcd on several hosts, run by the executable: a cluster that no agent looks after. */
import { isRecord, textField } from "../../../etcd/json.ts";
import { eventually } from "./eventually.ts";
import { Gateway } from "./gateway.ts";
import type { Host } from "./host.ts";
import type { HostProcess } from "./host-process.ts";

/** Below `/run` of each host, so that the tests reach every server whatever is cut. */
const socket = "client.sock:0";

/** Times in ms. Short enough for tests, long enough for a busy machine. */
const flags = [
  ...["--heartbeat-interval", "50", "--election-timeout", "500", "--pre-vote"],
  ...["--logger", "zap", "--log-level", "warn"],
];

export class PlainEtcd {
  readonly hosts: readonly Host[];
  /** By name of the host. */
  readonly servers: Map<string, HostProcess>;

  private constructor(hosts: readonly Host[], servers: Map<string, HostProcess>) {
    this.hosts = hosts;
    this.servers = servers;
  }

  /** @returns once all members serve */
  static async start(hosts: readonly Host[]): Promise<PlainEtcd> {
    const started = hosts.map(async (host) => [host.name, await start(host, hosts)] as const);
    const cluster = new PlainEtcd(hosts, new Map(await Promise.all(started)));
    await Promise.all(hosts.map((host) => cluster.serves(host)));
    return cluster;
  }

  /** The servers on these hosts, as the tests reach them whatever the network is like. */
  store(...hosts: readonly Host[]): Gateway {
    return new Gateway((hosts.length === 0 ? this.hosts : hosts).map(socketOf));
  }

  /** Waits until a server has a leader. */
  async serves(host: Host): Promise<void> {
    const health = async (): Promise<boolean> => {
      const answer = await fetch("http://etcd/health", { unix: socketOf(host) });
      return (await answer.text()).includes('"true"');
    };
    const explain = (): string => this.servers.get(host.name)?.lines.join("\n") ?? "";
    await eventually(health, { what: `etcd on ${host.name} serves`, explain });
  }

  /** The host whose server leads, as the servers on these hosts see it. */
  async leader(among: readonly Host[] = this.hosts): Promise<Host> {
    return eventually(
      async () => {
        const views = await Promise.all(among.map(viewOf));
        const [first] = views;
        if (!views.every((view) => view.leader === first?.leader)) return undefined;
        return among.find((_, index) => views[index]?.member === first?.leader);
      },
      { what: `${among.map(({ name }) => name).join(", ")} agree on a leader` },
    );
  }

  /** Starts the server of a host again, with what it has on its disk. @returns once it serves */
  async restart(host: Host): Promise<void> {
    await this.servers.get(host.name)?.kill();
    host.file(`/run/${socket}`).remove();
    this.servers.set(host.name, await start(host, this.hosts));
    await this.serves(host);
  }
}

const socketOf = (host: Host): string => host.path(`/run/${socket}`);

function start(host: Host, hosts: readonly Host[]): Promise<HostProcess> {
  const peer = ({ address }: Host): string => `http://${address}:2380`;
  const options: Readonly<Record<string, string>> = {
    "--name": host.name,
    "--data-dir": "/var/lib/mgmt/plain",
    "--listen-client-urls": `unix://${socket},http://127.0.0.1:2379,http://${host.address}:2379`,
    "--advertise-client-urls": `http://${host.name}:2379`,
    "--listen-peer-urls": peer(host),
    "--initial-advertise-peer-urls": peer(host),
    "--initial-cluster": hosts.map((one) => `${one.name}=${peer(one)}`).join(","),
  };
  return host.start(["etcd", ...Object.entries(options).flat(), ...flags], { cwd: "/run" });
}

interface View {
  readonly member: string;
  readonly leader: string;
}

async function viewOf(host: Host): Promise<View> {
  const status = await new Gateway([socketOf(host)]).ask("maintenance/status", {});
  const header = isRecord(status.header) ? status.header : {};
  return { leader: textField(status, "leader"), member: textField(header, "member_id") };
}

import { EtcdClient } from "../../../etcd/client/client.ts";
import { EtcdSealer, joinedHosts } from "../../../src/world/etcd-sealer.ts";
import { EtcdWorld } from "../../../src/world/etcd-world.ts";

let roots = 0;

/** Hosts that share a part of an etcd of their own, each with a client, as processes of different machines have. */
export class EtcdHosts implements AsyncDisposable {
  readonly root = `/_mgmt-${roots++}`;
  readonly errors: unknown[] = [];
  readonly #hosts = new Map<EtcdWorld, EtcdClient>();

  constructor(readonly url: string) {}

  /** @param more `url`: another way to the server; `load`: how busy the host is; `key`: private, with which it has joined */
  open(
    host: string,
    more: {
      readonly url?: string;
      readonly schedules?: boolean;
      readonly load?: number;
      readonly key?: () => string;
    } = {},
  ): EtcdWorld {
    const { url = this.url, schedules = true, load = 0, key } = more;
    const client = new EtcdClient({ endpoints: [url], timeout: 2000 });
    const onError = (error: unknown): void => void this.errors.push(error);
    const certificates = joinedHosts(client, this.root);
    const sealer = key && new EtcdSealer({ host, privateKey: key, certificates }, client.connection.closed);
    const world = new EtcdWorld(client, {
      host,
      schedules,
      load: () => load,
      onError,
      root: this.root,
      ...(sealer && { sealer }),
    });
    this.#hosts.set(world, client);
    return world;
  }

  /** Ends a host in order. */
  async close(world: EtcdWorld): Promise<void> {
    const client = this.#hosts.get(world);
    this.#hosts.delete(world);
    await world.close();
    client?.close();
  }

  /** Ends a host as a crash does. */
  crash(world: EtcdWorld): void {
    this.#hosts.get(world)?.close();
    this.#hosts.delete(world);
  }

  /** For what no host of ours does. */
  client(): EtcdClient {
    const [client] = this.#hosts.values();
    if (client === undefined) throw new Error("no host is open");
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const world of [...this.#hosts.keys()]) await this.close(world);
  }
}

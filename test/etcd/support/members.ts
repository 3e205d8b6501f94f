/** A cluster of supervised servers, which reach each other and are reached on loopback. */
import type { EtcdServer, EtcdServerOptions } from "../../../etcd/server/etcd-server.ts";
import { freePort } from "./server.ts";
import { ServerDirectory } from "./server-directory.ts";

export class TestMembers implements AsyncDisposable {
  readonly directories: readonly ServerDirectory[];
  readonly servers: readonly EtcdServer[];
  /** For clients. */
  readonly urls: readonly string[];

  private constructor(
    directories: readonly ServerDirectory[],
    servers: readonly EtcdServer[],
    urls: readonly string[],
  ) {
    this.directories = directories;
    this.servers = servers;
    this.urls = urls;
  }

  /** Members `m1`, `m2` and so on. */
  static async start(count: number, options: Partial<EtcdServerOptions> = {}): Promise<TestMembers> {
    const places: { name: string; client: string; peer: string; directory: ServerDirectory }[] = [];
    for (let index = 1; index <= count; index++)
      places.push({
        name: `m${index}`,
        client: `http://127.0.0.1:${await freePort()}`,
        peer: `http://127.0.0.1:${await freePort()}`,
        directory: new ServerDirectory(),
      });
    const members = Object.fromEntries(places.map(({ name, peer }) => [name, [peer]]));
    const servers = await Promise.all(
      places.map(({ name, client, peer, directory }) =>
        directory.start({
          name,
          cluster: { token: "test", state: "new", members },
          clients: { urls: [client] },
          peers: { urls: [peer] },
          ...options,
        }),
      ),
    );
    return new TestMembers(
      places.map(({ directory }) => directory),
      servers,
      places.map(({ client }) => client),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    for (const directory of this.directories) await directory[Symbol.asyncDispose]();
  }
}

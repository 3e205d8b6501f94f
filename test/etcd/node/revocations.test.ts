import { expect, setDefaultTimeout } from "bun:test";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { EtcdError } from "../../../etcd/client/error.ts";
import { registerNode } from "../../../etcd/join/registry.ts";
import type { NodeEvent } from "../../../etcd/node/events.ts";
import { ClusterNode } from "../../../etcd/node/node.ts";
import { Authority } from "../../../etcd/pki/authority.ts";
import type { CertifiedKey } from "../../../etcd/pki/certified-key.ts";
import { serverName } from "../../../etcd/pki/names.ts";
import { stage } from "../../../etcd/stage.ts";
import { cutConnections } from "../../../src/os/cut-connections.ts";
import { nodeGrants, serverGrants } from "../../../src/world/etcd-grants.ts";
import { EtcdKeys } from "../../../src/world/etcd-keys.ts";
import { until } from "../../support/until.ts";
import { files, ScratchDirectory } from "../support/scratch-directory.ts";
import { freePort, withEtcd } from "../support/server.ts";

setDefaultTimeout(90_000);

const keys = new EtcdKeys();
const rootKey = keys.root;

for (const [how, cut, event] of [
  ["their connections are cut", cutConnections, "cut-off"],
  ["the server is started again, where they cannot be cut", undefined, "cut-off-by-restart"],
] as const)
  withEtcd(`those who are connected have to connect again when one is replaced: ${how}`, async () => {
    using scratch = new ScratchDirectory();
    const events: NodeEvent[] = [];
    const url = async (): Promise<readonly string[]> => [`https://127.0.0.1:${await freePort()}`];
    const clientUrls = await url();
    const node = await ClusterNode.open({
      ...{ name: "s1", rootKey, files, seeds: [], replace: false, noServer: false, zone: "" },
      directory: scratch.at("etcd"),
      pkiDirectory: scratch.at("pki"),
      snapshots: scratch.at("snapshots"),
      program: () =>
        stage("etcd", { directory: scratch.at("bin"), files, environment: { PATH: process.env.PATH } }),
      addresses: { insecure: false, clientUrls, serverUrls: await url(), joinUrls: await url() },
      grants: (name, role) => nodeGrants(keys, name, role),
      serverGrants: serverGrants(keys),
      onEvent: (each) => events.push(each),
      cutConnections: cut,
    });
    const clients: EtcdClient[] = [];
    const authority = await Authority.load(scratch.at("pki"), files);
    const connect = (pair: CertifiedKey, timeout: number): EtcdClient => {
      const tls = { serverName, authority: authority.root, certificate: pair.certificate, key: pair.key };
      const client = new EtcdClient({ endpoints: clientUrls, tls, timeout });
      clients.push(client);
      return client;
    };
    try {
      const root = connect(await authority.rootClient(), 20_000);
      const register = async (): Promise<CertifiedKey> => {
        const made = await authority.makeHost("h1");
        await registerNode(root, {
          ...({ rootKey, name: "h1", role: "agent", replace: true } as const),
          grants: nodeGrants(keys, "h1", "agent"),
          certificate: made.certificate,
          now: Date.now(),
        });
        return made;
      };
      const old = connect(await register(), 1000);
      await old.put(keys.convergence("h1"), Buffer.from("true"));
      const next = connect(await register(), 20_000);
      await until("all are cut off", () => events.some(({ type }) => type === event));
      // It is told before the server goes.
      await until("the old one is not served", async () => {
        const put = old.put(keys.convergence("h1"), Buffer.from("false"));
        const error: unknown = await put.then(
          () => undefined,
          (cause: unknown) => cause,
        );
        return error instanceof EtcdError && error.kind === "unreachable";
      });
      await until("the server is there", async () => {
        await next.put(keys.convergence("h1"), Buffer.from("true"));
        return true;
      });
      await node.client.put(keys.convergence("s1"), Buffer.from("true"));
      expect(events.filter(({ type }) => type === "expelled")).toEqual([]);

      // This one is not in any more, either.
      await root.delete({ key: keys.host("s1") });
      await until("the node knows", () => events.some(({ type }) => type === "expelled"));
      await until("it offers itself no longer", async () => {
        const left = await root.keys({ prefix: `${rootKey}/volunteer/` });
        return left.length === 0;
      });
    } finally {
      for (const client of clients) client.close();
      await node.close();
    }
  });

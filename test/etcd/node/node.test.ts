/** Nodes with real servers, in this process; what whole machines do is in `test/cluster`. */
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeEvent } from "../../../etcd/node/events.ts";
import { ClusterNode } from "../../../etcd/node/node.ts";
import type { NodeOptions } from "../../../etcd/node/options.ts";
import { prepare } from "../../../etcd/node/prepare.ts";
import { recoverNode } from "../../../etcd/node/recover-node.ts";
import { replaceFile } from "../../../src/os/atomic-file.ts";
import { tryLock } from "../../../src/os/lock.ts";
import { nodeGrants, serverGrants } from "../../../src/world/etcd-grants.ts";
import { EtcdKeys } from "../../../src/world/etcd-keys.ts";
import { failureOf } from "../support/failure.ts";
import { etcdBinary, freePort, withEtcd } from "../support/server.ts";

const keys = new EtcdKeys();
const text = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString();

/** Directories of nodes, and those that run there; `await using` ends them. */
class Nodes implements AsyncDisposable {
  readonly events: NodeEvent[] = [];
  readonly #directory = mkdtempSync(join(tmpdir(), "mgmt-nodes-"));
  readonly #open: ClusterNode[] = [];
  #news = Promise.withResolvers<void>();

  async options(name: string, more: Partial<NodeOptions> = {}): Promise<NodeOptions> {
    const scheme = more.addresses?.insecure === true ? "http" : "https";
    const url = async (): Promise<readonly string[]> => [`${scheme}://127.0.0.1:${await freePort()}`];
    return {
      name,
      directory: join(this.#directory, name, "etcd"),
      pkiDirectory: join(this.#directory, name, "pki"),
      snapshots: join(this.#directory, name, "snapshots"),
      rootKey: keys.root,
      files: { replaceFile, tryLock },
      program: async () => ({ path: etcdBinary ?? "", version: "3.4.23" }),
      seeds: [],
      replace: false,
      noServer: false,
      zone: "",
      grants: (node, role) => nodeGrants(keys, node, role),
      serverGrants: serverGrants(keys),
      onEvent: (event) => {
        this.events.push(event);
        this.#news.resolve();
        this.#news = Promise.withResolvers();
      },
      ...more,
      addresses: {
        clientUrls: await url(),
        serverUrls: await url(),
        joinUrls: await url(),
        insecure: false,
        ...more.addresses,
      },
    };
  }

  async open(options: NodeOptions): Promise<ClusterNode> {
    const node = await ClusterNode.open(options);
    this.#open.push(node);
    return node;
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    const limit = AbortSignal.timeout(30_000);
    while (!isSo()) {
      if (limit.aborted) throw new Error(`never came: ${what}; ${JSON.stringify(this.events.slice(-10))}`);
      await Promise.race([this.#news.promise, Bun.sleep(500)]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#open.map((node) => node.close()));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

withEtcd("a node makes a cluster of its own, and goes on with it", async () => {
  await using nodes = new Nodes();
  const options = await nodes.options("h1");
  const first = await nodes.open(options);
  await first.client.put(keys.string("color"), Buffer.from("blue"));
  await first.close();
  const again = await nodes.open(options);
  expect(text((await again.client.get(keys.string("color")))?.value)).toBe("blue");
  expect(again.isServer).toBe(true);
  expect(String(await failureOf(again.client.put("/elsewhere", Buffer.from("x"))))).toContain(
    "denies permission",
  );
});

withEtcd("what was interrupted while a cluster was made is completed", async () => {
  await using nodes = new Nodes();
  const options = await nodes.options("h1");
  const { cluster } = await prepare(options);
  const node = await nodes.open(options);
  await node.client.put(keys.string("color"), Buffer.from("blue"));
  expect(text((await node.client.get(keys.clusterInfo))?.value)).toContain(cluster ?? "?");
});

withEtcd("a node that could not have its port leaves nothing behind, and can begin again", async () => {
  await using nodes = new Nodes();
  const options = await nodes.options("h1");
  const { hostname, port } = new URL(options.addresses.serverUrls?.[0] ?? "");
  {
    using _other = Bun.listen({ hostname, port: Number(port), socket: { data() {} } });
    expect(String(await failureOf(nodes.open(options)))).toContain("another program listens at");
  }
  const node = await nodes.open(options);
  await node.client.put(keys.string("color"), Buffer.from("blue"));
});

withEtcd("the directory of one node is not that of another", async () => {
  await using nodes = new Nodes();
  const options = await nodes.options("h1");
  await (await nodes.open(options)).close();
  expect(String(await failureOf(nodes.open({ ...options, name: "h2" })))).toContain("--hostname h1");
  const insecure = { ...options, addresses: { insecure: true } };
  expect(String(await failureOf(nodes.open(insecure)))).toContain("leave out --insecure");
});

withEtcd("without certificates, nodes join by their seeds and become members", async () => {
  await using nodes = new Nodes();
  const insecure = { addresses: { insecure: true } };
  const first = await nodes.open(await nodes.options("h1", insecure));
  const seeds = first.client.connection.endpoints;
  for (const name of ["h2", "h3"]) await nodes.open(await nodes.options(name, { ...insecure, seeds }));
  const promoted = (): number =>
    nodes.events.filter((event) => event.type === "controller" && event.event.type === "promoted").length;
  await nodes.until("two more voters", () => promoted() === 2);
});

withEtcd("what a node has is made a cluster of one, when the others are lost", async () => {
  await using nodes = new Nodes();
  const options = await nodes.options("h1");
  const before = await nodes.open(options);
  await before.client.put(keys.string("color"), Buffer.from("blue"));
  await before.close();
  await recoverNode(options);
  const after = await nodes.open(options);
  expect(text((await after.client.get(keys.string("color")))?.value)).toBe("blue");
});

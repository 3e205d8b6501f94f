import { expect } from "bun:test";
import { AuthClient } from "etcd3";
import { EtcdClient } from "../../../etcd/client/client.ts";
import type { Maintenance } from "../../../etcd/client/maintenance.ts";
import { saveSnapshotAs } from "../../../etcd/snapshot/save.ts";
import { Authority } from "../support/certificates.ts";
import { failureOf } from "../support/failure.ts";
import { freePort, TestServer, withEtcd } from "../support/server.ts";
import { clientOf, fill, list, maintenanceOf, Scratch } from "../support/snapshots.ts";

async function sizeOf(maintenance: Maintenance): Promise<number> {
  let size = 0;
  for await (const { bytes } of maintenance.snapshot()) size += bytes.length;
  return size;
}

/** Has the server ask for users: `root`, who may do all, and `h1`, who may do nothing. */
async function enableUsers(client: EtcdClient, password?: string): Promise<void> {
  const auth = new AuthClient(client.connection.calls("never"));
  const options = password === undefined ? { options: { no_password: true } } : { password };
  for (const name of ["root", "h1"]) {
    await auth.userAdd({ name, ...options });
    await auth.roleAdd({ name });
    await auth.userGrantRole({ user: name, role: name });
  }
  await auth.authEnable();
}

withEtcd("only root gets snapshots and defragments, by password", async () => {
  using scratch = new Scratch();
  await using server = await TestServer.start();
  using anybody = clientOf(server.url);
  await enableUsers(anybody, "secret");
  const [root, h1] = ["root", "h1"].map(
    (name) => new EtcdClient({ endpoints: [server.url], user: { name, password: "secret" } }),
  );
  if (root === undefined || h1 === undefined) throw new Error("two users");
  expect(await sizeOf(maintenanceOf(root))).toBeGreaterThan(10_000);
  await maintenanceOf(root).defragment(server.url);
  for (const client of [anybody, h1]) {
    const kind = client === h1 ? "permission-denied" : "unauthenticated";
    const save = saveSnapshotAs(scratch.at("store.db"), { maintenance: maintenanceOf(client) });
    expect(await failureOf(save)).toHaveProperty("kind", kind);
    expect(await failureOf(maintenanceOf(client).defragment(server.url))).toHaveProperty("kind", kind);
  }
  expect(list(scratch.path)).toEqual([]);
  root.close();
  h1.close();
});

withEtcd("a snapshot comes over TLS to who has the certificate of root", async () => {
  using authority = new Authority();
  const serverName = "etcd.mgmt.internal";
  authority.sign("server", serverName);
  const url = `https://127.0.0.1:${await freePort()}`;
  await using _server = await TestServer.start(
    ...["--listen-client-urls", `SOCKET,${url}`, "--client-cert-auth"],
    ...["--cert-file", authority.path("server.crt"), "--key-file", authority.path("server.key")],
    ...["--trusted-ca-file", authority.path("ca.crt")],
  );
  const connect = (name: string): EtcdClient =>
    new EtcdClient({
      endpoints: [url],
      tls: { authority: authority.text("ca.crt"), serverName, ...authority.sign(name) },
    });
  const root = connect("root");
  await enableUsers(root);
  expect(await sizeOf(maintenanceOf(root))).toBeGreaterThan(10_000);
  await maintenanceOf(root).defragment(url);
  const h1 = connect("h1");
  expect(await failureOf(sizeOf(maintenanceOf(h1)))).toHaveProperty("kind", "permission-denied");
  root.close();
  h1.close();
});

withEtcd("whoever stops reading a snapshot leaves nothing open", async () => {
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  await fill(client, 10);
  for (let round = 0; round < 20; round++) {
    for await (const { remaining } of maintenanceOf(client).snapshot()) if (remaining > 0) break;
  }
  expect(await sizeOf(maintenanceOf(client))).toBeGreaterThan(10e6);
  expect((await client.get("/large/1"))?.value).toHaveLength(1_000_000);
});

withEtcd("a snapshot that is read slowly is not taken for silence", async () => {
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  await fill(client, 3);
  let pieces = 0;
  for await (const { bytes } of maintenanceOf(client).snapshot({ silence: 300 })) {
    pieces += Math.min(1, bytes.length);
    if (pieces === 1) await new Promise((resolve) => setTimeout(resolve, 600));
  }
  expect(pieces).toBeGreaterThan(50);
});

withEtcd("a server that is not there is told soon", async () => {
  using client = clientOf(`http://127.0.0.1:${await freePort()}`);
  expect(await failureOf(sizeOf(maintenanceOf(client)))).toHaveProperty("kind", "unreachable");
});

import { expect, setDefaultTimeout, test } from "bun:test";
import { AuthClient } from "etcd3";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { toRangeMessage } from "../../../etcd/client/key-range.ts";
import { Authority } from "../support/certificates.ts";
import { failureOf } from "../support/failure.ts";
import { Followed } from "../support/followed.ts";
import { etcdBinary, freePort, TestServer, withEtcd } from "../support/server.ts";

setDefaultTimeout(60_000);

const bytes = (text: string): Uint8Array => Buffer.from(text);

const timeout = 1000;

function below(prefix: string) {
  const { key, range_end = Buffer.alloc(0) } = toRangeMessage({ prefix });
  return { key, range_end };
}

/** Has the server ask for users: `root`, who may do all, and `h1`, who may do what is below `/h1/`. */
async function enableUsers(client: EtcdClient, password?: string): Promise<void> {
  const auth = new AuthClient(client.connection.calls("never"));
  const options = password === undefined ? { options: { no_password: true } } : { password };
  for (const name of ["root", "h1"]) {
    await auth.userAdd({ name, ...options });
    await auth.roleAdd({ name });
    await auth.userGrantRole({ user: name, role: name });
  }
  await auth.roleGrantPermission({
    name: "h1",
    perm: { permType: "Readwrite", ...below("/h1/") },
  });
  await auth.authEnable();
}

withEtcd("users and passwords", async () => {
  await using server = await TestServer.start();
  const connect = (user?: { readonly name: string; readonly password: string }) =>
    new EtcdClient({ endpoints: [server.url], timeout, ...(user && { user }) });
  const anybody = connect();
  await enableUsers(anybody, "secret");
  expect(await failureOf(anybody.get("/h1/a"))).toMatchObject({ kind: "unauthenticated" });
  const stranger = connect({ name: "h1", password: "wrong" });
  expect(await failureOf(stranger.get("/h1/a"))).toMatchObject({ kind: "unauthenticated" });

  const [root, h1] = ["root", "h1"].map((name) => connect({ name, password: "secret" }));
  if (root === undefined || h1 === undefined) throw new Error("two users");
  await h1.put("/h1/a", bytes("1"));
  expect(await failureOf(h1.put("/h2/a", bytes("1")))).toMatchObject({ kind: "permission-denied" });
  expect(String(await failureOf(h1.get("/h2/a")))).toContain("denies permission");

  const [own, others] = [new Followed(h1, { prefix: "/h1/" }), new Followed(h1, { prefix: "/h2/" })];
  await own.until(({ entries }) => entries.size === 1);
  await others.until(({ errors }) => errors.length > 0);
  await root.put("/h2/a", bytes("1"));
  const auth = new AuthClient(root.connection.calls("never"));
  await auth.roleGrantPermission({
    name: "h1",
    perm: { permType: "Read", ...below("/h2/") },
  });
  await others.until(({ entries }) => entries.size === 1);
  expect(others.errors.map(({ kind }) => kind)).toEqual(["permission-denied"]);
  await h1.put("/h1/b", bytes("2"));
  await own.until(({ entries }) => entries.size === 2);

  for (const followed of [own, others]) followed.end();
  for (const client of [anybody, stranger, root, h1]) client.close();
});

withEtcd("a token that has run out is renewed, for what is followed too", async () => {
  await using server = await TestServer.start("--auth-token-ttl", "1");
  const anybody = new EtcdClient({ endpoints: [server.url] });
  await enableUsers(anybody, "secret");
  const client = new EtcdClient({ endpoints: [server.url], user: { name: "h1", password: "secret" } });
  const told = new Followed(client, { prefix: "/h1/" });
  await told.until(({ batches }) => batches === 1);
  await server.kill();
  await server.restart();
  await client.put("/h1/a", bytes("1"));
  const late = new Followed(client, { prefix: "/h1/" });
  await told.until(({ entries }) => entries.size === 1);
  await late.until(({ entries }) => entries.size === 1);
  expect([...told.errors, ...late.errors]).toEqual([]);
  for (const followed of [told, late]) followed.end();
  for (const each of [anybody, client]) each.close();
});

const withOpenssl = etcdBinary === undefined || Bun.which("openssl") === null ? test.skip : test;

withOpenssl("certificates, at an address that is no name", async () => {
  using authority = new Authority();
  using otherAuthority = new Authority();
  const serverName = "etcd.mgmt.internal";
  authority.sign("server", serverName);
  const [root, h1] = [authority.sign("root"), authority.sign("h1")];
  const url = `https://127.0.0.1:${await freePort()}`;
  await using server = await TestServer.start(
    ...[
      "--listen-client-urls",
      `SOCKET,${url}`,
      "--client-cert-auth",
      "--trusted-ca-file",
      authority.path("ca.crt"),
    ],
    ...["--cert-file", authority.path("server.crt"), "--key-file", authority.path("server.key")],
  );
  expect(server.url).toStartWith("unix:");
  const clients: EtcdClient[] = [];
  const connect = (
    tls: Partial<typeof root> & { readonly authority: string; readonly serverName?: string },
  ) => {
    const client = new EtcdClient({ endpoints: [url], tls: { serverName, ...tls }, timeout });
    clients.push(client);
    return client;
  };
  const trusted = authority.text("ca.crt");
  const admin = connect({ authority: trusted, ...root });
  await admin.put("/h2/a", bytes("1"));
  await enableUsers(admin);
  const host = connect({ authority: trusted, ...h1 });
  await host.put("/h1/a", bytes("1"));
  expect(await failureOf(host.put("/h2/a", bytes("1")))).toMatchObject({ kind: "permission-denied" });
  const told = new Followed(host, { prefix: "/h1/" });
  await told.until(({ entries }) => entries.size === 1);
  told.end();

  const wrongAuthority = connect({ authority: otherAuthority.text("ca.crt"), ...h1 });
  const wrongName = connect({ authority: trusted, ...h1, serverName: "other.invalid" });
  const nobody = connect({ authority: trusted });
  for (const client of [wrongAuthority, wrongName, nobody])
    expect(await failureOf(client.get("/h1/a"))).toMatchObject({ kind: "untrusted" });
  for (const client of clients) client.close();
});

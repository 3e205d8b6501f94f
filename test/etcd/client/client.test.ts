import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { KVClient } from "../../../etcd/client/etcd3.ts";
import { failureOf } from "../support/failure.ts";
import { Followed, textOf } from "../support/followed.ts";
import { etcdBinary, TestServer, withEtcd } from "../support/server.ts";
import { Way } from "../support/way.ts";

setDefaultTimeout(60_000);

let server: TestServer;
const clients: EtcdClient[] = [];

beforeAll(async () => {
  if (etcdBinary !== undefined) server = await TestServer.start();
});
afterEach(() => {
  for (const each of clients.splice(0)) each.close();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

function connect(...endpoints: readonly string[]): EtcdClient {
  const client = new EtcdClient({ endpoints: endpoints.length === 0 ? [server.url] : endpoints });
  clients.push(client);
  return client;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

withEtcd("what is put is got, byte by byte, until it is deleted", async () => {
  const client = connect();
  expect(await client.get("/kv/ä")).toBeUndefined();
  const value = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const revision = await client.put("/kv/ä", value);
  const kept = await client.get("/kv/ä");
  expect(kept?.modRevision).toBe(revision);
  expect(Buffer.compare(kept?.value ?? bytes(""), value)).toBe(0);
  expect(await client.delete({ key: "/kv/ä" })).toBe(true);
  expect(await client.delete({ key: "/kv/ä" })).toBe(false);
});

withEtcd("a large range is read as it was at one moment, sorted by key", async () => {
  const client = connect();
  const keys = Array.from({ length: 2500 }, (_, number) => `/large/${number}`);
  await client.doAll(keys.map((put) => ({ put, value: bytes("old") })));
  const listing = client.list({ prefix: "/large/" }, { pageSize: 100 });
  const writing = client.doAll(keys.map((put) => ({ put, value: bytes("new") })));
  const { entries, revision } = await listing;
  await writing;
  expect(entries.map(({ key }) => key)).toEqual(keys.sort());
  expect(entries.every(({ modRevision }) => modRevision <= revision)).toBe(true);
});

withEtcd("more operations or bytes than fit in a transaction are done in several", async () => {
  const client = connect();
  const large = bytes("x".repeat(400_000));
  await client.doAll(Array.from({ length: 8 }, (_, number) => ({ put: `/chunks/${number}`, value: large })));
  await client.doAll(
    Array.from({ length: 300 }, (_, number) => ({ put: `/chunks/s${number}`, value: bytes("") })),
  );
  expect((await client.list({ prefix: "/chunks/" })).entries).toHaveLength(308);
});

withEtcd("a transaction does one thing or the other", async () => {
  const client = connect();
  const claim = (value: string) =>
    client.transact({
      compare: [{ key: "/txn/a", exists: false }],
      success: [{ put: "/txn/a", value: bytes(value) }],
      failure: [{ get: { key: "/txn/a" } }],
    });
  expect((await claim("1")).succeeded).toBe(true);
  const second = await claim("2");
  expect(second.succeeded).toBe(false);
  const found = second.results[0]?.found[0];
  expect(textOf(found?.value ?? bytes(""))).toBe("1");
  const since = { key: "/txn/a", modRevision: found?.modRevision ?? 0n };
  const move = () => client.transact({ compare: [since], success: [{ put: "/txn/a", value: bytes("3") }] });
  expect((await move()).succeeded).toBe(true);
  expect((await move()).succeeded).toBe(false);
});

withEtcd("a request outlives the restart of the server", async () => {
  await using own = await TestServer.start();
  const client = connect(own.url);
  await client.set("/restart", bytes("1"));
  await own.kill();
  const [set, read] = [client.set("/restart", bytes("2")), client.get("/restart")];
  await own.restart();
  expect(await set).toBe(true);
  expect(await read).toBeDefined();
});

withEtcd("a request goes to the next server when one is gone", async () => {
  await using way = await Way.to(server.url);
  const client = connect(way.url, server.url);
  await client.set("/next", bytes("1"));
  way.cut();
  await client.set("/next", bytes("2"));
  expect(textOf((await client.get("/next"))?.value ?? bytes(""))).toBe("2");
});

withEtcd(
  "when an answer is lost, what may not be repeated fails, and a set is found to be done",
  async () => {
    await using way = await Way.to(server.url);
    const [client, other] = [connect(way.url), connect()];
    const told = new Followed(other, { prefix: "/lost/" });
    await client.get("/lost/put");
    for (const [key, write] of [
      ["/lost/put", () => client.put("/lost/put", bytes("1"))],
      ["/lost/set", () => client.set("/lost/set", bytes("1"))],
    ] as const) {
      way.mute();
      const outcome = write().then(
        () => "done",
        () => "failed",
      );
      await told.until(({ entries }) => entries.has(key));
      way.cut();
      way.heal();
      expect(await outcome).toBe(key === "/lost/put" ? "failed" : "done");
    }
    await other.put("/lost/last", bytes(""));
    await told.until(({ entries }) => entries.size === 3);
    expect(told.told).toHaveLength(3);
    told.end();
  },
);

withEtcd("a thousand requests at once are answered", async () => {
  const client = connect();
  const puts = Array.from({ length: 1000 }, (_, number) => client.put(`/crowd/${number}`, bytes("")));
  await Promise.all(puts);
  expect((await client.list({ prefix: "/crowd/" })).entries).toHaveLength(1000);
});

withEtcd("errors say what is wrong, and what to do", async () => {
  const client = connect();
  const nobody = new EtcdClient({ endpoints: ["http://127.0.0.1:1"], timeout: 200 });
  const unknown = new EtcdClient({ endpoints: ["http://no.such.host.invalid:2379"], timeout: 200 });
  clients.push(nobody, unknown);
  const many = Array.from({ length: 200 }, (_, number) => ({ put: `/errors/${number}`, value: bytes("") }));
  const revision = await client.put("/errors/x", bytes(""));
  const kv = new KVClient(client.connection.calls({}));
  await kv.compact({ revision: String(revision) });
  const cases: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ["unreachable", "cannot reach etcd at http://127.0.0.1:1: ", () => nobody.get("a")],
    ["unreachable", "cannot reach etcd at http://no.such.host.invalid:2379: ", () => unknown.get("a")],
    ["too-large", "--max-request-bytes", () => client.put("/errors/a", new Uint8Array(1_800_000))],
    ["too-large", "--max-request-bytes", () => client.put("/errors/a", new Uint8Array(8_000_000))],
    ["too-large", "--max-txn-ops", () => client.transact({ success: many })],
    ["no-lease", "has ended the lease", () => client.put("/errors/a", bytes(""), "123")],
    ["compacted", "has forgotten", () => kv.range({ key: Buffer.from("a"), revision: 1 })],
  ];
  for (const [kind, text, request] of cases) {
    const error = await failureOf(request());
    expect(error).toMatchObject({ name: "EtcdError", kind });
    expect(String(error)).toContain(text);
  }
});

withEtcd("a server that does not answer is an error in time", async () => {
  await using way = await Way.to(server.url);
  const client = new EtcdClient({ endpoints: [way.url], timeout: 500 });
  clients.push(client);
  await client.get("a");
  way.freeze();
  expect(await failureOf(client.get("a"))).toMatchObject({ kind: "no-answer" });
});

withEtcd("a full store is an error that says how to make room", async () => {
  await using own = await TestServer.start("--quota-backend-bytes", "1000000");
  const client = connect(own.url);
  const fill = async (): Promise<void> => {
    for (let number = 0; number < 100; number++) await client.put(`/full/${number}`, new Uint8Array(200_000));
  };
  expect(await failureOf(fill())).toMatchObject({ kind: "no-space" });
});

withEtcd("without a quorum there is an error that says so", async () => {
  const members = await TestServer.startCluster(3);
  try {
    const client = new EtcdClient({ endpoints: members.map(({ url }) => url), timeout: 6000 });
    clients.push(client);
    await client.put("/quorum", bytes("1"));
    for (const member of members.slice(1)) await member.kill();
    client.setEndpoints([members[0]?.url ?? ""]);
    expect(await failureOf(client.get("/quorum"))).toMatchObject({ kind: "no-quorum" });
  } finally {
    for (const member of members) await member[Symbol.asyncDispose]();
  }
});

withEtcd("a client that has been closed says so, and keeps nobody waiting", async () => {
  await using way = await Way.to(server.url);
  const client = connect(way.url);
  way.cut();
  const request = client.get("a");
  client.close();
  expect(await failureOf(request)).toMatchObject({ kind: "closed" });
  expect(await failureOf(client.get("a"))).toMatchObject({ kind: "closed" });
});

withEtcd("URLs that are none of a server are refused", () => {
  for (const url of [
    "",
    "127.0.0.1:2379",
    "http://host",
    "ftp://host:1",
    "http://host:1/path",
    "unix://relative",
  ])
    expect(() => new EtcdClient({ endpoints: [url] })).toThrow("is not the URL of an etcd server");
  expect(() => new EtcdClient({ endpoints: [] })).toThrow("needs the URL of a server");
});

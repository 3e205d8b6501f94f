import { afterAll, afterEach, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { MaintenanceClient } from "etcd3";
import { EtcdClient } from "../../../etcd/client/client.ts";
import type { EtcdError } from "../../../etcd/client/error.ts";
import { KVClient } from "../../../etcd/client/etcd3.ts";
import { failureOf } from "../support/failure.ts";
import { Followed, textOf } from "../support/followed.ts";
import { etcdBinary, TestServer, withEtcd } from "../support/server.ts";
import { Way } from "../support/way.ts";

setDefaultTimeout(60_000);

let server: TestServer;
const clients: EtcdClient[] = [];
const followers: Followed[] = [];

beforeAll(async () => {
  if (etcdBinary !== undefined) server = await TestServer.start();
});
afterEach(() => {
  for (const each of followers.splice(0)) each.end();
  for (const each of clients.splice(0)) each.close();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

function connect(url = server.url): EtcdClient {
  const client = new EtcdClient({ endpoints: [url] });
  clients.push(client);
  return client;
}

function follow(client: EtcdClient, prefix: string): Followed {
  const followed = new Followed(client, { prefix });
  followers.push(followed);
  return followed;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

/** Puts `PREFIX/0`, `PREFIX/1`, ... each with its number, some at a time. */
async function putMany(client: EtcdClient, prefix: string, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += 50) {
    const numbers = Array.from({ length: Math.min(50, to - first) }, (_, index) => first + index);
    await Promise.all(numbers.map((number) => client.put(`${prefix}${number}`, bytes(String(number)))));
  }
}

async function leaderOf(members: readonly TestServer[]): Promise<TestServer> {
  for (const member of members) {
    const maintenance = new MaintenanceClient(connect(member.url).connection.calls({}));
    const { leader, header } = await maintenance.status();
    if (leader === header.member_id) return member;
  }
  throw new Error("there is no leader");
}

/** Has the servers forget what was before a revision. */
async function compact(revision: bigint, url = server.url): Promise<void> {
  const kv = new KVClient(connect(url).connection.calls("never"));
  await kv.compact({ revision: String(revision), physical: true });
}

withEtcd("what is there is told first, then each change in its order", async () => {
  const client = connect();
  await client.put("/order/a", bytes("1"));
  const told = follow(client, "/order/");
  await told.until(({ batches }) => batches === 1);
  for (const value of ["2", "3"]) await client.put("/order/b", bytes(value));
  await client.put("/orders", bytes("not in the range"));
  await client.delete({ prefix: "/order/" });
  await told.until(({ entries }) => entries.size === 0);
  expect(told.told).toEqual([
    "/order/a: - -> 1",
    "/order/b: - -> 2",
    "/order/b: 2 -> 3",
    "/order/a: 1 -> -",
    "/order/b: 3 -> -",
  ]);
});

withEtcd("one key is followed without those that begin like it", async () => {
  const client = connect();
  const told = new Followed(client, { key: "/one" });
  followers.push(told);
  await told.until(({ batches }) => batches === 1);
  await client.put("/one/more", bytes("x"));
  await client.put("/one", bytes("1"));
  await told.until(({ entries }) => entries.size === 1);
  expect(told.told).toEqual(["/one: - -> 1"]);
});

withEtcd("the changes of a transaction are told at once", async () => {
  const client = connect();
  const told = follow(client, "/together/");
  await told.until(({ batches }) => batches === 1);
  const success = Array.from({ length: 100 }, (_, index) => ({
    put: `/together/${index}`,
    value: bytes("x"),
  }));
  await client.transact({ success });
  await told.until(({ batches }) => batches === 2);
  expect(told.entries.size).toBe(100);
});

withEtcd("a set to the same value is no change", async () => {
  const client = connect();
  const told = follow(client, "/same/");
  await told.until(({ batches }) => batches === 1);
  expect(await client.set("/same/a", bytes("1"))).toBe(true);
  expect(await client.set("/same/a", bytes("1"))).toBe(false);
  expect(await client.set("/same/a", bytes("2"))).toBe(true);
  await told.until(({ entries }) => entries.get("/same/a") === "2");
  expect(told.told).toEqual(["/same/a: - -> 1", "/same/a: 1 -> 2"]);
});

withEtcd("nothing is told after the signal has fired", async () => {
  const client = connect();
  const told = follow(client, "/ended/");
  const other = follow(client, "/ended/");
  await told.until(({ batches }) => batches === 1);
  told.end();
  await client.put("/ended/a", bytes("1"));
  await other.until(({ entries }) => entries.size === 1);
  expect(told.told).toEqual([]);
});

withEtcd("hundreds of ranges are followed over one stream", async () => {
  const client = connect();
  const all = Array.from({ length: 600 }, (_, index) => follow(client, `/many/${index}/`));
  await Promise.all(all.map((told) => told.until(({ batches }) => batches === 1)));
  await putMany(client, "/many/7/", 0, 3);
  await all[7]?.until(({ entries }) => entries.size === 3);
  expect(all.filter(({ told }) => told.length > 0)).toHaveLength(1);
});

withEtcd("a follower that takes its time is told the rest together, in its order", async () => {
  const client = connect();
  const told = follow(client, "/slow/");
  await told.until(({ batches }) => batches === 1);
  const { promise, resolve } = Promise.withResolvers<void>();
  told.holdBack = promise;
  await client.put("/slow/a", bytes("0"));
  await told.until(({ batches }) => batches === 2);
  const other = follow(client, "/slow/");
  for (let value = 1; value <= 100; value++) await client.put("/slow/a", bytes(String(value)));
  await other.until(({ entries }) => entries.get("/slow/a") === "100");
  told.holdBack = undefined;
  resolve();
  await told.until(({ entries }) => entries.get("/slow/a") === "100");
  expect(told.batches).toBeLessThan(20);
  expect(told.told).toEqual([
    "/slow/a: - -> 0",
    ...Array.from({ length: 100 }, (_, index) => `/slow/a: ${index} -> ${index + 1}`),
  ]);
});

withEtcd("a follower that is far behind is told the outcome", async () => {
  const client = connect();
  const told = follow(client, "/behind/");
  await told.until(({ batches }) => batches === 1);
  const { promise, resolve } = Promise.withResolvers<void>();
  told.holdBack = promise;
  await client.put("/behind/first", bytes("x"));
  await told.until(({ batches }) => batches === 2);
  for (let round = 0; round < 120; round++) {
    const value = bytes(String(round));
    await client.transact({
      success: Array.from({ length: 100 }, (_, index) => ({ put: `/behind/${index}`, value })),
    });
  }
  const other = follow(client, "/behind/");
  await other.until(({ entries }) => entries.size === 101);
  told.holdBack = undefined;
  resolve();
  await told.until(({ entries }) => entries.size === 101 && [...entries.values()].includes("119"));
  expect(told.entries).toEqual(other.entries);
  expect(told.told.length).toBeLessThan(12_000);
});

withEtcd("no event is lost or told twice when a server is killed again and again", async () => {
  await using own = await TestServer.start();
  const client = connect(own.url);
  const told = follow(connect(own.url), "/kill/");
  for (let round = 0; round < 3; round++) {
    await putMany(client, "/kill/", round * 200, round * 200 + 150);
    await own.kill();
    const rest = putMany(client, "/kill/", round * 200 + 150, round * 200 + 200).catch(() => {});
    await own.restart();
    await rest;
    await putMany(client, "/kill/", round * 200 + 150, round * 200 + 200);
  }
  await told.until(({ entries }) => entries.size === 600);
  expect(told.entries).toEqual(
    new Map(
      (await client.list({ prefix: "/kill/" })).entries.map(({ key, value }) => [
        key,
        Buffer.from(value).toString(),
      ]),
    ),
  );
  const firsts = told.told.filter((line) => line.includes(": - ->"));
  expect(new Set(firsts).size).toBe(firsts.length);
});

withEtcd("a kill while old events are caught up with loses none of them", async () => {
  await using own = await TestServer.start();
  await using way = await Way.to(own.url);
  const client = connect(own.url);
  const told = follow(connect(way.url), "/replay/");
  await told.until(({ batches }) => batches === 1);
  way.cut();
  await putMany(client, "/replay/", 0, 5000);
  way.heal();
  await told.until(({ entries }) => entries.size > 0);
  await own.kill();
  expect(told.entries.size).toBeLessThan(5000);
  await own.restart();
  await told.until(({ entries }) => entries.size === 5000);
  expect(told.told).toHaveLength(5000);
});

withEtcd("what was compacted meanwhile is told as the difference", async () => {
  await using way = await Way.to(server.url);
  const client = connect();
  for (const name of ["removed", "kept", "changed"]) await client.put(`/compact/${name}`, bytes("1"));
  const told = follow(connect(way.url), "/compact/");
  await told.until(({ entries }) => entries.size === 3);
  way.cut();
  await client.delete({ key: "/compact/removed" });
  await client.put("/compact/new", bytes("1"));
  await client.put("/compact/changed", bytes("2"));
  await client.put("/compact/new", bytes("2"));
  await compact(await client.put("/compact/changed", bytes("3")));
  const before = told.told.length;
  way.heal();
  await told.until(({ entries }) => entries.get("/compact/changed") === "3");
  expect(told.told.slice(before)).toEqual([
    "/compact/removed: 1 -> -",
    "/compact/new: - -> 2",
    "/compact/changed: 1 -> 3",
  ]);
  await client.put("/compact/new", bytes("3"));
  await told.until(({ entries }) => entries.get("/compact/new") === "3");
  expect(told.errors).toEqual([]);
});

withEtcd("a way that is silently blocked is left for another", async () => {
  await using way = await Way.to(server.url);
  const client = new EtcdClient({ endpoints: [way.url, server.url] });
  clients.push(client);
  const told = follow(client, "/frozen/");
  await told.until(({ batches }) => batches === 1);
  way.freeze();
  await putMany(connect(), "/frozen/", 0, 10);
  await told.until(({ entries }) => entries.size === 10);
  expect(told.told).toHaveLength(10);
});

withEtcd("a server that is stopped for a while is waited for", async () => {
  await using own = await TestServer.start();
  const client = connect(own.url);
  const told = follow(client, "/stopped/");
  await told.until(({ batches }) => batches === 1);
  own.suspend();
  const set = client.set("/stopped/a", bytes("1"));
  const woken = Bun.sleep(1000).then(() => own.resume());
  expect(await set).toBe(true);
  await woken;
  await told.until(({ entries }) => entries.size === 1);
});

withEtcd("a store that has been replaced by an older one is told as the difference", async () => {
  await using own = await TestServer.start();
  const client = connect(own.url);
  const told = follow(client, "/wiped/");
  for (let value = 0; value < 20; value++) await client.put("/wiped/a", bytes(String(value)));
  await told.until(({ entries }) => entries.get("/wiped/a") === "19");
  const before = told.told.length;
  await own.wipe();
  await own.restart();
  await told.until(({ entries }) => entries.size === 0);
  await client.put("/wiped/b", bytes("new"));
  await told.until(({ entries }) => entries.size === 1);
  expect(told.told.slice(before)).toEqual(["/wiped/a: 19 -> -", "/wiped/b: - -> new"]);
});

withEtcd("what is followed goes on when the servers of the client are replaced", async () => {
  await using way = await Way.to(server.url);
  const client = connect(way.url);
  const told = follow(client, "/swapped/");
  await told.until(({ batches }) => batches === 1);
  await client.put("/swapped/a", bytes("1"));
  const done = Array.from({ length: 20 }, (_, index) => client.put(`/swapped/${index}`, bytes("x")));
  client.setEndpoints([server.url]);
  await Promise.all(done);
  await client.put("/swapped/b", bytes("2"));
  await told.until(({ entries }) => entries.size === 22);
  way.cut();
  await client.put("/swapped/c", bytes("3"));
  await told.until(({ entries }) => entries.size === 23);
  expect(told.told).toHaveLength(23);
});

withEtcd("the death of a leader is neither an error nor a gap", async () => {
  const members = await TestServer.startCluster(3);
  try {
    const client = new EtcdClient({ endpoints: members.map(({ url }) => url) });
    clients.push(client);
    const told = follow(client, "/leader/");
    let written = 0;
    const write = async (): Promise<void> => {
      for (let count = 0; count < 20; count++) await client.set(`/leader/${written++}`, bytes("x"));
    };
    await write();
    const leader = await leaderOf(members);
    await leader.kill();
    await write();
    await leader.restart();
    await (await leaderOf(members)).kill();
    await write();
    await told.until(({ entries }) => entries.size === written);
    expect(told.told).toHaveLength(written);
    expect(told.errors).toEqual([]);
  } finally {
    for (const member of members) await member[Symbol.asyncDispose]();
  }
});

withEtcd("a member that is cut off from the others says so instead of being silent", async () => {
  const members = await TestServer.startCluster(3);
  const interruption = Promise.withResolvers<EtcdError>();
  const restoration = Promise.withResolvers<string>();
  const client = new EtcdClient({
    endpoints: [members[0]?.url ?? ""],
    monitor: { onInterrupted: interruption.resolve, onRestored: restoration.resolve },
  });
  clients.push(client);
  try {
    const told = follow(client, "/cut-off/");
    await told.until(({ batches }) => batches === 1);
    for (const member of members.slice(1)) member.suspend();
    expect((await interruption.promise).kind).toBe("no-quorum");
    for (const member of members.slice(1)) member.resume();
    expect(await restoration.promise).toBe(members[0]?.url ?? "");
    await client.set("/cut-off/a", bytes("1"));
    await told.until(({ entries }) => entries.size === 1);
    expect(told.errors).toEqual([]);
  } finally {
    for (const member of members) await member[Symbol.asyncDispose]();
  }
});

withEtcd("servers that cannot be reached are an error before anything is known, and later none", async () => {
  await using own = await TestServer.start();
  await using way = await Way.to(own.url);
  way.cut();
  const client = new EtcdClient({ endpoints: [way.url], timeout: 300 });
  clients.push(client);
  const told = follow(client, "/unreachable/");
  await told.until(({ errors }) => errors.length > 0);
  way.heal();
  await told.until(({ batches }) => batches === 1);
  way.cut();
  await connect(own.url).put("/unreachable/a", bytes("1"));
  expect(String(await failureOf(client.get("/unreachable/a")))).toContain("cannot reach etcd");
  way.heal();
  await told.until(({ entries }) => entries.size === 1);
  expect(told.errors.map(({ kind }) => kind)).toEqual(["unreachable"]);
});

withEtcd("whatever happens, what is told is in order, and ends where the store does", async () => {
  await using own = await TestServer.start();
  await using way = await Way.to(own.url);
  const writer = connect(own.url);
  const told = [follow(connect(way.url), "/storm/"), follow(connect(way.url), "/storm/")];
  for (const each of told) await each.until(({ batches }) => batches === 1);
  let last = 0n;
  let number = 0;
  const write = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index++) {
      const key = `/storm/${(number * 7) % 13}`;
      if (number % 5 === 4) await writer.delete({ key });
      else await writer.set(key, bytes(String(number)));
      number++;
    }
    last = await writer.put("/storm/last", bytes(String(number)));
  };
  const faults: readonly (() => void | Promise<void>)[] = [
    () => way.cut(),
    () => way.mute(),
    async () => {
      await own.kill();
      await own.restart();
    },
    async () => {
      way.cut();
      await write(50);
      await compact(last, own.url);
    },
  ];
  for (const fault of [...faults, ...faults, ...faults.toReversed()]) {
    const writing = write(100);
    await fault();
    await writing;
    // What was muted has to be broken, for its silence would be noticed in seconds only.
    way.cut();
    way.heal();
  }
  await write(1);
  const end = String(number);
  const kept = new Map(
    (await writer.list({ prefix: "/storm/" })).entries.map(({ key, value }) => [key, textOf(value)]),
  );
  for (const each of told) {
    await each.until(({ entries }) => entries.get("/storm/last") === end);
    expect(each.entries).toEqual(kept);
    const highest = new Map<string, number>();
    for (const line of each.told) {
      const [, key = "", after = ""] = /^(.*): .* -> (.*)$/.exec(line) ?? [];
      if (after === "-") continue;
      expect(Number(after)).toBeGreaterThan(highest.get(key) ?? -1);
      highest.set(key, Number(after));
    }
    expect(each.errors).toEqual([]);
  }
});

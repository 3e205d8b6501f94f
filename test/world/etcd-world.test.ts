import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { EtcdClient } from "../../etcd/client/client.ts";
import { KVClient, LeaseClient } from "../../etcd/client/etcd3.ts";
import type { ExportedResource } from "../../lang/host.ts";
import type { EtcdWorld } from "../../src/world/etcd-world.ts";
import type { ExportRecord } from "../../src/world/export-store.ts";
import { failureOf } from "../etcd/support/failure.ts";
import { Followed, textOf } from "../etcd/support/followed.ts";
import { etcdBinary, TestServer } from "../etcd/support/server.ts";
import { Way } from "../etcd/support/way.ts";
import { Told, testSharedWorld } from "./shared-world.ts";
import { EtcdHosts } from "./support/etcd-hosts.ts";

setDefaultTimeout(60_000);

const record = (more: Partial<ExportRecord>): ExportRecord => ({
  kind: "file",
  name: "/a",
  from: "h1",
  to: "*",
  fields: new Map([["content", "text"]]),
  meta: new Map(),
  ...more,
});

const exported = (world: EtcdWorld, to: string, kind = "file") =>
  new Told<readonly ExportedResource[]>((...told) => world.exports.follow({ kind, to }, ...told));
const string = (world: EtcdWorld, key: string) =>
  new Told<string | undefined>((...told) => world.strings.follow(key, ...told));
const schedule = (world: EtcdWorld, namespace: string) =>
  new Told<readonly string[]>((...told) => world.schedules.follow(namespace, ...told));

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe.skipIf(etcdBinary === undefined)("in etcd", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  testSharedWorld("a world", async () => {
    const hosts = new EtcdHosts(server.url);
    return {
      world: hosts.open("h1"),
      reopen: async () => hosts.open("h1"),
      close: () => hosts[Symbol.asyncDispose](),
    };
  });

  test("people find everything where it belongs, and can read it", async () => {
    await using hosts = new EtcdHosts(server.url);
    const world = hosts.open("h1", { schedules: false });
    await world.strings.set("a/b", "shared");
    await world.strings.set("50% \udcff\n", "odd");
    await world.hostStrings.set("a", "b", "of a host");
    await world.exports.put(record({ name: "/etc/x", to: "h2" }));
    const options = { strategy: "rr", max: 1, persist: true } as const;
    await world.schedules.register("web", "h1", options);
    const { entries } = await hosts.client().list({ prefix: hosts.root });
    expect(
      Object.fromEntries(entries.map(({ key, value }) => [key.slice(hosts.root.length), textOf(value)])),
    ).toEqual({
      "/scheduler/hostname/h1/web": '{"strategy":"rr","max":1,"persist":true}',
      "/smap/b/a": "of a host",
      "/strings/50%25 %FF%0A": "odd",
      "/strings/a/b": "shared",
      "/x/h1/h2/file//etc/x": expect.stringContaining('["name",{"str":"/etc/x"}]'),
    });
  });

  test("what is set to what it is makes no event", async () => {
    await using hosts = new EtcdHosts(server.url);
    const world = hosts.open("h1", { schedules: false });
    const told = new Followed(hosts.client(), { prefix: hosts.root });
    await told.until(({ batches }) => batches === 1);
    for (let round = 0; round < 3; round++) {
      await world.strings.set("s", "1");
      await world.hostStrings.set("n", "h1", "1");
      await world.exports.put(record({}));
      await world.schedules.register("web", "h1", { strategy: "rr", max: 1, persist: true });
      await world.strings.delete("missing");
    }
    await world.strings.set("last", "");
    await told.until(({ entries }) => entries.size === 5);
    expect(told.told).toHaveLength(5);
    told.end();
  });

  test("entries that are none of ours, or lie about who exports, count for nothing", async () => {
    await using hosts = new EtcdHosts(server.url);
    const world = hosts.open("h1");
    const [client, { root }] = [hosts.client(), hosts];
    await world.exports.put(record({ name: "/forged", from: "h2" }));
    const forged = await client.get(`${root}/x/h2/*/file//forged`);
    await client.put(`${root}/x/h3/*/file//forged`, forged?.value ?? bytes(""));
    for (const key of [
      "x/h2",
      "x/h2/*/file",
      "x/h2/*/file/broken",
      "smap/h1",
      "smap/a/b/c",
      "scheduler/hostname/h1",
    ])
      await client.put(`${root}/${key}`, bytes("{}"));
    await client.put(`${root}/scheduler/hostname/h9/web`, bytes('{"strategy":"best"}'));
    const told = exported(world, "h1");
    await told.until([{ name: "/forged", host: "h2", fields: record({}).fields, meta: new Map() }]);
    // It is under the keys of that host, which may want to be rid of it.
    expect(await world.exports.list("h3")).toEqual([{ kind: "file", name: "/forged", from: "h3", to: "*" }]);
    expect(await world.hostStrings.get("b")).toEqual(new Map());
    await world.schedules.register("web", "h1", { strategy: "rr", max: 2, persist: false });
    const chosen = schedule(world, "web");
    await chosen.until(["h1"]);
    for (const each of [told, chosen]) each.end();
  });

  test("two hosts see what the other exports to them, and not what it keeps for others", async () => {
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1"), hosts.open("h2")];
    const [told1, told2] = [exported(h1, "h1"), exported(h2, "h2")];
    await h1.exports.put(record({ from: "h1", to: "h2" }));
    await h2.exports.put(record({ from: "h2", to: "h1" }));
    const seen = (host: string) => [{ name: "/a", host, fields: record({}).fields, meta: new Map() }];
    await told1.until(seen("h2"));
    await told2.until(seen("h1"));
    expect(told1.values.concat(told2.values).every((found) => found.length <= 1)).toBe(true);
    for (const each of [told1, told2]) each.end();
  });

  test("of thousands of exports of which one changes, only that one travels", async () => {
    await using way = await Way.to(server.url);
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1"), hosts.open("h2", { url: way.url })];
    const records = Array.from({ length: 5000 }, (_, number) => record({ name: `/f${number}` }));
    for (let first = 0; first < records.length; first += 64)
      await Promise.all(records.slice(first, first + 64).map((each) => h1.exports.put(each)));
    const told = [exported(h2, "h2"), exported(h2, "h2"), exported(h2, "h2", "exec")];
    const first = told[0];
    while (told.some(({ values }) => values.length === 0)) await Bun.sleep(1);
    expect(told.map(({ values }) => values.at(-1)?.length)).toEqual([5000, 5000, 0]);
    const before = way.received;
    const changed = record({ name: "/f42", fields: new Map([["content", "new"]]) });
    await h1.exports.put(changed);
    const wanted = first?.values
      .at(-1)
      ?.map((each) => (each.name === "/f42" ? { ...each, fields: changed.fields } : each));
    for (const each of told.slice(0, 2)) await each.until(wanted ?? []);
    expect(way.received - before).toBeLessThan(2000);
    expect(told.map(({ values }) => values.length)).toEqual([2, 2, 1]);
    for (const each of told) each.end();
  });

  test("what is followed goes on after the server was killed or stopped, and requests wait for it", async () => {
    await using own = await TestServer.start();
    await using hosts = new EtcdHosts(own.url);
    const [h1, h2] = [hosts.open("h1"), hosts.open("h2")];
    const told = string(h2, "key");
    await told.until(undefined);
    await h1.strings.set("key", "1");
    await told.until("1");
    await own.kill();
    const set = h1.strings.set("key", "2");
    await own.restart();
    expect(await set).toBe(true);
    await told.until("2");
    own.suspend();
    const again = h1.strings.set("key", "3");
    const other = failureOf(h1.strings.get("key").then(() => Promise.reject("answered")));
    own.resume();
    expect(await again).toBe(true);
    await other;
    await told.until("3");
    expect(told.values).toEqual([undefined, "1", "2", "3"]);
    told.end();
  });

  test("what was changed and compacted while a host was cut off is told to it", async () => {
    await using own = await TestServer.start();
    await using way = await Way.to(own.url);
    await using hosts = new EtcdHosts(own.url);
    const [h1, h2] = [hosts.open("h1"), hosts.open("h2", { url: way.url })];
    const [strings, exports] = [string(h2, "key"), exported(h2, "h2")];
    await h1.strings.set("key", "1");
    await h1.exports.put(record({}));
    await strings.until("1");
    while (exports.values.at(-1)?.length !== 1) await Bun.sleep(1);
    way.cut();
    for (let value = 2; value <= 9; value++) await h1.strings.set("key", String(value));
    await h1.exports.withdraw(record({}));
    const kv = new KVClient(hosts.client().connection.calls("never"));
    const { header } = await kv.range({ key: Buffer.from("a") });
    await kv.compact({ revision: header.revision, physical: true });
    way.heal();
    await strings.until("9");
    await exports.until([]);
    expect(strings.values.filter((value) => value !== undefined)).toEqual(["1", "9"]);
    for (const each of [strings, exports]) each.end();
  });

  test("a store that cannot be reached is an error until it can", async () => {
    await using way = await Way.to(server.url);
    await using hosts = new EtcdHosts(server.url);
    hosts.open("h1");
    way.cut();
    const cutOff = hosts.open("h2", { url: way.url, schedules: false });
    expect(String(await failureOf(cutOff.strings.get("key")))).toContain(`cannot reach etcd at ${way.url}`);
    const [key, found] = [string(cutOff, "key"), exported(cutOff, "h2")];
    for (const each of [key, found]) expect(String(await each.error())).toContain("cannot reach etcd");
    const late = exported(cutOff, "h2", "exec");
    expect(String(await late.error())).toContain("cannot reach etcd");
    way.heal();
    await key.until(undefined);
    for (const each of [found, late]) await each.until([]);
    for (const each of [key, found, late]) each.end();
  });

  describe("schedules", () => {
    const one = { strategy: "rr", max: 1, persist: false } as const;

    test("what is released while the store is away is released when it is back, and nobody waits for that", async () => {
      await using way = await Way.to(server.url);
      await using hosts = new EtcdHosts(server.url);
      const h1 = hosts.open("h1");
      const h2 = hosts.open("h2", { url: way.url, schedules: false });
      for (const name of ["left", "kept"]) await h2.schedules.register(name, "h2", one);
      const [left, kept] = [schedule(h1, "left"), schedule(h1, "kept")];
      for (const each of [left, kept]) await each.until(["h2"]);
      way.freeze();
      await Promise.all(["left", "kept"].map((name) => h2.schedules.release(name, "h2")));
      const again = h2.schedules.register("kept", "h2", one);
      way.heal();
      await left.until([]);
      await again;
      await kept.until(["h2"]);
      for (const each of [left, kept]) each.end();
    });

    test("a host that dies makes room for another in the time it asked for", async () => {
      await using hosts = new EtcdHosts(server.url);
      const [h1, h2, h3] = [hosts.open("h1"), hosts.open("h2"), hosts.open("h3")];
      const two = { ...one, max: 2, ttl: 2 };
      for (const [host, world] of Object.entries({ h1, h2, h3 }))
        await world.schedules.register("web", host, two);
      const told = schedule(h3, "web");
      await told.until(["h1", "h2"]);
      hosts.crash(h2);
      await told.until(["h1", "h3"]);
      await hosts.open("h2").schedules.register("web", "h2", two);
      await h1.schedules.register("other", "h1", one);
      const other = schedule(h3, "other");
      await other.until(["h1"]);
      expect(told.values.at(-1)).toEqual(["h1", "h3"]);
      for (const each of [told, other]) each.end();
    });

    test("the death of the host that chooses is no end of choosing", async () => {
      await using hosts = new EtcdHosts(server.url);
      const leader = hosts.open("leader");
      const told = schedule(leader, "web");
      await leader.schedules.register("web", "leader", { ...one, persist: true, max: 2 });
      await told.until(["leader"]);
      told.end();
      const next = hosts.open("next");
      const later = schedule(next, "web");
      await later.until(["leader"]);
      hosts.crash(leader);
      await next.schedules.register("web", "next", { ...one, max: 2 });
      await later.until(["leader", "next"]);
      expect(await next.schedules.withdraw("web", "leader")).toBe(true);
      await later.until(["next"]);
      later.end();
      expect(hosts.errors).toEqual([]);
    });

    test("a host that ends in order is chosen no more at once, unless it asked for time", async () => {
      await using hosts = new EtcdHosts(server.url);
      const [watcher, h1, h2] = [hosts.open("h0"), hosts.open("h1"), hosts.open("h2")];
      await h1.schedules.register("web", "h1", one);
      await h2.schedules.register("db", "h2", { ...one, ttl: 60 });
      const [web, db] = [schedule(watcher, "web"), schedule(watcher, "db")];
      await web.until(["h1"]);
      await db.until(["h2"]);
      for (const each of [h1, h2]) await hosts.close(each);
      await web.until([]);
      expect(db.values.at(-1)).toEqual(["h2"]);
      for (const each of [web, db]) each.end();
    });

    test("a host that was cut off for long is registered again", async () => {
      await using way = await Way.to(server.url);
      await using hosts = new EtcdHosts(server.url);
      const [watcher, h1] = [hosts.open("h0"), hosts.open("h1", { url: way.url, schedules: false })];
      await h1.schedules.register("web", "h1", { ...one, ttl: 2 });
      const told = schedule(watcher, "web");
      await told.until(["h1"]);
      way.cut();
      await told.until([]);
      way.heal();
      await told.until(["h1"]);
      told.end();
    });

    test("a lease that is gone before the host knows of it is no failure", async () => {
      await using hosts = new EtcdHosts(server.url);
      const h1 = hosts.open("h1", { schedules: false });
      await h1.schedules.register("web", "h1", { ...one, ttl: 60 });
      const [entry] = (await hosts.client().list({ prefix: `${hosts.root}/scheduler/hostname/` })).entries;
      await new LeaseClient(hosts.client().connection.calls({})).leaseRevoke({ ID: entry?.lease ?? "" });
      expect(await h1.schedules.register("db", "h1", { ...one, ttl: 60 })).toBe(true);
      const registered = new Followed(hosts.client(), { prefix: `${hosts.root}/scheduler/hostname/` });
      await registered.until(({ entries }) => entries.size === 2);
      registered.end();
    });

    test("a registration that persists no more does not, and the other way round", async () => {
      await using hosts = new EtcdHosts(server.url);
      const [watcher, h1] = [hosts.open("h0"), hosts.open("h1")];
      expect(await h1.schedules.register("a", "h1", { ...one, persist: true })).toBe(true);
      expect(await h1.schedules.register("a", "h1", one)).toBe(true);
      expect(await h1.schedules.register("b", "h1", one)).toBe(true);
      expect(await h1.schedules.register("b", "h1", { ...one, persist: true })).toBe(true);
      expect(await h1.schedules.register("b", "h1", { ...one, persist: true })).toBe(false);
      const [a, b] = [schedule(watcher, "a"), schedule(watcher, "b")];
      await a.until(["h1"]);
      await b.until(["h1"]);
      await hosts.close(h1);
      await a.until([]);
      expect(b.values.at(-1)).toEqual(["h1"]);
      for (const each of [a, b]) each.end();
    });

    test("the least busy hosts are chosen, and only those that may be", async () => {
      await using hosts = new EtcdHosts(server.url);
      const busy = hosts.open("h1", { load: 3 });
      const idle = hosts.open("h2", { load: 0.5 });
      // Where hosts ask for different things, the first in order of names decides.
      const allow = async (...allowed: readonly string[]): Promise<void> => {
        const options = { ...one, strategy: "least", hosts: allowed } as const;
        await idle.schedules.register("web", "h2", options);
        await busy.schedules.register("web", "h1", options);
      };
      await allow("nobody");
      const loads = new Followed(hosts.client(), { prefix: `${hosts.root}/scheduler/data/` });
      await loads.until(({ entries }) => entries.size === 2);
      expect([...loads.entries.values()].sort()).toEqual(["0.5", "3.0"]);
      const told = schedule(idle, "web");
      await told.until([]);
      await allow("h1", "h2");
      await told.until(["h2"]);
      await allow("h1");
      await told.until(["h1"]);
      expect(told.values).toEqual([[], ["h2"], ["h1"]]);
      loads.end();
      told.end();
    });

    test("who does not stand for election lets others choose", async () => {
      await using hosts = new EtcdHosts(server.url);
      const agent = hosts.open("h1", { schedules: false });
      await agent.schedules.register("web", "h1", one);
      const told = schedule(agent, "web");
      await told.until([]);
      hosts.open("h2");
      await told.until(["h1"]);
      expect(told.values).toEqual([[], ["h1"]]);
      told.end();
    });
  });

  test("who has converged is known of hosts that are there, and of nobody who has left", async () => {
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1"), hosts.open("h2")];
    const told = new Told<ReadonlyMap<string, boolean>>((listener, signal) =>
      h1.convergence.follow(listener, signal),
    );
    await h1.convergence.report("h1", true);
    await h2.convergence.report("h2", false);
    const h1Only = new Map([["h1", true]]);
    await told.until(new Map([...h1Only, ["h2", false]]));
    await hosts.close(h2);
    await told.until(h1Only);
    const again = hosts.open("h2");
    await again.convergence.report("h2", true);
    await told.until(new Map([...h1Only, ["h2", true]]));
    hosts.crash(again);
    await told.until(h1Only);
    told.end();
  });

  test("hundreds of registrations at once are chosen from by the rules", async () => {
    await using hosts = new EtcdHosts(server.url);
    const world = hosts.open("h1");
    const options = { strategy: "rr", max: 1, persist: true } as const;
    const namespaces = Array.from({ length: 250 }, (_, number) => `n${number}`);
    await Promise.all(namespaces.map((name) => world.schedules.register(name, "h1", options)));
    const client = new EtcdClient({ endpoints: [server.url] });
    const results = new Followed(client, { prefix: `${hosts.root}/scheduler/schedule/` });
    await results.until(({ entries }) => entries.size === 250);
    expect(new Set(results.entries.values())).toEqual(new Set(["h1"]));
    results.end();
    client.close();
  });
});

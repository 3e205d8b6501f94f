/** What becomes of exports in etcd when their exporter ends, and who can read those that are sealed. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { EtcdClient } from "../../etcd/client/client.ts";
import { LeaseClient } from "../../etcd/client/etcd3.ts";
import type { ExportedResource } from "../../lang/host.ts";
import type { EtcdWorld } from "../../src/world/etcd-world.ts";
import type { ExportKey, ExportRecord } from "../../src/world/export-store.ts";
import { Authority } from "../etcd/support/certificates.ts";
import { failureOf } from "../etcd/support/failure.ts";
import { Followed } from "../etcd/support/followed.ts";
import { etcdBinary, TestServer } from "../etcd/support/server.ts";
import { Way } from "../etcd/support/way.ts";
import { Told } from "./shared-world.ts";
import { EtcdHosts } from "./support/etcd-hosts.ts";

setDefaultTimeout(60_000);

const record = (more: Partial<ExportRecord> = {}): ExportRecord => ({
  kind: "file",
  name: "/a",
  from: "h1",
  to: "h2",
  fields: new Map([["content", "the secret"]]),
  meta: new Map([["hidden", true]]),
  ...more,
});
const seen = ({ name, from: host, fields, meta }: ExportRecord): ExportedResource => ({
  name,
  host,
  fields,
  meta,
});
const exported = (world: EtcdWorld, to: string) =>
  new Told<readonly ExportedResource[]>((...told) => world.exports.follow({ kind: "file", to }, ...told));

describe.skipIf(etcdBinary === undefined)("exports in etcd", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe("with a time to live", () => {
    const ttl = { ttl: 2, isSealed: false };

    test("go when their exporter has died, and stay while it lives", async () => {
      await using hosts = new EtcdHosts(server.url);
      const [h1, h2] = [hosts.open("h1", { schedules: false }), hosts.open("h2", { schedules: false })];
      const told = exported(h2, "h2");
      const [short, long] = [record(), record({ name: "/b" })];
      await h1.exports.put(short, ttl);
      await h1.exports.put(long, { ...ttl, ttl: 600 });
      await told.until([seen(short), seen(long)]);
      await Bun.sleep(4000);
      expect(told.values.at(-1)).toHaveLength(2);
      hosts.crash(h1);
      await told.until([seen(long)]);
      told.end();
    });

    test("stay when their exporter is started again in time, without anybody noticing", async () => {
      await using hosts = new EtcdHosts(server.url);
      const [before, h2] = [hosts.open("h1", { schedules: false }), hosts.open("h2", { schedules: false })];
      const told = exported(h2, "h2");
      await before.exports.put(record(), { ...ttl, ttl: 3 });
      await before.exports.put(record({ name: "/b" }), { ...ttl, ttl: 3 });
      await told.until([seen(record()), seen(record({ name: "/b" }))]);
      const count = told.values.length;
      await hosts.close(before);
      const after = hosts.open("h1", { schedules: false });
      expect(await after.exports.put(record(), { ...ttl, ttl: 3 })).toBe(false);
      // What the new program has no more is withdrawn; what nobody withdraws goes in its time.
      await told.until([seen(record())]);
      expect(told.values).toHaveLength(count + 1);
      await Bun.sleep(3500);
      expect(told.values).toHaveLength(count + 1);
      expect(await after.exports.withdraw(record())).toBe(true);
      await told.until([]);
      told.end();
    });

    test("have one lease for each time, and none once they have none", async () => {
      await using hosts = new EtcdHosts(server.url);
      const h1 = hosts.open("h1", { schedules: false });
      for (const [name, seconds] of Object.entries({ "/a": 60, "/b": 60, "/c": 90 }))
        await h1.exports.put(record({ name }), { ...ttl, ttl: seconds });
      const leases = async () =>
        (await hosts.client().list({ prefix: `${hosts.root}/x/` })).entries.map(({ lease }) => lease);
      const [a, b, c] = await leases();
      expect(a).toBe(b ?? "");
      expect(new Set([a, c, "0"]).size).toBe(3);
      await h1.exports.put(record({ name: "/a" }));
      await h1.exports.put(record({ name: "/b" }), { ...ttl, ttl: 90 });
      expect(await leases()).toEqual(["0", c ?? "", c ?? ""]);
    });

    test("are put again when their lease was lost, as they are by then", async () => {
      await using way = await Way.to(server.url);
      await using hosts = new EtcdHosts(server.url);
      const h1 = hosts.open("h1", { url: way.url, schedules: false });
      const h2 = hosts.open("h2", { schedules: false });
      const told = exported(h2, "h2");
      const records = Array.from({ length: 100 }, (_, number) => record({ name: `/${100 + number}` }));
      await Promise.all(records.map((each) => h1.exports.put(each, ttl)));
      await told.until(records.map(seen));
      way.cut();
      await told.until([]);
      const changed = record({ name: "/100", fields: new Map([["content", "new"]]) });
      const change = h1.exports.put(changed, ttl);
      const gone = h1.exports.withdraw(record({ name: "/101" }));
      const outcomes = Promise.allSettled([change, gone]);
      way.heal();
      await outcomes;
      await h1.exports.put(changed, ttl);
      await h1.exports.withdraw(record({ name: "/101" }));
      await told.until([changed, ...records.slice(2)].map(seen));
      told.end();
    });

    test("a lease that is gone before the host knows of it is no failure", async () => {
      await using hosts = new EtcdHosts(server.url);
      const h1 = hosts.open("h1", { schedules: false });
      await h1.exports.put(record(), { ...ttl, ttl: 60 });
      const [entry] = (await hosts.client().list({ prefix: `${hosts.root}/x/` })).entries;
      await new LeaseClient(hosts.client().connection.calls({})).leaseRevoke({ ID: entry?.lease ?? "" });
      expect(await h1.exports.put(record({ name: "/b" }), { ...ttl, ttl: 60 })).toBe(true);
      const there = new Followed(hosts.client(), { prefix: `${hosts.root}/x/` });
      await there.until(({ entries }) => entries.size === 2);
      there.end();
    });
  });

  describe("sealed", () => {
    const sealed = { ttl: 0, isSealed: true };
    let authority: Authority;
    let pairs: Readonly<Record<"h1" | "h2" | "h3", { readonly certificate: string; readonly key: string }>>;

    beforeAll(() => {
      authority = new Authority();
      pairs = { h1: authority.sign("h1"), h2: authority.sign("h2"), h3: authority.sign("h3") };
    });
    afterAll(() => authority[Symbol.dispose]());

    const join = (client: EtcdClient, root: string, host: string, pair: { readonly certificate: string }) =>
      client.put(
        `${root}/host/${host}`,
        Buffer.from(JSON.stringify({ v: 1, certificate: pair.certificate })),
      );
    const open = (hosts: EtcdHosts, host: "h1" | "h2" | "h3", key = () => pairs[host].key): EtcdWorld =>
      hosts.open(host, { schedules: false, key });

    test("are read by the host they are for, and by nobody else; their names by everybody", async () => {
      await using hosts = new EtcdHosts(server.url);
      const [h1, h2, h3] = [open(hosts, "h1"), open(hosts, "h2"), open(hosts, "h3")];
      const client = hosts.client();
      for (const [host, pair] of Object.entries(pairs)) await join(client, hosts.root, host, pair);
      expect(await h1.exports.put(record(), sealed)).toBe(true);
      const told = exported(h2, "h2");
      await told.until([seen(record())]);
      expect(await h1.exports.list("h1")).toEqual([{ kind: "file", name: "/a", from: "h1", to: "h2" }]);
      const [entry] = (await client.list({ prefix: `${hosts.root}/x/` })).entries;
      expect(entry?.key).toBe(`${hosts.root}/x/h1/h2/file//a`);
      expect(Buffer.from(entry?.value ?? []).toString()).toMatch(/^\{"sealed":"[\w+/=]+"\}$/);
      // Under another key, even of the same hosts, it counts for nothing.
      await client.put(`${hosts.root}/x/h1/h2/file//b`, entry?.value ?? Buffer.from(""));
      await client.put(`${hosts.root}/x/h1/h3/file//a`, entry?.value ?? Buffer.from(""));
      const others = exported(h3, "h3");
      await others.until([]);
      await h1.exports.put(record({ name: "/c" }), sealed);
      await told.until([seen(record()), seen(record({ name: "/c" }))]);
      expect(hosts.errors.map(String)).toEqual(
        expect.arrayContaining([
          expect.stringContaining("cannot read what h1 exports to h2 as file[/b]: it is damaged, or was put"),
          expect.stringContaining(
            "cannot read what h1 exports to h3 as file[/a]: it was sealed for another key",
          ),
        ]),
      );
      for (const each of [told, others]) each.end();
    });

    test("are not written again while they say the same, by this process or a later one", async () => {
      await using hosts = new EtcdHosts(server.url);
      const h1 = open(hosts, "h1");
      const client = hosts.client();
      await join(client, hosts.root, "h2", pairs.h2);
      await h1.exports.put(record(), sealed);
      const revision = async () => (await client.get(`${hosts.root}/x/h1/h2/file//a`))?.modRevision ?? 0n;
      const first = await revision();
      expect(await h1.exports.put(record(), sealed)).toBe(false);
      const later = open(hosts, "h1");
      expect(await later.exports.put(record(), sealed)).toBe(false);
      expect(await revision()).toBe(first);
      expect(await later.exports.put(record({ fields: new Map() }), sealed)).toBe(true);
      expect(await later.exports.put(record({ fields: new Map() }))).toBe(true);
      expect(await later.exports.put(record({ fields: new Map() }), sealed)).toBe(true);
      const before = await revision();
      // With another time to live the same is written again, and is no news.
      expect(await later.exports.put(record({ fields: new Map() }), { ...sealed, ttl: 60 })).toBe(false);
      expect(await revision()).toBeGreaterThan(before);
    });

    test("fail while the key of a host is not known, and have to be put again when it is, or is another", async () => {
      await using hosts = new EtcdHosts(server.url);
      let { key } = pairs.h2;
      const [h1, h2] = [open(hosts, "h1"), open(hosts, "h2", () => key)];
      const told = exported(h2, "h2");
      let stale: readonly ExportKey[] = [];
      let news = Promise.withResolvers<void>();
      const ends = new AbortController();
      h1.exports.followStale((keys) => {
        stale = keys;
        news.resolve();
      }, ends.signal);
      expect(String(await failureOf(h1.exports.put(record(), sealed)))).toContain(
        "the key of h2 is not known",
      );
      const again = async (): Promise<boolean> => {
        await news.promise;
        news = Promise.withResolvers();
        expect(stale).toEqual([{ kind: "file", name: "/a", from: "h1", to: "h2" }]);
        return h1.exports.put(record(), sealed);
      };
      await join(hosts.client(), hosts.root, "h2", pairs.h2);
      expect(await again()).toBe(true);
      await told.until([seen(record())]);
      // It comes back with another key, which it has before or after the store knows.
      await join(hosts.client(), hosts.root, "h2", pairs.h3);
      expect(await again()).toBe(true);
      await told.until([]);
      ({ key } = pairs.h3);
      await join(hosts.client(), hosts.root, "h2", { certificate: `${pairs.h3.certificate}\n` });
      await h1.exports.put(record({ fields: new Map() }), sealed);
      await told.until([seen(record({ fields: new Map() }))]);
      ends.abort();
      told.end();
    });

    test("need certificates, and one host", async () => {
      await using hosts = new EtcdHosts(server.url);
      const h1 = hosts.open("h1", { schedules: false });
      expect(String(await failureOf(h1.exports.put(record(), sealed)))).toContain(
        "it cannot be sealed (Meta:export_seal), for this cluster has no certificates",
      );
      const other = open(hosts, "h1");
      expect(String(await failureOf(other.exports.put(record({ to: "*" }), sealed)))).toContain(
        "what is for all hosts cannot be sealed",
      );
    });
  });

  test("what is for others is not kept in memory, nor told", async () => {
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1", { schedules: false }), hosts.open("h2", { schedules: false })];
    await h1.exports.put(record({ name: "/x", to: "h3" }));
    const told = exported(h2, "h2");
    await told.until([]);
    await h1.exports.put(record({ name: "/y", to: "h3" }));
    await h1.exports.put(record({ name: "/z", to: "*" }));
    await told.until([seen(record({ name: "/z", to: "*" }))]);
    expect(told.values).toHaveLength(2);
    told.end();
  });
});

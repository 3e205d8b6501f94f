/** Hosts that ask to be chosen, as resources of programs and as they are: cluster specification, 6.2 and 6.4. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { EtcdWorld } from "../../src/world/etcd-world.ts";
import type { ScheduleOptions } from "../../src/world/schedule-store.ts";
import { etcdBinary, TestServer } from "../etcd/support/server.ts";
import { Way } from "../etcd/support/way.ts";
import { NodeInProcess } from "../support/node-in-process.ts";
import { until } from "../support/until.ts";
import { Told } from "./shared-world.ts";
import { EtcdHosts } from "./support/etcd-hosts.ts";

setDefaultTimeout(60_000);

const one: ScheduleOptions = { strategy: "rr", max: 1, persist: false };
const chosen = (world: EtcdWorld, namespace = "web") =>
  new Told<readonly string[]>((...told) => world.schedules.follow(namespace, ...told));

describe.skipIf(etcdBinary === undefined)("schedules in etcd", () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  describe("a registration goes", () => {
    const rows: readonly (readonly [fields: string, atExit: "at once" | "later" | "never"])[] = [
      ["", "at once"],
      ["ttl => 0,", "at once"],
      ["ttl => 2,", "later"],
      ["persist => true,", "never"],
    ];
    for (const how of ["when the agent ends", "when the resource leaves", "when the host dies"] as const) {
      for (const [fields, atExit] of rows) {
        // The same as unset, which takes ten seconds.
        if (how === "when the host dies" && fields === "ttl => 0,") continue;
        const expected = how === "when the host dies" && atExit === "at once" ? "later" : atExit;
        test(`${how}, with \`${fields}\`: ${expected}`, async () => {
          await using hosts = new EtcdHosts(server.url);
          const watcher = hosts.open("h0");
          const world = hosts.open("h1", { schedules: false });
          const there = new Told<ScheduleOptions | undefined>((...told) =>
            watcher.schedules.followRegistration("web", "h1", ...told),
          );
          const told = chosen(watcher);
          const node = new NodeInProcess("h1", world);
          await node.start(`schedule "web" {\n\t${fields}\n}\nschedule "other" {}\n`);
          await told.until(["h1"]);
          const start = performance.now();
          if (how === "when the resource leaves") await node.start('schedule "other" {}\n');
          if (how === "when the agent ends") {
            await node[Symbol.asyncDispose]();
            await hosts.close(world);
          }
          if (how === "when the host dies") hosts.crash(world);
          if (expected === "never") {
            await Bun.sleep(2500);
            expect(told.values.at(-1)).toEqual(["h1"]);
          } else {
            await told.until([]);
            const seconds = (performance.now() - start) / 1000;
            if (expected === "at once") expect(seconds).toBeLessThan(1.5);
            else expect(seconds).toBeGreaterThan(0.6);
          }
          for (const each of [there, told]) each.end();
          if (how !== "when the agent ends") await node[Symbol.asyncDispose]();
        });
      }
    }
  });

  test("one that takes the place of another takes its registration over, without a gap", async () => {
    await using hosts = new EtcdHosts(server.url);
    const world = hosts.open("h1");
    const told = chosen(world);
    await using node = new NodeInProcess("h1", world);
    await node.start('schedule "web" {}\n');
    await told.until(["h1"]);
    const there = new Told<ScheduleOptions | undefined>((...told) =>
      world.schedules.followRegistration("web", "h1", ...told),
    );
    await there.until(one);
    await node.start('schedule "other" {\n\tnamespace => "web",\n\tmax => 2,\n\tttl => 60,\n}\n');
    await there.until({ ...one, max: 2, ttl: 60 });
    await node.start('schedule "again" {\n\tnamespace => "web",\n\tmax => 2,\n\tttl => 60,\n}\n');
    await node.engine.settled();
    expect(there.values).toHaveLength(2);
    expect(told.values.at(-1)).toEqual(["h1"]);
    await node.start('schedule "web" {\n\twithdraw => true,\n}\n');
    await told.until([]);
    for (const each of [there, told]) each.end();
  });

  test("one that somebody has taken away is made again, chosen or not", async () => {
    await using hosts = new EtcdHosts(server.url);
    const [h0, h1] = [hosts.open("h0"), hosts.open("h1")];
    await h0.schedules.register("web", "h0", one);
    await using node = new NodeInProcess("h1", h1);
    await node.start('schedule "web" {}\n');
    await until("the registration", async () => (await h0.schedules.registration("web", "h1")) !== undefined);
    expect(await h0.schedules.withdraw("web", "h1")).toBe(true);
    await until("the next one", async () => (await h0.schedules.registration("web", "h1")) !== undefined);
  });

  test("one that was given up while the store was out of reach goes when it is back", async () => {
    await using way = await Way.to(server.url);
    await using hosts = new EtcdHosts(server.url);
    const watcher = hosts.open("h0");
    const h1 = hosts.open("h1", { url: way.url, schedules: false });
    // Of the same lifetime, so that their lease is kept.
    for (const namespace of ["web", "db", "mail"]) await h1.schedules.register(namespace, "h1", one);
    const told = chosen(watcher);
    await told.until(["h1"]);
    way.cut();
    await Promise.all(["web", "mail"].map((namespace) => h1.schedules.release(namespace, "h1")));
    expect(told.values.at(-1)).toEqual(["h1"]);
    const again = h1.schedules.register("mail", "h1", one);
    way.heal();
    await again;
    await told.until([]);
    expect(await watcher.schedules.registration("db", "h1")).toEqual(one);
    expect(await watcher.schedules.registration("mail", "h1")).toEqual(one);
    told.end();
  });

  test("the example: who was chosen stays, who comes back queues at the end, whoever leads", async () => {
    await using hosts = new EtcdHosts(server.url);
    const leader = hosts.open("leader");
    const two = { ...one, max: 2, ttl: 2 };
    const worlds = new Map<string, EtcdWorld>();
    for (const host of ["h1", "h2", "h3"]) {
      const world = hosts.open(host, { schedules: host === "h3" });
      worlds.set(host, world);
      await world.schedules.register("web", host, two);
    }
    const told = chosen(hosts.open("h0", { schedules: false }));
    await told.until(["h1", "h2"]);
    const [h2] = [worlds.get("h2")];
    if (h2 !== undefined) hosts.crash(h2);
    await told.until(["h1", "h3"]);
    const back = hosts.open("h2", { schedules: false });
    await back.schedules.register("web", "h2", two);
    const start = performance.now();
    hosts.crash(leader);
    // The next leader is at work once something new is chosen.
    await back.schedules.register("other", "h2", one);
    const other = chosen(back, "other");
    await other.until(["h2"]);
    expect(performance.now() - start).toBeLessThan(15_000);
    // Before that, it was told what was chosen among those that had come.
    expect(told.values.slice(-2)).toEqual([
      ["h1", "h2"],
      ["h1", "h3"],
    ]);
    for (const each of [told, other]) each.end();
  });

  test("those that wait are taken in the order in which they came, whoever leads", async () => {
    await using hosts = new EtcdHosts(server.url);
    const leader = hosts.open("leader");
    const open = async (host: string): Promise<EtcdWorld> => {
      const world = hosts.open(host, { schedules: false });
      await world.schedules.register("web", host, one);
      return world;
    };
    const first = await open("h5");
    await open("h4");
    const leaving = await open("h2");
    await open("h3");
    const told = chosen(first);
    await told.until(["h5"]);
    // It changes its mind, and keeps its place; another one comes back, and does not.
    await hosts.open("h4", { schedules: false }).schedules.register("web", "h4", { ...one, ttl: 600 });
    await leaving.schedules.withdraw("web", "h2");
    await leaving.schedules.register("web", "h2", one);
    const next = hosts.open("next");
    await hosts.close(leader);
    for (const [host, following] of [
      ["h5", "h4"],
      ["h4", "h3"],
      ["h3", "h2"],
    ] as const) {
      expect(await next.schedules.withdraw("web", host)).toBe(true);
      await told.until([following]);
    }
    expect(told.values.slice(-4)).toEqual([["h5"], ["h4"], ["h3"], ["h2"]]);
    told.end();
  });

  test("where hosts ask for different things, what is chosen does not depend on who came first, nor on who leads", async () => {
    const asked: Readonly<Record<string, ScheduleOptions>> = {
      h1: { ...one, strategy: "alpha", max: 2, hosts: ["h2", "h3"] },
      h2: { ...one, max: 3 },
      h3: { ...one, strategy: "least" },
    };
    for (const order of [
      ["h1", "h2", "h3"],
      ["h3", "h2", "h1"],
    ]) {
      await using hosts = new EtcdHosts(server.url);
      const leader = hosts.open("leader");
      const world = hosts.open("h0", { schedules: false });
      for (const host of order) await world.schedules.register("web", host, asked[host] ?? one);
      const told = chosen(world);
      await told.until(["h2", "h3"]);
      await hosts.close(leader);
      const next = hosts.open("next");
      await next.schedules.register("other", "next", one);
      const other = chosen(next, "other");
      await other.until(["next"]);
      expect(told.values.at(-1)).toEqual(["h2", "h3"]);
      for (const each of [told, other]) each.end();
    }
  });

  test("a busy host is known to be busy before it is chosen", async () => {
    await using hosts = new EtcdHosts(server.url);
    const least = { ...one, strategy: "least" } as const;
    const busy = hosts.open("h1", { load: 9, schedules: false });
    const idle = hosts.open("h2", { load: 0.1, schedules: false });
    await busy.schedules.register("web", "h1", least);
    await idle.schedules.register("web", "h2", least);
    const told = chosen(idle);
    // Alone, a busy host is chosen, and stays; a place that becomes free goes to the one that is least busy.
    hosts.open("leader");
    await told.until(["h1"]);
    const third = hosts.open("h0", { load: 5, schedules: false });
    await third.schedules.register("web", "h0", least);
    await busy.schedules.withdraw("web", "h1");
    await told.until(["h2"]);
    told.end();
  });

  test("a leader that is cut off does not choose any more, and is none when it is back", async () => {
    await using way = await Way.to(server.url);
    await using hosts = new EtcdHosts(server.url);
    const cutOff = hosts.open("h1", { url: way.url });
    const told = chosen(hosts.open("h0", { schedules: false }));
    await cutOff.schedules.register("web", "h1", { ...one, persist: true });
    await told.until(["h1"]);
    const other = hosts.open("h2");
    way.cut();
    await other.schedules.withdraw("web", "h1");
    await told.until([]);
    await other.schedules.register("web", "h2", one);
    await told.until(["h2"]);
    way.heal();
    await cutOff.schedules.register("db", "h1", one);
    const db = chosen(other, "db");
    await db.until(["h1"]);
    expect(told.values.at(-1)).toEqual(["h2"]);
    for (const each of [told, db]) each.end();
  });
});

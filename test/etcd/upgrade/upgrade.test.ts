import { expect } from "bun:test";
import { writeFileSync } from "node:fs";
import type { EtcdClient } from "../../../etcd/client/client.ts";
import { handOver, viewVersions } from "../../../etcd/maintenance/cluster-view.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";
import { readState } from "../../../etcd/server/state-file.ts";
import type { VersionedMember } from "../../../etcd/upgrade/decide.ts";
import { holdLock, lockHolder } from "../../../etcd/upgrade/lock.ts";
import { runUpgrade, startPermit, type UpgradeEvent } from "../../../etcd/upgrade/upgrade.ts";
import { failureOf } from "../support/failure.ts";
import { TestMembers } from "../support/members.ts";
import { newerEtcd, newerVersion, withFollowedEtcd } from "../support/newer-etcd.ts";
import { TestServer, withEtcd } from "../support/server.ts";
import { clientOf, Scratch } from "../support/snapshots.ts";

const lock = "/upgrade/";
const wantedVersion = newerVersion;

/** Members that upgrade to an etcd which says that it is newer. */
class Upgrading {
  /** What happened, in order: `m1 upgrading`. */
  readonly told: string[] = [];
  readonly #cluster: TestMembers;
  readonly #client: EtcdClient;
  readonly #scratch: Scratch;
  readonly #ends = new AbortController();
  #news = Promise.withResolvers<void>();
  readonly done: Promise<boolean>[] = [];

  constructor(cluster: TestMembers, client: EtcdClient, scratch: Scratch) {
    this.#cluster = cluster;
    this.#client = client;
    this.#scratch = scratch;
  }

  /** @param index of the member @param deed of its newer etcd */
  begin(index: number, deed = ""): void {
    const name = `m${index + 1}`;
    const server = this.#cluster.servers[index];
    const directory = this.#cluster.directories[index];
    if (server === undefined || directory === undefined) throw new Error("there is no such member");
    const { memberId = "" } = readState(layoutOf(directory.path).state);
    const wanted = newerEtcd(directory.path, server.program, wantedVersion, deed);
    this.done.push(
      runUpgrade(
        {
          client: this.#client,
          lock,
          name,
          poll: 50,
          members: () => this.#members(memberId),
          current: server.program,
          wanted,
          snapshot: async () => this.#tell(`${name} snapshot`),
          moveLeader: (to) => handOver(this.#client, to.id),
          restart: (program) => server.replaceProgram(program),
          onEvent: (event) => this.#tell(`${name} ${inWords(event)}`),
        },
        this.#ends.signal,
      ),
    );
  }

  at(name: string): string {
    return this.#scratch.at(name);
  }

  /** The real etcd tells the real version: who it pretends to be is known by its program. */
  async #members(self: string): Promise<readonly VersionedMember[]> {
    const members = await viewVersions(this.#client, self);
    return members.map((member) => {
      const server = this.#cluster.servers[Number(member.name.slice(1)) - 1];
      return { ...member, version: member.isHealthy ? server?.program.version : undefined };
    });
  }

  async until(text: string): Promise<void> {
    while (!this.told.some((each) => each.includes(text))) await this.#news.promise;
  }

  end(): void {
    this.#ends.abort();
  }

  #tell(text: string): void {
    this.told.push(text);
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

function inWords(event: UpgradeEvent): string {
  switch (event.type) {
    case "waiting":
    case "refused":
      return `${event.type}: ${event.reason}`;
    case "failed":
      return `failed: ${event.error.message}`;
    case "handing-over":
      return "handing over";
    default:
      return event.type;
  }
}

withFollowedEtcd("three members upgrade one after the other, the leader at last", async () => {
  using scratch = new Scratch();
  await using cluster = await TestMembers.start(3);
  using client = clientOf(...cluster.urls);
  const leader = (await viewVersions(client, "")).find(({ isLeader }) => isLeader)?.name ?? "";
  const upgrading = new Upgrading(cluster, client, scratch);
  for (const index of [0, 1, 2]) upgrading.begin(index);
  expect(await Promise.all(upgrading.done)).toEqual([true, true, true]);
  const deeds = upgrading.told.filter((each) => !each.includes("waiting"));
  const steps = deeds.map((each) => each.split(" ").slice(1).join(" "));
  const one = ["snapshot", "upgrading", "upgraded"];
  expect(steps).toEqual([...one, ...one, "snapshot", "handing over", "upgrading", "upgraded"]);
  const names = deeds.map((each) => each.split(" ")[0]);
  for (const start of [0, 3, 6]) expect(new Set(names.slice(start, start + 3)).size).toBe(1);
  expect(names.at(-1)).toBe(leader);
  expect(cluster.servers.map(({ program }) => program.version)).toEqual(Array(3).fill(wantedVersion));
  expect(await lockHolder(client, lock)).toBeUndefined();
});

withFollowedEtcd("a version that does not work stops at the first member, until it does", async () => {
  using scratch = new Scratch();
  await using cluster = await TestMembers.start(3, { timings: { longestDelay: 100, failures: 10_000 } });
  using client = clientOf(...cluster.urls);
  const members = await viewVersions(client, "");
  const leads = members.findIndex(({ isLeader }) => isLeader);
  const order = members.map(({ name }) => Number(name.slice(1)) - 1);
  const followers = order.filter((_, index) => index !== leads);
  const [first = 0, second = 0] = followers;
  const upgrading = new Upgrading(cluster, client, scratch);
  const works = upgrading.at("works");
  const deed = `[ -e "${works}" ] || { echo no luck >&2; exit 3; }`;
  upgrading.begin(first, deed);
  await upgrading.until("failed: etcd ended with status 3: no luck");
  upgrading.begin(second);
  await upgrading.until(`m${second + 1} waiting`);
  expect(upgrading.told.join("\n")).toContain(`m${second + 1} waiting: m${first + 1} is not well`);
  expect(await lockHolder(client, lock)).toBe(`m${first + 1}`);
  expect(cluster.servers[second]?.program.version).not.toBe(wantedVersion);
  writeFileSync(works, "");
  expect(await Promise.all(upgrading.done)).toEqual([true, true]);
});

withFollowedEtcd(
  "a member that is down keeps the others as they are; whoever ends waits no more",
  async () => {
    using scratch = new Scratch();
    await using cluster = await TestMembers.start(3);
    using client = clientOf(...cluster.urls);
    await cluster.servers[2]?.stop();
    const upgrading = new Upgrading(cluster, client, scratch);
    upgrading.begin(0);
    await upgrading.until("waiting");
    expect(upgrading.told).toEqual(["m1 waiting: m3 is not well"]);
    upgrading.end();
    expect(await Promise.all(upgrading.done)).toEqual([false]);
    expect(await lockHolder(client, lock)).toBeUndefined();
  },
);

withFollowedEtcd("a program that is not what it is said to be is not run", async () => {
  using scratch = new Scratch();
  await using cluster = await TestMembers.start(1);
  using client = clientOf(...cluster.urls);
  const [server] = cluster.servers;
  if (server === undefined) throw new Error("there is no server");
  const ends = new AbortController();
  const failed = Promise.withResolvers<Error>();
  const before = server.pid;
  const done = runUpgrade(
    {
      client,
      lock,
      name: "m1",
      poll: 50,
      current: server.program,
      wanted: { ...newerEtcd(scratch.path, server.program, "3.3.99"), version: wantedVersion },
      members: async () => (await viewVersions(client, "")).map((each) => ({ ...each, isSelf: true })),
      snapshot: async () => {},
      moveLeader: async () => {},
      restart: (program) => server.replaceProgram(program),
      onEvent: (event) => event.type === "failed" && failed.resolve(event.error),
    },
    ends.signal,
  );
  expect((await failed.promise).message).toContain(`says that it is etcd 3.3.99, and not ${wantedVersion}`);
  ends.abort();
  expect(await done).toBe(false);
  expect(server.pid).toBe(before);
});

withEtcd("a lock is held by one, and goes to who has waited the longest", async () => {
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  using other = clientOf(server.url);
  const forever = new AbortController().signal;
  const options = { prefix: lock, ttl: 300 };
  const first = await holdLock(client, { ...options, name: "a" }, forever);
  const order: string[] = [];
  const wait = async (name: string, from: EtcdClient): Promise<void> => {
    const held = await holdLock(from, { ...options, name }, forever);
    order.push(name);
    await held.release();
  };
  const ends = new AbortController();
  const given = failureOf(holdLock(other, { ...options, name: "b" }, ends.signal));
  while ((await client.list({ prefix: lock })).entries.length < 2) await Bun.sleep(10);
  const third = wait("c", other);
  while ((await client.list({ prefix: lock })).entries.length < 3) await Bun.sleep(10);
  const fourth = wait("d", client);
  while ((await client.list({ prefix: lock })).entries.length < 4) await Bun.sleep(10);
  expect(await lockHolder(client, lock)).toBe("a");
  ends.abort(new Error("never mind"));
  expect(String(await given)).toBe("Error: never mind");
  expect(order).toEqual([]);
  await first.release();
  await Promise.all([third, fourth]);
  expect(order).toEqual(["c", "d"]);
  expect(await lockHolder(client, lock)).toBeUndefined();
});

withEtcd("a lock that cannot be kept is lost", async () => {
  await using server = await TestServer.start();
  using client = clientOf(server.url);
  const held = await holdLock(client, { prefix: lock, ttl: 2, name: "a" }, new AbortController().signal);
  const { promise, resolve } = Promise.withResolvers<void>();
  held.lost.addEventListener("abort", () => resolve(), { once: true });
  await server.kill();
  await promise;
  await server.restart();
  await held.release();
});

withFollowedEtcd("a member that is down waits for its turn, for a while", async () => {
  using scratch = new Scratch();
  await using cluster = await TestMembers.start(3);
  const [self] = cluster.servers;
  if (self === undefined) throw new Error("there is no server");
  const { memberId = "" } = readState(self.layout.state);
  const { version: written } = self.program;
  const wanted = newerEtcd(scratch.path, self.program, wantedVersion);
  await self.stop();
  using client = clientOf(...cluster.urls.slice(1));
  const told: string[] = [];
  let news = Promise.withResolvers<void>();
  const options = {
    client,
    lock,
    name: "m1",
    poll: 50,
    written,
    wanted,
    members: () => viewVersions(client, memberId),
    onEvent(event: UpgradeEvent) {
      told.push(inWords(event));
      news.resolve();
      news = Promise.withResolvers();
    },
  };
  const forever = new AbortController().signal;
  const release = await startPermit(options, forever);
  expect(await lockHolder(client, lock)).toBe("m1");
  await release();
  expect(told).toEqual([]);

  const other = await holdLock(client, { prefix: lock, ttl: 300, name: "m2" }, forever);
  const waiting = startPermit(options, forever);
  await news.promise;
  expect(told).toEqual(["waiting: m2 is being upgraded"]);
  await other.release();
  await (await waiting)();

  const ahead = await holdLock(client, { prefix: lock, ttl: 300, name: "m2" }, forever);
  await (await startPermit({ ...options, patience: 300 }, forever))();
  expect(await lockHolder(client, lock)).toBe("m2");
  await ahead.release();

  await cluster.servers[1]?.stop();
  const start = performance.now();
  await (await startPermit({ ...options, patience: 60_000 }, forever))();
  expect(performance.now() - start).toBeLessThan(30_000);
});

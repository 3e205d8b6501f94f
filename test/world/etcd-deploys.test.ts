import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { pruneDeploys } from "../../src/agent/deploys/prune.ts";
import { type Deploy, DeployConflict } from "../../src/world/deploy-store.ts";
import type { HostStatus } from "../../src/world/host-status-store.ts";
import { failureOf } from "../etcd/support/failure.ts";
import { etcdBinary, TestServer } from "../etcd/support/server.ts";
import { Way } from "../etcd/support/way.ts";
import { Told } from "./shared-world.ts";
import { EtcdHosts } from "./support/etcd-hosts.ts";

setDefaultTimeout(60_000);

const deploy = (id: number, more: Partial<Deploy> = {}): Deploy => ({
  id,
  frontend: "lang",
  files: "etcdfs:///fs/deploy/x",
  options: { noop: false, sema: undefined, autoEdges: true, autoGroup: false },
  createdBy: "h1",
  createdAt: "2026-01-01T00:00:00Z",
  ...more,
});

describe.skipIf(etcdBinary === undefined)("in etcd", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const latest = ({ deploys }: ReturnType<EtcdHosts["open"]>) =>
    new Told<Deploy | undefined>((...told) => deploys.followLatest(...told));

  test("deploys are told to all hosts, and listed by their number", async () => {
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1"), hosts.open("h2")];
    const told = latest(h2);
    await told.until(undefined);
    const all = Array.from({ length: 12 }, (_, index) =>
      deploy(index + 1, { hash: `c${index}`, signature: "s" }),
    );
    for (const each of all) await h1.deploys.add(each);
    await told.until(all.at(-1));
    const ids = told.values.map((each) => each?.id ?? 0);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(await h2.deploys.list()).toEqual(all);
    told.end();
  });

  test("a deploy that does not follow on what is there is refused, with the reason", async () => {
    await using hosts = new EtcdHosts(server.url);
    const { deploys } = hosts.open("h1");
    await deploys.add(deploy(1, { hash: "c1" }));
    await deploys.add(deploy(2));
    await deploys.add(deploy(3, { hash: "c3" }));
    const cases: readonly (readonly [Deploy, string, string])[] = [
      [deploy(1, { hash: "c1", createdBy: "h2" }), "same-commit", "commit c1 is deployed already"],
      [deploy(3, { createdBy: "h2" }), "taken", "somebody else has added deploy 3"],
      [deploy(5), "no-predecessor", "there is no deploy 4"],
      [
        deploy(4, { hash: "c4", parent: "c2" }),
        "other-parent",
        "deploy 3 is of commit c3, not of the parent c2",
      ],
    ];
    for (const [each, reason, message] of cases) {
      const error = await failureOf(deploys.add(each));
      expect(error).toBeInstanceOf(DeployConflict);
      expect(error).toMatchObject({ reason, message: expect.stringContaining(message) });
    }
    await deploys.add(deploy(4));
    expect(await failureOf(deploys.add(deploy(5, { hash: "c5", parent: "c4" })))).toMatchObject({
      reason: "no-parent",
    });
    await deploys.add(deploy(5, { hash: "c5" }));
    await deploys.add(deploy(6, { hash: "c6", parent: "c5" }));
  });

  test("of hosts that add the same number at once, one does", async () => {
    await using hosts = new EtcdHosts(server.url);
    const names = ["h1", "h2", "h3", "h4"];
    const added = await Promise.allSettled(
      names.map((name) => hosts.open(name).deploys.add(deploy(1, { createdBy: name }))),
    );
    expect(added.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("a deploy whose answer was lost is added once, and is no conflict", async () => {
    await using way = await Way.to(server.url);
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1"), hosts.open("h2", { url: way.url, schedules: false })];
    const told = latest(h1);
    await h2.deploys.list();
    way.mute();
    const added = h2.deploys.add(deploy(1));
    await told.until(deploy(1));
    way.cut();
    way.heal();
    await added;
    told.end();
  });

  test("a deploy of another form is an error, until there is a newer one", async () => {
    await using hosts = new EtcdHosts(server.url);
    const { deploys } = hosts.open("h1");
    await hosts.client().put(`${hosts.root}/deploy/1/payload`, Buffer.from('{"v":99}'));
    const told = latest(hosts.open("h2"));
    expect(String(await told.error())).toContain("deploy 1 cannot be understood");
    await deploys.add(deploy(2));
    await told.until(deploy(2));
    told.end();
  });

  test("trees of files are found again, whatever their size, and equal contents are kept once", async () => {
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1", { schedules: false }), hosts.open("h2", { schedules: false })];
    const large = new Uint8Array(3_000_000).map((_, index) => index % 251);
    const files = [
      { path: "main.mcl", mode: 0o644, content: Buffer.from("print") },
      { path: "files/large", mode: 0o755, content: Buffer.from(large) },
      { path: "files/same", mode: 0o644, content: Buffer.from(large) },
      { path: "files/empty", mode: 0o600, content: Buffer.alloc(0) },
    ];
    const uri = await h1.files.put(files);
    const found = await h2.files.get(uri);
    expect(found.map(({ path, mode }) => [path, mode])).toEqual([
      ["files/empty", 0o600],
      ["files/large", 0o755],
      ["files/same", 0o644],
      ["main.mcl", 0o644],
    ]);
    for (const { path, content } of found)
      expect(
        Buffer.compare(content, files.find((file) => file.path === path)?.content ?? Buffer.from("none")),
      ).toBe(0);
    const written = async (): Promise<readonly bigint[]> => {
      const { entries } = await hosts.client().list({ prefix: `${hosts.root}/` });
      const kept = entries.filter(({ key }) => /\/(?:storage|fs\/deploy)\//.test(key));
      return kept.map(({ modRevision }) => modRevision);
    };
    const before = await written();
    expect(await h2.files.put(files.toReversed())).toBe(uri);
    expect(await written()).toEqual(before);
    expect((await hosts.client().list({ prefix: `${hosts.root}/storage/` })).entries).toHaveLength(6 + 1 + 1);
  });

  test("a tree of which something is missing or changed is an error that names it", async () => {
    await using hosts = new EtcdHosts(server.url);
    const { files } = hosts.open("h1", { schedules: false });
    const content = Buffer.alloc(1_200_000, "x");
    const uri = await files.put([{ path: "files/a", mode: 0o644, content }]);
    const { entries } = await hosts.client().list({ prefix: `${hosts.root}/storage/` });
    await hosts.client().put(entries[0]?.key ?? "", Buffer.from("forged"));
    expect(String(await failureOf(files.get(uri)))).toContain("does not have all of files/a of");
    for (const bad of ["etcdfs:///fs/deploy/x", "https://x", ""])
      expect(String(await failureOf(files.get(bad)))).toContain("is not the URI");
    expect(String(await failureOf(files.get(`etcdfs:///fs/deploy/${"0".repeat(64)}`)))).toContain(
      "does not have all",
    );
  });

  test("a host is told of the newest deploy that is for it", async () => {
    await using hosts = new EtcdHosts(server.url);
    const { deploys } = hosts.open("h1");
    const told = (host: string) =>
      new Told<Deploy | undefined>((listener, signal) => deploys.followLatest(listener, signal, host));
    const [h1, h2] = [told("h1"), told("h2")];
    const all = deploy(1, { entry: { kind: "metadata", path: "a/metadata.yaml", modules: "m/" } });
    await deploys.add(all);
    for (const each of [h1, h2]) await each.until(all);
    const some = deploy(2, { hosts: ["h1", "h3"] });
    await deploys.add(some);
    await h1.until(some);
    const late = told("h2");
    await late.until(all);
    const next = deploy(3);
    await deploys.add(next);
    for (const each of [h1, h2, late]) await each.until(next);
    expect(h2.values).not.toContainEqual(some);
    for (const each of [h1, h2, late]) each.end();
  });

  test("the last number counts deploys that cannot be understood; only who asks for it fails by them", async () => {
    await using hosts = new EtcdHosts(server.url);
    const { deploys } = hosts.open("h1");
    expect(await deploys.lastId()).toBe(0);
    await deploys.add(deploy(1, { hash: "c1" }));
    for (const [id, text] of [
      [2, '{"v":99}'],
      [3, JSON.stringify({ v: 1, ...deploy(3), hosts: "h1" })],
    ] as const)
      await hosts.client().put(`${hosts.root}/deploy/${id}/payload`, Buffer.from(text));
    expect(await deploys.lastId()).toBe(3);
    expect(await deploys.list()).toEqual([deploy(1, { hash: "c1" })]);
    expect(await failureOf(deploys.list("throw"))).toMatchObject({ name: "UnreadableDeploy", id: 2 });
    await deploys.remove([1, 2, 3]);
    expect((await hosts.client().list({ prefix: `${hosts.root}/deploy/` })).entries).toEqual([]);
  });

  test("a large tree is there soon, and soon read", async () => {
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1", { schedules: false }), hosts.open("h2", { schedules: false })];
    const files = Array.from({ length: 1000 }, (_, index) => ({
      path: `d${index % 10}/f${index}`,
      mode: 0o644,
      content: Buffer.alloc(10_000, String(index)),
    }));
    const began = performance.now();
    const uri = await h1.files.put(files);
    const put = performance.now();
    const found = await h2.files.get(uri);
    const got = performance.now();
    expect(found).toHaveLength(1000);
    expect(found.every(({ content }) => content.length === 10_000)).toBe(true);
    // Ten megabytes: a moment, though not the same everywhere. One request after the other takes ten times as long.
    expect(put - began).toBeLessThan(10_000);
    expect(got - put).toBeLessThan(10_000);
  });

  describe("pruning", () => {
    const text = (name: string) => ({ path: name, mode: 0o644, content: Buffer.from(name) });
    const shared = text("shared");

    test("removes what no tree in use has, and what is not held", async () => {
      await using hosts = new EtcdHosts(server.url);
      const { files } = hosts.open("h1", { schedules: false });
      const [a, b] = [await files.put([text("a"), shared]), await files.put([text("b"), shared])];
      expect(await files.prune(async () => [a], "keep")).toEqual({ trees: 0, contents: 0 });
      expect(await files.prune(async () => [a], "remove")).toEqual({ trees: 1, contents: 1 });
      expect(await files.get(a)).toHaveLength(2);
      expect(String(await failureOf(files.get(b)))).toContain("does not have all");
      expect(String(await failureOf(files.hold(b)))).toContain("does not have all");
      await files.hold(a);
      expect(await files.prune(async () => [], "keep")).toEqual({ trees: 0, contents: 0 });
      expect(await files.put([text("b"), shared])).toBe(b);
      expect(await files.get(b)).toHaveLength(2);
    });

    test("leaves alone what comes to be held meanwhile", async () => {
      await using hosts = new EtcdHosts(server.url);
      const [h1, h2] = [hosts.open("h1", { schedules: false }), hosts.open("h2", { schedules: false })];
      const old = await h1.files.put([text("old"), shared]);
      let asked = 0;
      let late = "";
      const pruned = await h1.files.prune(async () => {
        // Somebody relies on a content that is about to go.
        if (asked++ === 0) late = await h2.files.put([text("late"), shared]);
        return asked === 1 ? [] : [late];
      }, "remove");
      expect(asked).toBe(2);
      expect(pruned).toEqual({ trees: 1, contents: 1 });
      expect(await h2.files.get(late)).toHaveLength(2);
      expect(String(await failureOf(h2.files.get(old)))).toContain("does not have all");
    });

    test("waits for nobody for ever", async () => {
      await using hosts = new EtcdHosts(server.url);
      const { files } = hosts.open("h1", { schedules: false });
      await files.put([text("a")]);
      let count = 0;
      const busy = files.prune(async () => [await files.put([text(`b${count++}`)])], "remove");
      expect(String(await failureOf(busy))).toContain("others keep deploying");
    });

    test("of deploys keeps what hosts run or would take", async () => {
      await using hosts = new EtcdHosts(server.url);
      const world = hosts.open("h1", { schedules: false });
      const uris = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => world.files.put([text(String(id))])));
      const add = (id: number, more: Partial<Deploy> = {}): Promise<void> =>
        world.deploys.add(deploy(id, { files: uris[id - 1] ?? "", ...more }));
      await add(1);
      await add(2);
      await add(3, { hosts: ["h1"] });
      await add(4, { hosts: ["h1", "h2"] });
      await add(5, { hosts: ["h3"] });
      await add(6, { hosts: ["h2"] });
      const counts = { resources: 0, changed: 0, failed: 0, blocked: 0 };
      const status = { version: "1", converged: undefined, settled: true, counts, since: "2026" } as const;
      const of = (id: number, inForce: number) => ({
        id,
        state: "failed" as const,
        message: undefined,
        inForce,
      });
      await world.statuses.report("h9", { ...status, deploy: of(6, 1) });
      expect(await pruneDeploys(world, 1, "remove")).toEqual({ deploys: 1, trees: 1, contents: 1 });
      expect((await world.deploys.list()).map(({ id }) => id)).toEqual([1, 2, 4, 5, 6]);
      await world.statuses.report("h9", { ...status, deploy: of(6, 6) });
      expect(await pruneDeploys(world, 1, "remove")).toEqual({ deploys: 1, trees: 1, contents: 1 });
      expect((await world.deploys.list()).map(({ id }) => id)).toEqual([2, 4, 5, 6]);
    });
  });

  test("what hosts tell of themselves is known of those that live", async () => {
    await using hosts = new EtcdHosts(server.url);
    const [h1, h2] = [hosts.open("h1"), hosts.open("h2")];
    const told = new Told<ReadonlyMap<string, HostStatus>>((...each) => h2.statuses.follow(...each));
    const status: HostStatus = {
      version: "1",
      deploy: { id: 3, state: "failed", message: "why", inForce: undefined },
      converged: false,
      settled: true,
      counts: { resources: 4, changed: 3, failed: 2, blocked: 1 },
      since: "2026-01-01T00:00:00Z",
    };
    await told.until(new Map());
    await h1.statuses.report("h1", status);
    await told.until(new Map([["h1", status]]));
    const alone: HostStatus = { ...status, deploy: undefined, converged: undefined };
    await h2.statuses.report("h2", alone);
    await told.until(
      new Map([
        ["h1", status],
        ["h2", alone],
      ]),
    );
    expect(await h1.statuses.list()).toEqual(
      new Map([
        ["h1", status],
        ["h2", alone],
      ]),
    );
    await hosts.client().put(`${hosts.root}/status/h3`, Buffer.from('{"v":2}'));
    await hosts.close(h1);
    await told.until(new Map([["h2", alone]]));
    told.end();
  });
});

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Deploy, DeployConflict } from "../../src/world/deploy-store.ts";
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
});

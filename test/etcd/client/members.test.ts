import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { EtcdError } from "../../../etcd/client/error.ts";
import { Members } from "../../../etcd/client/members.ts";
import { failureOf } from "../support/failure.ts";
import { etcdBinary, freePort, TestServer, withEtcd } from "../support/server.ts";

setDefaultTimeout(60_000);

let servers: readonly TestServer[] = [];
let client: EtcdClient;
let members: Members;

beforeAll(async () => {
  if (etcdBinary === undefined) return;
  servers = await TestServer.startCluster(3);
  client = new EtcdClient({ endpoints: servers.map(({ url }) => url) });
  members = new Members(client);
});
afterAll(async () => {
  client?.close();
  for (const server of servers) await server[Symbol.asyncDispose]();
});

/** What a request that must fail says. */
async function refusal(request: Promise<unknown>): Promise<EtcdError> {
  const error = await failureOf(request);
  if (error instanceof EtcdError) return error;
  throw error;
}

async function statuses() {
  return Promise.all(servers.map(async ({ url }) => ({ url, ...(await members.status(url)) })));
}

/** etcd changes no members before all have been connected for some seconds. */
async function whenHealthy<T>(change: () => Promise<T>): Promise<T> {
  const end = performance.now() + 30_000;
  for (;;) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof EtcdError) || error.kind !== "unhealthy-cluster") throw error;
      if (performance.now() > end) throw error;
    }
    await Bun.sleep(100);
  }
}

/** What the cluster says to a new member once it has noticed that another is down. */
async function whenNoticed(): Promise<EtcdError> {
  const end = performance.now() + 30_000;
  for (;;) {
    try {
      const { added } = await members.addLearner([`http://127.0.0.1:${await freePort()}`]);
      await members.remove(added.id);
    } catch (error) {
      if (error instanceof EtcdError) return error;
      throw error;
    }
    if (performance.now() > end) throw new Error("it takes new members");
    await Bun.sleep(20);
  }
}

withEtcd("members are listed, and each says how it is", async () => {
  const list = await members.list();
  expect(list.members.map(({ name }) => name).sort()).toEqual(["m1", "m2", "m3"]);
  expect(list.members[0]).toMatchObject({ isStarted: true, isLearner: false });
  const all = await statuses();
  expect(new Set(all.map(({ memberId }) => memberId))).toEqual(new Set(list.members.map(({ id }) => id)));
  for (const each of all) {
    expect(each).toMatchObject({
      cluster: list.cluster,
      isLearner: false,
      errors: [],
      leader: all[0]?.leader,
    });
    expect(each.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(each.dbSize).toBeGreaterThan(0);
    expect(each.raftApplied).toBeGreaterThan(0n);
  }
});

withEtcd("a server that is not there, or does not answer, is waited for no longer than asked", async () => {
  const nobody = await refusal(members.status(`http://127.0.0.1:${await freePort()}`, 500));
  expect(nobody.kind).toBe("unreachable");
  const [first] = servers;
  first?.suspend();
  try {
    const silent = await refusal(members.status(first?.url ?? "", 200));
    expect(silent.kind).toBe("no-answer");
  } finally {
    first?.resume();
  }
  expect(await failureOf(members.status("unix://client.sock:0"))).toBeInstanceOf(TypeError);
});

withEtcd("another member is made the leader, by the one that leads", async () => {
  const all = await statuses();
  const { leader } = all[0] ?? {};
  const [heir, other] = all.filter(({ memberId }) => memberId !== leader);
  const url = all.find(({ memberId }) => memberId === leader)?.url ?? "";
  if (heir === undefined || other === undefined) throw new Error("three members");
  expect((await refusal(members.moveLeader(other.url, heir.memberId))).kind).toBe("not-leader");
  await members.moveLeader(url, heir.memberId);
  expect((await members.status(heir.url)).leader).toBe(heir.memberId);
});

withEtcd("a learner is added and removed; what cannot be is explained", async () => {
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  const found = await statuses();
  const leader = found.find(({ memberId, leader }) => memberId === leader)?.url ?? "";
  const { added, members: all } = await whenHealthy(() => members.addLearner([peerUrl]));
  expect(added).toMatchObject({
    name: "",
    isStarted: false,
    isLearner: true,
    peerUrls: [peerUrl],
    clientUrls: [],
  });
  expect(all).toHaveLength(4);
  const refusals = [
    await refusal(members.addLearner([`http://127.0.0.1:${await freePort()}`])),
    await refusal(members.promote(added.id, leader)),
    await refusal(members.remove("1")),
    await refusal(members.updatePeerUrls("1", [peerUrl])),
    await refusal(members.promote(all.find(({ isLearner }) => !isLearner)?.id ?? "", leader)),
  ];
  expect(refusals.map(({ kind }) => kind)).toEqual([
    "too-many-learners",
    "not-in-sync",
    "no-member",
    "no-member",
    "no-learner",
  ]);
  expect(refusals[0]?.message).toContain("has a learner already");
  const moved = `http://127.0.0.1:${await freePort()}`;
  await members.updatePeerUrls(added.id, [moved]);
  const { members: after } = await members.list();
  expect(after.find(({ id }) => id === added.id)?.peerUrls).toEqual([moved]);
  await members.remove(added.id);
  expect((await members.list()).members).toHaveLength(3);
  const taken = all.find(({ isLearner }) => !isLearner)?.peerUrls ?? [];
  expect((await refusal(whenHealthy(() => members.addLearner(taken)))).kind).toBe("duplicate-member");
});

withEtcd("while a voter is down nobody is added, and the others cannot be removed", async () => {
  const [, , third] = servers;
  const all = await statuses();
  await third?.kill();
  const error = await whenNoticed();
  expect(error.kind).toBe("unhealthy-cluster");
  expect(error.message).toContain("a voter is down");
  const first = all.find(({ url }) => url === servers[0]?.url);
  expect((await refusal(members.remove(first?.memberId ?? ""))).kind).toBe("unhealthy-cluster");
  await third?.restart();
});

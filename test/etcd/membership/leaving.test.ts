import { expect, setDefaultTimeout, test } from "bun:test";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { cancelLeave, type LeaveEvent, leave, readLeaving } from "../../../etcd/membership/leaving.ts";
import {
  checkIdeal,
  readDeadAfter,
  readIdeal,
  writeDeadAfter,
  writeIdeal,
} from "../../../etcd/membership/size.ts";
import { TestServer, withEtcd } from "../support/server.ts";
import { keyPrefix, TestCluster, type TestNode, withClusters } from "./node.ts";

setDefaultTimeout(60_000);

const never = new AbortController().signal;

function clientOf({ client }: TestNode) {
  if (client === undefined) throw new Error("no client");
  return client;
}

async function eventsOf(node: TestNode, host: string, force = false): Promise<readonly LeaveEvent[]> {
  const events: LeaveEvent[] = [];
  for await (const event of leave({ client: clientOf(node), keyPrefix, host, force }, never))
    events.push(event);
  return events;
}

withClusters("the leader leaves: another leads, and it does not volunteer any more", async () => {
  await using cluster = await TestCluster.of(["a", "b", "c"]);
  const seen = await cluster.untilVoters("a", "b", "c");
  const name = seen.members.find(({ role }) => role === "leader")?.name ?? "";
  const left = ["a", "b", "c"].filter((each) => each !== name);
  const [other = ""] = left;
  const node = cluster.node(other);
  expect(await eventsOf(node, name)).toEqual([{ type: "requested" }, { type: "left" }]);
  const after = await cluster.untilVoters(...left);
  expect(after.leader).toBeDefined();
  expect(after.volunteers.size).toBe(0);
  const moved = cluster.nodes.some(({ controlled }) =>
    controlled.some(({ type }) => type === "leader-moved"),
  );
  expect(moved).toBe(true);
  await cluster.node(name).volunteerEvent("withdrawn");

  expect(await cancelLeave({ client: clientOf(node), keyPrefix, host: name })).toBe(true);
  await cluster.untilVoters("a", "b", "c");
});

withClusters("the last member stays, unless somebody can take its place", async () => {
  await using cluster = await TestCluster.of(["a"]);
  const a = cluster.node("a");
  const options = { client: clientOf(a), keyPrefix, host: "a" };
  const told = await eventsOf(a, "a", true);
  const [asked, refused, ...more] = told.filter(({ type }) => type !== "waiting");
  expect([asked, more]).toEqual([{ type: "requested" }, []]);
  expect(refused).toMatchObject({ type: "refused", reason: expect.stringContaining("a is the last member") });
  expect(await readLeaving(options)).toBeUndefined();
  await writeIdeal(options.client, keyPrefix, 1);
  const b = await cluster.volunteer("b");
  await cluster.until("volunteer", ({ volunteers }) => volunteers.has("b"));
  const events = await eventsOf(b, "a");
  expect(events).toEqual([
    { type: "requested" },
    { type: "waiting", reason: "b is to be added, in place of a: 1 voter is wanted" },
    { type: "left" },
  ]);
  await cluster.untilVoters("b");
});

withEtcd("who asks to leave is told if nobody is there to let it go, and can change its mind", async () => {
  await using server = await TestServer.start();
  const client = new EtcdClient({ endpoints: [server.url] });
  const options = { client, keyPrefix, host: "a" };
  const events: string[] = [];
  for await (const event of leave(options, never)) {
    events.push(event.type);
    if (event.type !== "waiting") continue;
    expect(event.reason).toContain("no node controls");
    expect((await readLeaving(options))?.state).toBe("requested");
    await cancelLeave(options);
  }
  expect(events).toEqual(["requested", "waiting", "cancelled"]);
  expect(await cancelLeave(options)).toBe(false);
  const ends = new AbortController();
  const given: string[] = [];
  for await (const event of leave(options, ends.signal)) {
    given.push(event.type);
    ends.abort();
  }
  expect(given).toEqual(["requested"]);
  expect((await readLeaving(options))?.state).toBe("requested");

  expect(await readIdeal(client, keyPrefix)).toBe(5);
  expect(await writeIdeal(client, keyPrefix, 3)).toBeUndefined();
  expect(await readIdeal(client, keyPrefix)).toBe(3);
  expect(await readDeadAfter(client, keyPrefix)).toBe(600);
  await writeDeadAfter(client, keyPrefix, 7);
  expect(await readDeadAfter(client, keyPrefix)).toBe(7);
  client.close();
});

test("sizes that a cluster can have", () => {
  for (const size of [1, 3, 5, 7, 9]) expect(checkIdeal(size)).toBeUndefined();
  expect(checkIdeal(2)).toContain("stands still if either of them is lost");
  for (const size of [0, 4, 8, 11, 2.5, Number.NaN, -1])
    expect(() => checkIdeal(size)).toThrow("a cluster cannot be of size");
});

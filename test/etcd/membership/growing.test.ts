import { expect, setDefaultTimeout } from "bun:test";
import { writeDeadAfter, writeIdeal } from "../../../etcd/membership/size.ts";
import { keyPrefix, TestCluster, withClusters } from "./node.ts";

setDefaultTimeout(90_000);

withClusters("a cluster grows from one to three to five, and shrinks to three", async () => {
  await using cluster = await TestCluster.of(["a"]);
  const [b, c] = [await cluster.volunteer("b"), await cluster.volunteer("c")];
  const three = await cluster.untilVoters("a", "b", "c");
  expect(three.endpoints).toEqual(["a", "b", "c"].map((name) => cluster.node(name).clientUrl));
  expect((await b.volunteerEvent("promoted")).memberId).toBe(b.memberId ?? "");
  await c.volunteerEvent("promoted");
  await cluster.volunteer("d");
  await cluster.volunteer("e");
  const five = await cluster.untilVoters("a", "b", "c", "d", "e");
  expect(five.decision.step).toEqual({ do: "nothing" });
  const { client } = cluster.node("a");
  if (client === undefined) throw new Error("no client");
  await writeIdeal(client, keyPrefix, 3);
  await cluster.untilVoters("a", "b", "c");
});

withClusters("the leader dies while a member is being added", async () => {
  await using cluster = await TestCluster.of(["a", "b", "c"]);
  const seen = await cluster.untilVoters("a", "b", "c");
  const { client } = cluster.node("a");
  if (client === undefined) throw new Error("no client");
  await writeDeadAfter(client, keyPrefix, 1);
  const name = seen.members.find(({ role }) => role === "leader")?.name ?? "";
  const leader = cluster.node(name);
  const d = await cluster.add("d");
  d.join({ isNoCandidate: true });
  await cluster.volunteer("e", { isLazy: true, isNoCandidate: true });
  await d.volunteerEvent("nominated");
  await leader.crash();
  await d.volunteerEvent("promoted");
  await cluster.untilVoters(...["a", "b", "c"].filter((each) => each !== name), "d");
});

import { expect, setDefaultTimeout } from "bun:test";
import type { ControllerEvent } from "../../../etcd/membership/controller.ts";
import { writeIdeal } from "../../../etcd/membership/size.ts";
import { keyPrefix, membersOf, TestCluster, type TestNode, withClusters } from "./node.ts";

setDefaultTimeout(60_000);

/** One voter in a cluster that wants two: the next volunteer is nominated at once. */
async function clusterOfOne(nomination: number): Promise<{ cluster: TestCluster; a: TestNode }> {
  const cluster = await TestCluster.of(["a"], { nomination });
  const a = cluster.node("a");
  await writeIdeal(clientOf(a), keyPrefix, 2);
  return { cluster, a };
}

function clientOf({ client }: TestNode) {
  if (client === undefined) throw new Error("no client");
  return client;
}

withClusters("a nominee that never starts is given up, and gets another chance later", async () => {
  const { cluster, a } = await clusterOfOne(1000);
  await using _ = cluster;
  const b = await cluster.volunteer("b", { isLazy: true });
  const { reason } = await a.controllerEvent("given-up");
  expect(reason).toContain("b has not started its server in time");
  await b.volunteerEvent("given-up");
  const seen = await cluster.until("quarantine", ({ quarantined }) => quarantined.length > 0);
  expect(seen.quarantined).toEqual(["b"]);
  expect(seen.members.map(({ name }) => name)).toEqual(["a"]);
  expect(seen.decision.notes.join()).toContain("b did not become a member in time");
  await cluster.volunteer("c");
  await a.controllerEvent("promoted", ({ host }) => host === "c");
  await cluster.untilVoters("a", "c");
});

withClusters("a nominee whose server dies is no member in the end, and the cluster lives on", async () => {
  const { cluster, a } = await clusterOfOne(4000);
  await using _ = cluster;
  // Without a controller it stays a learner.
  const alone = Promise.withResolvers<void>();
  const b = await cluster.volunteer("b", { isNoCandidate: true, startsAfter: alone.promise });
  await a.controllerEvent("nominated");
  a.stopControlling();
  alone.resolve();
  await cluster.until("learner", ({ members }) =>
    members.some(({ isLearner, isStarted }) => isLearner && isStarted),
  );
  await b.crash();
  a.control();
  const { reason } = await a.controllerEvent("given-up");
  expect(reason).toContain("b has not caught up in time");
  const { members } = await cluster.untilVoters("a");
  expect(members).toHaveLength(1);
  await clientOf(a).put("still", Buffer.from("there"));
});

withClusters(
  "a controller that dies between adding a member and nominating it leaves that to the next",
  async () => {
    await using cluster = await TestCluster.of(["a"]);
    const a = cluster.node("a");
    a.stopControlling();
    await writeIdeal(clientOf(a), keyPrefix, 2);
    const dies = await cluster.add("x");
    const b = await cluster.volunteer("b", { isNoCandidate: true });
    dies.join({ isLazy: true, onController: dieAt(dies, "added") });
    await dies.controllerEvent("added");
    const { members } = await membersOf(a.client).list();
    expect(members).toHaveLength(2);
    a.control();
    await b.volunteerEvent("promoted");
    await cluster.untilVoters("a", "b");
  },
);

withClusters("a learner whose volunteer is gone, and that nobody has nominated, is removed", async () => {
  await using cluster = await TestCluster.of(["a"]);
  const a = cluster.node("a");
  await membersOf(a.client).addLearner(["http://127.0.0.1:1"]);
  await a.controllerEvent("given-up");
  const { members } = await cluster.untilVoters("a");
  expect(members).toHaveLength(1);
});

withClusters("a controller that dies after a promotion leaves the rest to the next", async () => {
  const { cluster, a } = await clusterOfOne(30_000);
  await using _ = cluster;
  const b = await cluster.volunteer("b", { isNoCandidate: true });
  await a.controllerEvent("nominated");
  a.stopControlling();
  await cluster.until("learner", ({ members }) =>
    members.some(({ isLearner, isWell }) => isLearner && isWell),
  );
  const { members } = await membersOf(a.client).list();
  const learner = members.find(({ isLearner }) => isLearner)?.id ?? "";
  await promoted(a, learner);
  a.control();
  await b.volunteerEvent("promoted");
  await cluster.untilVoters("a", "b");
});

async function promoted(node: TestNode, id: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await membersOf(node.client).promote(id, node.client?.connection.current.url ?? "");
      return;
    } catch (error) {
      if (tries > 100) throw error;
      await Bun.sleep(50);
    }
  }
}

/** The end of a node as soon as its controller has done something, before it can do anything else. */
function dieAt(node: TestNode, type: ControllerEvent["type"]): (event: ControllerEvent) => void {
  return (event) => {
    if (event.type === type) void node.crash();
  };
}

import { expect, setDefaultTimeout } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { EtcdClient } from "../../../etcd/client/client.ts";
import { recover, reset } from "../../../etcd/membership/recover.ts";
import { writeDeadAfter, writeIdeal } from "../../../etcd/membership/size.ts";
import { readState } from "../../../etcd/server/state-file.ts";
import { keyPrefix, TestCluster, type TestNode, withClusters } from "./node.ts";

setDefaultTimeout(90_000);

function clientOf({ client }: TestNode) {
  if (client === undefined) throw new Error("no client");
  return client;
}

withClusters(
  "a dead leader is replaced by a volunteer, and a host that has lost its data becomes a new member",
  async () => {
    await using cluster = await TestCluster.of(["a", "b", "c"]);
    const seen = await cluster.untilVoters("a", "b", "c");
    await writeDeadAfter(clientOf(cluster.node("a")), keyPrefix, 1);
    const name = seen.members.find(({ role }) => role === "leader")?.name ?? "";
    const left = ["a", "b", "c"].filter((each) => each !== name);
    await cluster.node(name).crash();
    const alone = await cluster.until(
      "dead",
      ({ voters, controller }) => voters.well === 2 && controller !== name,
    );
    expect(alone.decision.step.do).toBe("wait");
    expect(alone.decision.reason).toContain(`${name} cannot be reached`);
    const d = await cluster.volunteer("d");
    await d.volunteerEvent("promoted");
    await cluster.untilVoters(...left, "d");

    // It has been removed while it was down, and finds out when it comes back; there is no need of it now.
    await cluster.node(name).restart();
    expect(cluster.node(name).memberId).toBeNull();
    await cluster.until("the dead one volunteers", ({ volunteers }) => volunteers.has(name));
    await cluster.node(name).crash();
    await cluster.until("it is gone", ({ volunteers }) => !volunteers.has(name));

    const [emptied = ""] = left;
    await writeDeadAfter(clientOf(d), keyPrefix, 600);
    const node = cluster.node(emptied);
    const before = node.memberId;
    await node.crash();
    node.wipe();
    node.join();
    const after = await cluster.until("a new member", ({ members, voters, nominations }) => {
      const found = members.find((each) => each.name === emptied);
      return voters.well === 3 && nominations.size === 0 && found?.id !== before;
    });
    expect(after.members.map((each) => each.name)).toEqual([...left, "d"].sort());
  },
);

withClusters(
  "after the quorum is lost for good, one member is made a cluster, and others join it",
  async () => {
    await using cluster = await TestCluster.of(["a", "b", "c"]);
    const [a, b, c] = ["a", "b", "c"].map((name) => cluster.node(name));
    if (a === undefined || b === undefined || c === undefined) throw new Error("three nodes");
    await cluster.untilVoters("a", "b", "c");
    await clientOf(a).put("color", Buffer.from("blue"));
    await writeIdeal(clientOf(a), keyPrefix, 2);
    // What the one that is left has not heard of is lost.
    const only = new EtcdClient({ endpoints: [a.clientUrl] });
    await only.get("color");
    only.close();
    await Promise.all([b, c].map((node) => node.crash()));
    const lost = await cluster.until(
      "no quorum",
      ({ voters, problem }) => voters.well === 0 && problem !== undefined,
    );
    expect(lost.members.map(({ name, status }) => [name, status !== undefined])).toEqual([
      ["a", true],
      ["b", false],
      ["c", false],
    ]);
    expect(lost.decision.reason).toContain("bring b, c up, or see mgmt cluster recover");
    await a.stop();

    const recovered = await recover(a.serverOptions({ token: "t", state: "existing" }));
    expect(recovered.memberId).toBe(a.memberId ?? "");
    await a.restart();
    const { members } = await cluster.untilVoters("a");
    expect(members).toHaveLength(1);
    const client = new EtcdClient({ endpoints: [a.clientUrl] });
    expect(Buffer.from((await client.get("color"))?.value ?? []).toString()).toBe("blue");
    client.close();

    const moved = await reset(b.directory, b.serverOptions({ token: "t", state: "existing" }).files);
    expect(moved).toContain("server.reset-");
    expect(existsSync(moved ?? "")).toBe(true);
    expect(readState(join(b.directory, "state.json"))).toEqual({});
    b.join();
    await cluster.untilVoters("a", "b");
  },
);

withClusters("nothing is recovered where there is nothing, and nothing reset under a server", async () => {
  await using cluster = await TestCluster.of(["a"]);
  const a = cluster.node("a");
  const b = await cluster.add("b");
  const { files } = a.serverOptions({ token: "t", state: "existing" });
  const error = await recover(b.serverOptions({ token: "t", state: "existing" })).catch(
    (each: unknown) => each,
  );
  expect(String(error)).toContain("there is nothing in");
  expect(await reset(b.directory, files)).toBeUndefined();
  const locked = await reset(a.directory, files).catch((each: unknown) => each);
  expect(String(locked)).toContain("stop the agent first");
});

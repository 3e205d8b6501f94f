import { expect, setDefaultTimeout } from "bun:test";
import { writeIdeal } from "../../../etcd/membership/size.ts";
import { withEtcd } from "../support/server.ts";
import { keyPrefix, TestCluster } from "./node.ts";

setDefaultTimeout(90_000);

withEtcd("a cluster grows from one to three to five, and shrinks to three", async () => {
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

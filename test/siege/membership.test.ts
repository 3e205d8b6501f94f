/** Servers that come, leave, die for good, and are replaced. */
import { expect } from "bun:test";
import { eventually } from "../cluster/support/eventually.ts";
import { onStage } from "../cluster/support/play.ts";

const scene = onStage({ hosts: 5 });

scene("a cluster shrinks and grows as it is told to", async ({ lan, cluster, host }) => {
  const size = async (wanted: number): Promise<void> => {
    const { status, stderr } = await host(1).run(["cluster", "size", `${wanted}`]);
    if (status !== 0) throw new Error(stderr);
    await eventually(async () => (await cluster.voters()).length === wanted, {
      within: 60_000,
      what: `there are ${wanted} voters`,
    });
  };
  await cluster.hasVoters(lan.hosts);
  await size(3);
  await size(1);
  await size(3);
});

scene("the leader leaves, is an agent, and comes back", async ({ cluster, host, site }) => {
  await host(1).run(["cluster", "size", "3"]);
  await eventually(async () => (await cluster.voters()).length === 3, {
    within: 60_000,
    what: "three voters",
  });
  const leader = await cluster.leader();
  expect(await leader.run(["cluster", "leave"], { timeout: 60_000 })).toMatchObject({ status: 0 });
  expect(await cluster.voters()).not.toContain(leader.name);
  await site.repairs();
  await site.deploy({}, leader);
  await site.holds();
  expect(await leader.run(["cluster", "leave", "--cancel"])).toMatchObject({ status: 0 });
});

scene(
  "a dead server is replaced by another host, and does no harm when it is back",
  async ({ cluster, host, lan, site }) => {
    const voters = await cluster.voters();
    const victim = lan.hosts.find(({ name }) => voters.includes(name) && name !== "h1") ?? host(2);
    const voter = lan.hosts.find((each) => voters.includes(each.name) && each !== victim) ?? host(1);
    expect((await voter.run(["cluster", "size", "--dead-after", "3s"])).status).toBe(0);
    await victim.crash();
    const rest = lan.hosts.filter((each) => each !== victim);
    await eventually(
      async () => {
        const now = await cluster.voters();
        return now.length === 3 && !now.includes(victim.name);
      },
      { within: 60_000, what: `${victim.name} is replaced` },
    );
    await site.repairs(rest);
    const agent = await cluster.restart(victim);
    await agent.waitForLine("the cluster has removed this member", { within: 60_000 });
    expect((await voter.run(["cluster", "size", "--dead-after", "10m"])).status).toBe(0);
  },
);

scene("a host with an empty disk comes back only as its own replacement", async ({ cluster, host, site }) => {
  const token = await cluster.token();
  const victim = host(4);
  await victim.reset();
  const refused = await victim.run(["run", "--address", victim.address], { env: { MGMT_TOKEN: token } });
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("--replace");
  await cluster.join(victim, ["--replace"]);
  await site.holds();
});

scene(
  "most servers are lost for good: one goes on alone, and the others join again",
  async ({ cluster, host, lan, site }) => {
    const voters = await cluster.voters();
    // What has been acknowledged need not be known to a single follower; the leader has it all.
    const survivor = await cluster.leader(lan.hosts.filter(({ name }) => voters.includes(name)));
    const lost = lan.hosts.filter((each) => voters.includes(each.name) && each !== survivor);
    // Those that are lost fall silent, as machines do.
    await lan.isolate(lost);
    await Promise.all(lost.map((each) => each.crash()));
    await site.repairs(lan.hosts.filter((each) => !lost.includes(each)));
    await cluster.end(survivor);
    await lan.heal();
    const recovered = await survivor.run(["cluster", "recover", "--from-data", "--yes"], { timeout: 60_000 });
    expect(recovered).toMatchObject({ status: 0 });
    await cluster.restart(survivor);
    for (const each of lost) {
      expect(await each.run(["cluster", "reset", "--yes"])).toMatchObject({ status: 0 });
      await cluster.join(each, ["--replace"], survivor);
    }
    await eventually(async () => (await cluster.voters(survivor)).length === 3, {
      within: 60_000,
      what: "three voters",
    });
    await site.deploy({}, survivor);
    await site.holds();
    expect((await host(1).run(["cluster", "status"])).stdout).toContain("3 of 3 servers are well");
  },
);

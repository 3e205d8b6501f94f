/** Networks that are cut, lose packets or are slow. Every host goes on keeping its own files meanwhile. */
import { expect } from "bun:test";
import type { Host } from "../cluster/support/host.ts";
import { onStage, type Stage } from "../cluster/support/play.ts";

const scene = onStage({ hosts: 4, servers: 3 });

/** The fourth host, as an agent without a server. */
async function agentOf({ cluster, host, site, lan }: Stage): Promise<Host> {
  const agent = host(4);
  if (cluster.hosts.includes(agent)) return agent;
  await cluster.join(agent, ["--role", "agent"]);
  await site.deploy({});
  await site.holds(lan.hosts);
  return agent;
}

function othersThan({ lan }: Stage, ...out: readonly Host[]): readonly Host[] {
  return lan.hosts.filter((host) => !out.includes(host));
}

scene(
  "the leader is isolated: it gets the newest deploy when it is back, and chooses nobody meanwhile",
  async (stage) => {
    const { lan, cluster, site } = stage;
    await agentOf(stage);
    const leader = await cluster.leader(lan.hosts.slice(0, 3));
    const others = othersThan(stage, leader);
    await lan.isolate(leader);
    await site.deploy({}, others[0]);
    await site.deploy({}, others[0]);
    await site.reaches(others);
    await site.repairs(lan.hosts);
    expect(leader.file("/root/kept").read()).not.toContain(`version ${site.version} `);
    await lan.heal();
    await site.holds(lan.hosts);
  },
);

scene("a follower is isolated, and its agent starts again from what it remembers", async (stage) => {
  const { lan, cluster, site, host } = stage;
  await agentOf(stage);
  const leader = await cluster.leader(lan.hosts.slice(0, 3));
  const follower = [host(1), host(2), host(3)].find((each) => each !== leader) ?? leader;
  const others = othersThan(stage, follower);
  const before = follower.file("/root/kept").read();
  await lan.isolate(follower);
  await site.deploy({}, others[0]);
  await cluster.end(follower);
  const agent = await cluster.restart(follower);
  await agent.waitForLine("of which this host has a copy", { within: 30_000 });
  await site.repairs([follower]);
  expect(follower.file("/root/kept").read()).toBe(before);
  await site.deployNonsense(others[0]);
  await lan.heal();
  await site.reaches(others);
  await agent.waitForLine("cannot be run", { within: 30_000 });
  await site.deploy({}, others[0]);
  await site.holds(lan.hosts);
});

scene("everybody is alone", async (stage) => {
  const { lan, site } = stage;
  await agentOf(stage);
  await lan.isolate(lan.host("h1"));
  await lan.isolate(lan.host("h2"));
  await lan.isolate(lan.host("h3"));
  await site.repairs(lan.hosts);
  await Bun.sleep(5000);
  await site.repairs(lan.hosts);
  await lan.heal();
  await site.deploy({}).catch(async () => {
    // The cluster may take a moment to have a leader again.
    await site.deploy({});
  });
  await site.holds(lan.hosts);
});

scene("what is cut in one direction heals", async (stage) => {
  const { lan, cluster, site } = stage;
  const agent = await agentOf(stage);
  const leader = await cluster.leader(lan.hosts.slice(0, 3));
  const others = othersThan(stage, leader);
  await lan.cutOneWay(leader, others);
  await site.deploy({}, others[0]);
  await site.reaches(others);
  await lan.heal();
  await site.holds(lan.hosts);
  await lan.cutOneWay(others, leader);
  await site.repairs(lan.hosts);
  await lan.heal();
  await site.holds(lan.hosts);
  // Between two of three: the third reaches both.
  await lan.cut("h1", "h2");
  await site.deploy({}, lan.host("h3"));
  await site.reaches([agent, lan.host("h3")]);
  await lan.heal();
  await site.holds(lan.hosts);
});

scene("an agent without a server is cut off", async (stage) => {
  const { lan, site } = stage;
  const agent = await agentOf(stage);
  await lan.isolate(agent);
  await site.deploy({});
  await site.reaches(othersThan(stage, agent));
  await site.repairs(lan.hosts);
  await lan.heal();
  await site.holds(lan.hosts);
});

scene("a link that comes and goes", async (stage) => {
  const { lan, cluster, site } = stage;
  await agentOf(stage);
  const leader = await cluster.leader(lan.hosts.slice(0, 3));
  const others = othersThan(stage, leader);
  for (let cuts = 0; cuts < 10; cuts++) {
    await lan.isolate(leader);
    await Bun.sleep(900);
    await lan.heal();
    await Bun.sleep(900);
    if (cuts === 5) await site.deploy({}, others[0]);
  }
  await site.holds(lan.hosts);
});

scene("a host that loses a third of its packets, and hosts that are slow to reach", async (stage) => {
  const { lan, cluster, site, host } = stage;
  await agentOf(stage);
  await lan.lose("h2", 30);
  await site.deploy({}, host(3));
  await site.reaches(lan.hosts, 60_000);
  await site.repairs(lan.hosts);
  await lan.heal();
  await site.holds(lan.hosts);
  for (const name of ["h1", "h2"]) await lan.slow(name, 100);
  await site.deploy({}, host(3));
  await site.holds(lan.hosts, 60_000);
  await lan.heal();
  await cluster.hasVoters(lan.hosts.slice(0, 3));
});

/** Agents and servers that are killed, or that do nothing for a while. */
import { expect } from "bun:test";
import { eventually } from "../cluster/support/eventually.ts";
import type { Host } from "../cluster/support/host.ts";
import { onStage } from "../cluster/support/play.ts";

const scene = onStage({ hosts: 3 });

/** The process of the store's server; undefined if none runs. */
function server(host: Host): number | undefined {
  return host.processes().find(({ command }) => command.some((word) => word.includes("/etcd/bin/etcd-")))
    ?.pid;
}

function send(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) throw new Error("there is no such process");
  process.kill(pid, signal);
}

scene("an agent is killed: its server ends with it, and both come back", async ({ cluster, site, lan }) => {
  const leader = await cluster.leader();
  for (const victim of [leader, ...lan.hosts.filter((host) => host !== leader).slice(0, 1)]) {
    await cluster.agents.get(victim.name)?.kill("SIGKILL");
    await eventually(() => victim.processes().length === 0, { what: `nothing runs on ${victim.name}` });
    await cluster.restart(victim);
    await site.holds();
  }
  await cluster.hasVoters(lan.hosts);
});

scene("a server is killed: its agent starts it again", async ({ cluster, lan, site }) => {
  const leader = await cluster.leader();
  for (const victim of [leader, ...lan.hosts.filter((host) => host !== leader).slice(0, 1)]) {
    const before = server(victim);
    send(before, "SIGKILL");
    await eventually(() => ![undefined, before].includes(server(victim)), { what: "another server" });
    await site.repairs();
  }
  await cluster.hasVoters(lan.hosts);
});

scene("everything on a host is killed", async ({ cluster, lan, site }) => {
  for (const victim of [await cluster.leader(), lan.host("h2")]) {
    await victim.crash();
    await site.repairs(lan.hosts.filter((host) => host !== victim));
    await cluster.restart(victim);
    await cluster.hasVoters(lan.hosts);
    await site.holds();
  }
});

scene("all hosts are killed at once, and come back in any order", async ({ cluster, lan, site, host }) => {
  const orders = [
    [1, 2, 3],
    [3, 2, 1],
  ];
  for (const order of orders) {
    await Promise.all(lan.hosts.map((each) => each.crash()));
    for (const [index, number] of order.entries()) {
      await cluster.restart(host(number));
      if (index === 1) await site.repairs([host(order[0] ?? 0), host(number)]);
    }
    await cluster.hasVoters(lan.hosts);
    await site.holds();
  }
});

scene("one that is killed while it starts comes back", async ({ cluster, lan, site }) => {
  const victim = lan.host("h3");
  for (const pause of [100, 300, 600]) {
    const agent = await cluster.restart(victim);
    await Bun.sleep(pause);
    await agent.kill("SIGKILL");
  }
  await cluster.restart(victim);
  await cluster.hasVoters(lan.hosts);
  await site.holds();
});

scene(
  "an agent and a server stand still for twenty seconds, on different hosts",
  async ({ cluster, lan, site }) => {
    const leader = await cluster.leader();
    const [follower, other] = lan.hosts.filter((host) => host !== leader);
    if (follower === undefined || other === undefined) throw new Error("there are three hosts");
    const pid = server(leader);
    const agent = cluster.agents.get(follower.name);
    send(pid, "SIGSTOP");
    agent?.pause();
    await site.repairs([leader, other]);
    await Bun.sleep(10_000);
    await site.deploy({}, other);
    await site.reaches([leader, other]);
    await Bun.sleep(10_000);
    send(pid, "SIGCONT");
    agent?.resume();
    await cluster.hasVoters(lan.hosts);
    expect(server(leader)).toBe(pid ?? 0);
  },
);

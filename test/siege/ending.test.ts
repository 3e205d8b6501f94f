/** How long it takes until an agent that is told to end has ended. */
import { expect } from "bun:test";
import type { Cluster } from "../cluster/support/cluster.ts";
import type { Host } from "../cluster/support/host.ts";
import { onStage } from "../cluster/support/play.ts";

const scene = onStage({ hosts: 3 });

/** In ms. A second or two is usual; the machine of the tests may be busy. */
const soon = 6000;

/** Ends the agent of a host, and looks that nothing is left of it. */
async function ends(cluster: Cluster, host: Host): Promise<void> {
  expect(await cluster.end(host)).toBeLessThan(soon);
  const left = host.processes().filter(({ command }) => command.some((word) => word.includes("/etcd/bin/")));
  expect(left).toEqual([]);
}

scene("an agent ends soon when all is well", async ({ cluster, lan, site }) => {
  const leader = await cluster.leader();
  const follower = lan.hosts.find((host) => host !== leader) ?? leader;
  for (const host of [follower, leader]) {
    await ends(cluster, host);
    await cluster.restart(host);
    await cluster.hasVoters(lan.hosts);
    await site.holds();
  }
});

scene("an agent ends soon on a host without a network", async ({ cluster, lan, site }) => {
  for (const pause of [0, 5000]) {
    const victim = await cluster.leader();
    await lan.isolate(victim);
    await Bun.sleep(pause);
    await ends(cluster, victim);
    await lan.heal();
    await cluster.restart(victim);
    await cluster.hasVoters(lan.hosts);
    await site.holds();
  }
});

scene("an agent ends soon when most servers are lost", async ({ cluster, lan, site, host }) => {
  await Promise.all([host(2).crash(), host(3).crash()]);
  await site.repairs([host(1)]);
  await ends(cluster, host(1));
  for (const each of lan.hosts) await cluster.restart(each);
  await cluster.hasVoters(lan.hosts);
});

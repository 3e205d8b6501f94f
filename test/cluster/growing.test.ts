import { expect } from "bun:test";
import { everyChildHasParent, startCluster, survives } from "./support/cluster.ts";
import { Lan } from "./support/lan.ts";
import { withLanAndEtcd } from "./support/needs.ts";

withLanAndEtcd("three nodes become a cluster of three servers, which survives the loss of any", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2", "h3"] });
  const cluster = await startCluster(lan, 3);
  const [h1, h2, h3] = [lan.host("h1"), lan.host("h2"), lan.host("h3")];
  const { status, stdout } = await h3.run(["cluster", "status"]);
  expect(stdout).toContain("3 of 3 servers are well");
  expect(status).toBe(0);
  await survives([h2, h3], cluster.store(h2, [h2, h3]), {
    strike: () => h1.crash(),
    repair: async () => {
      await cluster.restart(h1);
    },
  });
  await cluster.hasVoters([h1, h2, h3]);
  await everyChildHasParent(h1, h2, h3);
});

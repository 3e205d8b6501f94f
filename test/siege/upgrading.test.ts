import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { isRecord, listField, textField } from "../../etcd/json.ts";
import {
  acknowledgedWrites,
  type Cluster,
  everyChildHasParent,
  startCluster,
} from "../cluster/support/cluster.ts";
import { eventually } from "../cluster/support/eventually.ts";
import { Executables, versionsAtHand } from "../cluster/support/executables.ts";
import { type Host, prefix } from "../cluster/support/host.ts";
import { Lan } from "../cluster/support/lan.ts";
import { withLanAndEtcd } from "../cluster/support/needs.ts";

const versions = versionsAtHand();

/** `bun run build --etcd VERSION` has another version at hand from then on. */
const withVersions = withLanAndEtcd.skipIf(versions.length < 2);

/** The version of etcd that each server runs, by name, as the cluster tells it to the agent of a host. */
async function versionsOf(host: Host): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await host.run(["cluster", "status", "--json"]);
  const answer: unknown = JSON.parse(stdout);
  const members = isRecord(answer) ? listField(answer, "members").filter(isRecord) : [];
  return Object.fromEntries(
    members.map((member) => [
      textField(member, "name"),
      isRecord(member.status) ? textField(member.status, "version") : "unreachable",
    ]),
  );
}

async function untilAllRun(version: string, hosts: readonly Host[], cluster: Cluster): Promise<void> {
  const wanted = Object.fromEntries(hosts.map(({ name }) => [name, version]));
  const explain = (): string =>
    [...cluster.agents].map(([name, agent]) => `${name}:\n${agent.lines.slice(-20).join("\n")}`).join("\n");
  const [first] = hosts;
  if (first === undefined) return;
  await eventually(async () => Bun.deepEquals(await versionsOf(first), wanted), {
    within: 120_000,
    what: `all servers are etcd ${version}`,
    explain,
  });
}

withVersions(
  `three nodes go on as newer versions of etcd, and never back: ${versions.join(", ")}`,
  async () => {
    using executables = new Executables();
    await using lan = await Lan.create({ hosts: ["h1", "h2", "h3"] });
    const [h1, h2, h3] = [lan.host("h1"), lan.host("h2"), lan.host("h3")];
    const [oldest = "", ...others] = versions;
    for (const host of lan.hosts) await host.install(executables.with(oldest));
    const cluster = await startCluster(lan, 3);
    await untilAllRun(oldest, lan.hosts, cluster);
    await using writes = acknowledgedWrites(cluster.store(h1));
    await writes.more(5);
    for (const version of others) {
      for (const host of lan.hosts) {
        await host.install(executables.with(version));
        await cluster.restart(host, "SIGTERM");
        await cluster.hasVoters(lan.hosts);
      }
      await untilAllRun(version, lan.hosts, cluster);
      await writes.more(5);
      for (const [name, agent] of cluster.agents) {
        await agent.waitForLine(`its server is etcd ${version} now`);
        const saved = readdirSync(lan.host(name).path(`${prefix}/snapshots`));
        expect(saved.filter((file) => file.startsWith(`before-etcd-${version}-`))).toHaveLength(1);
      }
    }

    // What carries the older one leaves the data alone, and goes on as a client.
    const newest = others.at(-1) ?? "";
    await h3.install(executables.with(oldest));
    const back = await cluster.restart(h3, "SIGTERM");
    await back.waitForLine(`was written by etcd ${newest}, which etcd ${oldest} cannot read`);
    await writes.more(5);
    expect(await h3.run(["cluster", "status"])).toHaveProperty("status", 1);
    await h3.install(executables.with(newest));
    await cluster.restart(h3, "SIGTERM");
    await untilAllRun(newest, lan.hosts, cluster);
    await cluster.hasVoters([h1, h2, h3]);
    await writes.verify(cluster.store(h3, [h3]));
    await everyChildHasParent(...lan.hosts);
  },
  600_000,
);

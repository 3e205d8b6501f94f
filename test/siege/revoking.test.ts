import { expect } from "bun:test";
import { isRecord } from "../../etcd/json.ts";
import { Cluster, startCluster } from "../cluster/support/cluster.ts";
import { eventually } from "../cluster/support/eventually.ts";
import { type Host, prefix } from "../cluster/support/host.ts";
import type { HostProcess } from "../cluster/support/host-process.ts";
import { Lan } from "../cluster/support/lan.ts";
import { withLanAndEtcd } from "../cluster/support/needs.ts";

const key = "/_mgmt/strings/revoking";

/** A client that knows nothing of mgmt, with the certificate that a host has. */
function etcdctl(to: Host, ...words: readonly string[]): readonly string[] {
  return [
    "etcdctl",
    `--endpoints=https://${to.address}:2379`,
    ...["--command-timeout=3s", "--dial-timeout=3s", `--cacert=${prefix}/pki/ca.crt`],
    ...[`--cert=${prefix}/pki/host.crt`, `--key=${prefix}/pki/host.key`, ...words],
  ];
}

async function works(from: Host, to: Host, ...words: readonly string[]): Promise<boolean> {
  return (await from.run(etcdctl(to, ...words))).status === 0;
}

/** Whether a server takes somebody for another one. */
async function peers(from: Host, to: Host): Promise<boolean> {
  const options = [
    "-sS",
    "--http1.1",
    "--max-time",
    "5",
    "-o",
    "/dev/null",
    "--cacert",
    `${prefix}/pki/ca.crt`,
  ];
  const own = ["--cert", `${prefix}/pki/peer.crt`, "--key", `${prefix}/pki/peer.key`];
  const url = `https://${to.address}:2380/version`;
  return (await from.exec(["curl", ...options, ...own, url])).status === 0;
}

async function says(agent: HostProcess, what: RegExp): Promise<void> {
  await eventually(() => agent.lines.some((line) => what.test(line)), {
    within: 60_000,
    what: `the agent says ${what}`,
    explain: () => agent.lines.slice(-20).join("\n"),
  });
}

withLanAndEtcd(
  "who was replaced or removed has no way into the cluster any more",
  async () => {
    await using lan = await Lan.create({ hosts: ["h1", "h2", "h3", "h4"] });
    const cluster = await startCluster(lan, 3);
    const [h1, h2, h3, h4] = [lan.host("h1"), lan.host("h2"), lan.host("h3"), lan.host("h4")];
    expect([await works(h2, h1, "put", key, "1"), await peers(h2, h1)]).toEqual([true, true]);
    const watch = await h2.start(etcdctl(h1, "watch", key));
    await eventually(async () => (await works(h3, h1, "put", key, "2")) && watch.lines.includes("2"), {
      what: "it is told what others write",
      explain: () => watch.lines.join("\n"),
    });

    // Another machine takes the place of a server that runs, to which it means nothing good.
    const taken = await cluster.join(h4, ["--hostname", "h2", "--replace"]);
    await says(taken, /joined the cluster/);
    await eventually(async () => !(await works(h2, h1, "get", key)), {
      within: 5000,
      what: "the old one cannot read",
    });
    for (const to of [h1, h3])
      expect([await works(h2, to, "get", key), await works(h2, to, "put", key, "3")]).toEqual([false, false]);
    expect(await works(h4, h1, "put", key, "4")).toBe(true);
    expect(watch.lines).not.toContain("4");
    await says(cluster.agents.get("h2") ?? taken, /another machine has taken the place of this one as h2/);
    await eventually(
      async () => {
        const found = await cluster.members(h1);
        return found.length === 3 && found.every(({ name, isLearner }) => name !== "" && !isLearner);
      },
      { within: 60_000, what: "the new one votes" },
    );
    await eventually(() => peers(h4, h1), { what: "the new one is a peer" });
    // Once it is no member any more, whose vote may be needed.
    for (const to of [h1, h3])
      await eventually(async () => !(await peers(h2, to)), { what: "the old one is no peer" });

    // A server that runs is not removed by mistake.
    const refused = await h1.run(["cluster", "remove", "h3", "--yes"]);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/h3 runs.*; stop its agent/)]);
    await h3.crash();
    await eventually(
      async () => {
        const { status, stderr } = await h1.run(["cluster", "remove", "h3", "--yes"], { timeout: 60_000 });
        if (status !== 0) throw new Error(stderr);
        return true;
      },
      { within: 90_000, what: "h3 is removed" },
    );
    expect((await cluster.members(h1)).map(({ name }) => name).sort()).toEqual(["h1", "h2"]);
    for (const to of [h1, h4])
      expect([await works(h3, to, "get", key), await peers(h3, to)]).toEqual([false, false]);
    await says(await cluster.restart(h3), /h3 has been removed from the cluster.*--replace/);

    // The lists outlast the servers.
    await Promise.all([h1.crash(), h4.crash()]);
    await cluster.restart(h1);
    await h4.start(["run", "--hostname", "h2", "--address", h4.address]);
    await eventually(() => works(h4, h1, "get", key), { within: 60_000, what: "the cluster is back" });
    for (const old of [h2, h3])
      for (const to of [h1, h4])
        expect([await works(old, to, "get", key), await peers(old, to)]).toEqual([false, false]);
    const status: unknown = JSON.parse((await h1.run(["cluster", "members", "--json"])).stdout);
    expect(isRecord(status) && status.members).toHaveLength(2);

    // Who was removed comes back by the front door.
    await h3.crash();
    const back = await cluster.join(h3, ["--replace"]);
    await says(back, /joined the cluster/);
    await eventually(() => works(h3, h1, "get", key), { what: "h3 is in again" });
  },
  400_000,
);

withLanAndEtcd(
  "an agent is removed with all that it has shared, or has its certificates revoked",
  async () => {
    await using lan = await Lan.create({ hosts: ["h1", "h2"] });
    const cluster = await startCluster(lan, 1);
    const [h1, h2] = [lan.host("h1"), lan.host("h2")];
    const mgmt = async (...words: readonly string[]): Promise<string> => {
      const { status, stdout, stderr } = await h1.run([...words]);
      return `${status} ${stdout}${stderr}`.trim();
    };
    const agent = await cluster.join(h2, ["--role", "agent"]);
    await says(agent, /joined the cluster/);
    const own = "/_mgmt/smap/h2/place";
    expect(await works(h2, h1, "put", own, "here")).toBe(true);
    await eventually(() => works(h2, h1, "get", "/_mgmt/host/h2"), { what: "it is in" });

    expect(await mgmt("pki", "revoke", "h1")).toMatch(/^1 .*h1 is this node/);
    expect(await mgmt("pki", "revoke", "h9")).toMatch(/^1 .*knows no h9/);
    expect(await mgmt("pki", "revoke", "h2")).toMatch(/^0 one certificate of h2 revoked/);
    await says(agent, /the certificate of h2 has been revoked.*--replace/);
    expect(await works(h2, h1, "get", own)).toBe(false);
    await agent.kill();
    await says(await cluster.join(h2, ["--role", "agent", "--replace"]), /joined the cluster/);
    await eventually(() => works(h2, h1, "get", own), { what: "it is in again" });

    expect(await mgmt("cluster", "remove", "h1", "--yes")).toMatch(/^1 .*h1 is this node/);
    expect(await mgmt("cluster", "remove", "h9", "--yes")).toMatch(/^1 .*knows no h9/);
    await h2.crash();
    await eventually(async () => /add --yes/.test(await mgmt("cluster", "remove", "h2")), {
      within: 60_000,
      what: "the cluster has seen that its agent is gone",
    });
    expect(await mgmt("cluster", "remove", "h2", "--yes", "--keep-data")).toMatch(/^0 h2 is forgotten/);
    expect(await works(h2, h1, "get", own)).toBe(false);
    const left = async (): Promise<string> =>
      (await h1.run(etcdctl(h1, "get", "--prefix", "--keys-only", "/_mgmt/smap/h2/"))).stdout.trim();
    expect(await left()).toBe(own);
    await says(await cluster.restart(h2), /h2 has been removed from the cluster/);
    await h2.crash();
    await says(await cluster.join(h2, ["--role", "agent", "--replace"]), /joined the cluster/);
    await eventually(async () => /^0/.test(await mgmt("cluster", "remove", "h2", "--yes", "--force")), {
      what: "it is put out while it runs",
    });
    expect(await left()).toBe("");
  },
  200_000,
);

withLanAndEtcd(
  "of two servers, one that runs is replaced",
  async () => {
    await using lan = await Lan.create({ hosts: ["h1", "h2", "h3"] });
    const [h1, h2, h3] = [lan.host("h1"), lan.host("h2"), lan.host("h3")];
    const cluster = await Cluster.found(h1);
    const size = async (): Promise<boolean> => {
      await h1.run(["cluster", "size", "2"]);
      return (await h1.run(etcdctl(h1, "get", "/_mgmt/cluster/info"))).stdout !== "";
    };
    await eventually(size, { what: "the cluster is complete" });
    await size();
    await cluster.join(h2);
    await cluster.hasVoters([h1, h2]);
    const taken = await cluster.join(h3, ["--hostname", "h2", "--replace"]);
    await says(taken, /this node is a voting member/);
    await eventually(async () => !(await peers(h2, h1)), { what: "the old one is no peer" });
    expect([await works(h3, h1, "put", key, "1"), await works(h2, h1, "get", key)]).toEqual([true, false]);
    expect((await cluster.members(h1)).map(({ name }) => name).sort()).toEqual(["h1", "h2"]);
  },
  200_000,
);

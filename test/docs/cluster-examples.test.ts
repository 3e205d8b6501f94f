/** The examples for clusters do in one what they say. */
import { expect, setDefaultTimeout } from "bun:test";
import { Cluster } from "../cluster/support/cluster.ts";
import { eventually } from "../cluster/support/eventually.ts";
import type { Host } from "../cluster/support/host.ts";
import { Lan } from "../cluster/support/lan.ts";
import { withLanAndEtcd } from "../cluster/support/needs.ts";
import { filesBelow, readDocument, root } from "./support/document.ts";

setDefaultTimeout(120_000);

const directory = `${root}/examples/cluster`;

withLanAndEtcd("examples of clusters", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2", "h3"] });
  const [h1, h2, h3] = [lan.host("h1"), lan.host("h2"), lan.host("h3")];
  const cluster = await Cluster.found(h1);
  for (const host of [h2, h3]) await cluster.join(host);

  const deploy = async (name: string): Promise<void> => {
    h1.file(`/root/${name}`).write(readDocument(`examples/cluster/${name}`));
    const { status, stdout } = await h1.exec(["sh", "-c", `mgmt deploy --no-git --wait /root/${name} 2>&1`]);
    expect([name, status, stdout]).toEqual([name, 0, stdout]);
  };
  const holds = (host: Host, path: string, wanted: RegExp): Promise<boolean> =>
    eventually(() => wanted.test(host.file(path).read()), {
      what: `${path} on ${host.name} matches ${wanted}`,
      explain: () => (host.file(path).exists() ? host.file(path).read() : "it is not there"),
    });
  const tried: Readonly<Record<string, () => Promise<unknown>>> = {
    "exchange.mcl": async () => {
      const wanted =
        /^keep calm and declare\nh1 has \d+ processors\nh2 has \d+ processors\nh3 has \d+ processors\n$/;
      for (const host of lan.hosts) await holds(host, `/tmp/mgmt-exchange-${host.name}`, wanted);
    },
    "hosts.mcl": async () => {
      const wanted = /^10\.77\.0\.1\th1\n10\.77\.0\.2\th2\n10\.77\.0\.3\th3\n$/;
      for (const host of lan.hosts) await holds(host, `/tmp/mgmt-hosts/${host.name}/hosts`, wanted);
    },
    "on-duty.mcl": async () => {
      const onDuty = (): readonly string[] =>
        lan.hosts.flatMap((host) =>
          host.file(`/tmp/mgmt-on-duty-${host.name}`).exists() && host.processes().length > 0
            ? [host.name]
            : [],
        );
      const two = (): boolean => onDuty().length === 2;
      await eventually(two, { what: "two are on duty", explain: () => onDuty().join() });
      await cluster.hasVoters(lan.hosts);
      const [first = "h1"] = onDuty();
      await lan.host(first).crash();
      await eventually(two, { what: "another is on duty", explain: () => onDuty().join() });
    },
  };
  expect(filesBelow(directory).map((path) => path.slice("examples/cluster/".length))).toEqual(
    Object.keys(tried),
  );
  for (const [name, works] of Object.entries(tried)) {
    await deploy(name);
    await works();
  }
});

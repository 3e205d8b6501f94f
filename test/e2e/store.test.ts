/** Agents that share a store: what they have in common, and what they do while it is away. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { etcdBinary } from "../etcd/support/server.ts";
import type { Agent } from "./support/agent.ts";
import { Cluster } from "./support/cluster.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

setDefaultTimeout(120_000);

const says = (text: string): string => `file "DIR/of-\${hostname}" {
	state => "exists",
	content => "${text}",
}
`;

const lines = (agent: Agent, pattern: RegExp): number =>
  agent.log.split("\n").filter((line) => pattern.test(line)).length;

describe.skipIf(etcdBinary === undefined)("with a store", () => {
  test("hosts share texts, schedules and exported resources", async () => {
    await using cluster = await Cluster.start();
    const site = cluster.module(
      "site",
      `import "fmt"
import "world"
import "world/collect"
if $hostname == "h1" {
	kv "greeting" {
		value => "hello from h1",
	}
}
kv "mapped-\${hostname}" {
	key => "all",
	mapped => true,
	value => $hostname,
}
schedule "turns" {
	max => 1,
}
file "DIR/exported-\${hostname}" {
	state => "exists",
	content => "by \${hostname}",
	Meta:hidden => true,
	Meta:export => ["*"],
}
$all = world.kvlookup("all")
$h1 = $all["h1"] <|> "nobody"
$h2 = $all["h2"] <|> "nobody"
$greeting = world.getval("greeting")->value
$turns = fmt.printf("%d", len(world.schedule("turns")))
file "DIR/seen-\${hostname}" {
	state => "exists",
	content => "\${h1} \${h2} \${greeting} \${turns}",
}
collect file collect.res("file") {
	Meta:hidden => false,
}
`,
    );
    const agents = [cluster.agent("h1"), cluster.agent("h2")];
    for (const agent of agents) await agent.says("the store answers");
    await cluster.deployed(site);
    for (const host of ["h1", "h2"]) {
      await cluster.until(`seen-${host}`, "h1 h2 hello from h1 1");
      await cluster.until(`exported-${host}`, `by ${host}`);
    }
  });

  test("while the store is away hosts go on, and when it is back they go on with what is new", async () => {
    await using cluster = await Cluster.start();
    const { scratch, server } = cluster;
    const agents = [cluster.agent("h1"), cluster.agent("h2")];
    for (const agent of agents) await agent.says("the store answers");
    await cluster.deployed(cluster.module("site", says("one")));
    await server.kill();
    for (const agent of agents) await agent.says("the store is lost; this host goes on with what it has: ");
    for (const host of ["h1", "h2"]) scratch.write(`of-${host}`, "drift");
    for (const host of ["h1", "h2"]) await cluster.until(`of-${host}`, "one");
    await server.restart();
    for (const agent of agents) await agent.says("the store is back, at ");
    await cluster.deployed(cluster.module("site", says("two")));
    for (const host of ["h1", "h2"]) expect(scratch.read(`of-${host}`)).toBe("two");
    for (const agent of agents) {
      expect(lines(agent, /the store is lost/)).toBe(1);
      expect(lines(agent, /the store is back/)).toBe(1);
      expect(lines(agent, /deploy 1 is in force/)).toBe(1);
      expect(await agent.stop()).toBe(0);
    }
  });

  test("a host that starts without the store goes by the deploy that it knows, and by no other once it is back", async () => {
    await using cluster = await Cluster.start();
    const { scratch, server } = cluster;
    const first = cluster.agent("h1");
    await first.says("the store answers");
    await cluster.deployed(cluster.module("site", says("one")));
    expect(await first.stop()).toBe(0);
    await server.kill();
    scratch.write("of-h1", "drift");
    const [same, fresh] = [cluster.agent("h1"), cluster.agent("h2")];
    await same.says("the store does not answer yet; this host goes on with what it has: ");
    await same.says("the store does not answer: starting deploy 1, of which this host has a copy");
    await cluster.until("of-h1", "one");
    expect(scratch.has("of-h2")).toBe(false);
    await server.restart();
    await fresh.says("deploy 1 is in force");
    await same.says(/the store is back|the store answers/);
    // It is the same, so nothing starts anew.
    await cluster.untilListed([{ id: 1, runs: ["h1", "h2"] }]);
    expect(lines(same, /engine: graph of/)).toBe(1);
    await server.kill();
    expect(await same.stop()).toBe(0);
    const third = cluster.agent("h1");
    await third.says("starting deploy 1");
    await server.restart();
    await cluster.deployed(cluster.module("site", says("two")));
    expect(scratch.read("of-h1")).toBe("two");
  });

  test("a host can be stopped while the store is away, and does not wait for it", async () => {
    await using cluster = await Cluster.start();
    const agent = cluster.agent("h1");
    await agent.says("the store answers");
    await cluster.deployed(cluster.module("site", `kv "k" {\n\tvalue => "v",\n}\n`));
    await cluster.server.kill();
    await agent.says("the store is lost");
    const began = performance.now();
    expect(await agent.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(4000);
  });

  test("a copy that is damaged is of no use", async () => {
    await using cluster = await Cluster.start();
    const { scratch, server } = cluster;
    const first = cluster.agent("h1");
    await first.says("the store answers");
    await cluster.deployed(cluster.module("site", says("one")));
    expect(await first.stop()).toBe(0);
    await server.kill();
    const path = scratch.at("h1/cache/deploy");
    const bytes = readFileSync(path);
    bytes.fill(0, bytes.length - 3);
    writeFileSync(path, bytes);
    scratch.write("of-h1", "drift");
    const agent = cluster.agent("h1");
    await agent.says(/the copy of the last deploy is of no use: \S+ is damaged/);
    await server.restart();
    await cluster.until("of-h1", "one");
  });

  test("a program of its own runs on a host alone, and shares the world", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    const own = scratch.program(`kv "k" {\n\tvalue => "v",\n}\n`);
    const agent = cluster.agent("h1", [own]);
    const other = cluster.agent("h2", [
      "lang",
      `import "world"
file "${scratch.at("seen")}" {
	state => "exists",
	content => world.getval("k")->value,
}
`,
    ]);
    await cluster.until("seen", "v");
    expect((await cluster.deploy("list")).stdout).toBe("nothing has been deployed yet\n");
    for (const each of [agent, other]) expect(await each.stop()).toBe(0);
  });

  test("a store that is away at the start, and later there, is no end of anything", async () => {
    await using cluster = await Cluster.start();
    const { scratch, server } = cluster;
    await server.kill();
    const own = scratch.program(`kv "k" {
	value => "v",
}
file "DIR/local" {
	state => "exists",
	content => "there",
}
`);
    const agent = cluster.agent("h1", [own]);
    await cluster.until("local", "there");
    await agent.says("the store does not answer yet");
    await server.restart();
    const reader = cluster.agent("h2", [
      "lang",
      `import "world"
file "${scratch.at("seen")}" {
	state => "exists",
	content => world.getval("k")->value,
}
`,
    ]);
    await cluster.until("seen", "v");
    for (const each of [agent, reader]) expect(await each.stop()).toBe(0);
  });

  test("a program is published once, and not over what others have deployed since", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    const follower = cluster.agent("h2");
    await follower.says("nothing is deployed for this host yet");
    const site = cluster.module("site", says("mine"));
    const publisher = cluster.agent("h1", ["--publish", site]);
    await publisher.says("published its program as deploy 1");
    for (const host of ["h1", "h2"]) await cluster.until(`of-${host}`, "mine");
    expect(await publisher.stop()).toBe(0);
    const again = cluster.agent("h1", ["--publish", site]);
    await again.says("its program is deployed already, as deploy 1");
    await cluster.deployed(cluster.module("other", says("theirs")));
    expect(await again.stop()).toBe(0);
    const late = cluster.agent("h1", ["--publish", site]);
    await late.says("deploy 2 has come since, and stays");
    await cluster.until("of-h1", "theirs");
    expect(await late.stop()).toBe(0);
    cluster.module("site", says("mine, new"));
    const changed = cluster.agent("h1", ["--publish", site]);
    await changed.says("published its program as deploy 3");
    for (const host of ["h1", "h2"]) await cluster.until(`of-${host}`, "mine, new");
    const wrong = await mgmt([
      ...["run", "--seeds", cluster.seeds, "--prefix", scratch.at("h3"), "--publish"],
      cluster.module("wrong", "file {"),
    ]);
    expect(wrong.status).toBe(1);
  });

  test("--once applies what is deployed, and ends", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    expect((await cluster.deploy(cluster.module("site", says("once")))).status).toBe(0);
    const call = [
      "run",
      "--seeds",
      cluster.seeds,
      "--hostname",
      "h1",
      "--prefix",
      scratch.at("h1"),
      "--once",
      "empty",
    ];
    expect((await mgmt(call)).status).toBe(0);
    expect(scratch.read("of-h1")).toBe("once");
    await cluster.deploy(cluster.module("bad", `svc "x" {}\n`));
    const bad = await mgmt(call);
    expect(bad.status).toBe(1);
  });

  test("`mgmt status` tells which deploy runs", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    const agent = cluster.agent("h1");
    await agent.says("the store answers");
    const status = async () =>
      JSON.parse((await mgmt(["status", "--json", "--prefix", scratch.at("h1")])).stdout);
    expect(await status()).toMatchObject({ program: "nothing yet" });
    await cluster.deployed(cluster.module("site", says("x")));
    expect(await status()).toMatchObject({ program: "deploy 1" });
  });
});

test("one machine alone, and a store, do not go together", async () => {
  const both = await mgmt(["run", "--standalone", "--seeds", "unix:///x", "empty"]);
  expect(both.status).toBe(2);
  expect(both.stderr).toContain("--standalone is one machine without a store");
  for (const option of ["--publish", "--wait", "--insecure"]) {
    const { status, stderr } = await mgmt(["run", "--standalone", option, "empty"]);
    expect([option, status]).toEqual([option, 2]);
    expect(stderr).toMatch(/is of use in a cluster only|does not go with it/);
  }
  const empty = await mgmt(["run", "--seeds", "unix:///x", "--publish", "empty"]);
  expect(empty.stderr).toContain("--publish needs an INPUT");
  const wait = await mgmt(["run", "--seeds", "unix:///x", "--wait", "lang", "x"]);
  expect(wait.stderr).toContain("--wait goes with `empty`");
});

test("what can be read on its way is warned of once, and has to be meant", async () => {
  using dir = new Scratch();
  const call = [
    "run",
    "--seeds",
    "http://192.0.2.1:2379",
    "--prefix",
    dir.prefix,
    "--max-runtime",
    "1",
    "empty",
  ];
  const refused = await mgmt(call);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("add --insecure if that is meant");
  const warned = await mgmt([...call, "--insecure"]);
  expect(warned.status).toBe(1);
  expect(warned.stderr.split("can be read and forged on its way").length).toBe(2);
});

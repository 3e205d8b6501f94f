/** Deploys: what is published to a store is what all hosts run. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { etcdBinary } from "../etcd/support/server.ts";
import { Cluster } from "./support/cluster.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

setDefaultTimeout(90_000);

/** Every host has a file of its own, with this text. */
const says = (text: string): string => `file "DIR/of-\${hostname}" {
	state => "exists",
	content => "${text}",
}
`;

/** Checked, and refused when it is to be run. */
const refused = `svc "nginx" {}
`;

const stopped = async (agents: readonly { stop(): Promise<number | null> }[]): Promise<void> => {
  for (const agent of agents) expect(await agent.stop()).toBe(0);
};

describe.skipIf(etcdBinary === undefined)("with a store", () => {
  test("what is deployed is run by all hosts, one deploy after the other, and they say so", async () => {
    await using cluster = await Cluster.start();
    const agents = [cluster.agent("h1"), cluster.agent("h2")];
    for (const agent of agents) await agent.says("nothing is deployed for this host yet");
    const first = await cluster.deployed(cluster.module("one", says("one")));
    expect(first.stdout).toStartWith("deploy 1\n");
    for (const host of ["h1", "h2"]) expect(first.stdout).toContain(`${host}: done: 1 resource\n`);
    for (const host of ["h1", "h2"]) expect(cluster.scratch.read(`of-${host}`)).toBe("one");
    await cluster.deployed(cluster.module("two", says("two")));
    for (const host of ["h1", "h2"]) expect(cluster.scratch.read(`of-${host}`)).toBe("two");
    await cluster.untilListed([
      { id: 2, runs: ["h1", "h2"] },
      { id: 1, runs: [] },
    ]);
    await stopped(agents);
    await cluster.untilListed([
      { id: 2, runs: [] },
      { id: 1, runs: [] },
    ]);
  });

  test("files that come with a program come with its deploy, and from nowhere else", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    const site = cluster.module(
      "site",
      `import "deploy"
import "lib/"
import "more.mcl"
include lib.greeting()
include more.greeting()
file "DIR/abs" {
	state => "exists",
	content => deploy.readfileabs("/data/text"),
}
file "DIR/there" {
	state => "exists",
	content => fmt_bool(deploy.file_exists("/data/text")),
}
file "DIR/copy/" {
	state => "exists",
	source => deploy.directory("/data/"),
	recurse => true,
}
func fmt_bool($b) {
	if $b { "yes" } else { "no" }
}
`,
    );
    scratch.write("site/data/text", "data");
    scratch.write("site/data/deep/er", "deeper");
    scratch.write("site/lib/files/own", "of lib");
    scratch.program(
      `import "deploy"
class greeting() {
	file "DIR/lib" {
		state => "exists",
		content => deploy.readfile("/files/own"),
	}
}
`,
      "site/lib/main.mcl",
    );
    scratch.program(
      `class greeting() {
	file "DIR/more" {
		state => "exists",
		content => "more",
	}
}
`,
      "site/more.mcl",
    );
    scratch.write("site/.git/config", "secret");
    const agent = cluster.agent("h1");
    await agent.says("the store answers");
    await cluster.deployed(site);
    expect(scratch.read("abs")).toBe("data");
    expect(scratch.read("there")).toBe("yes");
    expect(scratch.read("copy/deep/er")).toBe("deeper");
    expect(scratch.read("lib")).toBe("of lib");
    expect(scratch.read("more")).toBe("more");
    const shown = await cluster.deploy("show", "1", "--json");
    const paths = JSON.parse(shown.stdout).tree.map(({ path }: { readonly path: string }) => path);
    expect(paths).toEqual([
      "data/deep/er",
      "data/text",
      "lib/files/own",
      "lib/main.mcl",
      "main.mcl",
      "more.mcl",
    ]);
    expect(shown.stdout).not.toContain(scratch.path);
  });

  test("a graph in YAML, code and nothing can be deployed", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    const agent = cluster.agent("h1");
    await agent.says("the store answers");
    const yaml = scratch.write(
      "graph.yaml",
      `graph: g\nresources:\n  file:\n  - name: made\n    path: ${scratch.at("yaml")}\n    state: exists\n    content: yaml\n`,
    );
    await cluster.deployed(yaml);
    expect(scratch.read("yaml")).toBe("yaml");
    await cluster.deployed("lang", says("code").replace("DIR", scratch.path));
    expect(scratch.read("of-h1")).toBe("code");
    const { stdout } = await cluster.deployed("empty");
    expect(stdout).toContain("h1: done: 0 resources");
    scratch.write("of-h1", "left alone");
    await cluster.deployed("lang", says("again").replace("DIR", scratch.path).replace("of-", "other-"));
    expect(scratch.read("of-h1")).toBe("left alone");
  });

  test("a deploy that cannot be run takes the place of none that can, and the next one is tried again", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    const agent = cluster.agent("h1");
    await agent.says("the store answers");
    await cluster.deployed(cluster.module("good", says("good")));
    const bad = await cluster.deploy("--wait", cluster.module("bad", refused));
    expect(bad.status).toBe(1);
    expect(bad.stdout).toContain("h1: failed: svc[nginx]: resource kind `svc` is not built yet");
    await agent.says("deploy 2 cannot be run; deploy 1 stays in force");
    scratch.write("of-h1", "tampered");
    await cluster.until("of-h1", "good");
    // After a restart, it is what this host can run all the same.
    await stopped([agent]);
    scratch.write("of-h1", "tampered");
    const again = cluster.agent("h1");
    await cluster.until("of-h1", "good");
    await again.says("the newest deploy cannot be run: starting deploy 1, of which this host has a copy");
    await cluster.untilListed([
      { id: 2, runs: [] },
      { id: 1, runs: ["h1"] },
    ]);
    await cluster.deployed(cluster.module("better", says("better")));
    expect(scratch.read("of-h1")).toBe("better");
  });

  test("a program that is not sound is told of, and not deployed", async () => {
    await using cluster = await Cluster.start();
    const { status, stderr, stdout } = await cluster.deploy(
      cluster.module("wrong", `file "/x" {\n\tstat => "x",\n}\n`),
    );
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("main.mcl:2:2");
    expect((await cluster.deploy("list")).stdout).toBe("nothing has been deployed yet\n");
  });

  test("some hosts first, then all, and back again", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    const agents = [cluster.agent("h1"), cluster.agent("h2")];
    for (const agent of agents) await agent.says("the store answers");
    await cluster.deployed(cluster.module("site", says("old")));
    cluster.module("site", says("new"));
    const canary = await cluster.deployed("--canary", "h1", scratch.at("site"));
    expect(canary.stdout).not.toContain("h2");
    expect([scratch.read("of-h1"), scratch.read("of-h2")]).toEqual(["new", "old"]);
    const promoted = await cluster.deployed("promote", "2");
    expect(promoted.stdout).toStartWith("deploy 3, as deploy 2 was\n");
    expect([scratch.read("of-h1"), scratch.read("of-h2")]).toEqual(["new", "new"]);
    expect(agents[0]?.log).toContain("deploy 3 is the same as deploy 2, which runs");
    expect((await cluster.deploy("promote", "3")).stderr).toContain("deploy 3 is for all hosts already");
    await cluster.deployed("rollback");
    expect([scratch.read("of-h1"), scratch.read("of-h2")]).toEqual(["old", "old"]);
    await cluster.deployed("rollback", "3");
    expect([scratch.read("of-h1"), scratch.read("of-h2")]).toEqual(["new", "new"]);
    const { stdout } = await cluster.deploy("diff", "1");
    expect(stdout).toContain("--- main.mcl\tdeploy 1\n+++ main.mcl\tdeploy 5\n");
    expect(stdout).toContain('-\tcontent => "old",\n+\tcontent => "new",\n');
    const missing = await cluster.deploy("--canary", "h9", "--wait", "--timeout", "1", scratch.at("site"));
    expect(missing).toMatchObject({ status: 1, stderr: "mgmt: not done after 1 s: h9 (not there)\n" });
  });

  test("old deploys go, with files that nobody else has; what runs and what comes next stays", async () => {
    await using cluster = await Cluster.start();
    const agent = cluster.agent("h1");
    await agent.says("the store answers");
    await cluster.deployed(cluster.module("site", says("1")));
    for (const text of ["2", "3", "4", "5"])
      expect((await cluster.deploy("--canary", "h9", cluster.module("site", says(text)))).status).toBe(0);
    const { stdout } = await cluster.deploy("prune", "--keep", "2", "--now");
    expect(stdout).toBe("removed 2 deploys, 2 trees of files and 2 contents of files\n");
    const left = JSON.parse((await cluster.deploy("list", "--json")).stdout);
    expect(left.map(({ id }: { readonly id: number }) => id)).toEqual([5, 4, 1]);
    for (const id of ["1", "4", "5"]) expect((await cluster.deploy("show", id)).status).toBe(0);
    expect((await cluster.deploy("show", "2")).stderr).toContain("there is no deploy 2");
    await cluster.deployed(cluster.module("site", says("6")));
  });

  test("of several deploys that come together, the newest is run", async () => {
    await using cluster = await Cluster.start();
    const agent = cluster.agent("h1");
    await agent.says("the store answers");
    const names = Array.from({ length: 6 }, (_, index) => `p${index}`);
    const results = await Promise.all(names.map((name) => cluster.deploy(cluster.module(name, says(name)))));
    expect(results.map(({ status }) => status)).toEqual(names.map(() => 0));
    const ids = results.map(({ stdout }) => Number(/^deploy (\d+)$/m.exec(stdout)?.[1]));
    expect(ids.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    await cluster.until("of-h1", names[ids.indexOf(6)] ?? "");
    await agent.says("deploy 6 is in force");
  });

  test("nothing is changed by a deploy in noop mode, and by no deploy on a host in noop mode", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    const [loose, strict] = [cluster.agent("h1"), cluster.agent("h2", ["--noop", "empty"])];
    for (const agent of [loose, strict]) await agent.says("the store answers");
    await cluster.deployed("--noop", cluster.module("site", says("text")));
    expect([scratch.has("of-h1"), scratch.has("of-h2")]).toEqual([false, false]);
    await cluster.deployed(scratch.at("site"));
    expect([scratch.has("of-h1"), scratch.has("of-h2")]).toEqual([true, false]);
    await cluster.deployed("--noop", scratch.at("site"));
    scratch.write("of-h1", "drift");
    await cluster.deployed(scratch.at("site"));
    await cluster.until("of-h1", "text");
    expect(scratch.has("of-h2")).toBe(false);
  });

  test("only what is newer, and only the first", async () => {
    await using cluster = await Cluster.start();
    const { scratch } = cluster;
    expect((await cluster.deploy(cluster.module("site", says("1")))).status).toBe(0);
    const newer = cluster.agent("h1", ["empty", "--wait"]);
    const first = cluster.agent("h2", ["--no-deploy-watch", "empty"]);
    await cluster.until("of-h2", "1");
    await newer.says("waiting for a deploy after 1");
    expect((await cluster.deploy(cluster.module("site", says("2")))).status).toBe(0);
    await cluster.until("of-h1", "2");
    await first.says("deploy 2 is left alone (--no-deploy-watch)");
    expect(scratch.read("of-h2")).toBe("1");
  });

  test("deploys follow on commits", async () => {
    await using cluster = await Cluster.start();
    using repository = new Scratch();
    const cwd = repository.path;
    const git = (...args: readonly string[]): void => {
      const name = ["-c", "user.name=n", "-c", "user.email=e@example.org"];
      const { success, stderr } = Bun.spawnSync(["git", ...name, ...args], { cwd });
      if (!success) throw new Error(stderr.toString());
    };
    const deploy = (...args: readonly string[]) =>
      mgmt(["deploy", "--seeds", cluster.seeds, ...args], { cwd });
    const commit = (text: string): void => {
      repository.write("main.mcl", `print "${text}" {\n\tmsg => "x",\n}\n`);
      git("add", ".");
      git("commit", "-qm", text);
    };
    repository.write("main.mcl", `print "0" {\n\tmsg => "x",\n}\n`);
    expect((await deploy("./")).stderr).toContain(
      "is no work tree of git: deploy from one, or with --no-git",
    );
    git("init", "-q");
    expect((await deploy("./")).stderr).toContain("changes that are not committed");
    commit("1");
    repository.write("sub/x", "");
    expect((await deploy("./")).stderr).toContain("changes that are not committed");
    commit("2");
    expect(await deploy("./")).toMatchObject({ status: 0, stdout: "deploy 1\n" });
    expect((await deploy("./")).stderr).toMatch(/commit [\da-f]{40} is deployed already, as deploy 1/);
    commit("3");
    expect(await deploy("./")).toMatchObject({ status: 0, stdout: "deploy 2\n" });
    commit("4");
    commit("5");
    expect((await deploy("./")).stderr).toMatch(
      /deploy 2 is of commit [\da-f]{40}, not of the parent [\da-f]{40}/,
    );
    expect(await deploy("--force", "./")).toMatchObject({ status: 0, stdout: "deploy 3\n" });
    const inside = await mgmt(["deploy", "--seeds", cluster.seeds, "x"], { cwd: repository.mkdir("sub") });
    expect(inside.stderr).toMatch(/no program at|is not the top of its work tree/);
  });
});

test("without a store, deploy fails soon, and says why", async () => {
  using dir = new Scratch();
  const program = dir.program(`print "x" {\n\tmsg => "x",\n}\n`);
  const began = performance.now();
  const away = await mgmt(["deploy", "--no-git", "--seeds", `unix://${dir.at("nobody")}`, program]);
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(away.status).toBe(1);
  expect(away.stderr).toContain("the store does not answer: ");
  const unknown = await mgmt(["deploy", "--no-git", "--prefix", dir.prefix, program]);
  expect(unknown).toMatchObject({ status: 1 });
  expect(unknown.stderr).toContain("name a server of it with --seeds");
});

const usage: readonly (readonly [readonly string[], string])[] = [
  [[], "no INPUT given"],
  [["show"], "name a deploy by its number"],
  [["show", "x"], "a deploy has a number, and `x` is none"],
  [["diff", "1", "2", "3"], "`3` is too much"],
  [["--timeout", "3", "x.mcl"], "--timeout goes with --wait"],
  [["--canary", "", "x.mcl"], "--canary names no host"],
  [["--seeds", "ftp://x:1", "list"], "not by `ftp`"],
  [["--seeds", "http://x", "list"], "a server is named by host and port"],
  [["--seeds", "http://10.0.0.1:1", "list"], "add --insecure if that is meant"],
  [["--seeds", "unix://x", "list"], "the path of a socket is absolute"],
  [["prune", "--keep", "0"], "--keep must be at least 1"],
];

test.each(usage)("a command line that cannot be meant: %p", async (args, message) => {
  const { status, stderr } = await mgmt(["deploy", ...args]);
  expect(stderr).toContain(message);
  expect(status).toBe(2);
});

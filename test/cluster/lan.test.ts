import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { failureOf } from "../etcd/support/failure.ts";
import { AcknowledgedWrites, storeFrom } from "./support/acknowledged-writes.ts";
import { survives } from "./support/cluster.ts";
import { eventually } from "./support/eventually.ts";
import type { Host } from "./support/host.ts";
import type { HostProcess } from "./support/host-process.ts";
import { Lan } from "./support/lan.ts";
import { withLan, withLanAndEtcd } from "./support/needs.ts";
import { PlainEtcd } from "./support/plain-etcd.ts";
import { processesIn } from "./support/process-table.ts";

/** The executable as what it is made with, for scripts on hosts. */
const scripts = { BUN_BE_BUN: "1" };

async function listens(host: Host): Promise<HostProcess> {
  const code = `Bun.listen({ hostname: "0.0.0.0", port: 7000, socket: { data() {} } }); console.log("listens")`;
  const server = await host.start(["-e", code], { env: scripts });
  await server.waitForLine("listens");
  return server;
}

async function hears(host: Host): Promise<HostProcess> {
  const code = `await Bun.udpSocket({ hostname: "0.0.0.0", port: 7000, socket: {
    data: (_, data) => console.log(data.toString()) } }); console.log("hears")`;
  const server = await host.start(["-e", code], { env: scripts });
  await server.waitForLine("hears");
  return server;
}

const says = (from: Host, to: Host, text: string): Promise<string> =>
  from.shell(`bash -c 'printf ${text} >/dev/udp/${to.name}/7000'`);

withLan("a host has a name, names of the others, and files that nobody else sees", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2"] });
  const [h1, h2] = [lan.host("h1"), lan.host("h2")];
  expect(await h1.shell("hostname; cat /etc/hostname")).toBe("h1\nh1\n");
  expect(await h2.shell("getent hosts h1")).toMatch(/^10\.77\.0\.1 +h1\n$/);
  const paths = ["/etc/of-h1", "/run/of-h1", "/tmp/of-h1", "/var/lib/mgmt/of-h1", "/usr/local/of-h1"];
  await h1.shell(`touch ${paths.join(" ")}`);
  for (const path of paths) {
    expect(h1.file(path).exists()).toBe(true);
    expect(h2.file(path).exists()).toBe(false);
    expect(existsSync(path)).toBe(false);
  }
  h2.file("/var/lib/mgmt/a/file").write("text");
  expect(await h2.shell("cat /var/lib/mgmt/a/file")).toBe("text");
  expect(await h1.shell("cat /etc/machine-id")).not.toBe(await h2.shell("cat /etc/machine-id"));
});

withLan("the executable runs on each host as it would on a machine", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2"] });
  const program =
    'import "golang/os"\n$name = os.hostname()\nfile "/etc/motd" {\n\tcontent => "this is ${name}\\n",\n}\n';
  for (const host of lan.hosts) host.file("/root/main.mcl").write(program);
  const run = ["run", "--standalone", "--once", "/root/main.mcl"];
  const results = await Promise.all(lan.hosts.map((host) => host.run(run)));
  for (const [index, { status, stderr }] of results.entries())
    expect([index, status, stderr]).toEqual([index, 0, stderr]);
  expect(lan.hosts.map((host) => host.file("/etc/motd").read())).toEqual(["this is h1\n", "this is h2\n"]);
  expect(await lan.host("h1").shell("ls /var/lib/mgmt")).toContain("engine");
});

withLan("an agent on a host runs until it is told to end, and nothing is left of it", async () => {
  await using lan = await Lan.create({ hosts: ["h1"] });
  const host = lan.host("h1");
  host
    .file("/root/main.mcl")
    .write('file "/root/kept" {\n\tstate => "exists",\n\tcontent => "as it should be",\n}\n');
  const agent = await host.start(["run", "--standalone", "/root/main.mcl"]);
  const kept = host.file("/root/kept");
  const isKept = (): boolean => kept.read() === "as it should be";
  await eventually(isKept, { what: "the file is there", explain: () => agent.lines.join("\n") });
  kept.write("something else");
  await eventually(isKept, { what: "the file is repaired", explain: () => agent.lines.join("\n") });
  expect(host.processes().map(({ pid }) => pid)).toContain(agent.pid);
  expect(await agent.kill("SIGTERM")).toEqual({ status: 0, signal: null });
  expect(host.processes()).toEqual([]);
});

withLan("what a process prints and how it ends is known", async () => {
  await using lan = await Lan.create({ hosts: ["h1"] });
  const host = lan.host("h1");
  const code = `echo first; echo second >&2; read line; echo got "$line" "$NAME" "$PWD"; exit 7`;
  const called = { stdin: "something\n", env: { NAME: "Ada" }, cwd: "/run" };
  const process = await host.spawn(["sh", "-c", code], called);
  expect(await process.waitForLine(/^got/)).toBe("got something Ada /run");
  expect(await process.exited).toEqual({ status: 7, signal: null });
  expect([process.stdout, process.stderr]).toEqual(["first\ngot something Ada /run\n", "second\n"]);
  expect(String(await failureOf(process.waitForLine("third")))).toContain("second");

  await using sleeping = await host.spawn(["sleep", "1000"]);
  sleeping.pause();
  const state = (): string | undefined => host.processes()[0]?.state;
  await eventually(() => state() === "T", { what: "it is stopped" });
  sleeping.resume();
  await eventually(() => state() === "S", { what: "it goes on" });
  expect(await sleeping.kill("SIGTERM")).toEqual({ status: null, signal: "SIGTERM" });

  const late = await failureOf(host.exec(["sh", "-c", "echo still here; exec sleep 1000"], { timeout: 100 }));
  expect(String(late)).toContain("still here");
  expect(host.processes()).toEqual([]);
});

withLan("hosts reach each other, and what is cut is cut until it is healed", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2", "h3"] });
  const [h1, h2, h3] = [lan.host("h1"), lan.host("h2"), lan.host("h3")];
  await Promise.all(lan.hosts.map(listens));
  const links = async (): Promise<readonly string[]> => {
    const pairs = [h1, h2, h3].flatMap((from) =>
      [h1, h2, h3].filter((to) => to !== from).map((to) => [from, to] as const),
    );
    const found = pairs.map(async ([from, to]) =>
      (await from.reaches(to, 7000, 600)) ? [`${from.name}-${to.name}`] : [],
    );
    return (await Promise.all(found)).flat();
  };
  const all = ["h1-h2", "h1-h3", "h2-h1", "h2-h3", "h3-h1", "h3-h2"];
  expect(await links()).toEqual(all);
  expect(await h1.reaches(h2, 7001)).toBe(false);
  await lan.cut("h1", "h2");
  expect(await links()).toEqual(["h1-h3", "h2-h3", "h3-h1", "h3-h2"]);
  await lan.heal();
  expect(await links()).toEqual(all);
  await lan.isolate("h3");
  expect(await links()).toEqual(["h1-h2", "h2-h1"]);
  await lan.heal();
  await lan.cut("h1", ["h2", "h3"]);
  expect(await links()).toEqual(["h2-h3", "h3-h2"]);
  await lan.heal();
  expect(await links()).toEqual(all);
});

withLan("a way can be cut in one direction, and can lose packets", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2"] });
  const [h1, h2] = [lan.host("h1"), lan.host("h2")];
  const [at1, at2] = await Promise.all([hears(h1), hears(h2)]);
  await lan.cutOneWay("h1", "h2");
  await says(h1, h2, "lost");
  await says(h2, h1, "through");
  await at1.waitForLine("through");
  await lan.heal();
  await says(h1, h2, "after");
  await at2.waitForLine("after");
  expect(at2.lines).toEqual(["hears", "after"]);

  await lan.lose("h1", 50);
  await h1.shell("for i in $(seq 100); do bash -c 'printf packet >/dev/udp/h2/7000'; done");
  await lan.heal();
  await says(h1, h2, "last");
  await at2.waitForLine("last");
  const came = at2.lines.filter((line) => line === "packet").length;
  expect(came).toBeGreaterThan(10);
  expect(came).toBeLessThan(90);
});

withLan("a host can be slow to reach, and is not lost meanwhile", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2"] });
  const [h1, h2] = [lan.host("h1"), lan.host("h2")];
  await listens(h2);
  const connecting = async (): Promise<number> => {
    const code = `const begin = performance.now();
      await Bun.connect({ hostname: "h2", port: 7000, socket: { data() {} } });
      console.log(performance.now() - begin); process.exit()`;
    return Number((await h1.run(["-e", code], { env: scripts })).stdout);
  };
  expect(await connecting()).toBeLessThan(250);
  await lan.slow(h2, 150);
  expect(await connecting()).toBeGreaterThan(300);
  await lan.cut(h1, h2);
  expect(await h1.reaches(h2, 7000)).toBe(false);
  await lan.heal();
  expect(await connecting()).toBeLessThan(250);
});

withLan("a disk is full, then it is not", async () => {
  await using lan = await Lan.create({ hosts: ["h1"], disk: 16 });
  const host = lan.host("h1");
  await host.shell("head -c 3000000 /dev/zero > /var/lib/mgmt/three");
  await host.fillDisk();
  const write = ["sh", "-c", "head -c 5000000 /dev/zero > /var/lib/mgmt/five"];
  expect((await host.exec(write)).stderr).toContain("No space left on device");
  expect((await host.exec(["sh", "-c", "echo x > /tmp/elsewhere"])).status).toBe(0);
  await host.freeDisk();
  expect((await host.exec(write)).status).toBe(0);
  await host.reset();
  expect(await host.shell("ls -A /var/lib/mgmt /tmp | grep -v :")).toBe("\n");
});

withLan("a crash ends everything on a host, and orphans are seen", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2"] });
  const [h1, h2] = [lan.host("h1"), lan.host("h2")];
  const elsewhere = await h2.spawn(["sleep", "1000"]);
  const parent = await h1.spawn(["sh", "-c", "sleep 1000 & echo started; wait"]);
  await parent.waitForLine("started");
  expect(h1.orphans()).toEqual([]);
  await parent.kill();
  expect(h1.orphans()).toMatchObject([{ command: ["sleep", "1000"] }]);
  h1.file("/var/lib/mgmt/kept").write("kept");
  await h1.crash();
  expect(h1.processes()).toEqual([]);
  expect(h1.file("/var/lib/mgmt/kept").read()).toBe("kept");
  expect(h2.processes().map(({ pid }) => pid)).toEqual([elsewhere.pid]);
});

withLan("nothing is left of hosts whose tests are killed", async () => {
  const before = readFileSync("/proc/self/mountinfo", "utf8");
  const runner = Bun.spawn([process.execPath, join(import.meta.dir, "support", "hold-lan.ts")], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await runner.stdout.getReader().read();
  const namespaces: unknown = JSON.parse(Buffer.from(value ?? []).toString());
  if (!Array.isArray(namespaces)) throw new Error("it has not said where its hosts are");
  const left = (): number =>
    namespaces.flatMap(([kind, name]: [never, string]) => processesIn(kind, name)).length;
  expect(left()).toBeGreaterThan(2 * 3);
  runner.kill("SIGKILL");
  await runner.exited;
  // The last of them are reaped by whatever is the first process of this machine, at its leisure.
  await eventually(() => left() === 0, { what: "no process is left in their namespaces" });
  expect(readFileSync("/proc/self/mountinfo", "utf8")).toBe(before);
});

withLanAndEtcd("three servers of etcd go on without a leader that is cut off, and lose nothing", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2", "h3"] });
  const etcd = await PlainEtcd.start(lan.hosts);
  const leader = await etcd.leader();
  const others = lan.hosts.filter((host) => host !== leader);
  await using writes = new AcknowledgedWrites(etcd.store(), "written/");
  await writes.more(20);
  await lan.isolate(leader);
  const next = await etcd.leader(others);
  expect(next).not.toBe(leader);
  await writes.more(20);
  await lan.heal();
  expect(await etcd.leader()).toBe(next);
  await writes.more(20);
  await writes.stop();
  for (const host of lan.hosts) await writes.verify(etcd.store(host));
  await writes.verify(storeFrom(leader, ["--endpoints", `http://${next.name}:2379`]));
  expect(leader.orphans()).toEqual([]);
});

withLanAndEtcd("a server on a host that crashed comes back with what it had", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2", "h3"] });
  const etcd = await PlainEtcd.start(lan.hosts);
  const h3 = lan.host("h3");
  await survives(lan.hosts, storeFrom(lan.host("h1"), ["--command-timeout=1s"]), {
    strike: () => h3.crash(),
    repair: () => etcd.restart(h3),
  });
});

withLanAndEtcd("a server of etcd that is cut off writes nothing until the network is healed", async () => {
  await using lan = await Lan.create({ hosts: ["h1", "h2", "h3"] });
  const etcd = await PlainEtcd.start(lan.hosts);
  const h3 = lan.host("h3");
  await survives(lan.hosts, etcd.store(h3), {
    strike: () => lan.cut(h3, ["h1", "h2"]),
    async meanwhile(writes) {
      const { count } = writes;
      const refused = (): boolean => writes.failures.length > 0;
      await eventually(refused, { what: "a server that is alone refuses to write" });
      // What was under way when it was cut off may have been acknowledged just before.
      expect(writes.count - count).toBeLessThan(10);
    },
    repair: () => lan.heal(),
  });
});

/** What is not as it should be is named with its cure, changes nothing, and harms nobody else. */
import { describe, expect } from "bun:test";
import { eventually } from "../cluster/support/eventually.ts";
import { type Host, prefix } from "../cluster/support/host.ts";
import type { HostProcess } from "../cluster/support/host-process.ts";
import { onStage, type Stage } from "../cluster/support/play.ts";

const scene = onStage({ hosts: 4, servers: 3, disk: 400 });

/** What an agent says that cannot start. */
async function refusal(
  host: Host,
  options: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stderr } = await host.run(["run", "--address", host.address, ...options], { env });
  expect(status).toBe(1);
  expect(host.processes()).toEqual([]);
  return stderr;
}

const memory = [`${prefix}/etcd`, `${prefix}/pki`];

function remembers(host: Host): boolean {
  return memory.some((path) => host.file(path).exists());
}

/** The executable as what it is made with, for scripts on hosts. */
async function script(host: Host, code: string): Promise<HostProcess> {
  const running = await host.start(["-e", `${code}; console.log("begun")`], { env: { BUN_BE_BUN: "1" } });
  await running.waitForLine("begun");
  return running;
}

describe("who is not let in", () => {
  scene("is told why, and nothing is left", async ({ cluster, host }) => {
    const stranger = host(4);
    const token = await cluster.token();
    const short = await cluster.token(host(1), ["--ttl", "5s"]);
    const expiry = performance.now() + 8000;
    const join = (text: string, ...options: readonly string[]): Promise<string> =>
      refusal(stranger, options, { MGMT_TOKEN: text });
    expect(await join("nonsense")).toContain("`mgmt cluster token` on a node of the cluster makes one");
    expect(await join(token.slice(0, -10))).toContain("it is cut off; copy all of it");
    expect(await join(token.replace(/.$/, (last) => (last === "A" ? "B" : "A")))).toContain("mistyped");
    expect(await join(token, "--hostname", "h1")).toContain("give this one another name with --hostname");
    // It would be let in before.
    await eventually(() => performance.now() > expiry, { what: "the token has expired" });
    expect(await join(short)).toContain("the token has expired");
    expect(await refusal(stranger, ["--seeds", "https://nowhere.invalid:2379"])).toContain("give a --token");
    expect(remembers(stranger)).toBe(false);
  });

  scene("neither is one that belongs elsewhere", async ({ cluster, host, lan }) => {
    const stranger = lan.host("h4");
    const own = await stranger.start(["run", "--address", stranger.address]);
    await own.waitForLine("nodes join at");
    const { stdout: foreign } = await stranger.run(["cluster", "token"]);
    const second = await stranger.run(["run", "--address", stranger.address]);
    expect(second.stderr).toContain("another agent works in");
    await own.kill("SIGTERM");
    const state = stranger.file(`${prefix}/etcd/state.json`).read();
    expect(await refusal(stranger, [], { MGMT_TOKEN: await cluster.token() })).toContain(
      "mgmt cluster reset",
    );
    expect(await refusal(stranger, ["--hostname", "h9"])).toContain("use --hostname h4");
    expect(stranger.file(`${prefix}/etcd/state.json`).read()).toBe(state);
    // A member does not go over to another cluster either.
    await cluster.end(host(3));
    expect(await refusal(host(3), [], { MGMT_TOKEN: foreign.trim() })).toContain("of another cluster");
    await cluster.restart(host(3));
    await stranger.reset();
  });
});

scene("files that are half there are named, and stay as they are", async ({ cluster, host }) => {
  const victim = host(3);
  await cluster.end(victim);
  for (const name of ["etcd/state.json", "pki/host.crt", "pki/host.key", "pki/ca.crt", "pki/client-ca.key"]) {
    const file = victim.file(`${prefix}/${name}`);
    const content = file.read();
    for (const half of [content.slice(0, 60), ""]) {
      file.write(half);
      const said = await refusal(victim, []);
      expect(said).toContain(name.slice(name.indexOf("/") + 1));
      expect(said).toContain("put back a copy of it");
      expect(file.read()).toBe(half);
    }
    file.write(content);
  }
  // What it can make anew it makes anew.
  for (const name of ["server.crt", "peer.key"]) victim.file(`${prefix}/pki/${name}`).write("half");
  await cluster.restart(victim);
});

scene("ports that are taken", async ({ cluster, host, lan }) => {
  const stranger = host(4);
  const listen = (port: number): Promise<HostProcess> =>
    script(stranger, `Bun.listen({ hostname: "0.0.0.0", port: ${port}, socket: { data() {} } })`);
  for (const [port, option] of [
    [2379, "--client-urls"],
    [2380, "--server-urls"],
  ] as const) {
    await using _taken = await listen(port);
    const { status, stderr } = await stranger.run(["run", "--address", stranger.address]);
    expect(status).toBe(1);
    expect(stderr).toContain(`${stranger.address}:${port}`);
    expect(stderr).toContain(option);
    await stranger.exec(["sh", "-c", `rm -r ${memory.join(" ")}`]);
  }
  // A member whose port was taken meanwhile goes on as an agent, and has its server back once the port is free.
  const victim = host(3);
  await cluster.end(victim);
  const taken = await script(
    victim,
    `Bun.listen({ hostname: "0.0.0.0", port: 2380, socket: { data() {} } })`,
  );
  const agent = await cluster.restart(victim);
  await agent.waitForLine("its server cannot be started");
  await taken.kill();
  await agent.waitForLine("is ready, as member", { within: 40_000 });
  await cluster.hasVoters(lan.hosts.slice(0, 3));
});

scene("garbage at all ports", async ({ cluster, host, site }: Stage) => {
  const attacker = host(4);
  const victim = await cluster.leader(cluster.hosts);
  const code = `
    const ports = [2378, 2379, 2380];
    const hostname = "${victim.address}";
    const socket = { data() {}, error() {}, close() {}, connectError() {} };
    const connect = (port, tls) => Bun.connect({ hostname, port, socket, ...(tls ? { tls: { rejectUnauthorized: false } } : {}) }).catch(() => undefined);
    const noise = crypto.getRandomValues(new Uint8Array(60000));
    const all = [];
    for (let round = 0; round < 40; round++) for (const port of ports) for (const tls of [false, true]) all.push((async () => {
      const one = await connect(port, tls);
      one?.write([noise, "GET / HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n", "GET / HTTP/1.1\\r\\n" + "x: " + "y".repeat(1 << 20) + "\\r\\n\\r\\n", "POST /join HTTP/1.1\\r\\ncontent-length: 1000000\\r\\n\\r\\n{"][round % 4]);
    })());
    await Promise.all(all);
    globalThis.slow = await Promise.all(Array.from({ length: 200 }, (_, index) => connect(ports[index % 3], index % 2 === 0)));
    setInterval(() => { for (const one of globalThis.slow) one?.write("x"); }, 500)`;
  await using _noise = await script(attacker, code);
  await site.deploy({});
  await site.holds();
  await site.repairs();
  // Others are let in all the same.
  const joined = await attacker.run(["cluster", "join"], {
    env: { MGMT_TOKEN: await cluster.token(victim) },
  });
  expect(joined).toMatchObject({ status: 0 });
});

scene("the disk of a member is full, and is freed again", async ({ cluster, host, lan, site }) => {
  const victim = await cluster.leader(cluster.hosts);
  const others = cluster.hosts.filter((each) => each !== victim);
  await victim.fillDisk();
  await eventually(() => site.deploy({}, others[0]).then(() => true), { within: 30_000, what: "a deploy" });
  await site.reaches(others);
  await site.repairs(cluster.hosts);
  await victim.freeDisk();
  await site.holds();
  await cluster.hasVoters(lan.hosts.slice(0, 3));
  expect((await host(1).run(["cluster", "status"])).stdout).toContain("3 of 3 servers are well");
});

/** A store that is reached through SSH only (cluster specification, 8.2), with a real sshd. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { freePort, TestServer } from "../etcd/support/server.ts";
import { SshHome, SshHost, withSshd } from "../os/ssh/support/ssh-host.ts";
import { hasEtcd } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const withAll = withSshd.skipIf(!hasEtcd);

withAll("an agent and deploys go through SSH, and go on when the way was cut", async () => {
  const seed = `http://127.0.0.1:${await freePort()}`;
  await using server = await TestServer.start("--listen-client-urls", `SOCKET,${seed}`);
  await using host = await SshHost.start();
  using home = new SshHome();
  using scratch = new Scratch();
  const key = home.makeKey("id_ed25519");
  host.admit(key);
  const [, hostKey = ""] = host.hostKey().split(" ");
  const way = ["--ssh-url", `root@${host.address}`, "--ssh-hostkey", hostKey, "--ssh-id", key];
  await using agent = new Agent(scratch, [...way, "empty"], {}, { name: "h1", seeds: seed });
  await agent.says("ssh: connected to");
  await agent.says("store: the store answers");
  const deploy = async (content: string): Promise<void> => {
    const program = scratch.program(
      `file "DIR/told" {\n\tstate => "exists",\n\tcontent => "${content}",\n}\n`,
    );
    const { status, stderr } = await mgmt(["deploy", ...way, "--seeds", seed, "--no-git", "--wait", program]);
    expect([status, stderr]).toEqual([0, stderr]);
    expect(readFileSync(scratch.at("told"), "utf8")).toBe(content);
  };
  await deploy("first");
  await host.kill();
  await agent.says("store: warn: the store is lost");
  await host.restart();
  await deploy("second");
  expect(await agent.stop()).toBe(0);
  expect(server.url).toContain("unix:");
});

withAll("a host that shows another key is not gone through", async () => {
  await using host = await SshHost.start();
  await using other = await SshHost.start();
  using home = new SshHome();
  using scratch = new Scratch();
  const key = home.makeKey("id_ed25519");
  const [, hostKey = ""] = other.hostKey().split(" ");
  const way = ["--ssh-url", `root@${host.address}`, "--ssh-hostkey", hostKey, "--ssh-id", key];
  const { status, stderr } = await mgmt([
    ...["run", "--prefix", scratch.at("p"), "--seeds", "http://127.0.0.1:2379", ...way, "empty"],
  ]);
  expect(status).toBe(1);
  expect(stderr).toContain("key");
  expect(stderr).not.toContain("    at ");
});

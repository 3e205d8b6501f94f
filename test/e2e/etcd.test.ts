import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { withEtcd } from "../support/needs.ts";
import { binary } from "./support/binary.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

withEtcd()(
  "mgmt etcd and mgmt etcdctl are the programs themselves, options and exit status included",
  async () => {
    using scratch = new Scratch();
    const call = { env: { PATH: "", MGMT_PREFIX: scratch.prefix } };
    const server = await mgmt(["etcd", "--version"], call);
    expect(server).toMatchObject({ status: 0, stderr: "" });
    expect(server.stdout).toStartWith("etcd Version: ");
    const client = await mgmt(["etcdctl", "version"], call);
    expect(client).toMatchObject({ status: 0, stderr: "" });
    expect(client.stdout).toStartWith("etcdctl version: ");
    expect((await mgmt(["etcd", "--no-such-option"], call)).status).toBe(2);
    expect((await mgmt(["etcdctl", "--help"], call)).stdout).toContain("A simple command line client");
    expect(readdirSync(`${scratch.prefix}/etcd/bin`).filter((name) => !name.startsWith("."))).toHaveLength(2);
  },
);

withEtcd()("a server run by mgmt etcd is the same process, and ends by the signals it gets", async () => {
  using scratch = new Scratch();
  const server = Bun.spawn(
    [
      binary,
      "etcd",
      "--data-dir=data",
      "--listen-client-urls=unix://client:0",
      "--advertise-client-urls=unix://client:0",
      "--listen-peer-urls=unix://peer:0",
      "--initial-advertise-peer-urls=unix://peer:0",
      "--initial-cluster=default=unix://peer:0",
    ],
    {
      cwd: scratch.path,
      env: { MGMT_PREFIX: scratch.prefix },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const reader = server.stderr.getReader();
  for (let said = ""; !said.includes("ready to serve client requests"); ) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`it has ended: ${said}`);
    said += Buffer.from(value).toString();
  }
  const answer = await fetch("http://localhost/version", { unix: scratch.at("client:0") });
  expect(await answer.json()).toHaveProperty("etcdserver");
  server.kill("SIGTERM");
  await server.exited;
  expect(server.signalCode).toBe("SIGTERM");
});

test("a program that cannot be run is named", async () => {
  using scratch = new Scratch();
  const missing = scratch.at("none");
  const { status, stderr } = await mgmt(["etcd", "--version"], {
    env: { MGMT_PREFIX: scratch.prefix, MGMT_ETCD_BINARY: missing },
  });
  expect(status).toBe(1);
  expect(stderr).toContain(missing);
  expect(stderr).toContain("MGMT_ETCD_BINARY=PATH");
});

import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRecord } from "../../etcd/json.ts";
import { EtcdServer } from "../../etcd/server/etcd-server.ts";
import { stage } from "../../etcd/stage.ts";
import { get, put } from "../etcd/support/call.ts";
import { TestMembers } from "../etcd/support/members.ts";
import { files } from "../etcd/support/server-directory.ts";
import { withEtcd } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { binary } from "./support/binary.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";
import { until } from "./support/until.ts";

/** The store of an agent, without the agent. */
async function store(scratch: Scratch, name = "host"): Promise<EtcdServer> {
  const directory = join(scratch.prefix, "etcd");
  mkdirSync(directory, { recursive: true });
  const { PATH } = process.env;
  const bin = join(directory, "bin");
  return EtcdServer.start({
    directory,
    program: await stage("etcd", { directory: bin, files, environment: { PATH } }),
    files,
    name,
    cluster: { token: "test", state: "new" },
    onEvent: () => {},
  });
}

/** `mgmt snapshot`, for the working directory of the test, on a machine without anything installed. */
function snapshot(scratch: Scratch, args: readonly string[], by: readonly string[] = []) {
  return mgmt(["snapshot", ...args], { env: { PATH: "", MGMT_PREFIX: scratch.prefix }, by });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
}

withEtcd()("a store is saved, lost, and there again", async () => {
  using scratch = new Scratch();
  const file = scratch.at("store.db");
  const server = await store(scratch);
  try {
    await put(server.clientSocket, "color", "blue");
    const saved = await snapshot(scratch, ["save", file]);
    expect(saved).toMatchObject({ status: 0, stderr: "" });
    expect(saved.stdout).toMatch(/^saved revision 2 to \S+store\.db \(0\.\d MB, verified\)\n/);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const again = await snapshot(scratch, ["save", file]);
    expect(again).toMatchObject({ status: 1, stdout: "" });
    expect(again.stderr).toBe(
      `mgmt: ${file} is there already; name another file, or replace it with --force\n`,
    );
    await put(server.clientSocket, "color", "red");
    const url = `unix://${server.clientSocket}`;
    const forced = await snapshot(scratch, ["save", "--seeds", url, "--force", "--json", file]);
    expect(parse(forced.stdout)).toMatchObject({
      path: file,
      revision: "3",
      etcdVersion: expect.stringMatching(/^3\.\d+\.0$/),
    });
    await put(server.clientSocket, "color", "green");

    const running = await snapshot(scratch, ["restore", "--hostname", "host", file]);
    expect(running.status).toBe(1);
    expect(running.stderr).toContain("is run by another process already");
  } finally {
    await server.stop();
  }

  const stopped = await snapshot(scratch, ["save", scratch.at("other.db")]);
  expect(stopped.status).toBe(1);
  expect(stopped.stderr).toContain("no cluster is known in");

  const restored = await snapshot(scratch, ["restore", "--hostname", "host", file]);
  expect(restored).toMatchObject({ status: 0, stderr: "" });
  expect(restored.stdout).toContain("restored revision 3 from ");
  expect(restored.stdout).toMatch(/what was there before is in \S+\/etcd\/server\.before-restore-\d+T\d+Z:/);
  expect(restored.stdout).toContain("Next:\n  1. start the agent here");
  const after = await store(scratch);
  try {
    expect(await get(after.clientSocket, "color")).toBe("red");
  } finally {
    await after.stop();
  }
});

withEtcd()("nothing is restored under an agent that works", async () => {
  using scratch = new Scratch();
  const file = scratch.at("store.db");
  const server = await store(scratch);
  await snapshot(scratch, ["save", file]);
  await server.stop();
  await using agent = new Agent(scratch, ["empty"]);
  await agent.until("the agent works", () => scratch.has("prefix/lock"));
  const { status, stderr } = await snapshot(scratch, ["restore", file]);
  expect(status).toBe(1);
  expect(stderr).toBe(
    `mgmt: another agent works in ${scratch.prefix}/; end it, or name another directory with --prefix\n`,
  );
});

withEtcd()("a store goes to another host, by another name", async () => {
  using scratch = new Scratch();
  using other = new Scratch();
  const file = scratch.at("store.db");
  const server = await store(scratch);
  await put(server.clientSocket, "color", "blue");
  await snapshot(scratch, ["save", file]);
  await server.stop();
  const url = "https://10.0.0.9:2380";
  const restored = await snapshot(other, [
    "restore",
    file,
    "--hostname=new",
    `--advertise-server-urls=${url}`,
    "--json",
  ]);
  expect(restored).toMatchObject({ status: 0, stderr: "" });
  expect(parse(restored.stdout)).toMatchObject({
    snapshot: file,
    revision: "2",
    name: "new",
    peerUrls: [url],
    dataMovedTo: null,
  });
  const people = await snapshot(other, ["restore", file, "--hostname=new"]);
  expect(people.stdout).toEndWith("Next:\n  1. start the agent here\n");
});

withEtcd()("whoever restores a cluster is told what to do with the others", async () => {
  using scratch = new Scratch();
  const members = await TestMembers.start(2);
  const file = scratch.at("store.db");
  await snapshot(scratch, ["save", "--seeds", members.urls.join(","), file]);
  await members[Symbol.asyncDispose]();
  const { stdout } = await snapshot(scratch, ["restore", file, "--hostname=m1"]);
  expect(stdout).toMatch(/^m1 is its only member, at http:\/\/127\.0\.0\.1:\d+$/m);
  expect(stdout).toContain("2. on each of the others (m2): stop the agent, mgmt cluster reset --yes");
});

withEtcd()("what is left of a cluster without a quorum can be saved, with a warning", async () => {
  using scratch = new Scratch();
  await using members = await TestMembers.start(3);
  await Promise.all(members.servers.slice(1).map((server) => server.stop()));
  const file = scratch.at("store.db");
  const warning =
    "mgmt: the store has no quorum: this is what one member has, and the last changes may be missing\n";
  // It takes a moment until the member knows.
  let saved = await snapshot(scratch, ["save", "--force", "--seeds", members.urls.join(","), file]);
  const deadline = performance.now() + 20_000;
  while (saved.stderr === "" && performance.now() < deadline)
    saved = await snapshot(scratch, ["save", "--force", "--seeds", members.urls.join(","), file]);
  expect(saved).toMatchObject({ status: 0, stderr: warning });
  expect((await snapshot(scratch, ["list", file])).status).toBe(0);
});

withEtcd("unshare")("the carried program restores, without packages and without a network", async () => {
  using scratch = new Scratch();
  const file = scratch.at("store.db");
  const server = await store(scratch);
  await snapshot(scratch, ["save", file]);
  await server.stop();
  const restored = await mgmt(["snapshot", "restore", file, "--hostname=host"], {
    env: { PATH: "/usr/bin:/bin", MGMT_PREFIX: scratch.prefix },
    by: ["unshare", "--map-root-user", "--user", "--net"],
  });
  expect(restored).toMatchObject({ status: 0, stderr: "" });
});

withEtcd()("snapshots are listed, with what is wrong with them", async () => {
  using scratch = new Scratch();
  const none = await snapshot(scratch, ["list"]);
  expect(none).toMatchObject({ status: 0, stderr: "" });
  expect(none.stdout).toBe(`there are no snapshots in ${scratch.prefix}/snapshots\n`);
  const server = await store(scratch);
  const directory = join(scratch.prefix, "snapshots");
  mkdirSync(directory, { recursive: true });
  await snapshot(scratch, ["save", join(directory, "a.db")]);
  await snapshot(scratch, ["save", join(directory, "b.db")]);
  await server.stop();
  const good = await snapshot(scratch, ["list"]);
  expect(good).toMatchObject({ status: 0, stderr: "" });
  expect(good.stdout).toMatch(
    /^\d+ seconds old {2}0\.\d MB {2}revision 1 {2}etcd 3\.4 {2}whole {2}\S+\/a\.db\n\d+ seconds old .*\/b\.db\n$/,
  );
  truncateSync(join(directory, "b.db"), 5000);
  writeFileSync(join(directory, "c.db"), "hello");
  const bad = await snapshot(scratch, ["list", "--json"]);
  expect(bad.status).toBe(1);
  const lines = bad.stdout.trim().split("\n").map(parse);
  expect(lines).toMatchObject([
    { path: join(directory, "a.db"), revision: "1" },
    { path: join(directory, "b.db"), error: expect.stringContaining("b.db is no") },
    { path: join(directory, "c.db"), error: expect.stringContaining("c.db is no") },
  ]);
  const named = await snapshot(scratch, ["list", join(directory, "c.db")]);
  expect(named.status).toBe(1);
  expect(named.stdout).toContain("no use");
  const restored = await snapshot(scratch, ["restore", join(directory, "b.db")]);
  expect(restored.status).toBe(1);
  expect(restored.stderr).toContain("b.db is no");
});

withEtcd()("a save that is interrupted leaves nothing", async () => {
  using scratch = new Scratch();
  const server = await store(scratch);
  const directory = scratch.mkdir("saved");
  const value = "x".repeat(700_000);
  for (let index = 0; index < 60; index++) await put(server.clientSocket, `large/${index}`, value);
  const saving = Bun.spawn([binary, "snapshot", "save", join(directory, "store.db")], {
    env: { MGMT_PREFIX: scratch.prefix },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await until(directory, "something is written", () => readdirSync(directory).length > 0);
  saving.kill("SIGINT");
  await saving.exited;
  await server.stop();
  // It may have been faster than the signal.
  if (saving.exitCode === 0) return;
  expect(saving.exitCode).toBe(1);
  expect(await saving.stderr.text()).toBe("mgmt: interrupted; nothing was changed\n");
  expect(readdirSync(directory)).toEqual([]);
});

test("what is typed wrong is told", async () => {
  using scratch = new Scratch();
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["save"], "mgmt snapshot save: needs the FILE to save to\n"],
    [["save", "a", "b"], "mgmt snapshot save: takes one FILE, and got `b`, too\n"],
    [["restore"], "mgmt snapshot restore: needs the FILE to restore\n"],
    [["saev"], "mgmt snapshot: there is no command `saev`; did you mean mgmt snapshot save?\n"],
    [["save", "--sed"], "mgmt snapshot save: there is no option --sed; did you mean --seeds?\n"],
  ];
  for (const [args, stderr] of cases)
    expect(await snapshot(scratch, args)).toMatchObject({ status: 2, stderr });
  const help = await snapshot(scratch, ["--help"]);
  expect(help.status).toBe(0);
  expect(help.stdout).toContain("  restore  Make the store of a stopped agent from a file");
  const about = await snapshot(scratch, ["restore", "--help"]);
  expect(about.stdout).toContain("--advertise-server-urls URL[,URL...]");
});

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StatusMessage } from "../../src/agent/status/message.ts";
import { asRootWith, withPrograms } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { binary } from "./support/binary.ts";
import { mgmt } from "./support/mgmt.ts";
import { asNobody } from "./support/nobody.ts";
import { Scratch } from "./support/scratch.ts";
import { Terminal } from "./support/terminal.ts";
import { Watcher } from "./support/watcher.ts";

const good = 'file "DIR/x" {\n\tstate => "exists",\n\tcontent => "right",\n}\n';
const troubled = `exec "unreliable" {
	cmd => "echo not today; exit 1",
	shell => "/bin/sh",
}
print "after" {
	Depend => Exec["unreliable"],
}
exec "retrier" {
	cmd => "false",
	Meta:retry => -1,
	Meta:delay => 100000,
}
`;

async function ask(prefix: string, ...options: readonly string[]): Promise<StatusMessage> {
  const { stdout, stderr } = await mgmt(["status", "--json", "--prefix", prefix, ...options]);
  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  return JSON.parse(stdout);
}

test("an agent that has converged", async () => {
  using dir = new Scratch();
  const program = dir.program(good);
  await using agent = new Agent(dir, ["--hostname=h7", "--converger-timeout=0", program]);
  await agent.says("main: converged");
  const { status, stdout, stderr } = await mgmt(["status", "--prefix", dir.prefix]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(
    new RegExp(
      `^h7: mgmt \\S+ \\(pid ${agent.pid}\\) keeps ${RegExp.escape(program)} for \\d+ s; converged
1 resource: 1 ok; 1 changed

STATE +FOR +CHANGES +RESOURCE
ok +\\d+ s +1 +file\\[${RegExp.escape(dir.at("x"))}\\] +changed \\d+ s ago
$`,
    ),
  );
  const told = await ask(dir.prefix);
  expect(told).toMatchObject({
    version: 1,
    host: "h7",
    pid: agent.pid,
    program,
    prefix: `${dir.prefix}/`,
    noop: false,
    busy: false,
    converged: true,
    problem: null,
  });
  expect(told.edges).toBeUndefined();
  const { startedAt, graphSince } = told;
  const { since, lastChange } = told.resources[0] ?? {};
  const order = [startedAt, graphSince, lastChange, since, new Date().toISOString()].map(String);
  expect(order.toSorted()).toEqual(order);
});

test("who failed, who is blocked by it, and who will try again", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, [dir.program(troubled)]);
  await agent.says("error: cmd error");
  await agent.says("next attempt");
  const { status, stdout } = await mgmt(["status", "--prefix", dir.prefix]);
  expect(status).toBe(1);
  const shown = stdout
    .split("\n")
    .slice(1)
    .map((line) => line.replaceAll(/\d+ (s|min)/g, "N").replaceAll(/ {2,}/g, "  "));
  expect(shown).toEqual([
    "3 resources: 1 failed, 1 blocked, 1 retrying",
    "",
    "STATE  FOR  CHANGES  RESOURCE",
    "failed  N  exec[unreliable]  cmd error: exit status 1: not today",
    "blocked  N  print[after]  by exec[unreliable]",
    "retrying  N  exec[retrier]  tries again in N: cmd error: exit status 1",
    "",
  ]);
  const told = await ask(dir.prefix, "--edges");
  expect(told.summary).toEqual({
    resources: 3,
    ok: 0,
    pending: 1,
    retrying: 1,
    failed: 1,
    blocked: 1,
    noop: 0,
    changed: 0,
  });
  const byName = Object.fromEntries(told.resources.map((each) => [each.name, each]));
  expect(byName.unreliable).toMatchObject({
    state: "failed",
    checks: 1,
    applies: 1,
    changes: 0,
    failures: 1,
  });
  expect(byName.after).toMatchObject({ state: "blocked", blockedBy: ["exec[unreliable]"], checks: 0 });
  expect(byName.retrier?.lastError?.message).toBe("cmd error: exit status 1");
  const { lastError, nextRetry } = byName.retrier ?? {};
  expect(Date.parse(String(nextRetry)) - Date.parse(String(lastError?.at))).toBe(100_000);
  expect(told.edges).toEqual([{ from: "exec[unreliable]", to: "print[after]", notify: false, auto: false }]);
});

test("a program that fails while it runs, and goes on", async () => {
  using dir = new Scratch();
  dir.write("source", "one");
  const code =
    'import "os"\nfile "DIR/x" {\n\tstate => "exists",\n\tcontent => os.readfile("DIR/source"),\n}\n';
  await using agent = new Agent(dir, [dir.program(code)]);
  await agent.until("it is there", () => dir.holds("x", "one"));
  Bun.spawnSync(["rm", dir.at("source")]);
  await agent.says("error:");
  const { status, stdout } = await mgmt(["status", "--prefix", dir.prefix]);
  expect(status).toBe(1);
  expect(stdout).toContain("\nthe program has failed, what it said before stays in force: ");
  dir.write("source", "two");
  await agent.until("it goes on", () => dir.holds("x", "two"));
  expect((await mgmt(["status", "--prefix", dir.prefix])).status).toBe(0);
});

test("without an agent", async () => {
  using dir = new Scratch();
  for (const prefix of [dir.prefix, dir.mkdir("empty")]) {
    const { status, stdout, stderr } = await mgmt(["status", "--prefix", prefix]);
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: `mgmt: no agent works in ${prefix}; start it with \`mgmt run\`, or name the directory of the one you mean with --prefix\n`,
    });
  }
});

test("an agent that was killed is none, and the next one takes its place", async () => {
  using dir = new Scratch();
  const program = dir.program(good);
  {
    await using agent = new Agent(dir, ["--converger-timeout=0", program]);
    await agent.says("main: converged");
    await agent.stop("SIGKILL");
  }
  expect(existsSync(join(dir.prefix, "status.sock"))).toBe(true);
  expect((await mgmt(["status", "--prefix", dir.prefix])).stderr).toContain("no agent works in");
  await using agent = new Agent(dir, ["--converger-timeout=0", program]);
  await agent.says("main: converged");
  expect((await ask(dir.prefix)).pid).toBe(agent.pid);
  expect(await agent.stop()).toBe(0);
  expect(existsSync(join(dir.prefix, "status.sock"))).toBe(false);
});

test("two agents in two directories", async () => {
  using one = new Scratch();
  using two = new Scratch();
  await using first = new Agent(one, ["--converger-timeout=0", one.program(good)]);
  await using second = new Agent(two, ["--converger-timeout=0", "--noop", two.program(good)]);
  await Promise.all([first.says("main: converged"), second.says("main: converged")]);
  const [of, other] = await Promise.all([ask(one.prefix), ask(two.prefix)]);
  expect([of.pid, of.noop, of.resources[0]?.state]).toEqual([first.pid, false, "ok"]);
  expect([other.pid, other.noop, other.resources[0]?.state]).toEqual([second.pid, true, "noop"]);
  const env = { ...process.env, MGMT_PREFIX: two.prefix };
  const { stdout } = await mgmt(["status"], { env: definedOnly(env) });
  expect(stdout).toContain(`(pid ${second.pid}) looks after, but changes nothing of, `);
});

test("a working directory with a name as long as they come", async () => {
  using dir = new Scratch();
  const prefix = dir.at("d".repeat(200));
  await using agent = new Agent(dir, ["--prefix", prefix, "--converger-timeout=0", "empty"]);
  await agent.says("main: converged");
  expect((await ask(prefix)).pid).toBe(agent.pid);
});

test("--watch --json: a line now, and one whenever something has changed", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, ["--converger-timeout=0", dir.program(good)]);
  await agent.says("main: converged");
  await using watcher = new Watcher(dir.prefix, ["--json"]);
  await watcher.until((text) => text.endsWith("\n"));
  dir.write("x", "wrong");
  const changesIn = (line: string): number => JSON.parse(line).resources[0].changes;
  await watcher.until((text) =>
    text
      .trimEnd()
      .split("\n")
      .some((line) => changesIn(line) === 2),
  );
  const lines = watcher.output.trimEnd().split("\n");
  expect(changesIn(lines[0] ?? "")).toBe(1);
  expect(new Set(lines).size).toBe(lines.length);
  expect(await watcher.stop()).toBe(0);
});

test("--watch without a terminal shows one table after the other, and ends with the agent", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, [dir.program(troubled)]);
  await agent.says("next attempt");
  await using watcher = new Watcher(dir.prefix, []);
  await watcher.until((text) => text.includes("failed"));
  await agent.stop();
  expect(await watcher.ended()).toBe(1);
  expect(watcher.errors).toBe(`mgmt: the agent in ${dir.prefix} has ended\n`);
});

withPrograms("script", "stty")(
  "--watch on a terminal has a screen of its own, and leaves the last table behind",
  async () => {
    using dir = new Scratch();
    await using agent = new Agent(dir, ["--converger-timeout=0", dir.program(good)]);
    await agent.says("main: converged");
    const command = `stty cols 40 rows 6; exec ${binary} status --watch --prefix ${dir.prefix}`;
    await using terminal = new Terminal(command);
    await terminal.until((text) => text.includes("\x1b[?1049h") && text.includes("1 changed"));
    dir.write("x", "wrong");
    await agent.until("it is repaired", () => dir.holds("x", "right"));
    await terminal.until((text) => /\s2\s/.test(text));
    terminal.type("\x03");
    expect(await terminal.ended()).toBe(0);
    const [, drawn = "", left = ""] = terminal.output.split(/\x1b\[\?1049[hl]/);
    for (const frame of drawn.split("\x1b[H").slice(1)) {
      // The terminal echoes the key that ended it.
      const lines = frame
        .replace("^C", "")
        .replaceAll(/\x1b\[[?\d;]*[a-zA-Z]/g, "")
        .split("\r\n");
      expect(lines).toHaveLength(5);
      expect(lines.every((line) => line.length <= 40)).toBe(true);
    }
    expect(left).toContain(`keeps ${dir.at("main.mcl")} for `);
  },
);

test("--watch ends when nobody reads any more", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, ["--converger-timeout=0", dir.program(good)]);
  await agent.says("main: converged");
  await using watcher = new Watcher(dir.prefix, ["--json"], { pipedInto: "head -n 1" });
  await watcher.until((text) => text.includes("\n"));
  dir.write("x", "wrong");
  await watcher.ended();
});

test("an agent that does not get to answer is not waited for for ever", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, ["--converger-timeout=0", "empty"]);
  await agent.says("main: converged");
  agent.signal("SIGSTOP");
  const { status, stderr } = await mgmt(["status", "--prefix", dir.prefix]);
  agent.signal("SIGCONT");
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `mgmt: the agent in ${dir.prefix} does not answer within 5 s; its log may tell why\n`,
  });
});

asRootWith("setpriv")("other users are told nothing, even where they may write", async () => {
  using dir = new Scratch();
  for (const path of [dir.path, dir.mkdir("prefix")]) Bun.spawnSync(["chmod", "0777", path]);
  await using agent = new Agent(dir, ["--converger-timeout=0", "empty"]);
  await agent.says("main: converged");
  expect(statSync(join(dir.prefix, "status.sock")).mode & 0o777).toBe(0o600);
  const { status, stderr } = await mgmt(["status", "--prefix", dir.prefix], { by: asNobody });
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `mgmt: the agent in ${dir.prefix} tells nothing to other users; ask as the user that it runs as, or name another directory with --prefix\n`,
  });
});

test("an agent whose socket cannot be made says so, and does its work", async () => {
  using dir = new Scratch();
  mkdirSync(join(dir.prefix, "status.sock", "in-the-way"), { recursive: true });
  const { status, stderr } = await dir.once(good);
  expect(status).toBe(0);
  expect(dir.read("x")).toBe("right");
  expect(stderr).toContain(
    `main: warn: \`mgmt status\` will not work: cannot listen on ${join(dir.prefix, "status.sock")}: `,
  );
});

test.each([
  [["x"], "takes options only, and got `x`"],
  [["--edges"], "--edges needs --json"],
])("mgmt status %j is a mistake", async (args, message) => {
  const { status, stderr } = await mgmt(["status", ...args]);
  expect({ status, stderr }).toEqual({ status: 2, stderr: `mgmt status: ${message}\n` });
});

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

import { expect, test } from "bun:test";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const shell = 'shell => "/bin/sh",\n\tenv => {"PATH" => "/usr/bin:/bin"},';

/** Whether the process whose id a command wrote to `name` is still there. */
function runs(dir: Scratch, name: string): boolean {
  try {
    const pid = /^(\d+)\n$/.exec(dir.read(name))?.[1];
    if (pid === undefined) return false;
    const [, state = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    return !state.startsWith("Z");
  } catch {
    return false;
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} ends an idle agent with success`, async () => {
    using dir = new Scratch();
    await using agent = new Agent(dir, [dir.program('file "DIR/x" {\n\tstate => "exists",\n}\n')]);
    await agent.until("the file is there", () => dir.has("x"));
    expect(await agent.stop(signal)).toBe(0);
    expect(dir.has("x")).toBe(true);
  });

  test(`${signal} ends an agent without resources with success`, async () => {
    using dir = new Scratch();
    await using agent = new Agent(dir, ["empty"]);
    await agent.says("graph of 0 resources");
    expect(await agent.stop(signal)).toBe(0);
  });

  test(`${signal} lets a running command finish, and starts no other`, async () => {
    using dir = new Scratch();
    const program = dir.program(`exec "slow" {
	cmd => "touch DIR/started; until test -e DIR/go; do sleep 0.01; done; touch DIR/finished",
	${shell}
}
exec "next" {
	cmd => "touch DIR/next",
	${shell}
}
Exec["slow"] -> Exec["next"]
`);
    await using agent = new Agent(dir, [program]);
    await agent.until("the command has started", () => dir.has("started"));
    agent.signal(signal);
    dir.write("go", "");
    expect(await agent.ended()).toBe(0);
    expect([dir.has("finished"), dir.has("next")]).toEqual([true, false]);
  });
}

test("a second ^C stops what runs, and nothing that would follow is started", async () => {
  using dir = new Scratch();
  const chain = [1, 2, 3].map(
    (number) =>
      `exec "${number}" {\n\tcmd => "echo $$ > DIR/pid${number}; exec sleep 1000",\n\t${shell}\n}\n`,
  );
  const program = dir.program(
    `${chain.join("")}exec "0" {\n\tcmd => "echo $$ > DIR/pid0; exec sleep 1000",\n\t${shell}\n}\nExec["1"] -> Exec["2"] -> Exec["3"]\n`,
  );
  await using agent = new Agent(dir, ["--report", dir.at("report.json"), program]);
  await agent.until("two commands run", () => runs(dir, "pid0") && runs(dir, "pid1"));
  agent.signal("SIGINT");
  await agent.says("^C stops it");
  expect(runs(dir, "pid0")).toBe(true);
  agent.signal("SIGINT");
  expect(await agent.ended()).toBe(0);
  expect([runs(dir, "pid0"), runs(dir, "pid1")]).toEqual([false, false]);
  expect(dir.list().filter((name) => name.startsWith("pid"))).toEqual(["pid0", "pid1"]);
});

test("a third ^C kills what will not stop", async () => {
  using dir = new Scratch();
  const program = dir.program(`exec "stubborn" {
	cmd => "trap 'echo asked >> DIR/asked' TERM; echo $$ > DIR/pid; while :; do sleep 0.01; done",
	${shell}
}
`);
  await using agent = new Agent(dir, [program]);
  await agent.until("the command runs", () => runs(dir, "pid"));
  agent.signal("SIGINT");
  await agent.says("^C stops it");
  agent.signal("SIGINT");
  await agent.until("the command was asked to stop", () => dir.has("asked"));
  expect(runs(dir, "pid")).toBe(true);
  agent.signal("SIGINT");
  expect(await agent.ended()).toBe(0);
  await agent.until("the command is gone", () => !runs(dir, "pid"));
});

test("^C during a retry ends at once, and what is behind never ran", async () => {
  using dir = new Scratch();
  const program = dir.program(`exec "failing" {
	cmd => "echo x >> DIR/tries; false",
	${shell}
	Meta:retry => 10,
	Meta:delay => 3600000,
}
exec "behind" {
	cmd => "touch DIR/behind",
	${shell}
}
Exec["failing"] -> Exec["behind"]
`);
  await using agent = new Agent(dir, [program]);
  await agent.says("next attempt");
  expect(await agent.stop("SIGINT")).toBe(0);
  expect(dir.read("tries")).toBe("x\n");
  expect(dir.has("behind")).toBe(false);
});

test("commands that watch end with the agent", async () => {
  using dir = new Scratch();
  const program = dir.program(`import "os"
exec "true" {
	watchcmd => "echo $$ > DIR/watching; exec sleep 1000",
	watchshell => "/bin/sh",
	env => {"PATH" => "/usr/bin:/bin"},
}
print "x" {
	msg => os.system("echo $$ > DIR/following; echo up; exec sleep 1000"),
}
`);
  await using agent = new Agent(dir, [program]);
  await agent.until("both run", () => runs(dir, "watching") && runs(dir, "following"));
  expect(await agent.stop()).toBe(0);
  await agent.until("both are gone", () => !runs(dir, "watching") && !runs(dir, "following"));
});

test("one agent at a time works in a prefix; the lock does not outlive its holder", async () => {
  using dir = new Scratch();
  const program = dir.program('noop "x" {}\n');
  const args = ["run", "--standalone", "--once", "--prefix", dir.prefix, program];
  await using agent = new Agent(dir, [program]);
  await agent.says("graph of 1");
  const second = await mgmt(args);
  expect(second.status).toBe(1);
  expect(second.stderr).toMatch(/^mgmt: another agent works in .*\/prefix\/; .*--prefix.*\n$/);
  expect(await agent.stop("SIGKILL")).toBe(null);
  expect((await mgmt(args)).status).toBe(0);
});

test("what a command left running in the background holds nothing of the agent", async () => {
  using dir = new Scratch();
  const program = `exec "daemon" {
	cmd => "sleep 1000 & echo $! > DIR/pid",
	${shell}
}
`;
  expect((await dir.once(program)).status).toBe(0);
  try {
    expect(runs(dir, "pid")).toBe(true);
    expect((await dir.once('noop "x" {}\n')).status).toBe(0);
    const files = readdirSync(`/proc/${dir.read("pid").trim()}/fd`).map((name) =>
      readlinkSync(`/proc/${dir.read("pid").trim()}/fd/${name}`),
    );
    expect(files.filter((file) => file.startsWith(dir.path))).toEqual([]);
  } finally {
    process.kill(Number(dir.read("pid")), "SIGKILL");
  }
});

test("a log that nobody reads any more does not end the agent", async () => {
  using dir = new Scratch();
  const program = dir.program(`file "DIR/x" {\n\tstate => "exists",\n\tcontent => "right",\n}\n`);
  await using agent = new Agent(dir, [program], {
    by: ["bash", "-c", 'exec "$@" 2> >(exec head -n 1 >&2)', "bash"],
  });
  await agent.until("the file is there", () => dir.holds("x", "right"));
  for (let round = 0; round < 3; round++) {
    dir.write("x", "wrong");
    await agent.until("it is repaired", () => dir.holds("x", "right"));
  }
  expect(await agent.stop()).toBe(0);
});

test("--max-runtime ends an agent whose command does not end", async () => {
  using dir = new Scratch();
  const program = dir.program(
    `exec "slow" {\n\tcmd => "echo $$ > DIR/pid; exec sleep 1000",\n\t${shell}\n}\n`,
  );
  await using agent = new Agent(dir, ["--max-runtime", "1", program]);
  await agent.says("--max-runtime");
  agent.signal("SIGINT");
  expect(await agent.ended()).toBe(1);
  expect(runs(dir, "pid")).toBe(false);
});

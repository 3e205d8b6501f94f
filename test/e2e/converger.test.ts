import { expect, test } from "bun:test";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const site = 'file "DIR/x" {\n\tstate => "exists",\n\tcontent => "right",\n}\n';

test("the status file alternates between true and false, and belongs to its owner alone", async () => {
  using dir = new Scratch();
  const options = ["--converger-timeout=0", "--converger-status-file", dir.at("status")];
  await using agent = new Agent(dir, [...options, dir.program(site)]);
  const lines = (): string[] => dir.read("status").trim().split("\n");
  await agent.until("it converges", () => lines().at(-1) === "true" && dir.holds("x", "right"));
  for (let round = 0; round < 3; round++) {
    const before = lines().length;
    dir.write("x", "wrong");
    await agent.until("it converges again", () => lines().length > before && lines().at(-1) === "true");
    expect(dir.read("x")).toBe("right");
  }
  expect(await agent.stop()).toBe(0);
  expect(lines()[0]).toBe("true");
  for (const [index, line] of lines().entries()) expect(line).toBe(index % 2 === 0 ? "true" : "false");
  expect(dir.mode("status")).toBe(0o600);
});

const ways: Readonly<Record<string, { readonly program: string; readonly status?: number }>> = {
  files: { program: site },
  "no resources": { program: "\n" },
  "resources left alone": { program: 'file "DIR/x" {\n\tstate => "exists",\n\tMeta:noop => true,\n}\n' },
  "a failed resource beside others": { program: `${site}exec "false" {}\n` },
  "resources behind a failed one": { program: 'exec "false" {}\nnoop "x" {}\nExec["false"] -> Noop["x"]\n' },
  "a failing command that watches": {
    program: 'exec "false" {\n\twatchcmd => "sleep 1000",\n}\n',
  },
};

for (const [name, { program }] of Object.entries(ways)) {
  test(`--converged-exit ends the agent by itself: ${name}`, async () => {
    using dir = new Scratch();
    const { status, stderr } = await mgmt([
      "run",
      "--standalone",
      "--prefix",
      dir.prefix,
      "--converger-timeout=0",
      "--converged-exit",
      "--report",
      dir.at("report.json"),
      dir.program(program),
    ]);
    expect(stderr).toContain("converged");
    expect(status).toBe(0);
    expect(JSON.parse(dir.read("report.json")).converged).toBe(true);
  });
}

test("--noop converges, too, and has changed nothing", async () => {
  using dir = new Scratch();
  const options = ["--noop", "--converger-timeout=0", "--converged-exit", "--prefix", dir.prefix];
  const { status } = await mgmt(["--standalone", ...options, dir.program(site)]);
  expect(status).toBe(0);
  expect(dir.has("x")).toBe(false);
});

test("what still works has not converged", async () => {
  using dir = new Scratch();
  const program = dir.program(`exec "slow" {
	cmd => "touch DIR/started; until test -e DIR/go; do sleep 0.01; done; touch DIR/done",
	shell => "/bin/sh",
	env => {"PATH" => "/usr/bin:/bin"},
}
`);
  await using agent = new Agent(dir, ["--converger-timeout=0", "--converged-exit", program]);
  await agent.until("it has started", () => dir.has("started"));
  dir.write("go", "");
  expect(await agent.ended()).toBe(0);
  expect(dir.has("done")).toBe(true);
});

test("the environment gives the timeout", async () => {
  using dir = new Scratch();
  const { status } = await mgmt(
    ["--standalone", "--converged-exit", "--prefix", dir.prefix, dir.program(site)],
    {
      env: { ...process.env, MGMT_CONVERGER_TIMEOUT: "1" },
    },
  );
  expect(status).toBe(0);
  expect(dir.read("x")).toBe("right");
});

test("the report is written whenever it converges, and at the end", async () => {
  using dir = new Scratch();
  const options = ["--converger-timeout=0", "--report", dir.at("report.json")];
  await using agent = new Agent(dir, [...options, dir.program(site)]);
  const changes = (): number => JSON.parse(dir.read("report.json")).resources[0].changes;
  await agent.until("the first report", () => changes() === 1);
  dir.write("x", "wrong");
  await agent.until("the next report", () => changes() === 2);
  dir.write("report.json", "{}");
  expect(await agent.stop()).toBe(0);
  expect(changes()).toBe(2);
});

test("a status file that cannot be written ends the agent with an error", async () => {
  using dir = new Scratch();
  const options = [
    "--converger-timeout=0",
    "--converger-status-file",
    dir.at("no/status"),
    "--prefix",
    dir.prefix,
  ];
  const { status, stderr } = await mgmt(["--standalone", ...options, dir.program(site)]);
  expect(status).toBe(1);
  expect(stderr).toContain(`${dir.at("no/status")}: no such file or directory`);
});

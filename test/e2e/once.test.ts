import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const site = `file "DIR/site/" {
	state => "exists",
}
file "DIR/site/motd" {
	state => "exists",
	content => "one\\ntwo\\nthree\\n",
	mode => "0640",
}
`;

test("makes it so, and the second time has nothing to do", async () => {
  using dir = new Scratch();
  const first = await dir.once(site, ["--report", dir.at("first.json")]);
  expect({ status: first.status, stdout: first.stdout }).toEqual({ status: 0, stdout: "" });
  expect(dir.read("site/motd")).toBe("one\ntwo\nthree\n");
  expect(dir.mode("site/motd")).toBe(0o640);
  const second = await dir.once(site, ["--report", dir.at("second.json")]);
  expect(second.status).toBe(0);
  expect(JSON.parse(dir.read("first.json")).summary.changed).toBe(2);
  expect(JSON.parse(dir.read("second.json")).summary.changed).toBe(0);
});

test("--noop changes nothing; --diff shows what would change", async () => {
  using dir = new Scratch();
  const { status, stdout } = await dir.once(site, ["--noop", "--diff", "--report", dir.at("report.json")]);
  expect(status).toBe(0);
  expect(dir.has("site")).toBe(false);
  expect(stdout).toContain(`file[${dir.at("site/")}]: state: absent -> exists`);
  expect(stdout).toContain("+one\n+two\n+three\n");
  const { summary, resources } = JSON.parse(dir.read("report.json"));
  expect(summary).toEqual({ resources: 2, changed: 0, failed: 0, blocked: 0, noop: 2 });
  expect(resources.map((each: { state: string }) => each.state)).toEqual(["noop", "noop"]);
});

test("--noop of an exec asks its guards and nothing else", async () => {
  using dir = new Scratch();
  await dir.once(
    `exec "touch DIR/ran" {
	ifcmd => "touch DIR/asked",
}
exit "no" {
	code => 7,
}
`,
    ["--noop"],
  );
  expect(dir.list()).toEqual(["asked", "main.mcl", "prefix"]);
});

test("--diff shows old and new while it applies", async () => {
  using dir = new Scratch();
  await dir.once(site);
  writeFileSync(dir.at("site/motd"), "one\n2\nthree\n", { mode: 0o640 });
  const { status, stdout } = await dir.once(site.replace("0640", "0600"), ["--diff"]);
  expect(status).toBe(0);
  expect(stdout).toContain(`--- ${dir.at("site/motd")}`);
  expect(stdout).toContain("@@ -1,3 +1,3 @@\n one\n-2\n+two\n three\n");
  expect(stdout).toMatch(/mode: 0?640 -> 0?600/);
  expect(dir.read("site/motd")).toBe("one\ntwo\nthree\n");
});

test("Meta:noop leaves one resource alone and the rest goes on", async () => {
  using dir = new Scratch();
  const { status } = await dir.once(
    `file "DIR/left" {
	state => "exists",
	Meta:noop => true,
}
file "DIR/made" {
	state => "exists",
}
`,
    ["--report", dir.at("report.json")],
  );
  expect(status).toBe(0);
  expect([dir.has("left"), dir.has("made")]).toEqual([false, true]);
  expect(JSON.parse(dir.read("report.json")).summary).toMatchObject({ changed: 1, noop: 1 });
});

test("the report tells everything, received values included", async () => {
  using dir = new Scratch();
  const before = Date.now();
  const { status, stdout } = await dir.once(
    `exec "say" {
	cmd => "echo hello",
}
file "DIR/said" {
	state => "exists",
}
exec "false" {}
noop "after" {}
file "DIR/noop" {
	state => "exists",
	Meta:noop => true,
}
Exec["say"].stdout -> File["DIR/said"].content
Exec["false"] -> Noop["after"]
`,
    ["--report", "-", "--hostname", "h1", "--log-level", "error"],
  );
  expect(status).toBe(1);
  const report = JSON.parse(stdout);
  expect(Date.parse(report.startedAt)).toBeGreaterThanOrEqual(before - 1000);
  expect(Number.isInteger(report.durationMs)).toBe(true);
  const rest = { changes: 0, error: null, blockedBy: [], group: [] };
  const said = `file[${dir.at("said")}]`;
  expect(report).toEqual({
    host: "h1",
    converged: false,
    startedAt: report.startedAt,
    durationMs: report.durationMs,
    summary: { resources: 5, changed: 2, failed: 1, blocked: 1, noop: 1 },
    resources: [
      {
        ...rest,
        kind: "exec",
        name: "false",
        state: "failed",
        fields: {},
        error: expect.stringContaining("exit status 1"),
      },
      { ...rest, kind: "exec", name: "say", state: "ok", changes: 1, fields: { cmd: "echo hello" } },
      { ...rest, kind: "file", name: dir.at("noop"), state: "noop", fields: { state: "exists" } },
      {
        ...rest,
        kind: "file",
        name: dir.at("said"),
        state: "ok",
        changes: 1,
        fields: { state: "exists", content: "hello\n" },
      },
      { ...rest, kind: "noop", name: "after", state: "blocked", fields: {}, blockedBy: ["exec[false]"] },
    ],
    edges: [
      { from: "exec[false]", to: "noop[after]", notify: false, auto: false },
      { from: "exec[say]", to: said, notify: false, auto: false, send: { from: "stdout", to: "content" } },
    ],
  });
});

test("retries are made before giving up, with their delay", async () => {
  using dir = new Scratch();
  const { status } = await dir.once(`exec "third time lucky" {
	cmd => "echo x >> DIR/tries; test $(wc -l < DIR/tries) -ge 3",
	shell => "/bin/sh",
	env => {"PATH" => "/usr/bin:/bin"},
	Meta:retry => 5,
	Meta:delay => 10,
}
`);
  expect(status).toBe(0);
  expect(dir.read("tries")).toBe("x\nx\nx\n");
});

for (const code of [0, 1, 7, 125]) {
  test(`an exit resource gives the status: ${code}`, async () => {
    using dir = new Scratch();
    const program = dir.program(`exit "now" {\n\tcode => ${code},\n}\n`);
    for (const once of [["--once"], []]) {
      const { status } = await mgmt(["run", "--standalone", ...once, "--prefix", dir.prefix, program]);
      expect(status).toBe(code);
    }
  });
}

test("--max-runtime ends with an error", async () => {
  using dir = new Scratch();
  const { status, stderr } = await mgmt([
    "--standalone",
    "--max-runtime=1",
    "--prefix",
    dir.prefix,
    dir.program('noop "x" {}\n'),
  ]);
  expect(status).toBe(1);
  expect(stderr).toContain("--max-runtime");
});

test("a program that fails for good fails the run, and applies nothing", async () => {
  using dir = new Scratch();
  const { status, stderr } = await dir.once(`import "os"
file "DIR/a" {
	state => "exists",
	content => os.readfile("DIR/missing"),
}
file "DIR/b" {
	state => "exists",
}
`);
  expect(status).toBe(1);
  expect(stderr).toContain("main.mcl:4:13");
  expect(dir.list()).toEqual(["main.mcl", "prefix"]);
});

test("--log-format json: every line of the log is an object", async () => {
  using dir = new Scratch();
  const { stderr } = await dir.once('print "x" {\n\tmsg => "two\\nlines \\"quoted\\"",\n}\n', [
    "--log-format",
    "json",
  ]);
  const lines = stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const line of lines) {
    expect(Object.keys(line)).toEqual(["time", "level", "origin", "message"]);
    expect(Date.parse(line.time)).not.toBeNaN();
  }
  expect(lines).toContainEqual({
    time: expect.any(String),
    level: "info",
    origin: "print[x]",
    message: 'Msg: two\nlines "quoted"',
  });
});

test("--log-level silences what is less serious", async () => {
  using dir = new Scratch();
  const quiet = await dir.once(site, ["--log-level", "warn"]);
  expect(quiet).toEqual({ status: 0, stdout: "", stderr: "" });
  const failing = await dir.once('exec "false" {}\n', ["--log-level=error"]);
  expect(failing.stderr).toMatch(/^\S+ exec\[false\]: error: .*\n$/);
});

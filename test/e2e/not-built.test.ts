/** Kinds that are declared and not built: programs with them can be checked, and not run. */
import { expect, test } from "bun:test";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const program = `file "DIR/made" {
	state => "exists",
}
svc "nginx" {
	state => "running",
	Meta:noop => true,
}
svc "other" {}
pkg "nginx" {
	Meta:hidden => true,
}
Pkg["nginx"] -> Svc["nginx"]
`;

test("check and graph take them", async () => {
  using dir = new Scratch();
  const path = dir.program(program);
  expect(await mgmt(["check", path])).toEqual({ status: 0, stdout: "", stderr: "" });
  const { status, stdout } = await mgmt(["graph", "--format", "json", path]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    vertices: [
      { kind: "file", name: dir.at("made"), fields: { state: "exists" }, meta: {} },
      { kind: "pkg", name: "nginx", fields: {}, meta: { hidden: true } },
      { kind: "svc", name: "nginx", fields: { state: "running" }, meta: { noop: true } },
      { kind: "svc", name: "other", fields: {}, meta: {} },
    ],
    edges: [{ from: "pkg[nginx]", to: "svc[nginx]", notify: false, auto: false }],
  });
});

test.each([[[]], [["--once"]], [["--noop"]], [["--once", "--noop"]]])(
  "run refuses the graph, says why for each kind, and ends: %p",
  async (options) => {
    using dir = new Scratch();
    const path = dir.program(program);
    const { status, stderr } = await mgmt(["run", "--standalone", "--prefix", dir.prefix, ...options, path]);
    expect(status).toBe(1);
    const why = "is not built yet: programs that use it can be checked, and not applied";
    const errors = stderr.split("\n").filter((line) => line.includes("error:"));
    expect(errors.map((line) => line.slice(line.indexOf("error: ") + 7))).toEqual([
      `svc[nginx]: resource kind \`svc\` ${why} [not-built]`,
      `pkg[nginx]: resource kind \`pkg\` ${why} [not-built]`,
    ]);
    expect(stderr).toContain(`--> ${path}:4:1`);
    expect(dir.has("made")).toBe(false);
  },
);

test("a running program keeps its last graph without them", async () => {
  using dir = new Scratch();
  const path = dir.program(`import "os"
$text = os.readfile("DIR/from") <|> "none"
file "DIR/to" {
	state => "exists",
	content => "\${text}",
}
if $text == "more" {
	svc "nginx" {
		state => "running",
	}
}
`);
  await using agent = new Agent(dir, [path]);
  await agent.until("the first graph", () => dir.holds("to", "none"));
  dir.write("from", "more");
  await agent.says("the new graph is refused, the one before stays");
  expect(agent.log).toContain("svc[nginx]: resource kind `svc` is not built yet");
  dir.write("to", "tampered");
  await agent.until("the graph before is still applied", () => dir.holds("to", "none"));
  dir.write("from", "less");
  await agent.until("the next graph", () => dir.holds("to", "less"));
  expect(await agent.stop()).toBe(0);
});

import { expect, test } from "bun:test";
import { existsSync, readlinkSync } from "node:fs";
import { binary } from "./support/binary.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";
import { until } from "./support/until.ts";

const program = `file "DIR/d/" {
	state => "exists",
}
file "DIR/d/f" {
	state => "exists",
	Meta:noop => true,
	Meta:retry => 3,
	Before => Print["p"],
}
exec "e" {
	cmd => "touch DIR/ran",
}
print "p" {
	msg => "large",
}
test "t" {
	int64 => 9007199254740993,
	int8 => 8,
}
Exec["e"].stdout -> File["DIR/d/f"].content
Exec["e"] -> Test["t"]
`;

async function graph(dir: Scratch, options: readonly string[] = []) {
  return await mgmt(["graph", ...options, dir.program(program)]);
}

test("json: vertices, edges, what differs from the default, and nothing is touched", async () => {
  using dir = new Scratch();
  const { status, stdout, stderr } = await graph(dir, ["--format", "json"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.trim()).not.toContain("\n");
  const file = `file[${dir.at("d/f")}]`;
  const plain = { notify: false, auto: false };
  expect(JSON.parse(stdout)).toEqual({
    vertices: [
      { kind: "exec", name: "e", fields: { cmd: `touch ${dir.at("ran")}` }, meta: {} },
      { kind: "file", name: dir.at("d/"), fields: { state: "exists" }, meta: {} },
      { kind: "file", name: dir.at("d/f"), fields: { state: "exists" }, meta: { noop: true, retry: 3 } },
      { kind: "print", name: "p", fields: { msg: "large" }, meta: {} },
      { kind: "test", name: "t", fields: { int64: "9007199254740993", int8: 8 }, meta: {} },
    ],
    edges: [
      { from: "exec[e]", to: file, ...plain, send: { from: "stdout", to: "content" } },
      { from: "exec[e]", to: "test[t]", ...plain },
      { from: `file[${dir.at("d/")}]`, to: file, notify: false, auto: true },
      { from: file, to: "print[p]", ...plain },
    ],
  });
  expect(dir.list()).toEqual(["main.mcl"]);
});

test("--no-autoedges leaves out what nobody wrote", async () => {
  using dir = new Scratch();
  const { stdout } = await graph(dir, ["--format=json", "--no-autoedges"]);
  const { edges } = JSON.parse(stdout);
  expect(edges).toHaveLength(3);
  expect(edges.some((edge: { auto: boolean }) => edge.auto)).toBe(false);
});

test("text, dot and mermaid name every vertex and every edge", async () => {
  using dir = new Scratch();
  const from = `file[${dir.at("d/")}]`;
  const to = `file[${dir.at("d/f")}]`;
  const { stdout: text } = await graph(dir);
  expect(text).toContain(`Vertex: ${from}\n`);
  expect(text).toContain(`Edge: ${from} -> ${to}`);
  const { stdout: dot } = await graph(dir, ["--format", "dot"]);
  expect(dot).toMatch(/^digraph mgmt \{\n[\s\S]*\n\}\n$/);
  expect(dot).toContain(`"${from}" -> "${to}"`);
  const { stdout: mermaid } = await graph(dir, ["--format", "mermaid"]);
  expect(mermaid).toMatch(/^flowchart TD\n/);
  expect(mermaid.match(/-->|-\.->/g)).toHaveLength(4);
});

test("a program without resources has an empty graph", async () => {
  using dir = new Scratch();
  const { status, stdout } = await mgmt(["graph", "--format", "json", dir.program("\n")]);
  expect({ status, graph: JSON.parse(stdout) }).toEqual({ status: 0, graph: { vertices: [], edges: [] } });
});

test("equal programs print equal graphs, in whatever order they say it", async () => {
  using dir = new Scratch();
  const forwards = dir.program(
    'noop "a" {}\nnoop "b" {}\nnoop "c" {}\nNoop["a"] -> Noop["b"] -> Noop["c"]\n',
    "1.mcl",
  );
  const backwards = dir.program(
    'Noop["b"] -> Noop["c"]\nNoop["a"] -> Noop["b"]\nnoop "c" {}\nnoop "b" {}\nnoop "a" {}\n',
    "2.mcl",
  );
  const [one, two] = await Promise.all(
    [forwards, backwards].map((each) => mgmt(["graph", "--format", "json", each])),
  );
  expect(one?.stdout).toBe(two?.stdout ?? "");
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s ends it, and what its functions have started",
  async (signal) => {
    using dir = new Scratch();
    const path = dir.program(`import "os"
print "p" {
	msg => os.system("echo $$ > DIR/pid; exec sleep 1000"),
}
`);
    await using running = Bun.spawn([binary, "graph", path], { stdout: "ignore", stderr: "ignore" });
    const command = () => `/proc/${dir.read("pid").trim()}/exe`;
    await until(dir.path, "the command runs", () => readlinkSync(command()).endsWith("sleep"));
    running.kill(signal);
    await running.exited;
    expect(running.signalCode).toBe(signal);
    await until(dir.path, "the command is gone", () => !existsSync(command()));
  },
);

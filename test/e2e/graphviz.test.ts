import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { withPrograms } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const site = `file "DIR/site/" {
	state => "exists",
}
file "DIR/site/x" {
	state => "exists",
	content => "x",
}
`;

test("the running graph is drawn as `graph --format dot` draws it", async () => {
  using dir = new Scratch();
  const { status } = await dir.once(site, [
    "--hostname=h1",
    "--graphviz",
    dir.at("graph"),
    "--graphviz-filter=none",
  ]);
  expect(status).toBe(0);
  expect(dir.mode("graph@h1")).toBe(0o600);
  const { stdout } = await mgmt(["graph", "--format", "dot", dir.at("main.mcl")]);
  expect(dir.read("graph@h1")).toBe(stdout);
});

test("again after every change", async () => {
  using dir = new Scratch();
  dir.write("name", "one");
  const program = dir.program('import "os"\n$name = os.readfile("DIR/name")\nnoop "${name}" {}\n');
  await using agent = new Agent(dir, ["--hostname=h1", "--graphviz=graph", program], { cwd: dir.path });
  await agent.until("the first is drawn", () => dir.read("graph@h1").includes('"noop[one]"'));
  dir.write("name", "two");
  await agent.until("the second is drawn", () => dir.read("graph@h1").includes('"noop[two]"'));
  expect(dir.read("graph@h1")).not.toContain("one");
});

test("`--once` waits for the picture", async () => {
  using dir = new Scratch();
  dir.write("bin/dot", "#!/bin/sh\nsleep 0.3\necho a picture of $2\n");
  chmodSync(dir.at("bin/dot"), 0o755);
  const { status } = await dir.once(site, ["--hostname=h1", "--graphviz", dir.at("graph")], {
    env: { PATH: `${dir.at("bin")}:${process.env.PATH}` },
  });
  expect(status).toBe(0);
  expect(dir.read("graph@h1.png")).toBe(`a picture of ${dir.at("graph@h1")}\n`);
});

withPrograms("dot")("a real picture", async () => {
  using dir = new Scratch();
  await dir.once(site, ["--hostname=h1", "--graphviz", dir.at("graph")]);
  expect(dir.read("graph@h1.png")).toContain("PNG");
});

import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { Scratch } from "./support/scratch.ts";

/** Exports a hidden file to `to`, and collects what there is of it. */
const program = (to: string, content = "text"): string => `
file "DIR/made" {
	state => "exists",
	content => "${content}",
	Meta:hidden => true,
	Meta:export => ["${to}"],
}
${collect}`;

const collect = `
collect file "DIR/made" {
	mode => "0640",
	Meta:hidden => false,
}
`;

const records = (dir: Scratch): number => dir.list("prefix/local/export").length;

test("an agent collects what it exports, over restarts, for as long as it is exported", async () => {
  using dir = new Scratch();
  const first = await dir.once(program("*"));
  expect(first.status).toBe(0);
  expect(dir.read("made")).toBe("text");
  expect(dir.mode("made")).toBe(0o640);
  rmSync(dir.at("made"));
  expect((await dir.once(program("*", "new text"))).status).toBe(0);
  expect(dir.read("made")).toBe("new text");
  rmSync(dir.at("made"));
  const later = await dir.once(collect);
  expect([later.status, records(dir)]).toEqual([0, 0]);
  expect(later.stderr).toContain("graph of 0 resources");
});

test("what is for another host, or was seen only, is not collected", async () => {
  using dir = new Scratch();
  expect((await dir.once(program("other-host"))).status).toBe(0);
  expect([records(dir), dir.has("made")]).toEqual([1, false]);
  expect((await dir.once(program("*"), ["--noop"])).status).toBe(0);
  expect([records(dir), dir.has("made")]).toEqual([1, false]);
  expect((await dir.once(program("node"), ["--hostname", "node"])).status).toBe(0);
  expect(dir.holds("made", "text")).toBe(true);
});

test("exports come and go while the agent runs", async () => {
  using dir = new Scratch();
  dir.write("names", "a");
  const path = dir.program(`import "os"
import "strings"
$names = strings.split(os.readfile("DIR/names"), ",")
for $index, $name in $names {
	file "DIR/made/\${name}" {
		state => "exists",
		content => "\${name}",
		Meta:hidden => true,
		Meta:export => ["*"],
	}
}
file "DIR/made/" {
	state => "exists",
	recurse => true,
	purge => true,
}
collect file ["DIR/made/a", "DIR/made/b", "DIR/made/c"] {
	Meta:hidden => false,
}
`);
  {
    await using agent = new Agent(dir, [path]);
    for (const names of ["a", "a,b", "b,c", "c,d"]) {
      dir.write("names", names);
      const made = names.split(",").filter((name) => name !== "d");
      await agent.until(`the files ${made}`, () => dir.list("made").join() === made.join());
    }
    expect(await agent.stop()).toBe(0);
  }
  expect(records(dir)).toBe(2);
  await using agent = new Agent(dir, [path]);
  dir.write("names", "a");
  await agent.until("one record", () => records(dir) === 1 && dir.list("made").join() === "a");
});

test("what cannot be exported fails, and says so", async () => {
  using dir = new Scratch();
  dir.write("prefix/local/export", "");
  const { status, stderr } = await dir.once(program("*"));
  expect(status).toBe(1);
  expect(stderr).toContain("local/export");
});

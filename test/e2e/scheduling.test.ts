import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { Scratch } from "./support/scratch.ts";

const shell = 'shell => "/bin/sh",\n\tenv => {"PATH" => "/usr/bin:/bin"},';

/** A command that notes in `DIR/journal` when it begins and when it ends, and does something in between. */
function noting(name: string, work: string, more = ""): string {
  return `exec "${name}" {
	cmd => "echo begin ${name} >> DIR/journal; ${work}; echo end ${name} >> DIR/journal",
	${shell}
	${more}
}
`;
}

function journal(dir: Scratch): readonly string[] {
  return dir.read("journal").trim().split("\n");
}

/** The most commands that were at work at the same time. */
function mostAtOnce(lines: readonly string[]): number {
  let now = 0;
  let most = 0;
  for (const line of lines) {
    now += line.startsWith("begin") ? 1 : -1;
    most = Math.max(most, now);
  }
  return most;
}

function inOrder(lines: readonly string[], before: string, after: string): void {
  expect(lines.indexOf(`end ${before}`)).toBeGreaterThanOrEqual(0);
  expect(lines.indexOf(`begin ${after}`)).toBeGreaterThan(lines.indexOf(`end ${before}`));
}

/** Waits until so many commands have begun: they can only go on if they are at work together. */
const together = (count: number): string =>
  `until [ $(grep -c begin DIR/journal) -ge ${count} ]; do sleep 0.01; done`;

test("fan-in and fan-out: parallel where nothing forbids it, in order where something does", async () => {
  using dir = new Scratch();
  const edges = ["1", "2", "3"].map((name) => `Exec["${name}"] -> Exec["4"]\n`);
  const outs = ["5", "6", "7"].map((name) => `Exec["4"] -> Exec["${name}"]\n`);
  const { status } = await dir.once(
    [
      ...["1", "2", "3", "8"].map((name) => noting(name, together(4))),
      noting("4", "true"),
      ...["5", "6", "7"].map((name) => noting(name, together(8))),
      ...edges,
      ...outs,
    ].join(""),
  );
  expect(status).toBe(0);
  const lines = journal(dir);
  expect(lines).toHaveLength(16);
  for (const before of ["1", "2", "3"]) inOrder(lines, before, "4");
  for (const after of ["5", "6", "7"]) inOrder(lines, "4", after);
});

test("without limits, everything independent runs at once", async () => {
  using dir = new Scratch();
  const names = Array.from({ length: 12 }, (_, index) => `${index}`);
  const { status } = await dir.once(names.map((name) => noting(name, together(names.length))).join(""));
  expect(status).toBe(0);
  expect(mostAtOnce(journal(dir))).toBe(names.length);
});

for (const limit of [1, 2, 5]) {
  test(`--sema ${limit}: so many at once and no more`, async () => {
    using dir = new Scratch();
    const names = Array.from({ length: 8 }, (_, index) => `${index}`);
    const program = names.map((name) => noting(name, limit === 1 ? "true" : together(limit))).join("");
    const { status } = await dir.once(program, ["--sema", `${limit}`]);
    expect(status).toBe(0);
    expect(journal(dir)).toHaveLength(16);
    expect(mostAtOnce(journal(dir))).toBe(limit);
  });
}

test("Meta:sema limits those that share it, and nobody else", async () => {
  using dir = new Scratch();
  const sharing = Array.from({ length: 6 }, (_, index) =>
    noting(`shared${index}`, "true", 'Meta:sema => ["s:2"],'),
  );
  const free = Array.from({ length: 4 }, (_, index) =>
    noting(`free${index}`, "until [ $(grep -c 'begin free' DIR/journal) -ge 4 ]; do sleep 0.01; done"),
  );
  const twice = noting("twice", "true", 'Meta:sema => ["once", "once", "s:2"],');
  const { status } = await dir.once([...sharing, ...free, twice].join(""));
  expect(status).toBe(0);
  const lines = journal(dir);
  expect(lines).toHaveLength(22);
  expect(mostAtOnce(lines.filter((line) => line.includes("shared")))).toBeLessThanOrEqual(2);
  expect(mostAtOnce(lines.filter((line) => line.includes("free")))).toBe(4);
});

test("what depends on a failure waits, the rest goes on", async () => {
  using dir = new Scratch();
  const { status } = await dir.once(
    `${noting("bad", "exit 1")}${noting("after", "true")}${noting("later", "true")}${noting("other", "true")}
Exec["bad"] -> Exec["after"] -> Exec["later"]
`,
    ["--report", dir.at("report.json")],
  );
  expect(status).toBe(1);
  expect(journal(dir).toSorted()).toEqual(["begin bad", "begin other", "end other"]);
  const { resources } = JSON.parse(dir.read("report.json"));
  const blocked = resources.filter((each: { state: string }) => each.state === "blocked");
  expect(blocked.map((each: { name: string; blockedBy: string[] }) => [each.name, each.blockedBy])).toEqual([
    ["after", ["exec[bad]"]],
    ["later", ["exec[bad]"]],
  ]);
});

test("a repaired file does not disturb what comes before it, and what comes after only where it must", async () => {
  using dir = new Scratch();
  const program = dir.program(`${noting("before", "true")}
file "DIR/x" {
	state => "exists",
	content => "right",
}
${noting("after", "true")}
Exec["before"] -> File["DIR/x"] -> Exec["after"]
`);
  await using agent = new Agent(dir, [program]);
  await agent.until("all is done", () => journal(dir).length === 4);
  for (let round = 0; round < 3; round++) {
    dir.write("x", "wrong");
    await agent.until("it is repaired", () => dir.holds("x", "right"));
  }
  expect(await agent.stop()).toBe(0);
  expect(journal(dir)).toEqual(["begin before", "end before", "begin after", "end after"]);
});

test("a directory and what is in it come back in order when all of it goes", async () => {
  using dir = new Scratch();
  const depth = ["a/", "a/b/", "a/b/c/"];
  const program = dir.program(
    [
      ...depth.map((name) => `file "DIR/${name}" {\n\tstate => "exists",\n}\n`),
      'file "DIR/a/b/c/f" {\n\tstate => "exists",\n\tcontent => "deep",\n}\n',
    ]
      .toReversed()
      .join(""),
  );
  await using agent = new Agent(dir, [program]);
  for (let round = 0; round < 5; round++) {
    await agent.until("all is there", () => dir.holds("a/b/c/f", "deep"));
    Bun.spawnSync(["rm", "-r", dir.at("a")]);
  }
  await agent.until("all is there", () => dir.holds("a/b/c/f", "deep"));
  expect(agent.log).not.toContain("error");
});

test("a notification reaches its receiver once for each change", async () => {
  using dir = new Scratch();
  const program = dir.program(`file "DIR/x" {
	state => "exists",
	content => "right",
	Notify => Print["bell"],
}
print "bell" {
	msg => "ding",
	refresh_only => true,
}
`);
  await using agent = new Agent(dir, [program]);
  const rung = (): number => agent.log.match(/print\[bell\]: Msg: ding/g)?.length ?? 0;
  for (let round = 1; round <= 3; round++) {
    await agent.until(`ring ${round}`, () => rung() === round && dir.holds("x", "right"));
    dir.write("x", "wrong");
  }
  await agent.until("ring 4", () => rung() === 4);
  expect(await agent.stop()).toBe(0);
  expect(rung()).toBe(4);
});

test("Meta:timeout ends a command that heeds no signal, with all that it started", async () => {
  using dir = new Scratch();
  const { status, stderr } = await dir.once(`exec "deaf" {
	cmd => "trap '' TERM INT; echo $$ > DIR/pid; while :; do sleep 300; done",
	shell => "/bin/sh",
	Meta:timeout => 300,
}
`);
  expect(status).toBe(1);
  expect(stderr).toContain("exec[deaf]: error: timed out after 300 ms (Meta:timeout)");
  expect(existsSync(`/proc/${dir.read("pid").trim()}/exe`)).toBe(false);
}, 15_000);

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Agent } from "./support/agent.ts";
import { generator } from "./support/generator.ts";
import { Scratch } from "./support/scratch.ts";

const rounds = 40;
const size = 100_000;
const texts = ["a".repeat(size), "b".repeat(size), "c".repeat(size)] as const;

/** Files by every way of writing, all to hold the same text. */
function site(text: string): string {
  return `$text = "${text}"
file "DIR/content" {
	state => "exists",
	content => $text,
	mode => "0600",
}
file "DIR/fragments" {
	state => "exists",
	fragments => ["DIR/from/${text[0]}"],
}
file "DIR/copy" {
	state => "exists",
	source => "DIR/from/${text[0]}",
}
file "DIR/tree/" {
	state => "exists",
	source => "DIR/trees/${text[0]}/",
	recurse => true,
}
file "DIR/link" {
	state => "exists",
	symlink => true,
	source => "from/${text[0]}",
	force => true,
}
value "kept" {
	any => "${text[0]}",
}
exec "echo ${text[0]}" {}
file "DIR/received" {
	state => "exists",
}
Exec["echo ${text[0]}"].stdout -> File["DIR/received"].content
`;
}

function prepare(): Scratch {
  const dir = new Scratch();
  for (const text of texts) {
    dir.write(`from/${text[0]}`, text);
    for (const name of ["1", "2", "sub/3"]) dir.write(`trees/${text[0]}/${name}`, text);
  }
  return dir;
}

const written = ["content", "fragments", "copy", "tree/1", "tree/2", "tree/sub/3", "link"];

function whole(dir: Scratch): void {
  for (const name of written.filter((each) => dir.has(each))) {
    const found = dir.read(name);
    if (!texts.some((text) => text === found))
      throw new Error(`${name} is a mixture, of ${found.length} bytes`);
  }
  if (dir.has("received")) expect(dir.read("received")).toMatch(/^([abc]\n|)$/);
  if (dir.has("content")) expect(dir.mode("content")).toBe(0o600);
}

test(`killed at ${rounds} random moments: every file is old or new, and the next run tidies up`, async () => {
  using dir = prepare();
  const started = performance.now();
  expect((await dir.once(site(texts[0]))).status).toBe(0);
  const lifetime = performance.now() - started;
  const random = generator(7);
  let killed = 0;
  for (let round = 0; round < rounds; round++) {
    const program = dir.program(site(texts[round % 3] ?? texts[0]));
    await using agent = new Agent(dir, ["--once", "--log-level", "error", program]);
    const kill = setTimeout(() => agent.signal("SIGKILL"), random() * lifetime);
    if ((await agent.ended()) === null) killed++;
    clearTimeout(kill);
    expect(agent.log).toBe("");
    whole(dir);
  }
  expect(killed).toBeGreaterThan(rounds / 10);
  const { status, stderr } = await dir.once(site(texts[0]), ["--log-level", "warn"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const name of written) expect(dir.read(name)).toBe(texts[0]);
  expect(dir.read("received")).toBe("a\n");
  expect(dir.list()).toEqual(
    [
      "content",
      "copy",
      "fragments",
      "from",
      "link",
      "main.mcl",
      "prefix",
      "received",
      "tree",
      "trees",
    ].toSorted(),
  );
  expect(dir.list("tree")).toEqual(["1", "2", "sub"]);
  expect(dir.list("tree/sub")).toEqual(["3"]);
});

test(`killed at ${rounds} random moments: nobody misses a notification`, async () => {
  using dir = new Scratch();
  const site = (version: string): string => `file "DIR/config" {
	state => "exists",
	content => "${version}",
	Notify => Print["reload"],
}
print "reload" {
	msg => "reload",
	refresh_only => true,
}
`;
  const started = performance.now();
  expect((await dir.once(site("start"))).stderr).toContain("print[reload]: Msg: reload");
  const lifetime = performance.now() - started;
  const random = generator(11);
  let killed = 0;
  let owed = false;
  for (let round = 0; round < rounds; round++) {
    const before = dir.read("config");
    await using agent = new Agent(dir, ["--once", dir.program(site(`version ${round}`))]);
    const kill = setTimeout(() => agent.signal("SIGKILL"), random() * lifetime);
    if ((await agent.ended()) === null) killed++;
    clearTimeout(kill);
    if (agent.log.includes("Msg: reload")) owed = false;
    else owed ||= dir.read("config") !== before;
  }
  expect(killed).toBeGreaterThan(rounds / 10);
  const { stderr } = await dir.once(site(dir.read("config")));
  if (owed) expect(stderr).toContain("Msg: reload");
  expect((await dir.once(site(dir.read("config")))).stderr).not.toContain("Msg: reload");
});

describe("what a crash left beside a file is tidied by the next run, even if the file is right:", () => {
  const kinds: Readonly<Record<string, string>> = {
    content: 'state => "exists",\n\tcontent => "right",',
    absent: 'state => "absent",',
    symlink: 'state => "exists",\n\tsymlink => true,\n\tsource => "somewhere",',
  };
  for (const [name, fields] of Object.entries(kinds)) {
    test(name, async () => {
      using dir = new Scratch();
      const program = `file "DIR/sub/x" {\n\t${fields}\n}\n`;
      dir.mkdir("sub");
      await dir.once(program);
      const before = dir.list("sub");
      dir.write("sub/.x.mgmt-tmp", "half of someth");
      expect((await dir.once(program)).status).toBe(0);
      expect(dir.list("sub")).toEqual(before);
    });
  }
});

test("readers see the old or the new contents, and nothing else, while a file changes", async () => {
  using dir = prepare();
  dir.write("from/live", texts[0]);
  const program = dir.program('file "DIR/copy" {\n\tstate => "exists",\n\tsource => "DIR/from/live",\n}\n');
  await using agent = new Agent(dir, [program]);
  await agent.until("the first copy", () => dir.has("copy"));
  const strange: string[] = [];
  const look = (): string => {
    const found = dir.has("copy") ? readFileSync(dir.at("copy"), "utf8") : "nothing";
    if (!texts.some((each) => each === found)) strange.push(`${found.length} bytes`);
    return found;
  };
  for (let round = 0; round < 30; round++) {
    const text = texts[round % 3] ?? texts[0];
    dir.write("next", text);
    Bun.spawnSync(["mv", dir.at("next"), dir.at("from/live")]);
    await agent.until("the new contents", () => look() === text);
  }
  expect(strange).toEqual([]);
});

import { expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { withUserNamespaces } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { generator } from "./support/generator.ts";
import { Scratch } from "./support/scratch.ts";

/** One file of content and mode, in a directory. */
const site = `file "DIR/a/" {
	state => "exists",
}
file "DIR/a/b/" {
	state => "exists",
}
file "DIR/a/b/f" {
	state => "exists",
	content => "right\\n",
	mode => "0640",
}
`;

function right(dir: Scratch): boolean {
  return dir.holds("a/b/f", "right\n") && dir.mode("a/b/f") === 0o640;
}

async function keeper(dir: Scratch): Promise<Agent> {
  const agent = new Agent(dir, [dir.program(site)]);
  await agent.until("the file is there", () => right(dir));
  return agent;
}

const harms: Readonly<Record<string, (dir: Scratch) => void>> = {
  "it is overwritten": (dir) => writeFileSync(dir.at("a/b/f"), "wrong"),
  "it is truncated": (dir) => truncateSync(dir.at("a/b/f"), 0),
  "it is removed": (dir) => unlinkSync(dir.at("a/b/f")),
  "its mode is changed": (dir) => chmodSync(dir.at("a/b/f"), 0o777),
  "it is replaced by rename": (dir) => {
    dir.write("other", "wrong");
    renameSync(dir.at("other"), dir.at("a/b/f"));
  },
  "it is replaced by a hard link": (dir) => {
    dir.write("other", "wrong");
    unlinkSync(dir.at("a/b/f"));
    linkSync(dir.at("other"), dir.at("a/b/f"));
  },
  "it is moved away": (dir) => renameSync(dir.at("a/b/f"), dir.at("moved")),
  "its directory is removed": (dir) => rmSync(dir.at("a/b"), { recursive: true }),
  "its directory is moved away": (dir) => renameSync(dir.at("a/b"), dir.at("moved")),
  "a directory further up is removed": (dir) => rmSync(dir.at("a"), { recursive: true }),
  "a directory further up is moved away": (dir) => renameSync(dir.at("a"), dir.at("moved")),
  "a directory further up is exchanged for another": (dir) => {
    dir.write("other/b/f", "wrong");
    renameSync(dir.at("a"), dir.at("moved"));
    renameSync(dir.at("other"), dir.at("a"));
  },
  "a directory further up is removed and made again": (dir) => {
    rmSync(dir.at("a"), { recursive: true });
    mkdirSync(dir.at("a/b"), { recursive: true });
    writeFileSync(dir.at("a/b/f"), "wrong");
  },
};

for (const [name, harm] of Object.entries(harms)) {
  test(`a file is repaired when ${name}`, async () => {
    using dir = new Scratch();
    await using agent = await keeper(dir);
    for (let round = 0; round < 2; round++) {
      rmSync(dir.at("moved"), { recursive: true, force: true });
      harm(dir);
      await agent.until("the file is right again", () => right(dir));
    }
    expect(await agent.stop()).toBe(0);
    expect(right(dir)).toBe(true);
  });
}

test("a file without a directory to be in fails, and is made when there is one again", async () => {
  using dir = new Scratch();
  mkdirSync(dir.at("sub"));
  const program = dir.program('file "DIR/sub/f" {\n\tstate => "exists",\n\tcontent => "right",\n}\n');
  await using agent = new Agent(dir, [program]);
  await agent.until("the file is there", () => dir.holds("sub/f", "right"));
  renameSync(dir.at("sub"), dir.at("away"));
  await agent.says("error: could not write");
  mkdirSync(dir.at("sub"));
  await agent.until("the file is there again", () => dir.holds("sub/f", "right"));
});

test("what was moved away may be written to", async () => {
  using dir = new Scratch();
  await using agent = await keeper(dir);
  renameSync(dir.at("a/b/f"), dir.at("moved"));
  await agent.until("the file is right again", () => right(dir));
  writeFileSync(dir.at("moved"), "somebody else's");
  unlinkSync(dir.at("a/b/f"));
  await agent.until("the file is right again", () => right(dir));
  expect(dir.read("moved")).toBe("somebody else's");
});

test("what should be absent goes away whenever it comes", async () => {
  using dir = new Scratch();
  await using agent = new Agent(dir, [dir.program('file "DIR/sub/x" {\n\tstate => "absent",\n}\n')]);
  await agent.says("graph of 1");
  for (const make of [
    () => dir.write("sub/x", "1"),
    () => dir.write("sub/x", "2"),
    () => symlinkSync("nowhere", dir.at("sub/x")),
  ]) {
    make();
    await agent.until("the file is gone", () => dir.has("sub") && dir.list("sub").length === 0);
  }
  rmdirSync(dir.at("sub"));
  dir.write("sub/x", "3");
  await agent.until("the file is gone", () => dir.has("sub") && dir.list("sub").length === 0);
});

test("the last of two writes in quick succession is not missed", async () => {
  using dir = new Scratch();
  dir.write("from", "0");
  const program = dir.program('file "DIR/to" {\n\tstate => "exists",\n\tsource => "DIR/from",\n}\n');
  await using agent = new Agent(dir, [program]);
  await agent.until("the first copy", () => dir.holds("to", "0"));
  for (let round = 1; round <= 100; round++) {
    writeFileSync(dir.at("from"), `${round} first`);
    writeFileSync(dir.at("from"), `${round}`);
    await agent.until(`copy ${round}`, () => dir.holds("to", `${round}`));
  }
});

test("tampering during a repair is repaired, too", async () => {
  using dir = new Scratch();
  await using agent = await keeper(dir);
  for (let round = 0; round < 300; round++) {
    try {
      writeFileSync(dir.at("a/b/f"), `wrong ${round}`);
    } catch {
      // It is being replaced at this moment.
    }
    if (round % 10 === 0) await agent.until("the file is right again", () => right(dir));
  }
  await agent.until("the file is right again", () => right(dir));
});

test("nothing is missed when the kernel's queue of events overflows", async () => {
  using dir = new Scratch();
  dir.mkdir("noise");
  const files = Array.from(
    { length: 20 },
    (_, index) => `file "DIR/f${index}" {\n\tstate => "exists",\n\tcontent => "${index}",\n}\n`,
  );
  const noisy = 'file "DIR/noise/" {\n\tstate => "exists",\n\trecurse => true,\n}\n';
  const program = dir.program(noisy + files.join(""));
  await using agent = new Agent(dir, [program]);
  const all = (): boolean => files.every((_, index) => dir.holds(`f${index}`, `${index}`));
  await agent.until("all files are there", all);
  agent.signal("SIGSTOP");
  const limit = Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8"));
  for (let made = 0; made <= 2 * limit; made += 2) {
    const passing = dir.write("noise/passing", "");
    unlinkSync(passing);
  }
  for (let index = 0; index < files.length; index++) unlinkSync(dir.at(`f${index}`));
  agent.signal("SIGCONT");
  await agent.until("all files are back", all);
});

test("a tree follows its source, down to what is made in it later", async () => {
  using dir = new Scratch();
  dir.write("from/one/two/deep", "1");
  const program = dir.program(`file "DIR/to/" {
	state => "exists",
	source => "DIR/from/",
	recurse => true,
}
`);
  await using agent = new Agent(dir, [program]);
  await agent.until("the first copy", () => dir.holds("to/one/two/deep", "1"));
  dir.write("from/new/er/file", "2");
  await agent.until("a new directory is copied", () => dir.holds("to/new/er/file", "2"));
  dir.write("from/new/er/file", "3");
  await agent.until("a file in it is followed", () => dir.holds("to/new/er/file", "3"));
  rmSync(dir.at("from/one"), { recursive: true });
  await agent.until("what is gone goes", () => !dir.has("to/one"));
  dir.write("to/stranger", "4");
  await agent.until("what does not belong goes", () => !dir.has("to/stranger"));
  writeFileSync(dir.at("to/new/er/file"), "wrong");
  await agent.until("the copy is repaired", () => dir.holds("to/new/er/file", "3"));
});

test("a failed file heals when what it lacked appears", async () => {
  using dir = new Scratch();
  const program = dir.program(`file "DIR/to" {
	state => "exists",
	source => "DIR/from",
	Meta:retry => -1,
	Meta:delay => 20,
}
`);
  await using agent = new Agent(dir, [program]);
  await agent.says("next attempt");
  dir.write("from", "late");
  await agent.until("it is copied", () => dir.holds("to", "late"));
});

withUserNamespaces()("too few watches: the resources that go without are named, with the cure", async () => {
  using dir = new Scratch();
  const limit = "max_inotify_watches";
  // Limits below /proc/sys/user are those of the user namespace.
  const script = `echo 1 > /proc/sys/user/${limit}; exec "$@"`;
  const by = ["unshare", "--user", "--map-root-user", "--", "sh", "-ec", script, "sh"];
  await using agent = new Agent(dir, [dir.program(site)], { by });
  await agent.says("fs.inotify.max_user_watches");
  expect(agent.log).toContain(`file[${dir.at("a/")}]: error: `);
  expect(await agent.stop()).toBe(0);
});

/** Does harm in random order, as fast as it can; what it finds missing or busy does not keep it. */
function churn(rounds: number, harms: readonly (() => void)[]): void {
  const random = generator(11);
  for (let round = 0; round < rounds; round++) {
    try {
      harms[Math.floor(random() * harms.length)]?.();
    } catch {
      // The agent was faster.
    }
  }
}

test("a tree that is torn down while it is copied, and while it is read, is right in the end", async () => {
  using dir = new Scratch();
  const inside = ["a", "b", "c"].flatMap((one) =>
    ["d", "e"].flatMap((two) => [1, 2, 3].map((n) => `${one}/${two}/${n}`)),
  );
  for (const name of inside) dir.write(`model/${name}`, name);
  cpSync(dir.at("model"), dir.at("from"), { recursive: true });
  const program = dir.program(
    'file "DIR/to/" {\n\tstate => "exists",\n\tsource => "DIR/from/",\n\trecurse => true,\n}\n',
  );
  await using agent = new Agent(dir, [program]);
  const all = (): boolean => inside.every((name) => dir.holds(`to/${name}`, name));
  await agent.until("the first copy", all);
  const remove = (name: string) => () => rmSync(dir.at(name), { recursive: true });
  const restore = (): void => cpSync(dir.at("model"), dir.at("from"), { recursive: true });
  churn(200, [remove("from/a"), remove("to/b"), remove("to"), restore]);
  restore();
  await agent.until("the copy is whole", all);
  expect(agent.log).not.toContain("error");
});

test("files and directories that are torn down again and again are right in the end", async () => {
  using dir = new Scratch();
  const folders = ["a/", "a/b/", "a/b/c/"];
  const files = folders.flatMap((folder) => [1, 2, 3].map((n) => `${folder}${n}`));
  const program = dir.program(
    [
      ...folders.map((name) => `file "DIR/${name}" {\n\tstate => "exists",\n\tmode => "0755",\n}\n`),
      ...files.map(
        (name) =>
          `file "DIR/${name}" {\n\tstate => "exists",\n\tcontent => "${name}",\n\tmode => "0640",\n}\n`,
      ),
    ].join(""),
  );
  await using agent = new Agent(dir, [program]);
  const all = (): boolean => files.every((name) => dir.holds(name, name) && dir.mode(name) === 0o640);
  await agent.until("all is there", all);
  churn(300, [
    () => rmSync(dir.at("a"), { recursive: true }),
    () => rmSync(dir.at("a/b"), { recursive: true }),
    () => renameSync(dir.at("a/b/c"), dir.at(`a/b/moved-${performance.now()}`)),
    () => renameSync(dir.at("a"), dir.at(`moved-${performance.now()}`)),
    () => mkdirSync(dir.at("a/b"), { recursive: true }),
    () => writeFileSync(dir.at("a/b/1"), "wrong"),
  ]);
  await agent.until("all is there again", all);
  expect(agent.log).not.toContain("error");
});

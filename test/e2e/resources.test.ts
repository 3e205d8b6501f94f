import { describe, expect, test } from "bun:test";
import { chmodSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { asRoot } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { Scratch } from "./support/scratch.ts";

const modes: Readonly<Record<string, number>> = {
  "0741": 0o741,
  "614": 0o614,
  "4755": 0o4755,
  "u=rw,go=r": 0o644,
  "u=rwx,g=rx,o=": 0o750,
};

for (const [text, mode] of Object.entries(modes)) {
  test(`mode ${text}`, async () => {
    using dir = new Scratch();
    chmodSync(dir.write("old", "x"), 0o600);
    const { status } = await dir.once(
      ["old", "new"]
        .map((name) => `file "DIR/${name}" {\n\tstate => "exists",\n\tmode => "${text}",\n}\n`)
        .join(""),
    );
    expect(status).toBe(0);
    expect([dir.mode("old"), dir.mode("new")]).toEqual([mode, mode]);
  });
}

asRoot("owner and group, by name and by number", async () => {
  using dir = new Scratch();
  const { status } = await dir.once(`file "DIR/name" {
	state => "exists",
	content => "x",
	owner => "daemon",
	group => "daemon",
	mode => "4711",
}
file "DIR/number" {
	state => "exists",
	owner => "1",
	group => "1",
}
`);
  expect(status).toBe(0);
  for (const name of ["name", "number"]) {
    const { uid, gid } = statSync(dir.at(name));
    expect({ uid, gid }).toEqual({ uid: 1, gid: 1 });
  }
  expect(dir.mode("name")).toBe(0o4711);
});

test("a copy takes contents and permissions of its source, which stays as it is", async () => {
  using dir = new Scratch();
  chmodSync(dir.write("from", "source\n"), 0o751);
  const { status } = await dir.once('file "DIR/to" {\n\tstate => "exists",\n\tsource => "DIR/from",\n}\n');
  expect(status).toBe(0);
  expect([dir.read("to"), dir.mode("to")]).toEqual(["source\n", 0o751]);
  expect(dir.read("from")).toBe("source\n");
});

test("fragments are put together in their order", async () => {
  using dir = new Scratch();
  dir.write("d/2", "two ");
  dir.write("d/1", "one ");
  dir.write("last", "three");
  await dir.once('file "DIR/to" {\n\tstate => "exists",\n\tfragments => ["DIR/d/", "DIR/last"],\n}\n');
  expect(dir.read("to")).toBe("one two three");
});

test("purge removes what nobody manages", async () => {
  using dir = new Scratch();
  for (const name of ["d/managed/inside", "d/stranger", "d/folder/deep/stranger"]) dir.write(name, "");
  await dir.once(`file "DIR/d/" {
	state => "exists",
	recurse => true,
	purge => true,
}
file "DIR/d/managed/inside" {
	state => "exists",
}
`);
  expect(dir.list("d")).toEqual(["managed"]);
  expect(dir.list("d/managed")).toEqual(["inside"]);
});

test("links are made, changed, and followed when they lie in the way of contents", async () => {
  using dir = new Scratch();
  symlinkSync("elsewhere", dir.at("changed"));
  dir.write("real", "old");
  symlinkSync("real", dir.at("followed"));
  const { status } = await dir.once(`file "DIR/changed" {
	state => "exists",
	symlink => true,
	source => "nowhere",
}
file "DIR/followed" {
	state => "exists",
	content => "new",
}
`);
  expect(status).toBe(0);
  expect(readlinkSync(dir.at("changed"))).toBe("nowhere");
  expect(readlinkSync(dir.at("followed"))).toBe("real");
  expect(dir.read("real")).toBe("new");
});

const shell = 'shell => "/bin/sh",\n\tenv => {"PATH" => "/usr/bin:/bin"},';

describe("a command runs", () => {
  const whom: Readonly<Record<string, string>> = {
    'user => "daemon"': "1 0",
    'group => "daemon"': "0 1",
    'user => "1",\n\tgroup => "1"': "1 1",
  };
  for (const [fields, ids] of Object.entries(whom)) {
    asRoot(`as ${fields.replaceAll("\n\t", " ")}`, async () => {
      using dir = new Scratch();
      const { status } = await dir.once(`exec "who" {
	cmd => "echo $(id -u) $(id -g) $(id -G)",
	${shell}
	${fields},
}
file "DIR/who" {
	state => "exists",
}
Exec["who"].stdout -> File["DIR/who"].content
`);
      expect(status).toBe(0);
      expect(dir.read("who")).toBe(`${ids} ${ids.split(" ")[1]}\n`);
    });
  }

  test("when its guards say so", async () => {
    using dir = new Scratch();
    dir.write("there", "");
    const guards: Readonly<Record<string, string>> = {
      "yes-if": 'ifcmd => "true",',
      "no-if": 'ifcmd => "false",',
      "yes-nif": 'nifcmd => "false",',
      "no-nif": 'nifcmd => "true",',
      "yes-creates": 'creates => "DIR/missing",',
      "no-creates": 'creates => "DIR/there",',
      "yes-equals": 'ifcmd => "echo a",\n\tifequals => "b\\n",',
      "no-equals": 'ifcmd => "echo a",\n\tifequals => "a\\n",',
    };
    const { status } = await dir.once(
      Object.entries(guards)
        .map(([name, guard]) => `exec "${name}" {\n\tcmd => "touch DIR/ran-${name}",\n\t${guard}\n}\n`)
        .join(""),
    );
    expect(status).toBe(0);
    const ran = dir.list().filter((name) => name.startsWith("ran-"));
    expect(ran).toEqual(["ran-yes-creates", "ran-yes-equals", "ran-yes-if", "ran-yes-nif"]);
  });

  test("again, when a file that it watches changes, or its watch command says so", async () => {
    using dir = new Scratch();
    dir.write("watched", "");
    Bun.spawnSync(["mkfifo", dir.at("pipe")]);
    const program = dir.program(`exec "files" {
	cmd => "echo x >> DIR/by-files",
	watchfiles => ["DIR/watched"],
	${shell}
}
exec "command" {
	cmd => "echo x >> DIR/by-command",
	watchcmd => "exec cat <> DIR/pipe",
	watchshell => "/bin/sh",
	${shell}
}
`);
    await using agent = new Agent(dir, [program]);
    await agent.until("both ran", () => dir.holds("by-files", "x\n") && dir.holds("by-command", "x\n"));
    dir.write("watched", "changed");
    await agent.until("one ran again", () => dir.read("by-files").startsWith("x\nx\n"));
    Bun.spawnSync(["sh", "-c", `echo event > '${dir.at("pipe")}'`]);
    await agent.until("the other ran again", () => dir.holds("by-command", "x\nx\n"));
    expect(await agent.stop()).toBe(0);
  });

  test("with what it needs made first: the script, by automatic edges", async () => {
    using dir = new Scratch();
    const { status } = await dir.once(`exec "DIR/script" {}
file "DIR/script" {
	state => "exists",
	content => "#!/bin/sh\\ntouch DIR/ran\\n",
	mode => "0755",
}
`);
    expect(status).toBe(0);
    expect(dir.has("ran")).toBe(true);
  });
});

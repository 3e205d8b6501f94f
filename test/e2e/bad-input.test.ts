import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, symlinkSync, truncateSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { asRootWith, withPrograms } from "../support/needs.ts";
import { Agent } from "./support/agent.ts";
import { mgmt } from "./support/mgmt.ts";
import { asNobody, withoutRoot } from "./support/nobody.ts";
import { Scratch } from "./support/scratch.ts";

/** What no failure may keep from being made. */
const bystander = `file "DIR/bystander" {
	state => "exists",
	content => "untouched by the trouble of others\\n",
}
`;

interface Trouble {
  /** The resource that fails. */
  readonly program: string;
  /** Its kind and name, and the cause, as the log must tell. */
  readonly told: readonly [key: string, cause: string];
  readonly prepare?: (dir: Scratch) => void;
  /** What must be as it was; checked by whether it still holds `as it was`. */
  readonly kept?: string;
}

const troubles: Readonly<Record<string, Trouble>> = {
  "a directory where the file should be": {
    program: 'file "DIR/x" {\n\tstate => "exists",\n\tcontent => "new",\n}\n',
    prepare: (dir) => void dir.write("x/inside", "as it was"),
    told: ["file[DIR/x]", "dir"],
    kept: "x/inside",
  },
  "a file where the directory should be": {
    program: 'file "DIR/x/" {\n\tstate => "exists",\n}\n',
    prepare: (dir) => void dir.write("x", "as it was"),
    told: ["file[DIR/x/]", "DIR/x/"],
    kept: "x",
  },
  "a directory above that does not exist": {
    program: 'file "DIR/no/x" {\n\tstate => "exists",\n\tcontent => "new",\n}\n',
    told: ["file[DIR/no/x]", "no such file or directory"],
  },
  "a directory above that is a file": {
    program: 'file "DIR/x/y" {\n\tstate => "exists",\n\tcontent => "new",\n}\n',
    prepare: (dir) => void dir.write("x", "as it was"),
    told: ["file[DIR/x/y]", "not a directory"],
    kept: "x",
  },
  "a full directory to be removed": {
    program: 'file "DIR/x/" {\n\tstate => "absent",\n}\n',
    prepare: (dir) => void dir.write("x/inside", "as it was"),
    told: ["file[DIR/x/]", "not empty"],
    kept: "x/inside",
  },
  "a missing source": {
    program: 'file "DIR/x" {\n\tstate => "exists",\n\tsource => "DIR/missing",\n}\n',
    prepare: (dir) => void dir.write("x", "as it was"),
    told: ["file[DIR/x]", "DIR/missing"],
    kept: "x",
  },
  "a missing source directory": {
    program: 'file "DIR/x/" {\n\tstate => "exists",\n\tsource => "DIR/missing/",\n\trecurse => true,\n}\n',
    prepare: (dir) => void dir.write("x/inside", "as it was"),
    told: ["file[DIR/x/]", "DIR/missing"],
    kept: "x/inside",
  },
  "a source that is a directory": {
    program: 'file "DIR/x" {\n\tstate => "exists",\n\tsource => "DIR/folder",\n}\n',
    prepare: (dir) => void dir.mkdir("folder"),
    told: ["file[DIR/x]", "DIR/folder"],
  },
  "a source that is a named pipe": {
    program: 'file "DIR/x" {\n\tstate => "exists",\n\tsource => "DIR/pipe",\n}\n',
    prepare: (dir) => void Bun.spawnSync(["mkfifo", dir.at("pipe")]),
    told: ["file[DIR/x]", "DIR/pipe"],
  },
  "a named pipe in its place": {
    program: 'file "DIR/x" {\n\tstate => "exists",\n\tcontent => "new",\n}\n',
    prepare: (dir) => void Bun.spawnSync(["mkfifo", dir.at("x")]),
    told: ["file[DIR/x]", "non-regular"],
  },
  "a symbolic link that leads to itself": {
    program: 'file "DIR/x" {\n\tstate => "exists",\n\tcontent => "new",\n}\n',
    prepare: (dir) => symlinkSync("x", dir.at("x")),
    told: ["file[DIR/x]", "too many levels of symbolic links"],
  },
  "a missing fragment": {
    program: 'file "DIR/x" {\n\tstate => "exists",\n\tfragments => ["DIR/missing"],\n}\n',
    prepare: (dir) => void dir.write("x", "as it was"),
    told: ["file[DIR/x]", "DIR/missing"],
    kept: "x",
  },
  "an unknown owner": {
    program: 'file "DIR/x" {\n\towner => "no-such-user",\n}\n',
    prepare: (dir) => void dir.write("x", "as it was"),
    told: ["file[DIR/x]", "no-such-user"],
    kept: "x",
  },
  "a name that is too long": {
    program: `file "DIR/${"x".repeat(256)}" {\n\tstate => "exists",\n\tcontent => "new",\n}\n`,
    told: [`file[DIR/${"x".repeat(256)}]`, "file name too long"],
  },
  "a program that is not there": {
    program: 'exec "/no/such/program" {}\n',
    told: ["exec[/no/such/program]", "no such file or directory"],
  },
  "a program that fails": {
    program: 'exec "x" {\n\tcmd => "echo because >&2; exit 3",\n\tshell => "/bin/sh",\n}\n',
    told: ["exec[x]", "exit status 3: because"],
  },
  "a program that is killed": {
    program: 'exec "x" {\n\tcmd => "kill -9 $$",\n\tshell => "/bin/sh",\n}\n',
    told: ["exec[x]", "SIGKILL"],
  },
  "a working directory that is not there": {
    program: 'exec "true" {\n\tcwd => "DIR/missing",\n}\n',
    told: ["exec[true]", "DIR/missing"],
  },
  "a program that may not be run": {
    program: 'exec "DIR/script" {}\n',
    prepare: (dir) => void dir.write("script", "#!/bin/sh\n"),
    told: ["exec[DIR/script]", "permission denied"],
  },
  "a command that takes too long": {
    program: 'exec "sleep 1000" {\n\tMeta:timeout => 50,\n}\n',
    told: ["exec[sleep 1000]", "50 ms"],
  },
};

describe("one resource fails, is named with its cause, and the rest goes on:", () => {
  for (const [name, { program, prepare, told, kept }] of Object.entries(troubles)) {
    test(name, async () => {
      using dir = new Scratch();
      prepare?.(dir);
      const before = dir.list();
      const { status, stderr } = await dir.once(program + bystander, ["--log-level", "warn"]);
      const [key, cause] = told.map((text) => text.replaceAll("DIR", dir.path));
      const line = stderr.split("\n").find((each) => each.includes(`${key}: error: `));
      expect(line).toContain(cause ?? "");
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(status).toBe(1);
      expect(dir.read("bystander")).toBe("untouched by the trouble of others\n");
      if (kept !== undefined) expect(dir.read(kept)).toBe("as it was");
      expect(dir.list().filter((each) => !before.includes(each))).toEqual([
        "bystander",
        "main.mcl",
        "prefix",
      ]);
    });
  }
});

asRootWith("setpriv")("without permission: every way is refused and named", async () => {
  using dir = new Scratch();
  chmodSync(dir.path, 0o777);
  dir.write("closed/x", "as it was");
  chmodSync(dir.at("closed"), 0o755);
  chmodSync(dir.write("secret", "s"), 0o600);
  const { status, stderr } = await dir.once(
    `file "DIR/closed/x" {
	state => "exists",
	content => "new",
}
file "DIR/closed/new" {
	state => "exists",
}
file "DIR/closed/dir/" {
	state => "exists",
}
file "DIR/closed/gone" {
	state => "exists",
	mode => "0600",
}
file "DIR/copy" {
	state => "exists",
	source => "DIR/secret",
}
${bystander}`,
    ["--log-level", "error"],
    { by: asNobody },
  );
  expect(status).toBe(1);
  for (const name of ["closed/x", "closed/new", "closed/dir/", "copy"]) {
    const key = `file[${dir.at(name)}]: error: `;
    expect(stderr.split("\n").find((line) => line.includes(key))).toContain("permission denied");
  }
  expect(dir.read("closed/x")).toBe("as it was");
  expect(dir.list("closed")).toEqual(["x"]);
  expect(dir.has("bystander")).toBe(true);
});

withPrograms("setpriv")("only root may run commands as somebody else", async () => {
  using dir = new Scratch();
  chmodSync(dir.path, 0o777);
  const { status, stderr } = await dir.once('exec "id" {\n\tuser => "root",\n}\n', [], { by: withoutRoot });
  expect(status).toBe(1);
  expect(stderr).toContain("exec[id] is not valid: running as root is required");
});

/** In a mount namespace of its own: the setup, the executable, and something to print afterwards. */
function inNamespace(setup: string, afterwards = ""): readonly string[] {
  const script = `set -e; ${setup}; status=0; "$@" || status=$?; ${afterwards}\nexit $status`;
  return ["unshare", "--mount", "--", "sh", "-c", script, "sh"];
}

asRootWith("unshare")("a full disk: the old contents stay, whole, and nothing is left behind", async () => {
  using dir = new Scratch();
  const disk = dir.mkdir("disk");
  dir.write("big", new Uint8Array(4 << 20).fill(0x61));
  const by = inNamespace(
    `mount -t tmpfs -o size=1m none '${disk}'; cd '${disk}'; echo old-1 > copied; echo old-2 > text`,
    "ls -A; cat copied text",
  );
  const { status, stdout, stderr } = await dir.once(
    `file "DIR/disk/copied" {
	state => "exists",
	source => "DIR/big",
}
file "DIR/disk/text" {
	state => "exists",
	content => "${"b".repeat((1 << 20) + 1)}",
}
file "DIR/disk/fresh" {
	state => "exists",
	source => "DIR/big",
}
${bystander}`,
    ["--log-level", "error"],
    { by },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: "copied\ntext\nold-1\nold-2\n" });
  for (const name of ["copied", "text", "fresh"]) {
    const line = stderr.split("\n").find((each) => each.includes(`file[${dir.at(`disk/${name}`)}]: error: `));
    expect(line).toContain("no space left on device");
  }
  expect(dir.has("bystander")).toBe(true);
});

asRootWith("unshare")("a full disk that has room again: the file appears by itself", async () => {
  using dir = new Scratch();
  const disk = dir.mkdir("disk");
  const fill = `mkdir '${disk}/other'; ! head -c 2M /dev/zero > '${disk}/other/filling'`;
  const program = dir.program(`file "DIR/disk/fresh" {
	state => "exists",
	content => "${"b".repeat(5000)}",
}
`);
  const by = [
    "unshare",
    "--mount",
    "--",
    "sh",
    "-ec",
    `mount -t tmpfs -o size=1m none '${disk}'; ${fill}; exec "$@"`,
    "sh",
  ];
  await using agent = new Agent(dir, [program], { by });
  await agent.says("no space left on device; next attempt in 1000 ms");
  const inside = `/proc/${agent.pid}/root${disk}`;
  expect(existsSync(join(inside, "fresh"))).toBe(false);
  unlinkSync(join(inside, "other/filling"));
  await agent.until("the file is there", () => existsSync(join(inside, "fresh")), inside);
});

asRootWith("unshare")(
  "a read-only file system: what is right stays right, what is wrong is told",
  async () => {
    using dir = new Scratch();
    dir.write("ro/right", "right");
    dir.write("ro/wrong", "as it was");
    const by = inNamespace(
      `mount --bind '${dir.at("ro")}' '${dir.at("ro")}'; mount -o remount,bind,ro '${dir.at("ro")}'`,
    );
    const { status, stderr } = await dir.once(
      `file "DIR/ro/right" {
	state => "exists",
	content => "right",
}
file "DIR/ro/wrong" {
	state => "exists",
	content => "new",
}
file "DIR/ro/missing" {
	state => "exists",
}
file "DIR/ro/unwanted" {
	state => "absent",
}
${bystander}`,
      ["--log-level", "error", "--report", dir.at("report.json")],
      { by },
    );
    expect(status).toBe(1);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
    for (const name of ["wrong", "missing"]) {
      const line = stderr.split("\n").find((each) => each.includes(`file[${dir.at(`ro/${name}`)}]: error: `));
      expect(line).toContain("read-only file system");
    }
    expect(JSON.parse(dir.read("report.json")).summary).toMatchObject({
      resources: 5,
      changed: 1,
      failed: 2,
    });
    expect(dir.read("ro/wrong")).toBe("as it was");
  },
);

asRootWith("setpriv")("a prefix that cannot be made, or written to, is named with the cure", async () => {
  using dir = new Scratch();
  const program = dir.program('noop "x" {}\n');
  chmodSync(dir.path, 0o755);
  dir.mkdir("mine");
  dir.write("file", "");
  const below = await mgmt(["--standalone", "--once", "--prefix", dir.at("file/prefix"), program]);
  expect(below.stderr).toMatch(/^mgmt: .*\/file\/prefix: not a directory; .*--prefix.*\n$/);
  const foreign = await mgmt(["--standalone", "--once", "--prefix", dir.at("mine"), program], {
    by: asNobody,
  });
  expect(foreign.stderr).toMatch(/^mgmt: .*\/mine\/: permission denied; .*--prefix.*\n$/);
  const unwritable = await mgmt(["--standalone", "--once", "--prefix", dir.at("new"), program], {
    by: asNobody,
  });
  expect(unwritable.stderr).toMatch(/^mgmt: .*\/new: permission denied; .*--prefix.*\n$/);
  expect([below.status, foreign.status, unwritable.status]).toEqual([1, 1, 1]);
});

test("--allow-tmp-prefix makes do with a temporary one; --tmp-prefix without TMPDIR is told", async () => {
  using dir = new Scratch();
  const program = dir.program('noop "x" {}\n');
  const tmp = { ...process.env, TMPDIR: dir.mkdir("tmp") };
  dir.write("file", "");
  const args = ["--standalone", "--once", "--prefix", dir.at("file/prefix"), "--allow-tmp-prefix", program];
  const { status, stderr } = await mgmt(args, { env: tmp });
  expect(status).toBe(0);
  expect(stderr).toContain("temporary");
  expect(dir.list("tmp")).toHaveLength(1);
  const lost = await mgmt(["--standalone", "--once", "--tmp-prefix", program], {
    env: { TMPDIR: dir.at("none") },
  });
  expect(lost.status).toBe(1);
  expect(lost.stderr).toMatch(/^mgmt: .*\/none: no such file or directory; .*TMPDIR.*\n$/);
});

test("a report that cannot be written fails the run", async () => {
  using dir = new Scratch();
  const { status, stderr } = await dir.once('noop "x" {}\n', ["--report", dir.at("no/report.json")]);
  expect(status).toBe(1);
  expect(stderr).toContain(`${dir.at("no/report.json")}: no such file or directory`);
});

const everyByte = Uint8Array.from({ length: 1024 }, (_, index) => index);

describe("bytes pass through as they are", () => {
  const copies: Readonly<Record<string, string>> = {
    "as a source": 'file "DIR/to" {\n\tstate => "exists",\n\tsource => "DIR/from",\n}\n',
    "as a fragment": 'file "DIR/to" {\n\tstate => "exists",\n\tfragments => ["DIR/from"],\n}\n',
    "through the language":
      'import "os"\nfile "DIR/to" {\n\tstate => "exists",\n\tcontent => os.readfile("DIR/from"),\n}\n',
    "through a command":
      'exec "cat DIR/from" {}\nfile "DIR/to" {\n\tstate => "exists",\n}\nExec["cat DIR/from"].stdout -> File["DIR/to"].content\n',
  };
  for (const [name, program] of Object.entries(copies)) {
    test(name, async () => {
      using dir = new Scratch();
      dir.write("from", everyByte);
      const { status } = await dir.once(program);
      expect(status).toBe(0);
      expect(new Uint8Array(readFileSync(dir.at("to")))).toEqual(everyByte);
      const again = await dir.once(program, ["--report", dir.at("report.json")]);
      expect(again.status).toBe(0);
    });
  }
});

test("what was no text is replaced, and shown as such", async () => {
  using dir = new Scratch();
  dir.write("x", everyByte);
  const { status, stdout } = await dir.once(
    'file "DIR/x" {\n\tstate => "exists",\n\tcontent => "text\\n",\n}\n',
    ["--diff"],
  );
  expect(status).toBe(0);
  expect(dir.read("x")).toBe("text\n");
  expect(stdout).toContain("binary");
});

test("a hundred megabytes are copied, and found equal", async () => {
  using dir = new Scratch();
  const size = 100_000_000;
  dir.write("big", "");
  truncateSync(dir.at("big"), size);
  const program = 'file "DIR/copy" {\n\tstate => "exists",\n\tsource => "DIR/big",\n}\n';
  const statuses = [];
  for (const report of ["1.json", "2.json"])
    statuses.push((await dir.once(program, ["--report", dir.at(report)])).status);
  expect(statuses).toEqual([0, 0]);
  expect(Bun.spawnSync(["cmp", dir.at("big"), dir.at("copy")]).exitCode).toBe(0);
  expect(JSON.parse(dir.read("2.json")).summary.changed).toBe(0);
});

test("a hundred megabytes go through the language", async () => {
  using dir = new Scratch();
  const size = 100_000_000;
  dir.write("big", "");
  truncateSync(dir.at("big"), size);
  const { status } = await dir.once(
    'import "os"\nfile "DIR/copy" {\n\tstate => "exists",\n\tcontent => os.readfile("DIR/big"),\n}\n',
  );
  expect(status).toBe(0);
  expect(Bun.spawnSync(["cmp", dir.at("big"), dir.at("copy")]).exitCode).toBe(0);
});

const names: readonly string[] = [
  "two\nlines",
  "tab\tand\rreturn",
  'quote"back\\slash',
  "sp ace ",
  "ünïcode-\u{1f600}",
  "$dollar ${x}",
  "-rf",
  "\x1b[31mred",
  ".hidden",
];

test("names with anything in them", async () => {
  using dir = new Scratch();
  const literal = (text: string): string => `"${text.replace(/["\\$]/g, "\\$&")}"`;
  const program = names
    .map(
      (name) =>
        `file ${literal(`DIR/names/${name}`)} {\n\tstate => "exists",\n\tcontent => ${literal(name)},\n}\n`,
    )
    .join("");
  dir.mkdir("names");
  const { status, stderr } = await dir.once(program);
  expect(stderr).not.toContain("error");
  expect(status).toBe(0);
  expect(dir.list("names")).toEqual(names.toSorted());
  for (const name of names) expect(dir.read(`names/${name}`)).toBe(name);
  expect(stderr).not.toContain("\x1b");
  for (const line of stderr.trimEnd().split("\n")) expect(line).toMatch(/^\d\d:\d\d:\d\d /);
});

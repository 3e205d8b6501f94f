import { describe, expect, test } from "bun:test";
import { withPrograms } from "../support/needs.ts";
import { mgmt, type Result } from "./support/mgmt.ts";
import { withoutRoot } from "./support/nobody.ts";
import { Scratch } from "./support/scratch.ts";

const wrong = `file "/tmp/motd" {
	state => "exists",
	contents => "hello\\n",
}
`;

const shown = `error[unknown-field]: field \`contents\` does not exist in \`file\` resource
 --> site/wrong.mcl:3:2
  |
3 | \tcontents => "hello\\n",
  | \t^^^^^^^^
  = help: did you mean \`content\`?
`;

for (const [name, command] of Object.entries({
  check: ["check"],
  graph: ["graph"],
  run: ["run", "--standalone", "--once", "--prefix", "PREFIX"],
})) {
  test(`${name} shows the place of a mistake, and the cure`, async () => {
    using dir = new Scratch();
    dir.write("site/wrong.mcl", wrong);
    const args = [...command.map((word) => word.replace("PREFIX", dir.prefix)), "site/wrong.mcl"];
    const { status, stdout, stderr } = await mgmt(args, { cwd: dir.path });
    expect(stderr.trimEnd()).toBe(shown.trimEnd());
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(dir.has("prefix")).toBe(false);
  });
}

for (const command of ["check", "graph"]) {
  test(`${command} --format json tells the same to programs`, async () => {
    using dir = new Scratch();
    dir.write("site/wrong.mcl", wrong);
    const { status, stdout, stderr } = await mgmt([command, "--format", "json", "site/wrong.mcl"], {
      cwd: dir.path,
    });
    expect({ status, stderr: stderr.trimEnd() }).toEqual({ status: 1, stderr: shown.trimEnd() });
    const told = JSON.parse(stdout);
    expect(told.error).toMatchObject({
      phase: "type",
      code: "unknown-field",
      message: "field `contents` does not exist in `file` resource",
      file: "wrong.mcl",
      start: { line: 3, column: 2 },
      end: { line: 3, column: 10 },
      notes: [],
    });
    expect(told.diagnostics).toEqual([told.error]);
  });
}

test("check looks at every input", async () => {
  using dir = new Scratch();
  dir.write("sound.mcl", 'noop "x" {}\n');
  dir.write("wrong.mcl", wrong);
  dir.write("worse.mcl", "{\n");
  const { status, stdout, stderr } = await mgmt(
    ["check", "--format=json", "missing.mcl", "wrong.mcl", "sound.mcl", "worse.mcl"],
    { cwd: dir.path },
  );
  expect(status).toBe(1);
  const files = JSON.parse(stdout).diagnostics.map((each: { file: string | null }) => each.file);
  expect(files).toEqual([null, "wrong.mcl", "worse.mcl"]);
  expect(stderr).toContain("`missing.mcl`");
});

test("a sound program passes in silence", async () => {
  using dir = new Scratch();
  const program = dir.program('noop "x" {}\n');
  expect(await mgmt(["check", program])).toEqual({ status: 0, stdout: "", stderr: "" });
  const { status, stdout } = await mgmt(["check", "--format", "json", program]);
  expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 0, diagnostics: [] });
});

const programs: Readonly<Record<string, readonly [phase: string, code: string]>> = {
  'noop "x\n': ["parse", "noop"],
  'noop "x" {\n': ["parse", "}"],
  'file "/x" {\n\tcontent => 42,\n}\n': ["type", "str"],
  'nokind "x" {\n\ta => 1,\n}\n': ["type", "nokind"],
  'nokind "x" {}\n': ["output", "nokind"],
  "noop $unknown {}\n": ["scope", "unknown"],
  'import "nowhere"\n': ["scope", "nowhere"],
  'noop "x" {\n\tMeta:nop => true,\n}\n': ["init", "nop"],
  'noop "a" {}\nnoop "b" {}\nNoop["a"] -> Noop["b"]\nNoop["b"] -> Noop["a"]\n': ["output", "cycle"],
  'Noop["a"] -> Noop["b"]\n': ["output", "noop[a]"],
  'file "relative" {}\n': ["output", "absolute"],
  'import "os"\nprint "x" {\n\tmsg => os.readfile("/no/such/file"),\n}\n': ["stream", "/no/such/file"],
};

describe("each mistake is told with its phase and its place", () => {
  for (const [program, [phase, told]] of Object.entries(programs)) {
    test(JSON.stringify(program), async () => {
      using dir = new Scratch();
      const { status, stdout, stderr } = await mgmt(["graph", "--format", "json", dir.program(program)]);
      expect(status).toBe(1);
      const { error } = JSON.parse(stdout);
      expect(error.phase).toBe(phase);
      expect(stderr).toContain(told);
      expect(stderr).toMatch(/ --> .*main\.mcl:\d+:\d+\n/);
      expect(stderr).toMatch(/\^/);
      expect(stderr).not.toMatch(/ at .*\.ts:|node:/);
    });
  }
});

test("a mistake in an imported module is shown where it is", async () => {
  using dir = new Scratch();
  dir.write("metadata.yaml", "main: main.mcl\n");
  dir.write("main.mcl", 'import "lib/"\ninclude lib.thing\n');
  dir.write("lib/main.mcl", 'class thing {\n\tnoop "x" {\n\t\tcomment => 1,\n\t}\n}\n');
  const { status, stderr } = await mgmt(["check", "."], { cwd: dir.path });
  expect(status).toBe(1);
  expect(stderr).toContain("lib/main.mcl:3:");
});

const unreadable: Readonly<Record<string, string>> = {
  "missing.mcl": "there is no program at `missing.mcl`",
  folder: "there is no program in the directory `folder/`",
  "folder.mcl": "there is no program in the directory `folder.mcl/`",
  "secret.mcl": "permission denied",
  "closed/site.mcl": "permission denied",
  "loop.mcl": "too many levels of symbolic links",
};

describe("an input that cannot be read", () => {
  for (const [input, told] of Object.entries(unreadable)) {
    withPrograms("setpriv")(input, async () => {
      using dir = new Scratch();
      const { chmodSync, symlinkSync } = await import("node:fs");
      chmodSync(dir.path, 0o755);
      dir.mkdir("folder");
      dir.mkdir("folder.mcl");
      chmodSync(dir.write("secret.mcl", "\n"), 0);
      dir.write("closed/site.mcl", "\n");
      chmodSync(dir.at("closed"), 0);
      symlinkSync("loop.mcl", dir.at("loop.mcl"));
      const results: Result[] = [];
      for (const command of [["check"], ["graph"], ["--standalone", "--once", "--tmp-prefix"]])
        results.push(await mgmt([...command, input], { cwd: dir.path, by: withoutRoot }));
      chmodSync(dir.at("closed"), 0o755);
      for (const { status, stdout, stderr } of results) {
        expect(stderr).toContain(told);
        expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      }
    });
  }
});

test("a program that is no text", async () => {
  using dir = new Scratch();
  dir.write("zero.mcl", new Uint8Array([0x6e, 0x00, 0x0a]));
  const { status, stderr } = await mgmt(["check", "zero.mcl"], { cwd: dir.path });
  expect(status).toBe(1);
  expect(stderr).toContain("zero.mcl:1:2");
  expect(stderr).toContain("1 | n\u2400\n  |  ^");
  expect(stderr).not.toContain("\0");
});

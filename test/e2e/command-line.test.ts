import { expect, test } from "bun:test";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const sound = 'noop "x" {}\n';

for (const args of [[], ["--help"], ["-h"], ["help"], ["run"], ["help", "check"], ["graph", "--help"]]) {
  test(`mgmt ${args.join(" ")} helps on standard output`, async () => {
    const { status, stdout, stderr } = await mgmt(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Usage: mgmt");
    expect(stdout).not.toMatch(/ +$/m);
  });
}

test("help lists every option of run", async () => {
  const { stdout } = await mgmt(["run", "--help"]);
  const fixed =
    "standalone once noop diff report prefix tmp-prefix converger-timeout converged-exit converger-status-file max-runtime hostname sema log-format log-level";
  for (const option of fixed.split(" ")) expect(stdout).toContain(`  --${option} `);
});

test("help beats other mistakes", async () => {
  const { status, stdout } = await mgmt(["run", "--no-such-option", "--help"]);
  expect(status).toBe(0);
  expect(stdout).toContain("Usage: mgmt [run]");
});

test("the version is all that --version prints", async () => {
  const { status, stdout, stderr } = await mgmt(["--version"]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("the license can be read", async () => {
  const { status, stdout } = await mgmt(["--license"]);
  expect(status).toBe(0);
  expect(stdout).toContain("Apache License");
});

const mistakes: readonly (readonly [args: readonly string[], told: string])[] = [
  [["chek", "x.mcl"], "did you mean mgmt check?"],
  [["frobnicate"], "see mgmt --help"],
  [["--standalon", "x.mcl"], "did you mean --standalone?"],
  [["run", "--standalone", "--one", "x.mcl"], "did you mean --once?"],
  [["check", "--formt", "json", "x.mcl"], "did you mean --format?"],
  [["check"], "INPUT"],
  [["graph"], "INPUT"],
  [["--standalone"], "INPUT"],
  [["--standalone", "a.mcl", "b.mcl"], "`b.mcl` is too much"],
  [["graph", "a.mcl", "b.mcl"], "`b.mcl` is too much"],
  [["--standalone", "empty", "a.mcl"], "takes no INPUT"],
  [["--standalone", "x.mcl", "--prefix"], "--prefix needs a value"],
  [["--standalone", "--sema", "many", "x.mcl"], "--sema takes a whole number, not `many`"],
  [["--standalone", "--max-runtime=-1", "x.mcl"], "--max-runtime must be at least 0"],
  [["--standalone", "--converged-exit", "x.mcl"], "--converger-timeout"],
  [["--standalone", "--prefix=/tmp/x", "--tmp-prefix", "x.mcl"], "--tmp-prefix"],
  [["--standalone", "--seeds", "http://localhost:2379", "x.mcl"], "--seeds"],
  [["--standalone", "--client-urls=http://localhost:2379", "x.mcl"], "--standalone"],
  [["--standalone", "--hostname", "no such name", "x.mcl"], "`no such name`"],
  [["--standalone", "--log-format", "xml", "x.mcl"], "text, json"],
  [["--standalone", "--log-level", "loud", "x.mcl"], "debug, info, warn, error"],
  [["check", "--format", "xml", "x.mcl"], "text, json"],
  [["graph", "--format=xml", "x.mcl"], "text, json, dot, mermaid"],
  [["docs", "fil"], "did you mean file?"],
];

for (const [args, told] of mistakes) {
  test(`usage: mgmt ${args.join(" ")}`, async () => {
    const { status, stdout, stderr } = await mgmt(args);
    expect(stderr).toContain(told);
    expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
}

test("what is not built says so", async () => {
  for (const args of [
    ["setup"],
    ["firstboot"],
    ["tools"],
    ["completions"],
    ["--standalone", "--pprof", "empty"],
  ]) {
    const { status, stderr } = await mgmt(args);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^mgmt: .*not built yet.*\n$/);
  }
});

const forms: readonly (readonly string[])[] = [
  ["run", "--standalone", "--once", "--prefix", "PREFIX", "INPUT"],
  ["--standalone", "--once", "--prefix", "PREFIX", "INPUT"],
  ["--standalone", "--once", "--prefix=PREFIX", "INPUT"],
  ["INPUT", "--standalone", "--once", "--prefix", "PREFIX"],
  ["--once", "INPUT", "--prefix", "PREFIX", "--standalone"],
  ["lang", "INPUT", "--once", "--prefix=PREFIX", "--no-network"],
  ["run", "--once", "lang", "--prefix", "PREFIX", "INPUT", "--standalone=true"],
  ["--standalone", "--once", "--prefix", "PREFIX", "--", "INPUT"],
  ["--standalone", "--once", "--noop=false", "--sema", "-1", "--prefix", "PREFIX", "INPUT"],
];

for (const form of forms) {
  test(`form: mgmt ${form.join(" ")}`, async () => {
    using dir = new Scratch();
    const program = dir.program('file "DIR/made" { state => "exists", }\n');
    const args = form.map((word) => word.replace("PREFIX", dir.prefix).replace("INPUT", program));
    const { status, stderr } = await mgmt(args);
    expect(stderr).not.toContain("error");
    expect(status).toBe(0);
    expect(dir.has("made")).toBe(true);
    expect(dir.has("prefix")).toBe(true);
  });
}

const inputs: Readonly<Record<string, { readonly words: readonly string[]; readonly stdin?: string }>> = {
  "a file": { words: ["sub/site.mcl"] },
  "a directory with main.mcl": { words: ["plain"] },
  "a directory with metadata.yaml": { words: ["module/"] },
  "its metadata.yaml": { words: ["module/metadata.yaml"] },
  "standard input": { words: ["-"], stdin: sound },
  "literal code": { words: ["lang", sound] },
  "literal code that lost its last newline": { words: ["lang", sound.trim()] },
};

for (const [name, { words, stdin }] of Object.entries(inputs)) {
  test(`input: ${name}`, async () => {
    using dir = new Scratch();
    dir.write("sub/site.mcl", sound);
    dir.write("plain/main.mcl", sound);
    dir.write("module/metadata.yaml", "main: code/start.mcl\n");
    dir.write("module/code/start.mcl", sound);
    const call = { cwd: dir.path, ...(stdin === undefined ? {} : { stdin }) };
    const { status, stdout, stderr } = await mgmt(["graph", ...words], call);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "Vertex: noop[x]\n", stderr: "" });
  });
}

test("metadata.yaml of the working directory", async () => {
  using dir = new Scratch();
  dir.write("metadata.yaml", "main: start.mcl\n");
  dir.write("start.mcl", sound);
  expect((await mgmt(["graph", "metadata.yaml"], { cwd: dir.path })).stdout).toBe("Vertex: noop[x]\n");
});

test("the environment stands in for options, which win", async () => {
  using dir = new Scratch();
  const program = dir.program(sound);
  const args = ["--standalone", "--once", program];
  await mgmt(args, { env: { MGMT_PREFIX: dir.at("from-environment") } });
  expect(dir.has("from-environment")).toBe(true);
  const both = await mgmt([...args, "--prefix", dir.at("given")], { env: { MGMT_PREFIX: dir.at("other") } });
  expect(both.status).toBe(0);
  expect(dir.has("given")).toBe(true);
  expect(dir.has("other")).toBe(false);
});

test("the prefix that a service manager hands over is used", async () => {
  using dir = new Scratch();
  const program = dir.program(sound);
  await mgmt(["--standalone", "--once", program], { env: { STATE_DIRECTORY: dir.at("state") } });
  expect(dir.has("state")).toBe(true);
});

test("--hostname names this node", async () => {
  using dir = new Scratch();
  const { status } = await dir.once('file "DIR/name" { state => "exists", content => $hostname, }\n', [
    "--hostname=h1.example",
  ]);
  expect(status).toBe(0);
  expect(dir.read("name")).toBe("h1.example");
});

test("the reference is there, offline", async () => {
  const topics = {
    "": "file",
    file: "`content`",
    "os.readfile": "os.readfile(filename str) str",
    strings: "split",
  };
  for (const [topic, told] of Object.entries(topics)) {
    const { status, stdout, stderr } = await mgmt(topic === "" ? ["docs"] : ["docs", topic]);
    expect(stdout).toContain(told);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  }
});

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { compile } from "../../../lang/compile.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import type { Host } from "../../../lang/host.ts";
import type { Input } from "../../../lang/modules/input.ts";
import { createHost } from "../../../src/agent/host.ts";
import { filesBelow } from "../../../src/agent/input.ts";
import { localWorld } from "../../../src/world/local.ts";
import { kinds } from "../types/support.ts";
import { outcome } from "./call.ts";

let scratch: string;
let host: Host;
const ending = new AbortController();
const base = (): string => join(scratch, "site");
const prefix = (): string => join(scratch, "prefix");

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "mgmt-deploy-"));
  mkdirSync(base());
  const options = { hostname: "h1", log: () => {}, signal: ending.signal };
  host = createHost({
    ...options,
    place: { directory: base() },
    prefix: prefix(),
    world: localWorld(prefix()),
  });
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** @param files by their paths below the scratch directory */
function write(files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    writeFileSync(join(scratch, path), content);
  }
}

/** What the program says with `test "NAME" { stringptr => … }`, by name; or what is wrong. */
async function said(input: Input = { kind: "directory", path: "" }): Promise<Record<string, unknown>> {
  const program = await compile(input, filesBelow(base()), kinds);
  const done = new AbortController();
  try {
    const report = await evaluate(program, { host, kinds, signal: done.signal }).next();
    if (report?.kind === "error") return { error: report.diagnostics.map((each) => each.message).join("\n") };
    const resources = report?.graph.resources ?? [];
    return Object.fromEntries(resources.map(({ name, fields }) => [name, fields.get("interface")]));
  } finally {
    done.abort();
  }
}

const says = (name: string, expression: string): string => `test "${name}" { interface => ${expression}, }\n`;

describe("a path is one of the module that the call is written in", () => {
  const module = `import "deploy"
class said($name) {
	test "\${name} path" { interface => deploy.abspath("/files/x"), }
	test "\${name} base" { interface => deploy.abspath(""), }
	test "\${name} text" { interface => deploy.readfile("/files/x"), }
	test "\${name} exists" { interface => deploy.file_exists("/files/x"), }
}
func read($path) { deploy.readfile($path) }
$reader = func($path) { deploy.readfile($path) }
$text = deploy.readfile("/files/x")
`;
  const use = (alias: string): string => `include ${alias}.said("${alias}")
${says(`${alias} variable`, `$${alias}.text`)}${says(`${alias} function`, `${alias}.read("/files/x")`)}`;
  const of = (alias: string, directory: string, text: string) => ({
    [`${alias} path`]: `/${directory}files/x`,
    [`${alias} base`]: `/${directory}`,
    [`${alias} text`]: text,
    [`${alias} exists`]: true,
    [`${alias} variable`]: text,
    [`${alias} function`]: text,
  });

  test("of the program, of modules in it and beside it, and of files", async () => {
    write({
      "site/main.mcl": `import "deploy"
import "lib/dns/"
import "lib/web.mcl"
import "../shared/"
import "iter"
${use("dns")}${use("web")}${use("shared")}
${says("own", 'deploy.readfile("/files/x")')}${says("value", '$dns.reader("/files/x")')}
${says("passed", 'iter.map(["/files/x", "/files/y"], $dns.reader)')}
${says("other", "deploy.readfileabs($shared.path)")}${says("above", 'web.read("/../files/x")')}`,
      "site/files/x": "of the program",
      "site/lib/dns/metadata.yaml": "main: code/main.mcl\n",
      "site/lib/dns/code/main.mcl": module,
      "site/lib/dns/files/x": "of dns",
      "site/lib/dns/files/y": "of dns, too",
      "site/lib/web.mcl": module,
      "site/lib/files/x": "beside web",
      "shared/main.mcl": `${module}$path = deploy.abspath("/files/x")\n`,
      "shared/files/x": "shared",
    });
    expect(await said()).toEqual({
      ...of("dns", "lib/dns/", "of dns"),
      ...of("web", "lib/", "beside web"),
      ...of("shared", "../shared/", "shared"),
      own: "of the program",
      value: "of dns",
      passed: ["of dns", "of dns, too"],
      other: "shared",
      above: "of the program",
    });
  });

  test("also where its main file is elsewhere, and in code that is in no file", async () => {
    write({
      "site/metadata.yaml": "main: code/main.mcl\n",
      "site/code/main.mcl": `import "deploy"\n${says("base", 'deploy.abspath("")')}${says("text", 'deploy.readfile("/files/x")')}`,
      "site/files/x": "text",
    });
    expect(await said()).toEqual({ base: "/", text: "text" });
    const code = `import "deploy"\n${says("text", 'deploy.readfile("/files/x")')}`;
    expect(await said({ kind: "code", path: "main.mcl", code })).toEqual({ text: "text" });
    expect(await said({ kind: "file", path: "code/main.mcl" })).toEqual({
      error: expect.stringContaining("could not read"),
    });
  });
});

describe("paths", () => {
  const call = (name: string, path: string, moduleDirectory = "") =>
    outcome(`deploy.${name}`, [path], { host, moduleDirectory });

  test.each([
    ["", "", '"/"'],
    ["", "/", '"/"'],
    ["", "/files/x", '"/files/x"'],
    ["", "/files//./x/", '"/files/x/"'],
    ["", "/files/..", '"/"'],
    ["lib/", "", '"/lib/"'],
    ["lib/", "/", '"/lib/"'],
    ["lib/", "/../x", '"/x"'],
    ["../lib/", "/x", '"/../lib/x"'],
    ["/modules/lib/", "/x", '"//modules/lib/x"'],
    ["", "x", 'FatalError: the path "x" must begin with a slash, which is the directory of this module'],
    ["", "/../x", 'FatalError: the path "/../x" leads out of the program'],
    ["lib/", "/../../x", 'FatalError: the path "/../../x" leads out of the program'],
    ["../lib/", "/../x", 'FatalError: the path "/../x" leads out of the program'],
    ["/modules/lib/", "/../../x", 'FatalError: the path "/../../x" leads out of the program'],
  ])("in the module %p, %p is %s", (moduleDirectory, path, expected) => {
    expect(call("abspath", path, moduleDirectory)).toBe(expected);
  });

  test("lead back to their files from anywhere", () => {
    write({ "site/lib/x": "in it", "shared/x": "beside it", "modules/host/x": "elsewhere" });
    for (const [directory, text] of [
      ["lib/", "in it"],
      ["../shared/", "beside it"],
      [`${scratch}/modules/host/`, "elsewhere"],
    ] as const) {
      const path: unknown = JSON.parse(call("abspath", "/x", directory));
      expect(call("readfileabs", String(path), "other/")).toBe(JSON.stringify(text));
    }
    expect(call("readfileabs", "lib/x")).toBe('"in it"');
  });

  test("must begin with a slash for all but readfileabs", () => {
    for (const name of ["readfile", "file_exists"]) {
      expect(call(name, "x")).toContain("must begin with a slash");
      expect(call(name, "")).toContain("must begin with a slash");
    }
    expect(call("directory", "x/")).toContain("must begin with a slash");
    expect(call("directory", "/x")).toBe('FatalError: the path "/x" must have a slash at its end');
  });
});

test("files of the standard library are read, but have no place on the disk", () => {
  const call = (name: string, path: string) =>
    outcome(`deploy.${name}`, [path], { host, moduleDirectory: "core:embedded/provisioner/" });
  expect(call("readfile", "/files/host.ipxe.tmpl")).toStartWith('"#!ipxe\\n');
  expect(call("readfile", "/files/none")).toBe(
    "FatalError: there is no file `embedded/provisioner/files/none` in the standard library",
  );
  for (const [path, expected] of [
    ["/files/host.ipxe.tmpl", "true"],
    ["/files", "true"],
    ["/files/", "true"],
    ["/", "true"],
    ["/file", "false"],
    ["/files/none", "false"],
  ])
    expect(call("file_exists", path ?? "")).toBe(expected ?? "");
  expect(call("abspath", "/files/x")).toBe(
    "FatalError: files of the standard library have no path in the program; read them with `deploy.readfile`",
  );
  expect(call("directory", "/files/")).toBe(
    "FatalError: the files of the standard library cannot be copied; read them with `deploy.readfile`",
  );
});

test("files are read byte by byte; what cannot be read is fatal", () => {
  write({ "site/x/y": "" });
  writeFileSync(join(base(), "bytes"), Uint8Array.of(0x61, 0xff, 0));
  expect(outcome("deploy.readfile", ["/bytes"], { host })).toBe('"a\\xff\\x00"');
  expect(outcome("deploy.readfile", ["/none"], { host })).toBe(
    `FatalError: could not read ${base()}/none: no such file or directory`,
  );
  expect(outcome("deploy.readfile", ["/x"], { host })).toContain("is a directory");
  expect(outcome("deploy.readfileabs", [""], { host })).toContain("is a directory");
  for (const [path, expected] of [
    ["/x", "true"],
    ["/x/", "true"],
    ["/x/y", "true"],
    ["/x/y/z", "false"],
    ["/z", "false"],
  ])
    expect(outcome("deploy.file_exists", [path ?? ""], { host })).toBe(expected ?? "");
});

describe("directory", () => {
  const copies = (): string => join(prefix(), "local/vardir");
  const copyOf = (path: string, moduleDirectory = ""): string =>
    outcome("deploy.directory", [path], { host, moduleDirectory });

  test("copies to a place of its own, as it is now", () => {
    write({ "site/lib/files/web/a": "a", "site/lib/files/web/sub/b": "b", "site/lib/files/other": "" });
    const path = `${copies()}/directory/lib/files/web/`;
    expect(copyOf("/files/web/", "lib/")).toBe(JSON.stringify(path));
    expect(readFileSync(join(path, "sub/b"), "utf8")).toBe("b");
    expect(readdirSync(join(path, ".."))).toEqual(["web"]);
    rmSync(join(base(), "lib/files/web/sub"), { recursive: true });
    expect(copyOf("/files/web/", "lib/")).toBe(JSON.stringify(path));
    expect(readdirSync(path)).toEqual(["a"]);
    expect(copyOf("/", "lib/")).toBe(JSON.stringify(`${copies()}/directory/lib/`));
    expect(readdirSync(join(copies(), "directory/lib/files")).toSorted()).toEqual(["other", "web"]);
  });

  test("of modules from elsewhere is kept apart", () => {
    write({ "shared/files/x": "beside", "modules/files/x": "elsewhere" });
    const places = ["../shared/", `${scratch}/modules/`].map((directory): unknown =>
      JSON.parse(copyOf("/files/", directory)),
    );
    expect(places.map((place) => readFileSync(join(String(place), "x"), "utf8"))).toEqual([
      "beside",
      "elsewhere",
    ]);
    for (const place of places) expect(String(place)).toMatch(/\/prefix\/local\/vardir\/elsewhere\/[^/]+\/$/);
  });

  test("that cannot be copied is fatal, and says why", () => {
    write({ "site/file": "" });
    expect(copyOf("/none/")).toContain("FatalError: could not read the directory");
    expect(copyOf("/file/")).toContain("not a directory");
    host = createHost({
      hostname: "h1",
      log: () => {},
      signal: ending.signal,
      place: { directory: scratch },
      prefix: prefix(),
      world: localWorld(prefix()),
    });
    expect(copyOf("/")).toContain("would be inside of it");
  });

  test("only has a path where nothing may be written", () => {
    write({ "site/files/x": "" });
    host = createHost({
      hostname: "h1",
      log: () => {},
      signal: ending.signal,
      place: { directory: base() },
      prefix: prefix(),
    });
    expect(copyOf("/files/")).toBe(JSON.stringify(`${copies()}/directory/files/`));
    expect(() => lstatSync(prefix())).toThrow();
  });
});

test("binary_path is what runs", () => {
  expect(outcome("deploy.binary_path", [], { host })).toBe(JSON.stringify(realpathSync(process.execPath)));
});

test("packages are known for two distributions", () => {
  expect(outcome("deploy.bootstrap_packages", ["debian"])).toBe(
    '["libaugeas-dev", "libvirt-dev", "packagekit-tools"]',
  );
  expect(outcome("deploy.bootstrap_packages", ["Fedora"])).toContain("FatalError: no packages are known for");
});

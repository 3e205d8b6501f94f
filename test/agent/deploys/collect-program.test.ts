import { describe, expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { collectProgram } from "../../../src/agent/deploys/collect-program.ts";
import { type ModuleOptions, readInput } from "../../../src/agent/input.ts";
import { Catalogue } from "../../../src/resources/catalogue.ts";
import { Scratch } from "../../e2e/support/scratch.ts";
import { failureOf } from "../../etcd/support/failure.ts";

const collect = async (input: string, modules?: ModuleOptions) =>
  collectProgram(await readInput([input], modules), new Catalogue());
const paths = async (input: string, modules?: ModuleOptions): Promise<readonly string[]> =>
  (await collect(input, modules)).files.map(({ path }) => path).sort();

const nothing = `noop "x" {}\n`;

describe("a program of one file", () => {
  test("comes with what it imports and names, and nothing else of its directory", async () => {
    using dir = new Scratch();
    dir.write("other.mcl", nothing);
    dir.write("secret", "");
    dir.write("conf/a", "");
    dir.write("data/b", "");
    dir.write("files/c", "");
    dir.write("named/x", "");
    dir.write("lib/deep/d", "");
    dir.write("lib/main.mcl", `class c() {\n\tnoop "y" {}\n}\n`);
    dir.write(
      "one.mcl",
      `import "deploy"\nclass c() {\n\tprint "y" {\n\t\tmsg => deploy.readfile("/conf/a"),\n\t}\n}\n`,
    );
    const path = dir.write(
      "main.mcl",
      `import "deploy"
import "lib/"
import "one.mcl"
include one.c()
$n = "x"
print "x" {
	msg => deploy.readfile("/named/\${n}"),
}
file "/tmp/none" {
	source => deploy.directory("/data/"),
}
print "root" {
	msg => "/",
}
`,
    );
    const { entry } = await collect(path);
    expect(entry).toEqual({ kind: "file", path: "main.mcl" });
    expect(await paths(path)).toEqual([
      "conf/a",
      "data/b",
      "files/c",
      "lib/deep/d",
      "lib/main.mcl",
      "main.mcl",
      "named/x",
      "one.mcl",
    ]);
  });

  test("may import from beside its directory", async () => {
    using dir = new Scratch();
    dir.write("lib/main.mcl", `class c() {\n\tnoop "y" {}\n}\n`);
    const path = dir.write("site/main.mcl", `import "../lib/"\ninclude lib.c()\n`);
    expect(await paths(path)).toEqual([".mgmt/up1/lib/main.mcl", "main.mcl"]);
    expect(await paths(dir.at("site/"))).toEqual([".mgmt/up1/lib/main.mcl", "main.mcl"]);
  });
});

describe("a module", () => {
  test("comes with all of its directory but for what git keeps; links are followed", async () => {
    using dir = new Scratch();
    dir.write("site/metadata.yaml", "main: start.mcl\n");
    dir.write("site/start.mcl", nothing);
    dir.write("site/deep/er/file", "");
    dir.write("site/.hidden", "");
    dir.write("site/.git/config", "");
    dir.write("site/deep/.git", "");
    dir.write("elsewhere/x", "");
    symlinkSync(dir.at("elsewhere"), dir.at("site/linked"));
    symlinkSync(dir.at("nowhere"), dir.at("site/dangling"));
    const { entry, files } = await collect(dir.at("site/"));
    expect(entry).toEqual({ kind: "directory", path: "" });
    expect(files.map(({ path }) => path).sort()).toEqual([
      ".hidden",
      "deep/er/file",
      "linked/x",
      "metadata.yaml",
      "start.mcl",
    ]);
  });

  test("whose links never end is refused", async () => {
    using dir = new Scratch();
    dir.write("site/main.mcl", nothing);
    symlinkSync(".", dir.at("site/self"));
    expect(String(await failureOf(collect(dir.at("site/"))))).toMatch(/do not end|ELOOP|too many/i);
  });

  test("of which a file cannot be called so is refused", async () => {
    using dir = new Scratch();
    dir.write("site/main.mcl", nothing);
    dir.write("site/.mgmt/x", "");
    expect(String(await failureOf(collect(dir.at("site/"))))).toContain("its name has a meaning of its own");
  });

  test("brings the modules that it imports by URL, wherever they lie", async () => {
    using dir = new Scratch();
    const module = "git.example.org/a/b";
    dir.write(`modules/${module}/metadata.yaml`, "");
    dir.write(`modules/${module}/main.mcl`, `class c() {\n\tnoop "y" {}\n}\n`);
    dir.write(`modules/${module}/files/f`, "");
    dir.write("modules/git.example.org/other/metadata.yaml", "");
    dir.write("site/main.mcl", `import "git://${module}"\ninclude b.c()\n`);
    const options = { directory: dir.at("modules"), download: false, update: false, depth: undefined };
    const { entry } = await collect(dir.at("site/"), options);
    expect(entry).toEqual({ kind: "directory", path: "", modules: ".mgmt/modules/" });
    expect(await paths(dir.at("site/"), options)).toEqual([
      `.mgmt/modules/${module}/files/f`,
      `.mgmt/modules/${module}/main.mcl`,
      `.mgmt/modules/${module}/metadata.yaml`,
      "main.mcl",
    ]);
    const inside = { ...options, directory: dir.at("site/vendor") };
    dir.write(`site/vendor/${module}/metadata.yaml`, "");
    dir.write(`site/vendor/${module}/main.mcl`, `class c() {\n\tnoop "y" {}\n}\n`);
    expect((await collect(dir.at("site/"), inside)).entry).toMatchObject({ modules: "vendor/" });
  });
});

test("what is not sound is not collected", async () => {
  using dir = new Scratch();
  expect(String(await failureOf(collect(dir.write("main.mcl", "file {"))))).toContain("Error");
});

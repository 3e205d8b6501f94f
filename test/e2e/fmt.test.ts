import { expect, test } from "bun:test";
import { chmodSync, chownSync, lstatSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { isRoot, withPrograms } from "../support/needs.ts";
import { mgmt } from "./support/mgmt.ts";
import { nobody, withoutRoot } from "./support/nobody.ts";
import { Scratch } from "./support/scratch.ts";

const ugly = "$x=[1,2]   # nums\n";
const pretty = "$x = [1, 2] # nums\n";
const broken = "$x = \n";

test("a file is rewritten in place and named; what is formatted is left alone", async () => {
  using dir = new Scratch();
  dir.write("a.mcl", ugly);
  expect(await mgmt(["fmt", "a.mcl"], { cwd: dir.path })).toEqual({
    status: 0,
    stdout: "a.mcl\n",
    stderr: "",
  });
  expect(dir.read("a.mcl")).toBe(pretty);
  const { ino, mtimeMs } = statSync(dir.at("a.mcl"));
  expect(await mgmt(["fmt", "a.mcl"], { cwd: dir.path })).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(statSync(dir.at("a.mcl"))).toMatchObject({ ino, mtimeMs });
});

test("mode and owner stay, and nothing else is left in the directory", async () => {
  using dir = new Scratch();
  const path = dir.write("a.mcl", ugly);
  chmodSync(path, 0o640);
  if (isRoot) chownSync(path, 1234, 2345);
  const before = statSync(path);
  await mgmt(["fmt", path]);
  expect(dir.read("a.mcl")).toBe(pretty);
  expect(statSync(path)).toMatchObject({ mode: before.mode, uid: before.uid, gid: before.gid });
  expect(dir.list()).toEqual(["a.mcl"]);
});

test("a newline is added at the end, and bytes that are not text survive", async () => {
  using dir = new Scratch();
  dir.write("a.mcl", Buffer.from('$x="\xff" # \xfe', "latin1"));
  expect(await mgmt(["fmt", dir.at("a.mcl")])).toMatchObject({ status: 0, stderr: "" });
  expect(Buffer.from(await Bun.file(dir.at("a.mcl")).bytes()).toString("latin1")).toBe(
    '$x = "\xff" # \xfe\n',
  );
});

for (const paths of [[], ["."], ["./"]]) {
  test(`every *.mcl below the working directory: mgmt fmt ${paths.join(" ")}`, async () => {
    using dir = new Scratch();
    for (const name of ["b.mcl", "a.mcl", "c/d/e.mcl", ".hidden/f.mcl", "other.txt", "mcl"])
      dir.write(name, ugly);
    const { status, stdout, stderr } = await mgmt(["fmt", ...paths], { cwd: dir.path });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const names = stdout.trimEnd().split("\n");
    expect(names.map((name) => name.replace(/^\.\//, ""))).toEqual([
      ".hidden/f.mcl",
      "a.mcl",
      "b.mcl",
      "c/d/e.mcl",
    ]);
    for (const name of ["b.mcl", "a.mcl", "c/d/e.mcl", ".hidden/f.mcl"]) expect(dir.read(name)).toBe(pretty);
    for (const name of ["other.txt", "mcl"]) expect(dir.read(name)).toBe(ugly);
  });
}

test("several paths: directories, with and without a slash, and files whatever their names", async () => {
  using dir = new Scratch();
  for (const name of ["a/x.mcl", "b/y.mcl", "z.txt"]) dir.write(name, ugly);
  const { stdout } = await mgmt(["fmt", "a", "b/", "z.txt", "a/x.mcl"], { cwd: dir.path });
  expect(stdout).toBe("a/x.mcl\nb/y.mcl\nz.txt\n");
});

test("nothing to format is no error", async () => {
  using dir = new Scratch();
  expect(await mgmt(["fmt"], { cwd: dir.path })).toEqual({ status: 0, stdout: "", stderr: "" });
});

for (const option of ["--check", "--test", "-t"]) {
  test(`${option} names what is not formatted and writes nothing`, async () => {
    using dir = new Scratch();
    dir.write("a.mcl", ugly);
    dir.write("b.mcl", pretty);
    dir.write("c.mcl", ugly);
    expect(await mgmt(["fmt", option], { cwd: dir.path })).toEqual({
      status: 1,
      stdout: "a.mcl\nc.mcl\n",
      stderr: "",
    });
    expect(dir.read("a.mcl")).toBe(ugly);
    expect(await mgmt(["fmt", option, "b.mcl"], { cwd: dir.path })).toEqual({
      status: 0,
      stdout: "",
      stderr: "",
    });
  });
}

const patch = `--- a.mcl\tis
+++ a.mcl\tshould be
@@ -1,1 +1,1 @@
-${ugly}+${pretty}`;

test("--diff shows what would change and writes nothing", async () => {
  using dir = new Scratch();
  dir.write("a.mcl", ugly);
  dir.write("b.mcl", pretty);
  expect(await mgmt(["fmt", "--diff"], { cwd: dir.path })).toEqual({ status: 0, stdout: patch, stderr: "" });
  expect(await mgmt(["fmt", "--diff", "--check"], { cwd: dir.path })).toEqual({
    status: 1,
    stdout: patch,
    stderr: "",
  });
  expect(dir.read("a.mcl")).toBe(ugly);
});

test("standard input goes to standard output", async () => {
  expect(await mgmt(["fmt", "-"], { stdin: ugly })).toEqual({ status: 0, stdout: pretty, stderr: "" });
  expect(await mgmt(["fmt", "-"], { stdin: pretty })).toEqual({ status: 0, stdout: pretty, stderr: "" });
  expect(await mgmt(["fmt", "-"], { stdin: "" })).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(await mgmt(["fmt", "--check", "-"], { stdin: ugly })).toEqual({
    status: 1,
    stdout: "stdin\n",
    stderr: "",
  });
  expect(await mgmt(["fmt", "--check", "-"], { stdin: pretty })).toEqual({
    status: 0,
    stdout: "",
    stderr: "",
  });
  const { status, stdout } = await mgmt(["fmt", "--diff", "-"], { stdin: ugly });
  expect({ status, stdout }).toEqual({ status: 0, stdout: patch.replaceAll("a.mcl", "stdin") });
});

test("all of a long program reaches standard output", async () => {
  const { status, stdout } = await mgmt(["fmt", "-"], { stdin: ugly.repeat(20_000) });
  expect(status).toBe(0);
  expect(stdout).toBe(pretty.repeat(20_000));
});

test("what is no program is explained and left alone; the others are done", async () => {
  using dir = new Scratch();
  dir.write("a.mcl", broken);
  dir.write("b.mcl", ugly);
  const { status, stdout, stderr } = await mgmt(["fmt"], { cwd: dir.path });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "b.mcl\n" });
  expect(stderr).toContain("error[");
  expect(stderr).toContain("a.mcl:1:6");
  expect(dir.read("a.mcl")).toBe(broken);
  expect(dir.read("b.mcl")).toBe(pretty);
  expect((await mgmt(["fmt", "--check", "a.mcl"], { cwd: dir.path })).status).toBe(1);
  const input = await mgmt(["fmt", "-"], { stdin: broken });
  expect(input).toMatchObject({ status: 1, stdout: "" });
  expect(input.stderr).toContain("stdin:1:6");
});

test("a link is kept; where it leads to is formatted, once", async () => {
  using dir = new Scratch();
  dir.write("real/a.mcl", ugly);
  mkdirSync(dir.at("work"));
  symlinkSync("../real/a.mcl", dir.at("work/link.mcl"));
  symlinkSync("link.mcl", dir.at("work/more.mcl"));
  symlinkSync("nowhere", dir.at("work/.#lock.mcl"));
  symlinkSync("..", dir.at("work/loop.mcl"));
  const result = await mgmt(["fmt"], { cwd: dir.at("work") });
  expect(result).toEqual({ status: 0, stdout: "link.mcl\n", stderr: "" });
  expect(lstatSync(dir.at("work/link.mcl")).isSymbolicLink()).toBe(true);
  expect(dir.read("real/a.mcl")).toBe(pretty);
});

test("what cannot be read is named with the reason; the others are done", async () => {
  using dir = new Scratch();
  dir.write("a.mcl", ugly);
  const result = await mgmt(["fmt", "none.mcl", "a.mcl/", "/dev/null", "a.mcl"], { cwd: dir.path });
  expect({ status: result.status, stdout: result.stdout }).toEqual({ status: 1, stdout: "a.mcl\n" });
  expect(result.stderr.trimEnd().split("\n")).toEqual([
    "mgmt fmt: could not read none.mcl: no such file or directory",
    "mgmt fmt: could not read a.mcl/: not a directory",
    "mgmt fmt: could not read /dev/null: it is a character device, not a file",
  ]);
});

withPrograms("setpriv")("permissions are respected", async () => {
  using dir = new Scratch();
  chmodSync(dir.path, 0o755);
  for (const name of ["work/closed/x.mcl", "work/read-only.mcl", "work/secret.mcl", "work/z.mcl"])
    dir.write(name, ugly);
  if (isRoot) {
    for (const name of ["work", "work/closed", "work/read-only.mcl", "work/secret.mcl", "work/z.mcl"])
      chownSync(dir.at(name), nobody, nobody);
  }
  chmodSync(dir.at("work/closed"), 0);
  chmodSync(dir.at("work/read-only.mcl"), 0o444);
  chmodSync(dir.at("work/secret.mcl"), 0);
  const { status, stdout, stderr } = await mgmt(["fmt", "work"], { cwd: dir.path, by: withoutRoot });
  chmodSync(dir.at("work/closed"), 0o755);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "work/z.mcl\n" });
  expect(stderr.trimEnd().split("\n")).toEqual([
    "mgmt fmt: could not read the directory work/closed: permission denied",
    "mgmt fmt: could not write work/read-only.mcl: permission denied",
    "mgmt fmt: could not read work/secret.mcl: permission denied",
  ]);
  expect(dir.read("work/read-only.mcl")).toBe(ugly);
});

for (const [args, told] of [
  [["fmt", "--chek"], "did you mean --check?"],
  [["fmt", "-", "a.mcl"], "- is standard input"],
] as const) {
  test(`mgmt ${args.join(" ")} is a mistake in the command line`, async () => {
    const { status, stdout, stderr } = await mgmt(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(told);
  });
}

test("the examples are formatted", async () => {
  const result = await mgmt(["fmt", "--check", "examples"], { cwd: `${import.meta.dir}/../..` });
  expect(result).toEqual({ status: 0, stdout: "", stderr: "" });
});

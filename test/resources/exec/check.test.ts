import { describe, expect, test } from "bun:test";
import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { exec } from "../../../src/resources/exec.ts";
import { type Fields, openResource, resourceOf, Scratch } from "../harness.ts";

const shell = "/bin/sh";

describe("guards", () => {
  const rows: readonly (readonly [fields: Fields, runs: boolean, logs: readonly string[]])[] = [
    [{}, true, []],
    [{ ifcmd: "true" }, true, []],
    [{ ifcmd: "false" }, false, ["ifcmd exited with: 1, skipping cmd"]],
    [{ ifcmd: "exit 7", ifshell: shell }, false, ["ifcmd exited with: 7, skipping cmd"]],
    [{ ifcmd: "echo a", ifequals: "a\n" }, false, ["ifequals matched"]],
    [{ ifcmd: "echo a", ifequals: "a" }, true, []],
    [{ ifcmd: "true", ifequals: "" }, false, ["ifequals matched"]],
    [{ ifcmd: "echo a >&2", ifshell: shell, ifequals: "a\n" }, false, ["ifequals matched"]],
    [{ ifcmd: "echo a >&2", ifshell: shell, ifequals_stdout: "a\n" }, true, []],
    [{ ifcmd: "echo a >&2", ifshell: shell, ifequals_stdout: "" }, false, ["ifequals stdout matched"]],
    [
      { ifcmd: "echo a; exit 1", ifshell: shell, ifequals: "b" },
      false,
      ["ifcmd exited with: 1, skipping cmd"],
    ],
    [{ nifcmd: "true" }, false, []],
    [{ nifcmd: "false" }, true, ["nifcmd exited with: 1, not skipping cmd"]],
    [{ creates: "/" }, false, ["creates file exists, skipping cmd"]],
    [{ creates: "/no/such" }, true, []],
    [{ ifcmd: "true", nifcmd: "true" }, false, []],
    [
      { ifcmd: "true", nifcmd: "false", creates: "/" },
      false,
      ["nifcmd exited with: 1, not skipping cmd", "creates file exists, skipping cmd"],
    ],
  ];
  test.each(rows)("%o", async (fields, runs, logs) => {
    await using scratch = new Scratch();
    await using resource = await openResource(exec, "test", {
      ...fields,
      cmd: `echo ran >>${scratch.at("ran")}`,
      shell,
    });
    expect(await resource.noop()).toBe(!runs);
    expect(existsSync(scratch.at("ran"))).toBe(false);
    expect(resource.logs).toEqual([...logs]);
    expect(await resource.apply()).toBe(!runs);
    expect(existsSync(scratch.at("ran"))).toBe(runs);
  });

  test("are asked in order, and no further than to the first that holds back", async () => {
    await using scratch = new Scratch();
    const note = (text: string, status: number): string =>
      `echo ${text} >>${scratch.at("asked")}; exit ${status}`;
    await using resource = await openResource(exec, "true", {
      ifcmd: note("ifcmd", 0),
      ifshell: shell,
      nifcmd: note("nifcmd", 0),
      nifshell: shell,
      creates: scratch.at("asked"),
    });
    expect(await resource.apply()).toBe(true);
    expect(readFileSync(scratch.at("asked"), "utf8")).toBe("ifcmd\nnifcmd\n");
    expect(resource.logs).toEqual([]);
  });

  test("creates looks through links", async () => {
    await using scratch = new Scratch();
    symlinkSync(scratch.at("target"), scratch.at("link"));
    await using resource = await openResource(exec, "true", { creates: scratch.at("link") });
    expect(await resource.apply()).toBe(false);
    writeFileSync(scratch.at("target"), "");
    expect(await resource.apply()).toBe(true);
  });

  test("without any, the command runs each time", async () => {
    await using resource = await openResource(exec, "true");
    expect([await resource.apply(), await resource.apply(), await resource.noop()]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe("mtimes", () => {
  test("force the command past all guards when something is newer than its last run", async () => {
    await using scratch = new Scratch();
    const [a, b] = [scratch.at("a"), scratch.at("b")];
    writeFileSync(a, "");
    writeFileSync(b, "");
    const fields = { cmd: "true", mtimes: [a, b], ifcmd: "false", nifcmd: "true", creates: "/" };
    const vardir = `${scratch.path}/`;
    await using resource = await openResource(exec, "test", fields, { vardir });

    expect(await resource.noop()).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(await resource.apply()).toBe(true);
    expect(statSync(scratch.at("mtimes")).mode & 0o777).toBe(0o600);
    expect(readFileSync(scratch.at("mtimes"), "utf8")).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);

    await using later = await openResource(exec, "test", fields, { vardir });
    expect(await later.apply()).toBe(true);

    const afterwards = new Date(Date.now() + 60_000);
    utimesSync(b, afterwards, afterwards);
    expect(await later.apply()).toBe(false);
  });

  test("a run that fails does not count", async () => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("a"), "");
    const fields = { cmd: `test -e ${scratch.at("fixed")}`, mtimes: [scratch.at("a")], ifcmd: "false" };
    await using resource = await openResource(exec, "test", fields);
    await expect(resource.apply()).rejects.toThrow("cmd error: exit status 1");
    writeFileSync(scratch.at("fixed"), "");
    expect(await resource.apply()).toBe(false);
    expect(await resource.apply()).toBe(true);
  });

  test("all must exist", async () => {
    await using scratch = new Scratch();
    await using resource = await openResource(exec, "true", { mtimes: ["/etc/passwd", scratch.at("nope")] });
    const error = `could not look at ${scratch.at("nope")}: no such file or directory`;
    await expect(resource.apply()).rejects.toThrow(error);
    await expect(resource.noop()).rejects.toThrow(error);
  });
});

describe("what is sent", () => {
  const talk = { cmd: "echo out; echo err >&2", shell };

  test("each stream that something was written on", async () => {
    for (const [cmd, sent] of [
      ["echo a", { output: "a\n", stdout: "a\n" }],
      ["echo a >&2", { output: "a\n", stderr: "a\n" }],
      ["true", {}],
    ] as const) {
      await using resource = await openResource(exec, "test", { cmd, shell });
      await resource.apply();
      expect(Object.fromEntries(resource.sent ?? [])).toEqual(sent);
    }
  });

  test("is kept over restarts, for runs that are not needed or not allowed", async () => {
    await using scratch = new Scratch();
    const vardir = `${scratch.path}/`;
    {
      await using resource = await openResource(exec, "test", talk, { vardir });
      await resource.apply();
      for (const each of ["output", "stdout", "stderr"]) {
        expect(statSync(scratch.at(each)).mode & 0o777).toBe(0o600);
      }
      expect(readdirSync(scratch.path).sort()).toEqual(["output", "stderr", "stdout"]);
    }
    for (const fields of [talk, { ...talk, creates: "/", send_stdout: "not this" }]) {
      await using resource = await openResource(exec, "test", fields, { vardir });
      await resource.noop();
      expect(Object.fromEntries(resource.sent ?? [])).toEqual({
        output: "out\nerr\n",
        stdout: "out\n",
        stderr: "err\n",
      });
    }
  });

  test("bytes that are not text survive", async () => {
    await using scratch = new Scratch();
    const vardir = `${scratch.path}/`;
    const fields = { cmd: "printf", args: ["\\377\\000"] };
    await using resource = await openResource(exec, "test", fields, { vardir });
    await resource.apply();
    await using later = await openResource(exec, "test", { ...fields, creates: "/" }, { vardir });
    await later.apply();
    expect(later.sent?.get("stdout")).toBe("\udcff\0");
  });

  test("a stream on which a run is silent keeps what it had", async () => {
    await using scratch = new Scratch();
    const cmd = `test -e ${scratch.at("again")} && echo two || { touch ${scratch.at("again")}; echo one; echo err >&2; }`;
    await using resource = await openResource(exec, "test", { cmd, shell });
    await resource.apply();
    await resource.apply();
    expect(Object.fromEntries(resource.sent ?? [])).toEqual({
      output: "two\n",
      stdout: "two\n",
      stderr: "err\n",
    });
  });

  test("nothing is kept of a run that fails", async () => {
    for (const fields of [
      { cmd: "echo a; exit 1", shell },
      { cmd: "echo a", donecmd: "false" },
    ]) {
      await using resource = await openResource(exec, "test", fields);
      await expect(resource.apply()).rejects.toThrow("cmd error: exit status 1");
      expect(resource.sent).toBeUndefined();
      expect(readdirSync(resource.vardir)).toEqual([]);
    }
  });

  test("parameters stand in while no run has made any", async () => {
    const fields = { send_output: "o", send_stdout: "", send_stderr: "e" };
    await using held = await openResource(exec, "echo a", { ...fields, creates: "/" });
    await held.apply();
    expect(Object.fromEntries(held.sent ?? [])).toEqual({ output: "o", stdout: "", stderr: "e" });
    await using ran = await openResource(exec, "echo a", fields);
    await ran.noop();
    expect(Object.fromEntries(ran.sent ?? [])).toEqual({});
    await ran.apply();
    expect(Object.fromEntries(ran.sent ?? [])).toEqual({ output: "a\n", stdout: "a\n", stderr: "e" });
  });

  test("nothing of an output that is too long to keep, nor is it in the log", async () => {
    await using resource = await openResource(exec, "test", { cmd: `head -c ${70 * 1024 * 1024} /dev/zero` });
    expect(await resource.apply()).toBe(false);
    expect(Object.fromEntries(resource.sent ?? [])).toEqual({});
    expect(resource.logs.at(-1)).toBe("cmd wrote more than 64 MiB: its output is not kept");
    expect(Math.max(...resource.logs.map((line) => line.length))).toBeLessThan(20_000);
  });
});

describe("comparing", () => {
  test("every parameter counts", () => {
    const one = resourceOf(exec, "test", { cmd: "true" });
    expect(one.equals(resourceOf(exec, "test", { cmd: "true", shell: "" }))).toBe(true);
    expect(one.equals(resourceOf(exec, "test", { cmd: "true " }))).toBe(false);
    expect(one.equals(resourceOf(exec, "test", { cmd: "true", mtimes: [] }))).toBe(false);
    expect(one.equals(resourceOf(exec, "test", { cmd: "true", send_stdout: "" }))).toBe(false);
  });
});

describe("automatic edges", () => {
  test("programs, as packages ship them and as files, then user and group", () => {
    const { wants } = resourceOf(exec, "/name with args", {
      ifcmd: "/if cmd",
      ifshell: "/bin/sh",
      donecmd: "/done",
      nifshell: "/unused",
      watchcmd: "/name again",
      user: "u",
      group: "g",
    });
    expect(wants.map(({ order }) => order)).toEqual(wants.map(() => "found-first"));
    expect(wants.flatMap(({ anyOf }) => anyOf)).toEqual([
      "pkg-file:/name",
      "file:/name",
      "pkg-file:/bin/sh",
      "file:/bin/sh",
      "pkg-file:/done",
      "file:/done",
      "user:u",
      "group:g",
    ]);
  });
});

import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { MapValue, type Value } from "../../../lang/value.ts";
import { exec } from "../../../src/resources/exec.ts";
import { isRoot } from "../../support/needs.ts";
import { type Fields, openResource, Scratch } from "../harness.ts";
import { written } from "./support.ts";

const shell = "/bin/sh";

/** What a command that succeeds sends. */
async function sentBy(fields: Fields): Promise<Record<string, Value>> {
  await using resource = await openResource(exec, "test", fields);
  expect(await resource.apply()).toBe(false);
  return Object.fromEntries(resource.sent ?? []);
}

describe("what a command is given", () => {
  test("a shell reads it, if there is one", async () => {
    expect(await sentBy({ cmd: "echo hello  world", shell: "/bin/bash" })).toEqual({
      output: "hello world\n",
      stdout: "hello world\n",
    });
  });

  test("without a shell it is split at white space; nothing is quoted or expanded", async () => {
    expect((await sentBy({ cmd: `echo  "a\t 'b $HOME *` })).stdout).toBe(`"a 'b $HOME *\n`);
  });

  test("arguments are taken as they are", async () => {
    const { stdout } = await sentBy({ cmd: "printf", args: ["%s|", "a b", "", "$HOME"] });
    expect(stdout).toBe("a b||$HOME|");
  });

  test("the name stands for a missing command", async () => {
    await using resource = await openResource(exec, "echo hi");
    await resource.apply();
    expect(resource.sent?.get("stdout")).toBe("hi\n");
    expect(resource.logs).toEqual(["cmd: echo hi", "cmd out:\nhi"]);
  });

  test("an empty environment, in which only the shell itself sets something", async () => {
    const { stdout } = await sentBy({ cmd: "env", shell: "/bin/bash" });
    const names = String(stdout)
      .trim()
      .split("\n")
      .map((line) => line.split("=", 1)[0]);
    expect(names.sort()).toEqual(["PWD", "SHLVL", "_"]);
  });

  test("the whole environment, sorted; values may be anything", async () => {
    const env = new MapValue([
      ["Z", "last"],
      ["A", "x=y=z"],
      ["E", ""],
      ["N", "two\nlines"],
    ]);
    expect((await sentBy({ cmd: "env", env })).stdout).toBe("A=x=y=z\nE=\nN=two\nlines\nZ=last\n");
  });

  test("its working directory, and the environment, for every command", async () => {
    await using scratch = new Scratch();
    for (const each of ["cmd", "ifcmd", "nifcmd", "donecmd"]) mkdirSync(scratch.at(each));
    const note = 'pwd > "$F"; echo "$F" >> "$F"';
    const commands: Record<string, Value> = { env: new MapValue([["F", "note"]]) };
    for (const each of ["", "if", "nif", "done"]) {
      commands[`${each}cmd`] = each === "nif" ? `${note}; exit 1` : note;
      commands[`${each}cwd`] = scratch.at(`${each}cmd`);
      commands[`${each}shell`] = shell;
    }
    await sentBy(commands);
    for (const each of ["cmd", "ifcmd", "nifcmd", "donecmd"]) {
      expect(await Bun.file(scratch.at(`${each}/note`)).text()).toBe(`${scratch.at(each)}\nnote\n`);
    }
  });

  test("nothing to read", async () => {
    expect(await sentBy({ cmd: "cat" })).toEqual({});
  });
});

describe.skipIf(!isRoot)("user and group, of all commands", () => {
  test.each<[Fields, string]>([
    // The group stays the agent's.
    [{ user: "nobody" }, "65534 0"],
    [{ user: "65534" }, "65534 0"],
    [{ group: "nogroup" }, "0 65534"],
    [{ user: "nobody", group: "65534" }, "65534 65534"],
    [{ user: "root", group: "0" }, "0 0"],
  ])("%o is %s", async (fields, ids) => {
    const probe = 'test "$(id -u) $(id -g)" = "$IDS"';
    const { stdout } = await sentBy({
      ...fields,
      cmd: "id -u; id -g",
      shell,
      env: new MapValue([["IDS", ids]]),
      ifcmd: probe,
      ifshell: shell,
      nifcmd: `! ${probe}`,
      nifshell: shell,
      donecmd: probe,
      doneshell: shell,
    });
    expect(String(stdout).trim().split("\n").join(" ")).toBe(ids);
  });

  test("somebody who does not exist", async () => {
    await using resource = await openResource(exec, "true", { user: "no-such" });
    await expect(resource.apply()).rejects.toThrow(
      "error starting cmd: user lookup error (no-such): no such user",
    );
  });
});

describe("how a command fails", () => {
  test.each<[Fields, string]>([
    [{ cmd: "exit 3", shell }, "cmd error: exit status 3"],
    [{ cmd: "echo one; echo why >&2; exit 1", shell }, "cmd error: exit status 1: why"],
    [{ cmd: "true", donecmd: "echo no; exit 2", doneshell: shell }, "donecmd error: exit status 2: no"],
    [
      { cmd: "no-such-program" },
      "error starting cmd: could not run no-such-program: no such program in PATH",
    ],
    [{ cmd: "true", cwd: "/nope" }, "error starting cmd: could not enter /nope: no such file or directory"],
    [{ ifcmd: "/nope" }, "error starting ifcmd: could not run /nope: no such file or directory"],
    [{ ifcmd: " " }, "the ifcmd is empty"],
    [{ nifcmd: "\t", nifshell: shell }, "the nifcmd is empty"],
    [{ cmd: "true", donecmd: " " }, "the donecmd is empty"],
  ])("%o: %s", async (fields, error) => {
    await using resource = await openResource(exec, "true", fields);
    await expect(resource.apply()).rejects.toThrow(error);
  });

  test.each(["", "if", "nif", "done"])("%scmd: killed by a signal", async (which) => {
    const command = { [`${which}cmd`]: "kill -9 $$", [`${which}shell`]: shell };
    await using resource = await openResource(exec, "true", command);
    await expect(resource.apply()).rejects.toThrow(`${which}cmd was killed by signal: SIGKILL`);
  });
});

describe("being told to stop", () => {
  test.each(["", "if", "nif", "done"])(
    "%scmd gets the signal, and does not succeed by exiting with 0",
    async (which) => {
      await using scratch = new Scratch();
      const caught = scratch.at("caught");
      const giveUp = new AbortController();
      const text = `trap 'echo yes >${caught}; exit 0' TERM; echo x >${scratch.at("ready")}; while :; do sleep 0.01; done`;
      const command = { [`${which}cmd`]: text, [`${which}shell`]: shell };
      await using resource = await openResource(exec, "true", command);
      const applied = resource.apply({ signal: giveUp.signal });
      await written(scratch.at("ready"));
      giveUp.abort(new Error("given up"));
      await expect(applied).rejects.toThrow("given up");
      expect(await Bun.file(caught).text()).toBe("yes\n");
    },
  );

  test("the signal may be another one, and goes to the whole group", async () => {
    await using scratch = new Scratch();
    const giveUp = new AbortController();
    const inner = `trap 'echo inner >>${scratch.at("caught")}; exit 0' USR1; echo x >${scratch.at("ready")}; while :; do sleep 0.01; done`;
    const text = `trap 'echo outer >>${scratch.at("caught")}' USR1; /bin/sh -c "$INNER"`;
    await using resource = await openResource(exec, "test", {
      cmd: text,
      shell,
      sig: "SIGUSR1",
      env: new MapValue([["INNER", inner]]),
    });
    const applied = resource.apply({ signal: giveUp.signal });
    await written(scratch.at("ready"));
    giveUp.abort(new Error("given up"));
    await expect(applied).rejects.toThrow("given up");
    const caught = await Bun.file(scratch.at("caught")).text();
    expect(caught.trim().split("\n").sort()).toEqual(["inner", "outer"]);
  });

  test("too early: nothing is started", async () => {
    await using scratch = new Scratch();
    await using resource = await openResource(exec, "test", { cmd: `touch ${scratch.at("ran")}` });
    await expect(resource.apply({ signal: AbortSignal.abort(new Error("given up")) })).rejects.toThrow(
      "given up",
    );
    expect(await Bun.file(scratch.at("ran")).exists()).toBe(false);
  });

  test("only an interrupt ends what ignores the signal; nothing starts after it", async () => {
    await using scratch = new Scratch();
    const giveUp = new AbortController();
    const text = `trap '' TERM; echo x >${scratch.at("ready")}; while :; do sleep 300; done`;
    await using resource = await openResource(exec, "test", { cmd: text, shell });
    const applied = resource.apply({ signal: giveUp.signal });
    await written(scratch.at("ready"));
    giveUp.abort(new Error("given up"));
    resource.behavior?.interrupt?.();
    await expect(applied).rejects.toThrow("cmd was interrupted");
    await expect(resource.apply()).rejects.toThrow("the resource was interrupted");
  });

  test("what runs on in the background is not waited for", async () => {
    await using scratch = new Scratch();
    const { stdout } = await sentBy({
      cmd: `echo before; sleep 300 & echo $! >${scratch.at("pid")}; exit 0`,
      shell,
    });
    expect(stdout).toBe("before\n");
    process.kill(Number(await Bun.file(scratch.at("pid")).text()), "SIGKILL");
  });
});

import { describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { drainWatches } from "../../../src/os/watch-path.ts";
import { exec } from "../../../src/resources/exec.ts";
import { watchUntil } from "../../../src/resources/watch-together.ts";
import { openResource, Scratch } from "../harness.ts";
import { written } from "./support.ts";

const shell = "/bin/sh";

describe("files", () => {
  test.each(["watchfiles", "mtimes", "creates"])("a change of %s is an event", async (parameter) => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    await using resource = await openResource(exec, "true", {
      [parameter]: parameter === "creates" ? path : [path],
    });
    await resource.watch();
    writeFileSync(path, "one");
    await resource.event();
    appendFileSync(path, "two");
    await resource.event();
  });

  test("a path that ends in a slash is watched with all below it", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("d/e"), { recursive: true });
    await using resource = await openResource(exec, "true", { watchfiles: [scratch.at("d/")] });
    await resource.watch();
    writeFileSync(scratch.at("d/e/f"), "");
    await resource.event();
  });

  test("what somebody else overwrites is repaired", async () => {
    await using scratch = new Scratch();
    const file = scratch.at("f");
    await using resource = await openResource(exec, "test", {
      cmd: `echo right >${file}`,
      shell,
      ifcmd: `! echo right | diff - ${file}`,
      ifshell: shell,
      watchfiles: [file],
    });
    await resource.watch();
    await resource.apply();
    for (const wrong of ["wrong\n", "", "right\nand more\n"]) {
      writeFileSync(file, wrong);
      await resource.repairUntil(() => readFileSync(file, "utf8") === "right\n");
    }
  });
});

describe("watchcmd", () => {
  test("each line is an event, but not an empty one", async () => {
    await using resource = await openResource(exec, "true", {
      watchcmd: "echo a; echo; echo err >&2; sleep 300",
      watchshell: shell,
    });
    await resource.watch();
    while (
      !["watch out: a", "watch out empty!", "watch out: err"].every((line) => resource.logs.includes(line))
    ) {
      await resource.event();
    }
  });

  test("an empty line alone is none", async () => {
    await using scratch = new Scratch();
    await using resource = await openResource(exec, "true", {
      watchcmd: `echo; cat ${scratch.at("fifo")}`,
      watchshell: shell,
    });
    Bun.spawnSync(["mkfifo", scratch.at("fifo")]);
    let events = 0;
    const watching = resource.behavior?.watch?.(
      watchUntil(AbortSignal.timeout(60_000), {
        ready: () => undefined,
        changed: () => events++,
      }),
    );
    writeFileSync(scratch.at("fifo"), "");
    await expect(watching).rejects.toThrow("watchcmd errored: reached EOF");
    expect([events, resource.logs]).toEqual([0, ["watch out empty!"]]);
  });

  test("runs in its directory", async () => {
    await using scratch = new Scratch();
    await using resource = await openResource(exec, "true", {
      watchcmd: "pwd; sleep 300",
      watchshell: shell,
      watchcwd: scratch.path,
    });
    await resource.watch();
    await resource.event();
    expect(resource.logs).toEqual([`watch out: ${scratch.path}`]);
  });

  test.each([
    ["echo a", "watchcmd errored: reached EOF"],
    ["exit 3", "watchcmd errored: exit status 3"],
    ["kill -9 $$", "watchcmd was killed by signal: SIGKILL"],
    [
      "head -c 65537 /dev/zero; sleep 300",
      "watchcmd failed in some bad way: stdout: a line is longer than 65536",
    ],
    ["head -c 65537 /dev/zero >&2", "watchcmd failed in some bad way: stderr: a line is longer than 65536"],
  ])("%s: %s", async (watchcmd, error) => {
    await using resource = await openResource(exec, "true", { watchcmd, watchshell: shell });
    await resource.watch();
    await expect(resource.watchEnded()).rejects.toThrow(error);
  });

  test("a line may have 64 KiB", async () => {
    await using resource = await openResource(exec, "true", {
      watchcmd: "head -c 65536 /dev/zero; echo; sleep 300",
      watchshell: shell,
    });
    await resource.watch();
    await resource.event();
    expect(resource.logs.map((line) => line.length)).toEqual(["watch out: ".length + 65536]);
  });

  test("that cannot be started breaks the watch before it is ready", async () => {
    await using resource = await openResource(exec, "true", {
      watchcmd: "no-such-program",
      watchfiles: ["/etc/passwd"],
    });
    let ready = false;
    const watching = resource.behavior?.watch?.(
      watchUntil(new AbortController().signal, {
        ready: () => {
          ready = true;
        },
        changed: () => undefined,
      }),
    );
    await expect(watching).rejects.toThrow("error starting watchcmd: could not run no-such-program");
    expect(ready).toBe(false);
  });

  test("that breaks takes the other watches with it", async () => {
    await using scratch = new Scratch();
    const [file, fifo] = [scratch.at("f"), scratch.at("fifo")];
    Bun.spawnSync(["mkfifo", fifo]);
    await using resource = await openResource(exec, "true", {
      watchcmd: `cat ${fifo}`,
      watchfiles: [file],
    });
    let events = 0;
    const watching = resource.behavior?.watch?.(
      watchUntil(new AbortController().signal, {
        ready: () => undefined,
        changed: () => events++,
      }),
    );
    writeFileSync(file, "seen");
    drainWatches();
    expect(events).toBe(1);
    writeFileSync(fifo, "");
    await expect(watching).rejects.toThrow("reached EOF");
    writeFileSync(file, "unseen");
    drainWatches();
    expect(events).toBe(1);
  });

  test("gets the signal when the watch ends, and is waited for", async () => {
    await using scratch = new Scratch();
    const trap = `trap 'echo bye >${scratch.at("bye")}; exit 0' INT; echo x >${scratch.at("ready")}; while :; do sleep 0.01; done`;
    {
      await using resource = await openResource(exec, "true", {
        watchcmd: trap,
        watchshell: shell,
        sig: "SIGINT",
      });
      await resource.watch();
      await written(scratch.at("ready"));
    }
    expect(readFileSync(scratch.at("bye"), "utf8")).toBe("bye\n");
  });

  test("is ended by an interrupt if it ignores the signal", async () => {
    await using scratch = new Scratch();
    const deaf = `trap '' TERM; echo x >${scratch.at("ready")}; while :; do sleep 300; done`;
    await using resource = await openResource(exec, "true", { watchcmd: deaf, watchshell: shell });
    const stop = new AbortController();
    const watching = resource.behavior?.watch?.(
      watchUntil(stop.signal, {
        ready: () => undefined,
        changed: () => undefined,
      }),
    );
    await written(scratch.at("ready"));
    stop.abort();
    resource.behavior?.interrupt?.();
    await expect(watching).rejects.toThrow("watchcmd was interrupted");
  });
});

test("with nothing to watch it waits to be told", async () => {
  await using resource = await openResource(exec, "true");
  await resource.watch();
});

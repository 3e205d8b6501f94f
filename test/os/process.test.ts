import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeBytes } from "../../lang/bytes.ts";
import { nativePath } from "../../src/os/paths.ts";
import { type Command, runProcess, shellCommand, startProcess } from "../../src/os/process.ts";
import { watchPath } from "../../src/os/watch-path.ts";
import { asRoot } from "../support/needs.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mgmt-process-"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function shell(text: string, more: Partial<Command> = {}): Command {
  return { argv: shellCommand("/bin/sh", text), env: {}, ...more };
}

/** Resolves when a file exists. */
async function appeared(path: string): Promise<void> {
  const controller = new AbortController();
  const found = Promise.withResolvers<void>();
  const look = () => Bun.file(path).size > 0 && found.resolve();
  watchPath(path, { onChange: look, signal: controller.signal });
  look();
  await found.promise;
  controller.abort();
}

/** Ends a process a test has left in the background, by the id it wrote. */
function endBackground(file: string): void {
  process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
}

describe("output", () => {
  test("streams are kept apart and together", async () => {
    const result = await runProcess(shell("echo out; echo err >&2"));
    expect(result).toEqual({
      exitCode: 0,
      signal: undefined,
      stopped: undefined,
      stdout: "out\n",
      stderr: "err\n",
      output: "out\nerr\n",
      complete: true,
    });
  });

  test("one stream in order, with time for each piece to arrive", async () => {
    const result = await runProcess(
      shell("for i in 1 2 3; do echo o$i; sleep 0.03; echo e$i >&2; sleep 0.03; done"),
    );
    expect(result.output).toBe("o1\ne1\no2\ne2\no3\ne3\n");
  });

  test("all of a long output arrives", async () => {
    const { stdout, stderr } = await runProcess(
      shell("head -c 3000000 /dev/zero; head -c 500000 /dev/zero >&2"),
    );
    expect([stdout.length, stderr.length]).toEqual([3_000_000, 500_000]);
  });

  test("what goes beyond the limit is read, and dropped", async () => {
    const result = await runProcess(shell("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"), {
      maxOutput: 1000,
    });
    expect(result).toMatchObject({ exitCode: 0, complete: false });
    expect([result.output.length, result.stdout.length + result.stderr.length]).toEqual([1000, 1000]);
    expect((await runProcess(shell("printf abc"), { maxOutput: 3 })).complete).toBe(true);
  });

  test("bytes that are not text survive", async () => {
    const { stdout } = await runProcess(shell("printf 'a\\377\\n'"));
    expect(stdout).toBe(decodeBytes(Uint8Array.of(0x61, 0xff, 0x0a)));
  });

  test("scripts can open /dev/stdout and /dev/stderr; standard input is empty", async () => {
    const { stdout, stderr } = await runProcess(shell("cat; echo o >/dev/stdout; echo e >/dev/stderr"));
    expect([stdout, stderr]).toEqual(["o\n", "e\n"]);
  });

  test("a process in the background is not waited for; what arrived is kept", async () => {
    const pid = join(root, "pid");
    const { stdout, exitCode } = await runProcess(
      shell(`echo early; sleep 300 & echo $! >${pid}; echo late`),
    );
    expect([stdout, exitCode]).toEqual(["early\nlate\n", 0]);
    endBackground(pid);
  });

  test("lines, of both streams, the last without a newline", async () => {
    const lines: string[] = [];
    const result = await runProcess(shell("printf 'a\\n\\nb'; sleep 0.05; echo e >&2"), {
      onLine: (stream, line) => lines.push(`${stream} ${line}`),
    });
    expect(lines).toEqual(["stdout a", "stdout ", "stderr e", "stdout b"]);
    expect(result.output).toBe("");
  });

  test("a line that is too long ends the process", async () => {
    const running = startProcess(shell("head -c 70000 /dev/zero; sleep 300"), { onLine: () => undefined });
    await expect(running.finished).rejects.toThrow("stdout: a line is longer than 65536 bytes");
  });

  test("no descriptor is left open, in us or in a child", async () => {
    const count = () => readdirSync("/proc/self/fd").length;
    await runProcess(shell("true"));
    const before = count();
    for (let round = 0; round < 20; round++) await runProcess(shell("echo x"));
    const { stdout } = await runProcess({ argv: ["/bin/ls", "/proc/self/fd"], env: {} });
    expect(stdout).toBe("0\n1\n2\n3\n");
    while (count() > before) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe("end", () => {
  test.each([
    ["exit 3", 3, undefined],
    ["kill -9 $$", undefined, "SIGKILL"],
    ["kill -15 $$", undefined, "SIGTERM"],
    ["kill -34 $$", undefined, "34"],
  ] as const)("%s", async (text, exitCode, signal) => {
    expect(await runProcess(shell(text))).toMatchObject({ exitCode, signal, stopped: undefined });
  });

  test("abort sends the chosen signal to the whole group, once, and waits", async () => {
    const controller = new AbortController();
    const ready = join(root, "ready");
    const inner = `trap 'echo inner; exit 0' INT; echo x >${ready}; while :; do sleep 0.01; done`;
    const text = `trap 'echo outer' INT; /bin/sh -c ${JSON.stringify(inner).replaceAll("$", "\\$")}; echo after`;
    const running = startProcess(shell(text), { signal: controller.signal, stopSignal: "SIGINT" });
    await appeared(ready);
    controller.abort();
    const result = await running.finished;
    expect(result).toMatchObject({ exitCode: 0, signal: undefined, stopped: "aborted" });
    expect(result.stdout.split("\n").sort()).toEqual(["", "after", "inner", "outer"]);
  });

  test("kill ends what ignores the stop signal", async () => {
    const controller = new AbortController();
    const ready = join(root, "ready");
    const running = startProcess(shell(`trap '' TERM; echo x >${ready}; while :; do sleep 300; done`), {
      signal: controller.signal,
    });
    await appeared(ready);
    controller.abort();
    running.kill();
    expect(await running.finished).toMatchObject({ signal: "SIGKILL", stopped: "killed" });
    expect(running.signal("SIGTERM")).toBe(false);
  });

  test("an abort after the end does not matter, one before the start prevents it", async () => {
    const controller = new AbortController();
    const result = await runProcess(shell("true"), { signal: controller.signal });
    controller.abort(new Error("too late"));
    expect(result.stopped).toBeUndefined();
    await expect(runProcess(shell("true"), { signal: controller.signal })).rejects.toThrow("too late");
  });
});

describe("surroundings", () => {
  test("the environment is what was given, no more", async () => {
    const { stdout } = await runProcess({ argv: ["env"], env: { A: "1", B: "x=y", C: "" } });
    expect(stdout).toBe("A=1\nB=x=y\nC=\n");
  });

  test("the working directory, and a program relative to it", async () => {
    mkdirSync(join(root, "d"));
    writeFileSync(join(root, "d/run"), '#!/bin/sh\necho "$0"; pwd', { mode: 0o755 });
    const { stdout } = await runProcess({ argv: ["./run"], env: {}, cwd: join(root, "d") });
    expect(stdout).toBe(`./run\n${root}/d\n`);
  });

  test("a session and process group of its own", async () => {
    const { stdout } = await runProcess(shell("ps -o pid=,pgid=,sid= -p $$"));
    expect(new Set(stdout.trim().split(/\s+/)).size).toBe(1);
  });

  test("bytes that are not text in arguments, environment and working directory", async () => {
    const odd = decodeBytes(Uint8Array.of(0xff, 0x27, 0x22, 0x24, 0x25, 0x5c, 0xc3));
    mkdirSync(nativePath(`${root}/${odd}`));
    const { stdout, stderr } = await runProcess({
      argv: ["sh", "-c", 'printf "%s|" "$@"; pwd; env', "sh", `${odd}\n`, "", "*"],
      env: { V: odd, PATH: "/usr/bin:/bin" },
      cwd: `${root}/${odd}`,
    });
    expect(stderr).toBe("");
    expect(stdout).toStartWith(`${odd}\n||*|${root}/${odd}\n`);
    expect(stdout.split("\n")).toContain(`V=${odd}`);
  });

  asRoot.each([
    [{ uid: 65534, gid: 65533 }, "65534 65534 65533 65533"],
    [{ uid: 65534 }, "65534 65534 0 0"],
    [{ gid: 65533 }, "0 0 65533 65533"],
  ])("as somebody else: %o", async (credentials, expected) => {
    const command = {
      argv: ["grep", "-E", "^(Uid|Gid|Groups)", "/proc/self/status"],
      env: {},
      ...credentials,
    } as const;
    const { stdout } = await runProcess(command);
    const field = (name: string) =>
      new RegExp(`^${name}:\\s*(.*)$`, "m").exec(stdout)?.[1]?.trim().split(/\s+/) ?? [];
    expect([...field("Uid").slice(0, 2), ...field("Gid").slice(0, 2)].join(" ")).toBe(expected);
    expect(field("Groups").join("")).toBe("");
  });
});

describe("what cannot be started", () => {
  test.each([
    [{ argv: ["no-such-program"] as const }, "could not run no-such-program: no such program in PATH"],
    [{ argv: ["/nope"] as const }, "could not run /nope: no such file or directory"],
    [{ argv: ["/etc/passwd"] as const }, "could not run /etc/passwd: permission denied"],
    [{ argv: ["/bin/true"] as const, cwd: "/nope" }, "could not enter /nope: no such file or directory"],
    [{ argv: ["/bin/true"] as const, cwd: "/etc/passwd" }, "could not enter /etc/passwd: not a directory"],
    [{ argv: ["/bin/echo", "a\0b"] as const }, "could not run /bin/echo: contains a NUL byte"],
  ])("%o", (command, message) => {
    expect(() => startProcess({ env: {}, ...command, argv: [...command.argv] })).toThrow(message);
  });
});

describe("following", () => {
  /** Lets the program say one more line for each call, after the first. */
  function throttle() {
    let gate = Promise.withResolvers<void>();
    const release = () => {
      gate.resolve();
      gate = Promise.withResolvers();
    };
    return { release, holdBack: () => gate.promise };
  }

  test("a program that says more than is taken has to wait", async () => {
    const { release, holdBack } = throttle();
    const lines: string[] = [];
    let arrived = Promise.withResolvers<void>();
    const running = startProcess(shell("exec seq 1 1000000000"), {
      onLine: (_, line) => {
        lines.push(line);
        arrived.resolve();
      },
      follow: { holdBack },
    });
    for (let round = 0; round < 5; round++) {
      await arrived.promise;
      arrived = Promise.withResolvers();
      release();
    }
    await arrived.promise;
    // It sleeps only when it can write no more.
    await reaches(running.pid, "S");
    expect(lines).toEqual(["1", "2", "3", "4", "5", "6"]);
    running.kill();
    expect(await running.finished).toMatchObject({ signal: "SIGKILL", stopped: "killed" });
  });

  test("all lines come in order, however long they are held back", async () => {
    const lines: string[] = [];
    const running = startProcess(shell("seq 1 30000; printf end"), {
      onLine: (_, line) => lines.push(line),
      follow: {
        holdBack: () =>
          lines.length % 1000 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined,
      },
    });
    await running.finished;
    expect(lines).toEqual([...Array.from({ length: 30_000 }, (_, index) => String(index + 1)), "end"]);
  });

  test("what writes in the background is heard to its end", async () => {
    const lines: string[] = [];
    const running = startProcess(shell("(sleep 0.05; echo late) & echo early"), {
      onLine: (_, line) => lines.push(line),
      follow: { holdBack: () => undefined },
    });
    expect(await running.finished).toMatchObject({ exitCode: 0, stopped: undefined });
    expect(lines).toEqual(["early", "late"]);
    expect(running.signal("SIGTERM")).toBe(false);
  });

  test("what is left in the background ends when it is killed", async () => {
    const said = Promise.withResolvers<string>();
    const running = startProcess(shell("sleep 300 & echo $!"), {
      onLine: (_, line) => said.resolve(line),
      follow: { holdBack: () => undefined },
    });
    const background = Number(await said.promise);
    await reaches(running.pid, "Z");
    running.kill();
    expect(await running.finished).toMatchObject({ exitCode: 0, stopped: "killed" });
    await reaches(background, "Z");
  });

  test("one that has left the group and keeps the output open is not waited for after a kill", async () => {
    const said = Promise.withResolvers<string>();
    const running = startProcess(shell("setsid sh -c 'echo $$; exec sleep 300' & wait"), {
      onLine: (_, line) => said.resolve(line),
      follow: { holdBack: () => undefined },
    });
    const escaped = Number(await said.promise);
    running.kill();
    await running.finished;
    process.kill(escaped, "SIGKILL");
  });

  /** The letter by which the kernel tells what a process does; `Z` if it has ended. */
  function stateOf(pid: number): string {
    if (!existsSync(`/proc/${pid}/stat`)) return "Z";
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "Z";
  }

  async function reaches(pid: number, state: string): Promise<void> {
    while (stateOf(pid) !== state) await new Promise((resolve) => setImmediate(resolve));
  }
});

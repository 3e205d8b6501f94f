import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Layout, layoutOf } from "../../../etcd/server/layout.ts";
import { endOrphan, recordProcess } from "../../../etcd/server/orphan.ts";
import { files } from "../support/server-directory.ts";

const sleep = Bun.which("sleep") ?? "";

/** A process in the place of a server, in a fresh directory. */
class Stand implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "etcd-orphan-"));
  readonly layout: Layout = layoutOf(this.directory);
  readonly process: Bun.Subprocess<"pipe", "pipe", "inherit">;

  constructor(where: (layout: Layout) => string, command: readonly string[] = [sleep, "1000"]) {
    mkdirSync(this.layout.run);
    this.process = Bun.spawn([...command], {
      cwd: where(this.layout),
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
  }

  end(): Promise<number | undefined> {
    return endOrphan(this.layout, { stop: 200 }, new AbortController().signal);
  }

  [Symbol.dispose](): void {
    this.process.kill("SIGKILL");
    rmSync(this.directory, { recursive: true });
  }
}

test("a process that is the server is ended", async () => {
  using stand = new Stand(({ run }) => run);
  recordProcess(stand.process.pid, sleep, stand.layout, files);
  expect(await stand.end()).toBe(stand.process.pid);
  await stand.process.exited;
  expect(stand.process.signalCode).toBe("SIGTERM");
});

test("the server is known by links, too", async () => {
  using stand = new Stand(({ run }) => run);
  const link = join(stand.directory, "program");
  symlinkSync(sleep, link);
  recordProcess(stand.process.pid, link, stand.layout, files);
  expect(await stand.end()).toBe(stand.process.pid);
});

test("a server that does not listen is killed", async () => {
  const shell = Bun.which("sh") ?? "";
  using stand = new Stand(({ run }) => run, [shell, "-c", "trap '' TERM; echo deaf; read line"]);
  for await (const _ of stand.process.stdout) break;
  recordProcess(stand.process.pid, shell, stand.layout, files);
  expect(await stand.end()).toBe(stand.process.pid);
  await stand.process.exited;
  expect(stand.process.signalCode).toBe("SIGKILL");
});

const impostors: readonly (readonly [what: string, forge: (pid: number, startTime: string) => unknown])[] = [
  ["another start", (pid) => ({ pid, startTime: "1", program: sleep })],
  ["another program", (pid, startTime) => ({ pid, startTime, program: "/usr/bin/etcd" })],
  ["no program", (pid, startTime) => ({ pid, startTime })],
  ["a process group", (pid, startTime) => ({ pid: -pid, startTime, program: sleep })],
  ["a number alone", (pid) => pid],
];

for (const [what, forge] of impostors) {
  test(`a process that is not provably the server is left alone: ${what}`, async () => {
    using stand = new Stand(({ run }) => run);
    const { pid } = stand.process;
    const startTime = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[21] ?? "";
    writeFileSync(stand.layout.process, JSON.stringify(forge(pid, startTime)));
    expect(await stand.end()).toBeUndefined();
    expect(stand.process.killed).toBe(false);
  });
}

test("a process that works elsewhere is left alone", async () => {
  using stand = new Stand(({ directory }) => directory);
  recordProcess(stand.process.pid, sleep, stand.layout, files);
  expect(await stand.end()).toBeUndefined();
});

test("a record that was cut off means nobody", async () => {
  using stand = new Stand(({ run }) => run);
  recordProcess(stand.process.pid, sleep, stand.layout, files);
  const text = readFileSync(stand.layout.process, "utf8");
  writeFileSync(stand.layout.process, text.slice(0, text.length / 2));
  expect(await stand.end()).toBeUndefined();
});

/** Programs that follow the machine: what they look at, and when. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile } from "../../../lang/compile.ts";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import type { Evaluation } from "../../../lang/flow/evaluation.ts";
import type { Host } from "../../../lang/host.ts";
import { createHost } from "../../../src/agent/host.ts";
import { kinds } from "../types/support.ts";

let directory: string;
let ending: AbortController;
let real: Host;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-reactive-"));
  ending = new AbortController();
  real = createHost({ hostname: "here", log: () => {}, signal: ending.signal });
});
afterEach(() => {
  ending.abort();
  rmSync(directory, { recursive: true });
});

/** The real files, and which of them a program reads and watches. */
function observed(): { host: Host; reads: string[]; watched: string[] } {
  const reads: string[] = [];
  const watched: string[] = [];
  const files: Host["files"] = {
    ...real.files,
    read: (path) => {
      reads.push(path);
      return real.files.read(path);
    },
    watch: (path, onChange) => {
      watched.push(path);
      const close = real.files.watch(path, onChange);
      return () => {
        close();
        if (watched.includes(path)) watched.splice(watched.indexOf(path), 1);
      };
    },
  };
  return { host: { ...real, files }, reads, watched };
}

async function start(
  code: string,
  host: Host = real,
  schedule?: (tick: () => void) => void,
): Promise<Evaluation> {
  const program = await compile(
    { kind: "code", path: "main.mcl", code: `${code}\n` },
    { read: async () => undefined },
    kinds,
  );
  return evaluate(program, {
    host,
    kinds,
    signal: ending.signal,
    checkInvariants: true,
    ...(schedule === undefined ? {} : { schedule }),
  });
}

/** `NAME=VALUE` of each resource of the next graph, or the messages of an error. */
async function next(evaluation: Evaluation): Promise<string[]> {
  const report = await evaluation.next();
  if (report === undefined) throw new Error("the program has ended");
  if (report.kind === "error") return report.diagnostics.map((each) => each.message);
  return report.graph.resources.map((each) => `${each.name}=${each.fields.get("interface")}`);
}

async function until(evaluation: Evaluation, ...wanted: string[]): Promise<void> {
  for (;;) {
    const state = await next(evaluation);
    if (Bun.deepEquals(state, wanted)) return;
  }
}

function replace(name: string, content: string): void {
  writeFileSync(join(directory, "new"), content);
  renameSync(join(directory, "new"), join(directory, name));
}

describe("os.readfile", () => {
  test("equal sources share one watch and one read", async () => {
    const path = join(directory, "file");
    writeFileSync(path, "one");
    const { host, reads, watched } = observed();
    const evaluation = await start(
      `import "os"
      test "a" { interface => os.readfile("${path}"), }
      test "b" { interface => os.readfile("${path}"), }`,
      host,
    );
    expect(await next(evaluation)).toEqual(["a=one", "b=one"]);
    expect([reads, watched]).toEqual([[path], [path]]);
  });

  test("a file that changes makes no other file be read", async () => {
    const { host, reads } = observed();
    for (let index = 0; index < 20; index++) writeFileSync(join(directory, `f${index}`), "");
    const lines = Array.from(
      { length: 20 },
      (_, index) => `test "${index}" { interface => os.readfile("${directory}/f${index}"), }`,
    );
    const evaluation = await start(`import "os"\n${lines.join("\n")}`, host);
    await next(evaluation);
    reads.length = 0;
    replace("f7", "changed");
    expect(await next(evaluation)).toContain("7=changed");
    expect([...new Set(reads)]).toEqual([join(directory, "f7")]);
  });

  test("a path that changes moves the watch, and what is removed can come back", async () => {
    for (const [name, content] of [
      ["which", "one"],
      ["one", "1"],
      ["two", "2"],
    ] as const) {
      writeFileSync(join(directory, name), content);
    }
    const { host, watched } = observed();
    const which = join(directory, "which");
    const evaluation = await start(
      `import "os"
      $which = os.readfile("${which}")
      if $which == "none" {
      } else {
        test "a" { interface => os.readfile("${directory}/" + $which), }
      }`,
      host,
    );
    await until(evaluation, "a=1");
    expect(watched).toEqual([which, join(directory, "one")]);
    replace("which", "two");
    await until(evaluation, "a=2");
    expect(watched).toEqual([which, join(directory, "two")]);
    replace("which", "none");
    await until(evaluation);
    expect(watched).toEqual([which]);
    replace("which", "two");
    await until(evaluation, "a=2");
    replace("two", "3");
    await until(evaluation, "a=3");
  });
});

describe("os.system", () => {
  /** The letter by which the kernel tells what a process does; `Z` if it has ended. */
  function stateOf(pid: string): string {
    if (!existsSync(`/proc/${pid}/stat`)) return "Z";
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "Z";
  }

  async function reaches(pid: string, state: string): Promise<void> {
    while (stateOf(pid) !== state) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Ticks that happen only when they are let through. */
  function manualTicks() {
    let due: (() => void) | undefined;
    let waiting: (() => void) | undefined;
    const schedule = (tick: () => void): void => {
      due = tick;
      waiting?.();
    };
    const tick = async (): Promise<void> => {
      if (due === undefined) await new Promise<void>((resolve) => (waiting = resolve));
      const now = due;
      due = undefined;
      now?.();
    };
    return { schedule, tick };
  }

  test("a command that prints without end waits for the program, and loses no line", async () => {
    const { schedule, tick } = manualTicks();
    const evaluation = await start(
      `import "os"\ntest "a" { interface => os.system("echo \\$\\$; exec seq 1000000000"), }`,
      real,
      schedule,
    );
    await tick();
    const [first = ""] = await next(evaluation);
    const pid = first.replace("a=", "");
    // It sleeps only when nobody reads.
    await reaches(pid, "S");
    for (let line = 1; line <= 5000; line++) {
      await tick();
      expect(await next(evaluation)).toEqual([`a=${line}`]);
    }
    ending.abort();
    await reaches(pid, "Z");
  });

  test("another command ends the one before with all that it has started", async () => {
    writeFileSync(join(directory, "command"), "sleep 300 & echo $!; wait");
    const evaluation = await start(
      `import "os"\ntest "a" { interface => os.system(os.readfile("${directory}/command")), }`,
    );
    const [first = ""] = await next(evaluation);
    replace("command", "echo other");
    await until(evaluation, "a=other");
    await reaches(first.replace("a=", ""), "Z");
  });

  test("a command whose last child goes on is heard, and ends when the source goes", async () => {
    writeFileSync(join(directory, "wanted"), "yes");
    writeFileSync(join(directory, "child"), "echo $$; exec sleep 300");
    const evaluation = await start(
      `import "os"
      if os.readfile("${directory}/wanted") == "yes" {
        test "a" { interface => os.system("sh ${directory}/child &"), }
      }`,
    );
    const [first = ""] = await next(evaluation);
    expect(first).toMatch(/^a=\d+$/);
    replace("wanted", "no");
    await until(evaluation);
    await reaches(first.replace("a=", ""), "Z");
  });
});

/** The functions of module `test`, and `example.vumeter`, in programs that run. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../../lang/host.ts";
import { createHost } from "../../../src/agent/host.ts";
import { core as coreCall, lit, ManualSource, show, start, stopRuns } from "../flow/support.ts";
import { describe as describeOutcome, firstGraph } from "../programs.ts";
import { core, Emissions, hostIn } from "./call.ts";

afterEach(stopRuns);

test("test.fastcount counts as fast as the program takes the numbers, and no faster", async () => {
  const run = start(show("n", coreCall(core("test.fastcount"))));
  // What waits is bounded, so that nobody but the program sets the pace.
  expect(run.settle()).toBeLessThan(2000);
  for (let ticks = 0; ticks < 5000; ) {
    if (run.tick()) ticks++;
    else await new Promise((resolve) => setImmediate(resolve));
  }
  const [shown = ""] = (await run.state()) ?? [];
  expect(Number(shown.replace("n=", ""))).toBeGreaterThan(5000);
});

test("test.one_stream takes one count", async () => {
  const count = new ManualSource("latest", 3n);
  const run = start(show("x", coreCall(core("test.one_stream"), [count.read()])));
  expect(await run.state()).toEqual(["x=xxx"]);
  count.emit(4n);
  expect(await run.state()).toEqual(["stream: one_stream was given a second count"]);
  const negative = start(show("x", coreCall(core("test.one_stream"), [lit(-1n)])));
  expect(await negative.state()).toEqual(["stream: the count must not be negative, got: -1"]);
});

describe("test.one_instance", () => {
  const rows: [code: string, expected: string][] = [
    ["$x = test.one_instance_b()\ntest [$x + $x] {}\n", "test[hellohello]"],
    ["test [test.one_instance_a() + test.one_instance_a()] {}\n", "test[hellohello]"],
    ["test [test.one_instance_b() + test.one_instance_d()] {}\n", "test[hellohello]"],
    [
      "test [test.one_instance_b() + test.one_instance_b()] {}\n",
      "stream 2:31 one_instance_b was called a second time",
    ],
  ];
  test.each(rows)("%s", async (code, expected) => {
    expect(describeOutcome(await firstGraph(`import "test"\n${code}`))).toBe(expected);
  });
});

describe("sources with a period", () => {
  function ticking() {
    const listeners = new Set<() => void>();
    const real = hostIn("UTC");
    const everySecond: Host["clock"]["everySecond"] = (onTick) => {
      listeners.add(onTick);
      return () => listeners.delete(onTick);
    };
    const pass = (seconds: number): void => {
      for (let second = 0; second < seconds; second++) for (const tick of [...listeners]) tick();
    };
    return { host: { ...real, clock: { ...real.clock, everySecond } }, pass, listeners };
  }

  test("forloop changes once", async () => {
    const { host, pass } = ticking();
    const list = new Emissions("test.forloop", [], host);
    expect(await list.next()).toEqual(["foo"]);
    pass(10);
    expect([await list.next(), await list.next()]).toEqual([["bar"], ["bar"]]);
    list.close();
  });

  test("slow_string takes its time and holds up nobody", async () => {
    const { host, pass, listeners } = ticking();
    const text = new Emissions("test.slow_string", [], host);
    const waiting = text.next();
    pass(4);
    expect(await Promise.race([waiting, "nothing yet"])).toBe("nothing yet");
    pass(1);
    expect(await waiting).toBe("a slow string");
    expect(listeners.size).toBe(0);
  });
});

describe("example.vumeter", () => {
  let directory: string;
  let path: string | undefined;
  let ending: AbortController;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "mgmt-sound-"));
    path = process.env.PATH;
    process.env.PATH = `${directory}:${path}`;
    ending = new AbortController();
  });
  afterEach(() => {
    ending.abort();
    process.env.PATH = path;
    rmSync(directory, { recursive: true });
  });

  function program(name: string, script: string): void {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  }

  function open(): Emissions {
    const host = createHost({ hostname: "here", log: () => {}, signal: ending.signal });
    return new Emissions("example.vumeter", ["=", 10n, 0.5], host);
  }

  test("says which program it lacks", async () => {
    process.env.PATH = directory;
    expect(await open().next()).toBe(
      "FatalError: there is no program rec in PATH: install SoX, which brings rec and sox",
    );
    program("rec", "");
    expect(await open().next()).toStartWith("FatalError: there is no program sox in PATH");
  });

  test("shows what it measures, second after second", async () => {
    program("rec", "echo sound");
    program(
      "sox",
      `cat >>${directory}/heard; wc -l <${directory}/heard | sed 's/^ */Maximum amplitude:  0./' >&2`,
    );
    const meter = open();
    expect(await meter.next()).toBe("(0.100000):\n=\n=");
    for (let second = 2; second < 6; second++) await meter.next();
    expect(await meter.next()).toBe("(0.600000):\n====== PEAK!!!\n====== PEAK!!!");
    meter.close();
  });

  test("fails when there is nothing to measure", async () => {
    program("rec", "echo no microphone >&2; exit 1");
    program("sox", "echo no header >&2; exit 2");
    expect(await open().next()).toMatch(
      /^FatalError: could not measure the sound of the microphone: no [a-z]+\nno [a-z]+$/,
    );
  });
});

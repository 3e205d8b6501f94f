import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, HostError } from "../../lang/host.ts";
import { createHost } from "../../src/agent/host.ts";
import { PrivateBus, serveHostname } from "../os/private-bus.ts";
import { withPrograms } from "../support/needs.ts";

let directory: string;
let ending: AbortController;
let logged: string[];
let host: Host;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-host-"));
  ending = new AbortController();
  logged = [];
  host = createHost({
    hostname: "node",
    log: (level, origin, message) => logged.push(`${level} ${origin}: ${message}`),
    signal: ending.signal,
  });
});
afterEach(() => {
  ending.abort();
  rmSync(directory, { recursive: true });
});

function hostErrorOf(attempt: () => unknown): HostError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
  throw new Error("expected a HostError");
}

describe("files", () => {
  test("are read byte for byte", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    writeFileSync(join(directory, "file"), bytes);
    expect(host.files.read(join(directory, "file"))).toEndWith("\udcfe\udcff");
    expect(host.files.read("/proc/version")).toContain("Linux");
  });

  test("that are missing can be told from those that cannot be read", () => {
    expect(hostErrorOf(() => host.files.read(join(directory, "none"))).reason).toBe("not-found");
    expect(hostErrorOf(() => host.files.read(directory)).reason).toBe("other");
    writeFileSync(join(directory, "file"), "");
    expect(hostErrorOf(() => host.files.read(join(directory, "file", "x"))).reason).toBe("not-found");
  });

  test("named pipes are not waited for", () => {
    const pipe = join(directory, "pipe");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    expect(hostErrorOf(() => host.files.read(pipe)).message).toContain("not a regular file");
  });

  test("exist or not, links followed", () => {
    symlinkSync("target", join(directory, "link"));
    expect(host.files.exists(directory)).toBe(true);
    expect(host.files.exists(join(directory, "link"))).toBe(false);
    writeFileSync(join(directory, "target"), "");
    expect(host.files.exists(join(directory, "link"))).toBe(true);
    expect(host.files.exists(join(directory, "target", "x"))).toBe(false);
    expect(hostErrorOf(() => host.files.exists("/x\0")).reason).toBe("other");
  });

  test("are watched until that is closed", async () => {
    const path = join(directory, "file");
    const changed = Promise.withResolvers<void>();
    const close = host.files.watch(path, changed.resolve);
    writeFileSync(path, "x");
    await changed.promise;
    close();
    close();
    expect(hostErrorOf(() => host.files.watch("relative", () => {})).message).toContain("absolute");
  });
});

describe("clock", () => {
  test("tells full seconds to all who listen, and stops for those who close", async () => {
    const before = host.clock.now();
    const ticks: string[] = [];
    const done = Promise.withResolvers<void>();
    const closeFirst = host.clock.everySecond(() => {
      ticks.push("first");
      closeFirst();
    });
    const closeSecond = host.clock.everySecond(() => {
      ticks.push("second");
      if (ticks.length === 3) done.resolve();
    });
    await done.promise;
    closeSecond();
    expect(ticks).toEqual(["first", "second", "second"]);
    expect(host.clock.now()).toBeGreaterThan(before);
  });

  test("calls back once after a time, unless it is closed", async () => {
    const begin = host.clock.elapsed();
    const called: string[] = [];
    const done = Promise.withResolvers<void>();
    host.clock.after(1, () => called.push("closed"))();
    host.clock.after(1, () => called.push("first"));
    host.clock.after(5, done.resolve);
    await done.promise;
    expect(called).toEqual(["first"]);
    expect(host.clock.elapsed()).toBeGreaterThan(begin);
  });

  test("knows the local time zone", () => {
    expect(host.clock.zone(0n)).toEqual({ offset: expect.any(Number), abbreviation: expect.any(String) });
  });
});

describe("processes", () => {
  test("hand over lines; standard error is logged", async () => {
    const lines: string[] = [];
    const done = Promise.withResolvers<void>();
    host.processes.lines("echo oops >&2; echo a; printf b", (line) => {
      lines.push(line);
      if (lines.length === 2) done.resolve();
    });
    await done.promise;
    expect(lines).toEqual(["a", "b"]);
    expect(logged).toContain("info os.system: oops");
  });

  test("one that prints nothing is mentioned", async () => {
    const said = Promise.withResolvers<string>();
    const quiet = createHost({
      hostname: "node",
      log: (level, origin, message) => said.resolve(`${level} ${origin}: ${message}`),
      signal: ending.signal,
    });
    quiet.processes.lines("exit 3", () => {});
    expect(await said.promise).toBe("warn os.system: ended without printing a line (exit code 3): exit 3");
  });

  test("one that prints too long a line is ended, which is said", async () => {
    const said = Promise.withResolvers<string>();
    const lines: string[] = [];
    const strict = createHost({
      hostname: "node",
      log: (level, origin, message) => said.resolve(`${level} ${origin}: ${message}`),
      signal: ending.signal,
    });
    const command = "echo first; head -c 70000 /dev/zero; sleep 1000";
    strict.processes.lines(command, (line) => lines.push(line));
    expect(await said.promise).toBe(
      `error os.system: ended, because of stdout: a line is longer than 65536 bytes: ${command}`,
    );
    expect(lines).toEqual(["first"]);
  });

  test("are run to their end", async () => {
    const result = await new Promise((resolve) => host.processes.run("echo a; echo b >&2; exit 3", resolve));
    expect(result).toEqual({ exitCode: 3, output: "a\nb\n" });
    expect([host.processes.has("sh"), host.processes.has("no-such-program")]).toEqual([true, false]);
  });

  test("end with the host", async () => {
    const pipe = join(directory, "pipe");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    const reader = Bun.spawn(["cat", pipe], { stdout: "ignore" });
    const started = Promise.withResolvers<void>();
    host.processes.lines(`exec 3>${pipe}; echo ready; sleep 1000`, () => started.resolve());
    await started.promise;
    ending.abort();
    expect(await reader.exited).toBe(0);
    expect(host.processes.lines("echo never", () => {})).toBeFunction();
  });
});

withPrograms("dbus-daemon")("the host name comes from the bus", async () => {
  const bus = new PrivateBus();
  await bus.start();
  const service = await serveHostname(bus.address, "machine");
  try {
    const named = createHost({
      hostname: "node",
      log: () => {},
      signal: ending.signal,
      busAddress: bus.address,
    });
    const name = await new Promise<string>((resolve, reject) => {
      named.system.followHostname(resolve, reject);
    });
    expect(name).toBe("machine");
    expect(named.hostname).toBe("node");
  } finally {
    service.close();
    await bus.remove();
  }
});

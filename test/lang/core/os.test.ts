import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { HostError } from "../../../lang/host.ts";
import { call, Emissions, hostIn, outcome } from "./call.ts";

const ending = new AbortController();
const host = hostIn("UTC", ending.signal);
let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-core-"));
});
afterAll(() => {
  ending.abort();
  rmSync(directory, { recursive: true });
});

describe("os.readfile", () => {
  test("follows a file that comes, changes, is replaced and goes", async () => {
    const path = join(directory, "later", "file");
    const content = new Emissions("os.readfile", [path], host);
    expect(await content.next()).toBe(`CatchableError: could not read ${path}: no such file or directory`);
    mkdirSync(join(directory, "later"));
    writeFileSync(path, "one");
    await content.until("one");
    writeFileSync(join(directory, "new"), Uint8Array.of(0x61, 0xff));
    renameSync(join(directory, "new"), path);
    await content.until("a\udcff");
    rmSync(path);
    await content.until(`CatchableError: could not read ${path}: no such file or directory`);
    content.close();
  });

  const failures: [string, () => string, string][] = [
    ["a directory", () => directory, "is a directory"],
    ["what is no regular file", () => "/dev/zero", "not a regular file"],
    ["a relative path", () => "file", "the path must be absolute"],
  ];
  test.each(failures)("fails for good with %s", async (_, path, reason) => {
    const content = new Emissions("os.readfile", [path()], host);
    expect(await content.next()).toMatch(new RegExp(`^FatalError: .*${reason}$`));
    content.close();
  });
});

test("os.file_exists follows what is at a path", async () => {
  const path = join(directory, "flag");
  const flag = new Emissions("os.file_exists", [path], host);
  expect(await flag.next()).toBe(false);
  mkdirSync(path);
  await flag.until(true);
  rmSync(path, { recursive: true });
  await flag.until(false);
  flag.close();
});

describe("os.system", () => {
  test("hands over every line in order", async () => {
    const lines = new Emissions(
      "os.system",
      ["echo one; printf 'two\\n\\n'; echo ignored >&2; printf last"],
      host,
    );
    for (const expected of ["one", "two", "", "last"]) expect(await lines.next()).toBe(expected);
    lines.close();
  });

  test("ends the whole process group when it is closed", async () => {
    const pipe = join(directory, "pipe");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    // Whoever reads a pipe sees its end when the last writer is gone.
    const reader = Bun.spawn(["cat", pipe], { stdout: "pipe" });
    const lines = new Emissions("os.system", [`exec 3>${pipe}; sleep 1000 & echo ready; wait`], host);
    expect(await lines.next()).toBe("ready");
    lines.close();
    expect(await reader.exited).toBe(0);
  });
});

describe("users", () => {
  test("are looked up", async () => {
    const known = new Emissions("os.user_exists", ["root"], host);
    expect(await known.next()).toBe(true);
    known.close();
    const unknown = new Emissions("os.user_exists", ["no-such-user"], host);
    expect(await unknown.next()).toBe(false);
    unknown.close();
    expect(outcome("os.uid", ["root"], { host })).toBe('"0"');
    expect(outcome("os.home", ["root"], { host })).toBe('"/root/"');
    expect(outcome("os.home", ["no-such-user"], { host })).toBe(
      'FatalError: there is no user "no-such-user"',
    );
  });

  const paths: [string, string][] = [
    ["~root/x/", "/root/x/"],
    ["~root/a//b/../c", "/root/a/c"],
    ["~/x", `${userInfo().homedir}/x`],
    ["~", "~"],
    ["~root", "~root"],
    ["/srv//x", "/srv//x"],
    ["a~root/", "a~root/"],
  ];
  test.each(paths)("os.expand_home of %s", (path, expected) => {
    expect(call("os.expand_home", [path], { host })).toBe(expected);
  });

  test("an unknown one has no home", () => {
    expect(outcome("os.expand_home", ["~no-such-user/x"], { host })).toMatch(/^FatalError: .*no-such-user/);
  });
});

describe("os.parse_distro_uid", () => {
  const rows: [string, string][] = [
    ["fedora41-x86_64", 'struct{distro: "fedora"; version: "41"; arch: "x86_64"}'],
    ["a1b22-x-y", 'struct{distro: "a1b"; version: "22"; arch: "x-y"}'],
    ["fedora-x86_64", 'struct{distro: ""; version: ""; arch: ""}'],
    ["41-x86_64", 'struct{distro: ""; version: ""; arch: ""}'],
    ["fedora41-", 'struct{distro: ""; version: ""; arch: ""}'],
    ["fedora41", 'struct{distro: ""; version: ""; arch: ""}'],
    ["fedora4.1-x", 'struct{distro: "fedora4."; version: "1"; arch: "x"}'],
    ["-x86_64", 'struct{distro: ""; version: ""; arch: ""}'],
    ["1".repeat(200_000), 'struct{distro: ""; version: ""; arch: ""}'],
  ];
  test.each(rows)("%s", (uid, expected) => {
    expect(outcome("os.parse_distro_uid", [uid])).toBe(expected);
  });
});

test("os.release reads os-release as it is written", () => {
  const text = 'NAME=x\nID=debian\nVARIANT_ID="a b"\nVERSION_ID="12"=x\n';
  const written = { ...host, files: { ...host.files, read: () => text } };
  expect(outcome("os.release", [], { host: written })).toBe(
    'struct{id: "debian"; variant_id: "a b"; version_id: "12"}',
  );
});

describe("os.is_virtual", () => {
  const missing = new HostError("no such file", "not-found");
  const refused = new HostError("permission denied");
  type Files = Readonly<Record<string, string | HostError>>;
  const rows: [files: Files, expected: string][] = [
    [{ cpuinfo: "flags: fpu hypervisor" }, "true"],
    [{ cpuinfo: "flags: fpu" }, "false"],
    [{ cpuinfo: "flags: fpu", bios_vendor: "Xen" }, "true"],
    [{ cpuinfo: refused, sys_vendor: "QEMU" }, "true"],
    [{ cpuinfo: "flags: fpu", board_vendor: refused }, "FatalError: permission denied"],
    [{}, "FatalError: no such file"],
  ];
  test.each(rows)("%j", (files, expected) => {
    const read = (path: string): string => {
      const content = files[path.replace(/.*\//, "")] ?? missing;
      if (content instanceof HostError) throw content;
      return content;
    };
    expect(outcome("os.is_virtual", [], { host: { ...host, files: { ...host.files, read } } })).toBe(
      expected,
    );
  });
});

test("families agree with each other", () => {
  const family = call("os.family", [], { host });
  const tests = ["redhat", "debian", "archlinux"].filter((name) =>
    call(`os.is_family_${name}`, [], { host }),
  );
  expect(tests[0] ?? "").toBe(String(family));
});

describe("sys", () => {
  const environment = new Map([
    ["SET", "x=y"],
    ["EMPTY", ""],
  ]);
  const fixed = { ...host, environment };
  const rows: [string, string[], string][] = [
    ["sys.getenv", ["SET"], '"x=y"'],
    ["sys.getenv", ["EMPTY"], '""'],
    ["sys.getenv", ["UNSET"], 'CatchableError: environment variable not set: "UNSET"'],
    ["sys.hasenv", ["EMPTY"], "true"],
    ["sys.hasenv", ["UNSET"], "false"],
    ["sys.env", [], '{"EMPTY": "", "SET": "x=y"}'],
  ];
  test.each(rows)("%s(%j)", (name, args, expected) => {
    expect(outcome(name, args, { host: fixed })).toBe(expected);
  });

  test("uptime and load say something at once", async () => {
    const uptime = new Emissions("sys.uptime", [], host);
    expect(await uptime.next()).toBeGreaterThan(0n);
    uptime.close();
    const load = new Emissions("sys.load", [], host);
    expect(await load.next()).toMatchObject({ names: ["x1", "x5", "x15"] });
    load.close();
  });
});

describe("clocks", () => {
  /** A clock that ticks when it is told to. */
  function manualClock(start: bigint) {
    const listeners = new Set<() => void>();
    const changes = new Set<() => void>();
    const alarms = new Map<() => void, bigint>();
    let seconds = start;
    let offset = 0;
    const clock = {
      ...host.clock,
      now: () => seconds,
      everySecond: (onTick: () => void) => {
        listeners.add(onTick);
        return () => {
          listeners.delete(onTick);
        };
      },
      at: (time: bigint, onTime: () => void) => {
        alarms.set(onTime, time);
        return () => {
          if (alarms.get(onTime) === time) alarms.delete(onTime);
        };
      },
      onChange: (onChange: () => void) => {
        changes.add(onChange);
        return () => {
          changes.delete(onChange);
        };
      },
      zone: () => ({ offset, abbreviation: "" }),
    };
    const tick = (by = 1n) => {
      seconds += by;
      for (const listener of listeners) listener();
      for (const [onTime, time] of [...alarms]) {
        if (time > seconds) continue;
        alarms.delete(onTime);
        onTime();
      }
    };
    const move = (to: { readonly seconds?: bigint; readonly offset?: number }) => {
      seconds = to.seconds ?? seconds;
      offset = to.offset ?? offset;
      for (const onChange of changes) onChange();
    };
    return { tick, move, alarms, listeners, changes, host: { ...host, clock } };
  }

  test("datetime.now and str_now tell every second", async () => {
    const manual = manualClock(100n);
    const now = new Emissions("datetime.now", [], manual.host);
    const text = new Emissions("datetime.str_now", [], manual.host);
    expect([await now.next(), await text.next()]).toEqual([100n, "100"]);
    manual.tick();
    expect([await now.next(), await text.next()]).toEqual([101n, "101"]);
    now.close();
    text.close();
    expect(manual.listeners.size).toBe(0);
  });

  test("datetime.weekday_fast changes at midnight", async () => {
    const manual = manualClock(86_398n);
    const weekday = new Emissions("datetime.weekday_fast", [], manual.host);
    expect(await weekday.next()).toBe("thursday");
    expect([...manual.alarms.values()]).toEqual([86_400n]);
    manual.tick();
    manual.tick();
    expect(await weekday.next()).toBe("friday");
    expect([...manual.alarms.values()]).toEqual([2n * 86_400n]);
    weekday.close();
    expect([manual.alarms.size, manual.changes.size]).toEqual([0, 0]);
  });

  test("datetime.weekday_fast changes when the clock is set, and with the time zone", async () => {
    const manual = manualClock(86_000n);
    const weekday = new Emissions("datetime.weekday_fast", [], manual.host);
    expect(await weekday.next()).toBe("thursday");
    manual.move({ seconds: 3n * 86_400n });
    expect(await weekday.next()).toBe("sunday");
    manual.move({ offset: -3600 });
    expect(await weekday.next()).toBe("saturday");
    expect([...manual.alarms.values()]).toEqual([3n * 86_400n + 3600n]);
    weekday.close();
  });

  // In Havana the clock is put forward at midnight; in Lisbon it is put back at two in the morning.
  const longDays: [zone: string, start: bigint, midnight: bigint][] = [
    ["America/Havana", 1_710_046_800n, 1_710_046_800n + 23n * 3600n],
    ["Europe/Lisbon", 1_729_983_600n, 1_729_983_600n + 25n * 3600n],
  ];
  test.each(longDays)("datetime.weekday_fast knows how long the day is in %s", (zone, start, midnight) => {
    const manual = manualClock(start);
    const local = { ...manual.host, clock: { ...manual.host.clock, zone: hostIn(zone).clock.zone } };
    const weekday = new Emissions("datetime.weekday_fast", [], local);
    expect([...manual.alarms.values()]).toEqual([midnight]);
    weekday.close();
  });

  test("example.flipflop turns every five seconds", async () => {
    const manual = manualClock(0n);
    const flipflop = new Emissions("example.flipflop", [], manual.host);
    expect(await flipflop.next()).toBe(true);
    for (let second = 0; second < 10; second++) manual.tick();
    expect([await flipflop.next(), await flipflop.next()]).toEqual([false, true]);
    flipflop.close();
  });
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Host } from "../../../lang/host.ts";
import { call, hostIn, outcome } from "./call.ts";

const real = hostIn("UTC");
let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-golang-os-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function withEnvironment(variables: Readonly<Record<string, string>>): Host {
  return { ...real, environment: new Map(Object.entries(variables)) };
}

describe("environment", () => {
  const host = withEnvironment({ A: "1", b_2: "x$A", "*": "star", "a b": "blank", "1": "one" });
  const rows: readonly (readonly [text: string, expected: string])[] = [
    ["$A-${A}-$b_2", "1-1-x$A"],
    ["$Ax${A}x", "1x"],
    ["$12", "one2"],
    ["$*${*}${a b}", "starstarblank"],
    ["a${}b${c", "abc"],
    ["$", "$"],
    ["a$ $é$$", "a$ $é"],
    ["$-$@", ""],
    ["\udcff$A\udcff", "\udcff1\udcff"],
  ];
  test.each(rows)("expand_env(%j)", (text, expected) => {
    expect(call("golang/os.expand_env", [text], { host })).toBe(expected);
  });

  test("getenv", () => {
    expect(call("golang/os.getenv", ["A"], { host })).toBe("1");
    expect(call("golang/os.getenv", ["NONE"], { host })).toBe("");
  });

  const home = { HOME: "/home/x" };
  const directories: readonly (readonly [
    name: string,
    variables: Readonly<Record<string, string>>,
    expected: string,
  ])[] = [
    ["temp_dir", {}, '"/tmp"'],
    ["temp_dir", { TMPDIR: "/t" }, '"/t"'],
    ["user_home_dir", home, '"/home/x"'],
    ["user_home_dir", {}, "FatalError: $HOME is not defined"],
    ["user_cache_dir", home, '"/home/x/.cache"'],
    ["user_cache_dir", { ...home, XDG_CACHE_HOME: "/c" }, '"/c"'],
    ["user_cache_dir", { XDG_CACHE_HOME: "c" }, "FatalError: path in $XDG_CACHE_HOME is relative"],
    ["user_cache_dir", {}, "FatalError: neither $XDG_CACHE_HOME nor $HOME are defined"],
    ["user_config_dir", home, '"/home/x/.config"'],
    ["user_config_dir", { XDG_CONFIG_HOME: "/c" }, '"/c"'],
  ];
  test.each(directories)("%s with %j", (name, variables, expected) => {
    expect(outcome(`golang/os.${name}`, [], { host: withEnvironment(variables) })).toBe(expected);
  });
});

test("the process is this one", () => {
  const rows: readonly (readonly [name: string, expected: number | undefined])[] = [
    ["getpid", process.pid],
    ["getppid", process.ppid],
    ["getuid", process.getuid?.()],
    ["geteuid", process.geteuid?.()],
    ["getgid", process.getgid?.()],
    ["getegid", process.getegid?.()],
  ];
  for (const [name, expected] of rows) expect(call(`golang/os.${name}`, [])).toBe(BigInt(expected ?? -1));
  expect(call("golang/os.executable", [])).toBe(realpathSync(process.execPath));
  expect(call("golang/os.getwd", [])).toBe(process.cwd());
  expect(call("golang/os.hostname", [])).toBe(hostname());
  expect(Number(call("golang/os.getpagesize", [])) % 4096).toBe(0);
});

describe("files", () => {
  test("are read as they are", () => {
    writeFileSync(join(directory, "bytes"), Uint8Array.of(0x61, 0xff));
    expect(call("golang/os.read_file", [join(directory, "bytes")])).toBe("a\udcff");
    expect(outcome("golang/os.read_file", [join(directory, "none")])).toMatch(
      /^FatalError: .*none: no such file or directory$/,
    );
    expect(outcome("golang/os.read_file", [directory])).toMatch(/^FatalError: .*: is a directory$/);
  });

  test("links tell where they lead", () => {
    symlinkSync("no/where", join(directory, "link"));
    expect(call("golang/os.readlink", [join(directory, "link")])).toBe("no/where");
    expect(outcome("golang/os.readlink", [directory])).toBe(
      `FatalError: readlink ${directory}: not a symbolic link`,
    );
    expect(outcome("golang/os.readlink", [join(directory, "none")])).toMatch(/^FatalError: .*no such file/);
  });
});

describe("mkdir_temp", () => {
  test("makes a new directory each time, for this user alone", () => {
    const parent = join(directory, "parent");
    mkdirSync(parent);
    const made = [0, 1].map(() => String(call("golang/os.mkdir_temp", [parent, "a*b*c"])));
    for (const path of made) {
      expect(basename(path)).toMatch(/^a\*b\d+c$/);
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
    expect(readdirSync(parent).sort()).toEqual(made.map((path) => basename(path)).sort());
  });

  test("puts the digits at the end, in the directory for temporary files", () => {
    const host = withEnvironment({ TMPDIR: directory });
    const path = String(call("golang/os.mkdir_temp", ["", "x-"], { host }));
    expect(path).toMatch(new RegExp(`^${directory}/x-\\d+$`));
  });

  test("fails where it cannot", () => {
    expect(outcome("golang/os.mkdir_temp", [join(directory, "none"), ""])).toMatch(
      /^FatalError: .*no such file/,
    );
    expect(outcome("golang/os.mkdir_temp", [directory, "a/b"])).toBe(
      "FatalError: mkdirtemp a/b: pattern contains path separator",
    );
  });
});

describe("golang/os/exec.look_path", () => {
  let bin = "";
  beforeAll(() => {
    bin = join(directory, "bin");
    mkdirSync(join(bin, "folder"), { recursive: true });
    writeFileSync(join(bin, "tool"), "");
    chmodSync(join(bin, "tool"), 0o755);
    writeFileSync(join(bin, "data"), "");
    chmodSync(join(bin, "data"), 0o644);
  });
  const look = (file: string, path: string) =>
    outcome("golang/os/exec.look_path", [file], { host: withEnvironment({ PATH: path }) });
  const missing = (file: string) => `FatalError: exec: "${file}": executable file not found in $PATH`;

  test("finds what can be executed", () => {
    expect(look("tool", `/nowhere:${bin}/folder/..:/bin`)).toBe(`"${bin}/tool"`);
    expect(look(join(bin, "tool"), "")).toBe(`"${bin}/tool"`);
  });

  test("passes over what cannot", () => {
    for (const file of ["data", "folder", "none", "", ".", ".."]) expect(look(file, bin)).toBe(missing(file));
    expect(look("tool", "")).toBe(missing("tool"));
    expect(look(join(bin, "data"), "")).toMatch(/^FatalError: exec: .*: permission denied$/);
    expect(look(join(bin, "folder"), "")).toMatch(/^FatalError: exec: .*: is a directory$/);
  });

  test("refuses what stands in a relative directory", () => {
    const relative = `${"../".repeat(process.cwd().split("/").length)}${bin.slice(1)}`;
    expect(look("tool", relative)).toBe(
      'FatalError: exec: "tool": cannot run executable found relative to current directory',
    );
  });
});

test("golang/runtime tells of processors", () => {
  expect(Number(call("golang/runtime.num_cpu", []))).toBeGreaterThan(0);
  expect(call("golang/runtime.gomaxprocs", [3n])).toBe(call("golang/runtime.gomaxprocs", [0n]));
  expect(outcome("golang/runtime.cpu_profile", [])).toBe("FatalError: CPUProfile no longer available");
  expect(call("golang/runtime.goroot", [], { host: withEnvironment({ GOROOT: "/go" }) })).toBe("/go");
});

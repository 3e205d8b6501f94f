import { describe, expect, test } from "bun:test";
import { lstatSync, symlinkSync } from "node:fs";
import { asRoot } from "../support/needs.ts";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

/** Runs with standard output going where a shell redirection says. */
const into = (redirection: string): readonly string[] => ["bash", "-c", `"$@" ${redirection}`, "bash"];

const site = Array.from(
  { length: 50 },
  (_, index) =>
    `file "DIR/made/${index}" {\n\tstate => "exists",\n\tcontent => "${"line\\n".repeat(500)}",\n}\n`,
).join("");

describe("a reader that goes away", () => {
  const piped = into("| true; exit ${PIPESTATUS[0]}");

  test("does not keep --diff from its work", async () => {
    using dir = new Scratch();
    dir.mkdir("made");
    const { status, stderr } = await dir.once(site, ["--diff", "--log-level", "warn"], { by: piped });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(dir.list("made")).toHaveLength(50);
  });

  test("is no failure of what it read", async () => {
    using dir = new Scratch();
    dir.mkdir("made");
    const program = dir.program(site);
    for (const args of [["graph"], ["graph", "--format", "json"], ["check", "--format", "json"]]) {
      expect(await mgmt([...args, program], { by: piped })).toEqual({ status: 0, stdout: "", stderr: "" });
    }
    const { status } = await dir.once(site, ["--report", "-"], { by: piped });
    expect(status).toBe(0);
  });
});

test("all of a long output reaches its reader", async () => {
  using dir = new Scratch();
  dir.mkdir("made");
  const { stdout } = await dir.once(site, ["--noop", "--diff"]);
  expect(stdout.match(/^\+line$/gm)).toHaveLength(50 * 500);
});

test("output that cannot be written is a failure", async () => {
  using dir = new Scratch();
  dir.mkdir("made");
  const program = dir.program(site);
  const full = into("> /dev/full");
  for (const args of [["graph"], ["docs"], ["--help"], ["check", "--format", "json"]]) {
    const words = args[0] === "graph" || args[0] === "check" ? [...args, program] : args;
    const { status, stderr } = await mgmt(words, { by: full });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "mgmt: cannot write to standard output: no space left on device\n",
    });
  }
  for (const option of [["--diff"], ["--report", "-"]]) {
    const { status, stderr } = await dir.once(site, ["--log-level=error", ...option], { by: full });
    expect(stderr).toContain("no space left on device");
    expect(status).toBe(1);
    expect(dir.list("made")).toHaveLength(50);
    Bun.spawnSync(["rm", "-r", dir.at("made")]);
    dir.mkdir("made");
  }
});

describe("a report goes", () => {
  const report = (dir: Scratch, name: string) => dir.once('noop "x" {}\n', ["--report", dir.at(name)]);

  test("into a file, replaced as a whole, which keeps its mode", async () => {
    using dir = new Scratch();
    dir.write("report.json", "x".repeat(100_000));
    Bun.spawnSync(["chmod", "600", dir.at("report.json")]);
    await report(dir, "report.json");
    expect(JSON.parse(dir.read("report.json")).summary.resources).toBe(1);
    expect(dir.mode("report.json")).toBe(0o600);
  });

  test("where a symbolic link leads", async () => {
    using dir = new Scratch();
    dir.write("real.json", "");
    symlinkSync("real.json", dir.at("report.json"));
    await report(dir, "report.json");
    expect(lstatSync(dir.at("report.json")).isSymbolicLink()).toBe(true);
    expect(JSON.parse(dir.read("real.json")).summary.resources).toBe(1);
  });

  asRoot("into a device, which stays one", async () => {
    using dir = new Scratch();
    Bun.spawnSync(["mknod", "-m", "666", dir.at("null"), "c", "1", "3"]);
    const { status } = await report(dir, "null");
    expect(status).toBe(0);
    expect(lstatSync(dir.at("null")).isCharacterDevice()).toBe(true);
    const options = ["--converger-timeout=0", "--converged-exit", "--converger-status-file", dir.at("null")];
    const converged = await mgmt(["--standalone", "--prefix", dir.prefix, ...options, dir.program("\n")]);
    expect(converged.status).toBe(0);
    expect(dir.mode("null")).toBe(0o666);
  });

  test("into a pipe", async () => {
    using dir = new Scratch();
    Bun.spawnSync(["mkfifo", dir.at("pipe")]);
    const reader = Bun.spawn(["cat", dir.at("pipe")], { stdout: "pipe" });
    const { status } = await report(dir, "pipe");
    expect(status).toBe(0);
    expect(JSON.parse(await reader.stdout.text()).summary.resources).toBe(1);
  });
});

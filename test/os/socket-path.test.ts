import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SocketPath } from "../../src/os/socket-path.ts";

test("a short path is used as it is", () => {
  using short = new SocketPath("/run/x.sock");
  expect(short.path).toBe("/run/x.sock");
});

test("a long path gets a short one to the same file, and nothing stays open", () => {
  const directory = mkdtempSync(join(tmpdir(), "mgmt-socket-path-"));
  try {
    const deep = join(directory, "ü".repeat(60));
    mkdirSync(deep);
    writeFileSync(join(deep, "x.sock"), "here");
    const before = readdirSync("/proc/self/fd").length;
    {
      using short = new SocketPath(join(deep, "x.sock"));
      expect(Buffer.byteLength(short.path)).toBeLessThan(108);
      expect(readFileSync(short.path, "utf8")).toBe("here");
    }
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a long path into a directory that is not there", () => {
  expect(() => new SocketPath(`/nonexistent/${"d".repeat(120)}/x.sock`)).toThrow("ENOENT");
});

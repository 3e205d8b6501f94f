import { expect, test } from "bun:test";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { makeVardir, vardirPath } from "../../src/engine/vardir.ts";

test("names are told apart, readable, and never too long for a file system", () => {
  const names = [
    "x",
    "/etc/motd",
    "-etc-motd",
    "a b",
    "a\nb",
    "é",
    "\udc80",
    "y".repeat(5000),
    "y".repeat(5001),
  ];
  const directories = names.map((name) => vardirPath("/p", "http:server:file", name));
  expect(new Set(directories).size).toBe(names.length);
  for (const directory of directories) {
    expect(directory).toStartWith("/p/engine/state/http:server:file-");
    expect(directory).toEndWith("/");
    expect(basename(directory).length).toBeLessThan(200);
  }
  expect(vardirPath("/p", "file", "/etc/motd")).toEndWith("+-etc-motd/");
});

test("the directory is there after the first use", async () => {
  const prefix = await mkdtemp(join(tmpdir(), "mgmt-test-vardir-"));
  try {
    const path = makeVardir(prefix, "file", "x");
    expect((await stat(path)).isDirectory()).toBe(true);
    expect(makeVardir(prefix, "file", "x")).toBe(path);
  } finally {
    await rm(prefix, { recursive: true });
  }
});

import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { file } from "../../../src/resources/file.ts";
import { asRoot, asRootWith } from "../../support/needs.ts";
import { openResource, Scratch } from "../harness.ts";
import { runChild } from "./run-child.ts";

const NOBODY = 65534;

describe("a file system that does not take it", () => {
  asRootWith("unshare")("a full one: the old contents stay, and nothing else", async () => {
    await using scratch = new Scratch();
    mkdirSync(scratch.at("m"));
    const path = scratch.at("m/f");
    writeFileSync(scratch.at("large"), "x".repeat(2_000_000));
    const prepare = `mount -t tmpfs -o size=64k,mode=0755 t ${scratch.at("m")}; printf old > ${path}`;
    const outcomes = await runChild(
      {
        path,
        fields: [{ content: "x".repeat(100_000) }, { source: scratch.at("large") }, { content: "old" }],
      },
      prepare,
      `ls -A ${scratch.at("m")} > ${scratch.at("names")}`,
    );
    const error = `could not write ${path}: no space left on device`;
    expect(outcomes.map((outcome) => outcome.error ?? outcome.ok)).toEqual([error, error, true]);
    expect(readFileSync(scratch.at("names"), "utf8")).toBe("f\n");
  });

  asRootWith("unshare")("a read-only one: an error only if something is to be changed", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    writeFileSync(path, "old", { mode: 0o644 });
    const prepare = `mount --bind ${scratch.path} ${scratch.path}; mount -o remount,bind,ro ${scratch.path}`;
    const outcomes = await runChild(
      {
        path,
        fields: [
          { content: "new" },
          { content: "old", mode: "0644" },
          { mode: "0600" },
          { owner: "1" },
          { state: "absent" },
        ],
      },
      prepare,
    );
    expect(outcomes.map(({ ok, error }) => error ?? ok)).toEqual([
      `could not write ${path}: read-only file system`,
      true,
      `could not set the mode of ${path}: read-only file system`,
      `could not set the owner of ${path}: read-only file system`,
      `could not remove ${path}: read-only file system`,
    ]);
  });

  asRootWith("unshare")("a mount point cannot be replaced", async () => {
    await using scratch = new Scratch();
    const path = scratch.at("f");
    writeFileSync(path, "old");
    const [outcome] = await runChild({ path, fields: [{ content: "new" }] }, `mount --bind ${path} ${path}`);
    expect(outcome?.error).toBe(`could not write ${path}: device or resource busy`);
    expect(readdirSync(scratch.path)).toEqual(["f"]);
  });
});

describe("without permission", () => {
  asRoot.each([
    ["to write", "f", { state: "exists", content: "x" }, "could not write PATH: permission denied"],
    [
      "to look",
      "closed/f",
      { state: "exists", content: "x" },
      "could not stat file: PATH: permission denied",
    ],
    ["to read", "secret", { content: "other" }, "could not read PATH: permission denied"],
    [
      "to read the source",
      "f",
      { state: "exists", source: "secret" },
      "could not read SOURCE: permission denied",
    ],
    [
      "to create a directory",
      "d/",
      { state: "exists" },
      "could not create the directory PATH: permission denied",
    ],
    [
      "to give away",
      "secret",
      { owner: "daemon" },
      "could not set the owner of PATH: operation not permitted",
    ],
    [
      "to change the mode",
      "secret",
      { mode: "0644" },
      "could not set the mode of PATH: operation not permitted",
    ],
    ["to remove", "secret", { state: "absent" }, "could not remove PATH: permission denied"],
  ])("%s", async (_, name, fields: Record<string, string>, message) => {
    await using scratch = new Scratch();
    chmodSync(scratch.path, 0o755);
    mkdirSync(scratch.at("closed"), { mode: 0o700 });
    writeFileSync(scratch.at("secret"), "12345", { mode: 0o600 });
    const source = scratch.at("secret");
    const path = scratch.at(name);
    const own = fields.source === undefined ? fields : { ...fields, source };
    const [outcome] = await runChild({ path, fields: [own], uid: NOBODY });
    expect(outcome?.error).toBe(message.replace("PATH", path).replace("SOURCE", source));
    expect(readdirSync(scratch.path).sort()).toEqual(["closed", "secret"]);
    expect(statSync(source)).toMatchObject({ uid: 0, mode: 0o100600 });
  });
});

asRoot("a mode that the kernel silently makes another is an error, not a loop", async () => {
  await using scratch = new Scratch();
  const path = scratch.at("f");
  chmodSync(scratch.path, 0o755);
  writeFileSync(path, "", { mode: 0o700 });
  chownSync(path, NOBODY, 0);
  const [outcome] = await runChild({ path, fields: [{ mode: "2755" }], uid: NOBODY });
  expect(outcome?.error).toBe(
    `could not set the mode of ${path}: asked for 02755, but the system made it 0755`,
  );
});

describe("paths that cannot be", () => {
  test.each([
    ["a file on the way", "f/below", "could not stat file: PATH: not a directory"],
    ["a directory missing on the way", "missing/f", "could not write PATH: no such file or directory"],
    ["a name too long", "x".repeat(256), "could not stat file: PATH: file name too long"],
    ["a NUL in the name", "a\0b", "contains a NUL byte"],
    ["a link to itself", "loop", "could not stat file: PATH: too many levels of symbolic links"],
  ])("%s", async (_, name, message) => {
    await using scratch = new Scratch();
    writeFileSync(scratch.at("f"), "kept");
    Bun.spawnSync(["ln", "-s", "loop", scratch.at("loop")]);
    const path = scratch.at(name);
    await using resource = await openResource(file, path, { state: "exists", content: "x" });
    await expect(resource.apply()).rejects.toThrow(message.replace("PATH", path));
    expect(readdirSync(scratch.path).sort()).toEqual(["f", "loop"]);
    expect(readFileSync(scratch.at("f"), "utf8")).toBe("kept");
  });
});

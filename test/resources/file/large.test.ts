import { describe, expect, test } from "bun:test";
import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { file } from "../../../src/resources/file.ts";
import { openResource, Scratch } from "../harness.ts";
import { runChild } from "./run-child.ts";

const MiB = 1024 * 1024;

function plantLarge(path: string, size: number): void {
  const fd = openSync(path, "w");
  ftruncateSync(fd, size);
  for (let position = 0; position < size; position += 5 * MiB) writeSync(fd, `at ${position}`, position);
  closeSync(fd);
}

test("a source of 100 MB is copied in pieces", async () => {
  await using scratch = new Scratch();
  plantLarge(scratch.at("source"), 100 * MiB);
  const path = scratch.at("f");
  const small = scratch.at("small");
  writeFileSync(small, "small");
  const fields = [small, scratch.at("source"), scratch.at("source")].map((source) => ({
    state: "exists",
    source,
  }));
  const [warm, copied, compared] = await runChild({ path, fields });
  expect([warm?.ok, copied?.ok, compared?.ok]).toEqual([false, false, true]);
  expect((compared?.peak ?? 0) - (warm?.peak ?? 0)).toBeLessThan(48 * 1024);
  expect(readFileSync(path).equals(readFileSync(scratch.at("source")))).toBe(true);
});

describe("a large file", () => {
  test("is found different by its last byte", async () => {
    await using scratch = new Scratch();
    plantLarge(scratch.at("source"), 3 * MiB + 1);
    await using resource = await openResource(file, scratch.at("f"), {
      state: "exists",
      source: scratch.at("source"),
    });
    expect(await resource.apply()).toBe(false);
    expect(await resource.apply()).toBe(true);
    const fd = openSync(scratch.at("f"), "r+");
    writeSync(fd, "!", 3 * MiB);
    closeSync(fd);
    expect(await resource.noop()).toBe(false);
    expect(await resource.apply()).toBe(false);
    expect(await resource.apply()).toBe(true);
  });

  test("of given contents is compared and written like a small one", async () => {
    await using scratch = new Scratch();
    const content = "line\n".repeat(MiB);
    await using resource = await openResource(file, scratch.at("f"), { state: "exists", content });
    expect(await resource.apply()).toBe(false);
    expect(statSync(scratch.at("f")).size).toBe(content.length);
    expect(await resource.apply()).toBe(true);
    writeFileSync(scratch.at("f"), `${content.slice(1)}\0`);
    expect(await resource.apply()).toBe(false);
    expect(readFileSync(scratch.at("f"), "utf8") === content).toBe(true);
  });

  test("is given up when the run is, and leaves nothing", async () => {
    await using scratch = new Scratch();
    plantLarge(scratch.at("source"), 32 * MiB);
    await using resource = await openResource(file, scratch.at("f"), {
      state: "exists",
      source: scratch.at("source"),
    });
    const abort = new AbortController();
    const run = resource.apply({ signal: abort.signal });
    abort.abort(new Error("given up"));
    await expect(run).rejects.toThrow("given up");
    expect(readdirSync(scratch.path)).toEqual(["source"]);
  });
});

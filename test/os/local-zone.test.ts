import { afterEach, beforeEach, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalTimeZone } from "../../src/os/local-zone.ts";

const database = "/usr/share/zoneinfo";
let directory: string;
let ending: AbortController;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mgmt-zone-"));
  ending = new AbortController();
});
afterEach(() => {
  ending.abort();
  rmSync(directory, { recursive: true });
});

test("another zone holds from the moment it is set, by a link or by a file", async () => {
  const file = join(directory, "localtime");
  symlinkSync(`${database}/Asia/Tokyo`, file);
  const zone = new LocalTimeZone(ending.signal, { variable: undefined, file });
  expect(zone.at(0n)).toEqual({ offset: 9 * 3600, abbreviation: "JST" });
  const replace = async (place: () => void): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const close = zone.onChange(resolve);
    place();
    renameSync(join(directory, "new"), file);
    await promise;
    close();
  };
  await replace(() => symlinkSync(`${database}/Asia/Kolkata`, join(directory, "new")));
  expect(zone.at(0n).offset).toBe(5.5 * 3600);
  await replace(() => copyFileSync(`${database}/Asia/Tokyo`, join(directory, "new")));
  expect(zone.at(0n).offset).toBe(9 * 3600);
});

test("the environment counts more than the file", () => {
  const file = join(directory, "localtime");
  symlinkSync(`${database}/Asia/Tokyo`, file);
  const zone = new LocalTimeZone(ending.signal, { variable: "Asia/Kolkata", file });
  expect(zone.at(0n).offset).toBe(5.5 * 3600);
});

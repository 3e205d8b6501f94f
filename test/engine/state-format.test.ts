import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimState, stateFormat } from "../../src/engine/state-format.ts";

let prefix: string;
let path: string;
beforeEach(() => {
  prefix = mkdtempSync(join(tmpdir(), "mgmt-format-"));
  path = join(prefix, "engine/format");
});
afterEach(() => rmSync(prefix, { recursive: true }));

function leave(text: string): void {
  mkdirSync(join(prefix, "engine"));
  writeFileSync(path, text);
}

test("a directory without a format, and one of before, are taken over", () => {
  claimState(prefix);
  expect(readFileSync(path, "utf8")).toBe(`${stateFormat}\n`);
  claimState(prefix);
  writeFileSync(path, "0\n");
  claimState(prefix);
  expect(readFileSync(path, "utf8")).toBe(`${stateFormat}\n`);
});

test("a newer format is refused, and left as it is", () => {
  leave("99\n");
  expect(() => claimState(prefix)).toThrow(
    `${prefix}/engine was written by a newer mgmt (format 99; this one knows ${stateFormat}): use that mgmt, or another directory with --prefix`,
  );
  expect(readFileSync(path, "utf8")).toBe("99\n");
});

test.each(["", "new", "-1\n", "1.5\n"])("no format: %j", (text) => {
  leave(text);
  expect(() => claimState(prefix)).toThrow(`${path} holds no format`);
});

test("a format that cannot be read is named", () => {
  mkdirSync(path, { recursive: true });
  expect(() => claimState(prefix)).toThrow(`${path}: is a directory`);
});

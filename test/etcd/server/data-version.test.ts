import { expect, test } from "bun:test";
import { newerVersion, requireReadable } from "../../../etcd/server/data-version.ts";

test.each([
  [undefined, "3.4.23", true],
  ["3.4.23", "3.4.1", true],
  ["3.4.23", "3.5.0", true],
  ["3.9.0", "3.10.0", true],
  ["3.5.0", "3.4.23", false],
  ["3.10.0", "3.9.9", false],
  ["4.0.0", "3.6.0", false],
])("data of etcd %p, read by etcd %p: %p", (writer, own, isReadable) => {
  const read = () => requireReadable("/data", writer, own);
  if (isReadable) expect(read).not.toThrow();
  else expect(read).toThrow(`was written by etcd ${writer}`);
});

test("the newer of two versions", () => {
  expect(newerVersion(undefined, "3.4.2")).toBe("3.4.2");
  expect(newerVersion("3.4.10", "3.4.9")).toBe("3.4.10");
  expect(newerVersion("3.4.10", "3.5.0")).toBe("3.5.0");
});

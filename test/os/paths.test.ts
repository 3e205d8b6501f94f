import { expect, test } from "bun:test";
import {
  basename,
  clean,
  dirname,
  displayPath,
  hasPathPrefix,
  nativePath,
  parents,
} from "../../src/os/paths.ts";

test.each([
  ["", "."],
  ["/", "/"],
  ["//a//b/", "/a/b"],
  ["/a/./b/../c", "/a/c"],
  ["/../a", "/a"],
  ["../a/..", ".."],
  ["a/../../b", "../b"],
])("clean %p", (path, expected) => expect(clean(path)).toBe(expected));

test.each([
  ["/", "", "/"],
  ["/a", "/", "a"],
  ["/a/b", "/a/", "b"],
  ["/a/b/", "/a/", "b/"],
  ["a", "", "a"],
  ["/a/../b/c", "/b/", "c"],
])("%p is in %p under the name %p", (path, directory, name) => {
  expect([dirname(path), basename(path)]).toEqual([directory, name]);
});

test.each([
  ["/a/b", "/a", true],
  ["/a/b", "/a/", true],
  ["/a", "/a/", true],
  ["/ab", "/a", false],
  ["/a", "/", true],
  ["/a", "/a/b", false],
])("%p starts with %p: %p", (path, prefix, expected) => expect(hasPathPrefix(path, prefix)).toBe(expected));

test("parents, nearest first", () => {
  expect(parents("/tmp/a/b/c")).toEqual(["/tmp/a/b/", "/tmp/a/", "/tmp/", "/"]);
  expect(parents("/tmp/a/")).toEqual(["/tmp/", "/"]);
  expect(parents("/")).toEqual([]);
});

test("bytes that are not text reach the system and are shown escaped", () => {
  expect(nativePath("/ä")).toBe("/ä");
  expect(nativePath("/\udcff\n")).toEqual(Buffer.from([0x2f, 0xff, 0x0a]));
  expect(displayPath("/a b")).toBe("/a b");
  expect(displayPath("/\udcff\n")).toBe('"/\\xff\\n"');
});

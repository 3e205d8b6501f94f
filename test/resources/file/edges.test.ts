import { describe, expect, test } from "bun:test";
import { file } from "../../../src/resources/file.ts";
import { type Fields, resourceOf } from "../harness.ts";

describe("the resulting path", () => {
  const rows: readonly (readonly [name: string, fields: Fields, path: string])[] = [
    ["/a/b", {}, "/a/b"],
    ["any", { path: "/a/b" }, "/a/b"],
    ["/a/b", { dirname: "/c/" }, "/c/b"],
    ["/a/b/", { dirname: "/c/" }, "/c/b/"],
    ["/a/b", { basename: "c" }, "/a/c"],
    ["/a/b", { basename: "c/" }, "/a/c/"],
    ["any", { dirname: "/c/", basename: "d" }, "/c/d"],
    ["/", {}, "/"],
    ["/a//b/../c/", {}, "/a/c/"],
  ];
  test.each(rows)("of %s with %j is %s", (name, fields, path) => {
    expect(resourceOf(file, name, fields).identities).toEqual([`file:${path}`]);
  });
});

test("a file comes after its fragments and after the nearest directory above it", () => {
  const resource = resourceOf(file, "/a/b/c", { fragments: ["/f", "/d/"] });
  expect(resource.wants).toEqual([
    { anyOf: ["file:/f"], order: "found-first" },
    { anyOf: ["file:/d/"], order: "found-first" },
    { anyOf: ["file:/a/b/", "file:/a/", "file:/"], order: "found-first" },
  ]);
});

test("equal parameters are an equal resource", () => {
  const fields = { state: "exists", content: "x", mode: "0644" };
  const resource = resourceOf(file, "/a", fields);
  expect(resource.equals(resourceOf(file, "/a", fields))).toBe(true);
  expect(resource.equals(resourceOf(file, "/a", { ...fields, content: "y" }))).toBe(false);
  expect(resourceOf(file, "/a").equals(resourceOf(file, "/a", { content: "" }))).toBe(false);
});

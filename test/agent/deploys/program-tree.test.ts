import { expect, test } from "bun:test";
import { ProgramTree, placeInTree, sourceOf } from "../../../src/agent/deploys/program-tree.ts";

const file = (path: string, text = path) => ({ path, mode: 0o644, content: Buffer.from(text) });

test.each([
  ["main.mcl", "main.mcl"],
  ["./a/../b", "b"],
  ["", ""],
  ["a/", "a/"],
  ["..", ".mgmt/up1/"],
  ["../lib/x", ".mgmt/up1/lib/x"],
  ["../../x/", ".mgmt/up2/x/"],
  ["/etc/passwd", undefined],
])("%p is in a tree at %p", (path, place) => {
  expect(placeInTree(path)).toBe(place);
});

test("a tree has its files, and the directories that they are in", () => {
  const tree = new ProgramTree([file("a/b/c"), file("d"), file(".mgmt/up1/lib/x")]);
  expect(tree.file("a/b/c")?.path).toBe("a/b/c");
  expect(tree.file("../lib/x")?.path).toBe(".mgmt/up1/lib/x");
  expect(["", "a", "a/", "a/b", "../lib"].map((path) => tree.hasDirectory(path))).toEqual(
    Array(5).fill(true),
  );
  expect(["d", "a/b/c", "e", "/", "../"].map((path) => tree.hasDirectory(path))).toEqual([
    false,
    false,
    false,
    false,
    true,
  ]);
  expect(tree.below("a").map(({ path }) => path)).toEqual(["b/c"]);
  expect(tree.below("").map(({ path }) => path)).toEqual(["a/b/c", "d"]);
});

test("a deploy of a graph without one is told of", () => {
  expect(() => sourceOf({ frontend: "yaml" }, new ProgramTree([]))).toThrow("no start.yaml");
});

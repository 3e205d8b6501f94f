import { describe, expect, test } from "bun:test";
import { TextChange } from "../../../src/lsp/text/text-change.ts";

describe("a change of a text", () => {
  test.each<readonly [before: string, after: string, moves: readonly (readonly [number, number])[]]>([
    [
      "abc",
      "abc",
      [
        [0, 0],
        [2, 2],
        [3, 3],
      ],
    ],
    [
      "abc",
      "abXYc",
      [
        [1, 1],
        [2, 2],
        [3, 5],
      ],
    ],
    [
      "abXYc",
      "abc",
      [
        [2, 2],
        [3, 2],
        [4, 2],
        [5, 3],
      ],
    ],
    [
      "abc",
      "",
      [
        [0, 0],
        [3, 0],
      ],
    ],
    ["", "abc", [[0, 0]]],
    ["aaa", "aaaa", [[3, 3]]],
    [
      "a b c",
      "a BB c",
      [
        [2, 2],
        [3, 4],
        [5, 6],
      ],
    ],
  ])("from %j to %j moves places", (before, after, moves) => {
    const change = new TextChange(before, after);
    for (const [from, to] of moves) expect([from, change.forward(from)]).toEqual([from, to]);
  });

  test("and back", () => {
    const change = new TextChange("one three", "one two three");
    expect([0, 3, 5, 8, 13].map((offset) => change.backward(offset))).toEqual([0, 3, 5, 5, 9]);
  });

  test("never begins or ends within a character", () => {
    // The two differ in their second half, the other two in their first.
    for (const [before, after] of [
      ["x\u{1d11e}y", "x\u{1d11f}y"],
      ["x\u{1d11e}y", "x\u{1f51e}y"],
    ] as const) {
      const { start, endBefore, endAfter } = new TextChange(before, after);
      expect([start, endBefore, endAfter]).toEqual([1, 3, 3]);
    }
  });
});

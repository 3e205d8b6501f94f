import { expect, test } from "bun:test";
import { Lines } from "../../../src/lsp/text/positions.ts";

const lines = new Lines("a\n𝄞b\r\n\rlast");

test.each<readonly [offset: number, line: number, character: number]>([
  [0, 0, 0],
  [1, 0, 1],
  [2, 1, 0],
  [4, 1, 2],
  [5, 1, 3],
  [7, 2, 0],
  [8, 3, 0],
  [12, 3, 4],
])("offset %d is line %d, character %d", (offset, line, character) => {
  expect(lines.position(offset)).toEqual({ line, character });
  expect(lines.offset({ line, character })).toBe(offset);
});

test("places past the end of a line or of the text are taken as that end", () => {
  expect(lines.offset({ line: 0, character: 9 })).toBe(1);
  expect(lines.offset({ line: 1, character: 9 })).toBe(5);
  expect(lines.offset({ line: 3, character: 9 })).toBe(12);
  expect(lines.offset({ line: 9, character: 0 })).toBe(12);
});

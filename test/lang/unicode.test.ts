import { expect, test } from "bun:test";
import { isGraphic, isKnown, isPrintable } from "../../lang/unicode.ts";

const rows: readonly (readonly [character: string, printable: boolean, graphic: boolean])[] = [
  ["a", true, true],
  [" ", true, true],
  ["\x7f", false, false],
  ["\t", false, false],
  ["é", true, true],
  ["\u0301", true, true],
  ["😀", true, true],
  ["\u00a0", false, true],
  ["\u2028", false, false],
  ["\u00ad", false, false],
  ["\ue000", false, false],
  ["\ufffe", false, false],
];
test.each(rows)("%j is printable: %p, graphic: %p", (character, printable, graphic) => {
  expect(isPrintable(character)).toBe(printable);
  expect(isGraphic(character)).toBe(graphic);
});

test("characters of later versions are not assigned", () => {
  // U+2FFC is of version 15.1, U+1C89 of 16.0.
  for (const later of ["\u2ffc", "\u1c89", "\u{1fae9}", "\u{2ebf0}"]) {
    expect(isKnown(later)).toBe(false);
    expect(isPrintable(later)).toBe(false);
  }
  for (const known of ["\u2ffb", "\u1c88", "\u{1fae8}", "\u{31350}"]) expect(isKnown(known)).toBe(true);
});

test("all characters of the run time that are assigned are known, or counted as later ones", () => {
  let printable = 0;
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code < 0xd800 || code > 0xdfff) printable += Number(isPrintable(String.fromCodePoint(code)));
  }
  // What Unicode 15.0 assigns, but for spaces, controls, formats and private use.
  expect(printable).toBe(148_998);
});

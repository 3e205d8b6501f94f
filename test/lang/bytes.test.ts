import { describe, expect, test } from "bun:test";
import { byteLength, compareBytes, decodeBytes, encodeBytes, joinText, quote } from "../../lang/bytes.ts";

describe("bytes survive being text", () => {
  test.each([
    [[0x68, 0x69]],
    [[0xc3, 0xa9]],
    [[0xff]],
    [[0xc3, 0x28]],
    [[0xe2, 0x82]],
    [[0xed, 0xa0, 0x80]],
    [[0xf0, 0x9f, 0x98, 0x80, 0x80]],
    [[0xf4, 0x90, 0x80, 0x80]],
    [[0xc0, 0xaf]],
    [[0x00, 0x80, 0x00]],
    [[0xef, 0xbb, 0xbf, 0x61]],
  ])("%p", (bytes) => {
    const text = decodeBytes(Uint8Array.from(bytes));
    expect([...encodeBytes(text)]).toEqual(bytes);
    expect(byteLength(text)).toBe(bytes.length);
  });

  test("random bytes", () => {
    for (let round = 0; round < 500; round++) {
      const bytes = crypto.getRandomValues(new Uint8Array(round % 40));
      expect([...encodeBytes(decodeBytes(bytes))]).toEqual([...bytes]);
    }
  });

  test("halves of a character that are joined become the character", () => {
    const [first, second] = [decodeBytes(Uint8Array.of(0xc3)), decodeBytes(Uint8Array.of(0xa9))];
    expect(joinText([first, second])).toBe("é");
  });
});

test.each([
  ["a", "b", -1],
  ["b", "a", 1],
  ["a", "a", 0],
  ["a", "ab", -1],
  // Code units would order these the other way round.
  ["\uffff", "\u{10000}", -1],
])("%j against %j in byte order", (a, b, order) => {
  expect(compareBytes(a, b)).toBe(order);
});

test.each([
  ["plain", '"plain"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ["\n\t\r\x07\b\f\v", '"\\n\\t\\r\\a\\b\\f\\v"'],
  ["\x01\x7f", '"\\x01\\x7f"'],
  ["é 漢", '"é 漢"'],
  ["\u00a0\u200b", '"\\u00a0\\u200b"'],
  ["\u{e0001}", '"\\U000e0001"'],
  [decodeBytes(Uint8Array.of(0xff)), '"\\xff"'],
])("%j is quoted as %s", (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});

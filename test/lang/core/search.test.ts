/** Search is exact on bytes: compared with a search in the bytes themselves. */
import { expect, test } from "bun:test";
import { decodeBytes, encodeBytes } from "../../../lang/bytes.ts";
import * as search from "../../../lang/core/support/search.ts";

/** Pieces that form characters, halves of characters and other halves when they meet. */
const PIECES = [[0x61], [0xc3], [0xa9], [0xc3, 0xa9], [0xf0, 0x9f], [0x92, 0x80], [0x80], [0xff], [0x62]];

/** A linear congruential generator: the same texts in every run. */
let state = 12345;
function random(limit: number): number {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >> 8) % limit;
}

function bytes(longest: number): Buffer {
  return Buffer.from(
    Array.from({ length: random(longest + 1) }, () => PIECES[random(PIECES.length)] ?? []).flat(),
  );
}

const text = (units: string) => decodeBytes(Buffer.from(units, "latin1"));

test("random bytes", () => {
  for (let round = 0; round < 5000; round++) {
    // One unit for each byte: on these JavaScript's own functions are right.
    const [whole, sought, replacement] = [bytes(8), bytes(2), bytes(2)].map((each) =>
      each.toString("latin1"),
    );
    if (whole === undefined || sought === undefined || replacement === undefined || sought === "") continue;
    const [a, b, c] = [text(whole), text(sought), text(replacement)];
    const context = `${encodeBytes(a).toHex()} ${encodeBytes(b).toHex()} ${encodeBytes(c).toHex()}`;
    expect([context, search.contains(a, b)]).toEqual([context, whole.includes(sought)]);
    expect([context, search.hasPrefix(a, b)]).toEqual([context, whole.startsWith(sought)]);
    expect([context, search.hasSuffix(a, b)]).toEqual([context, whole.endsWith(sought)]);
    expect([context, search.indexOf(a, b)]).toEqual([context, whole.indexOf(sought)]);
    expect([context, search.lastIndexOf(a, b)]).toEqual([context, whole.lastIndexOf(sought)]);
    expect([context, search.count(a, b)]).toEqual([context, whole.split(sought).length - 1]);
    expect([context, search.split(a, b)]).toEqual([context, whole.split(sought).map(text)]);
    expect([context, search.replace(a, b, c, -1n)]).toEqual([
      context,
      text(whole.replaceAll(sought, () => replacement)),
    ]);
    expect([context, search.replace(a, b, c, 1n)]).toEqual([
      context,
      text(whole.replace(sought, () => replacement)),
    ]);
    const withoutPrefix = whole.startsWith(sought) ? whole.slice(sought.length) : whole;
    expect([context, search.trimPrefix(a, b)]).toEqual([context, text(withoutPrefix)]);
    const withoutSuffix = whole.endsWith(sought) ? whole.slice(0, -sought.length) : whole;
    expect([context, search.trimSuffix(a, b)]).toEqual([context, text(withoutSuffix)]);
  }
});

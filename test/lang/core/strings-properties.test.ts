/** Functions on texts do to bytes what a model does that knows nothing but bytes. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { compareBytes, decodeBytes, encodeBytes, quote } from "../../../lang/bytes.ts";
import { isList, type Value } from "../../../lang/value.ts";
import { bytes, holds, str } from "./arbitraries.ts";
import * as model from "./byte-strings.ts";
import { call } from "./call.ts";

/** Calls a function with texts in place of bytes. */
function run(name: string, ...args: readonly (Uint8Array | bigint)[]): Value {
  return call(
    name,
    args.map((each) => (typeof each === "bigint" ? each : decodeBytes(each))),
  );
}

function bytesOf(value: Value): Uint8Array {
  if (typeof value !== "string") throw new Error("not a str");
  return encodeBytes(value);
}

/** Both as lists of numbers, which show well where they differ. */
function same(value: Value, expected: Uint8Array): void {
  expect([...bytesOf(value)]).toEqual([...expected]);
  // Equal bytes must be equal text.
  expect(value).toBe(decodeBytes(expected));
}

function sameList(value: Value, expected: readonly Uint8Array[]): void {
  expect(isList(value) && value).toEqual(expected.map(decodeBytes));
}

test("bytes survive being text", () => {
  holds(fc.property(bytes, (all) => expect([...encodeBytes(decodeBytes(all))]).toEqual([...all])));
});

test("texts are ordered by their bytes", () => {
  holds(
    fc.property(bytes, bytes, (a, b) => {
      expect(compareBytes(decodeBytes(a), decodeBytes(b))).toBe(Buffer.compare(a, b));
    }),
  );
});

describe("strings", () => {
  test("len, concat", () => {
    holds(
      fc.property(bytes, bytes, (a, b) => {
        expect(run(".len", a)).toBe(BigInt(a.length));
        same(run(".concat", a, b), model.concat(a, b));
      }),
    );
  });

  test("contains, has_prefix, has_suffix, index", () => {
    holds(
      fc.property(bytes, bytes, (text, sought) => {
        const at = model.indexOf(text, sought);
        expect(run("strings.contains", text, sought)).toBe(at >= 0);
        expect(run("golang/strings.index", text, sought)).toBe(BigInt(at));
        const { length } = sought;
        expect(run("strings.has_prefix", text, sought)).toBe(model.equal(text.subarray(0, length), sought));
        const end = text.subarray(Math.max(0, text.length - length));
        expect(run("strings.has_suffix", text, sought)).toBe(model.equal(end, sought));
      }),
    );
  });

  test("a text contains each of its parts", () => {
    holds(
      fc.property(bytes, fc.nat(12), fc.nat(12), (text, from, length) => {
        const part = text.subarray(from, from + length);
        expect(run("strings.contains", text, part)).toBe(true);
      }),
    );
  });

  test("split, and joining the pieces again", () => {
    holds(
      fc.property(bytes, bytes, (text, separator) => {
        const pieces = model.split(text, separator);
        sameList(run("strings.split", text, separator), pieces);
        same(call("golang/strings.join", [pieces.map(decodeBytes), decodeBytes(separator)]), text);
      }),
    );
  });

  test("replace_all", () => {
    holds(
      fc.property(bytes, bytes, bytes, (text, old, replacement) => {
        same(run("strings.replace_all", text, old, replacement), model.replaceAll(text, old, replacement));
      }),
    );
  });

  test("join_nonempty", () => {
    holds(
      fc.property(fc.array(bytes, { maxLength: 4 }), bytes, (pieces, separator) => {
        const expected = model.join(
          pieces.filter((piece) => piece.length > 0),
          separator,
        );
        same(call("strings.join_nonempty", [pieces.map(decodeBytes), decodeBytes(separator)]), expected);
      }),
    );
  });

  test("substr", () => {
    holds(
      fc.property(bytes, fc.nat(12), fc.nat(12), (text, a, b) => {
        const [low, high] = [Math.min(a, b, text.length), Math.min(Math.max(a, b), text.length)];
        same(run("strings.substr", text, BigInt(low), BigInt(high)), text.subarray(low, high));
      }),
    );
  });

  test("left_pad, right_pad", () => {
    holds(
      fc.property(
        bytes,
        bytes.filter((pad) => pad.length > 0),
        fc.integer({ min: -5, max: 30 }),
        (text, pad, length) => {
          let padding = new Uint8Array();
          while (text.length + padding.length < length) padding = Uint8Array.from([...padding, ...pad]);
          same(run("strings.left_pad", text, pad, BigInt(length)), model.concat(padding, text));
          same(run("strings.right_pad", text, pad, BigInt(length)), model.concat(text, padding));
        },
      ),
    );
  });

  test("trim_space", () => {
    holds(fc.property(bytes, (text) => same(run("strings.trim_space", text), model.trimSpace(text))));
  });
});

describe("quoting", () => {
  const unquoted = (quoted: string): string => {
    const parts = quoted.slice(1, -1).match(/\\x..|\\u.{4}|\\U.{8}|\\.|[^\\]/gsu) ?? [];
    const plain: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };
    const all = parts.map((part) => {
      if (/^\\x/.test(part)) return Uint8Array.of(Number.parseInt(part.slice(2), 16));
      if (/^\\[uU]/.test(part)) return encodeBytes(String.fromCodePoint(Number.parseInt(part.slice(2), 16)));
      if (!part.startsWith("\\")) return encodeBytes(part);
      const control = plain[part.slice(1)];
      return control === undefined ? encodeBytes(part.slice(1)) : Uint8Array.of(control);
    });
    return decodeBytes(Buffer.concat(all));
  };

  test("loses nothing", () => {
    holds(
      fc.property(fc.oneof(str, fc.string({ unit: "binary" })), (text) =>
        expect(unquoted(quote(text))).toBe(text),
      ),
    );
  });

  test("leaves neither control characters nor bytes that are no text", () => {
    holds(
      fc.property(str, (text) =>
        expect(quote(text)).toMatch(/^"[^\p{C}\p{Z}\ud800-\udfff]*(?: [^\p{C}\p{Z}]*)*"$/u),
      ),
    );
  });
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeBytes } from "../../../lang/bytes.ts";
import { print, type Value } from "../../../lang/value.ts";
import { call, outcome } from "./call.ts";

type Row = readonly [name: string, args: readonly Value[], expected: Value];

function table(rows: readonly Row[]): void {
  for (const [name, args, expected] of rows) {
    test(`${name}(${args.map(print).join(", ")})`, () => {
      expect(call(`golang/strconv.${name}`, args)).toBe(expected);
    });
  }
}

function failures(rows: readonly (readonly [name: string, args: readonly Value[], message: string])[]): void {
  for (const [name, args, message] of rows) {
    test(`${name}(${args.map(print).join(", ")}) fails`, () => {
      expect(outcome(`golang/strconv.${name}`, args)).toBe(`FatalError: ${message}`);
    });
  }
}

/** Any bytes as `str`. */
const anyStr = fc.oneof(
  fc.uint8Array().map(decodeBytes),
  fc.string({ unit: "binary" }),
  fc
    .string({ unit: fc.constantFrom("a", '"', "'", "`", "\\", "\n", "\x7f", "é", "\u00a0", "😀", "\udcff") })
    .map((text) => decodeBytes(Buffer.from(text))),
);

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

describe("ints", () => {
  table([
    ["atoi", ["-042"], -42n],
    ["atoi", [String(MIN)], MIN],
    ["parse_int", ["ff", 16n, 0n], 255n],
    ["parse_int", ["+Zz", 36n, 64n], 1295n],
    ["parse_int", ["0x_ff", 0n, 64n], 255n],
    ["parse_int", ["-0b1_0", 0n, 64n], -2n],
    ["parse_int", ["0o17", 0n, 64n], 15n],
    ["parse_int", ["017", 0n, 64n], 15n],
    ["parse_int", ["0", 0n, 64n], 0n],
    ["parse_int", ["1_000", 0n, 64n], 1000n],
    ["parse_int", ["-128", 10n, 8n], -128n],
    ["parse_int", [String(MAX), 10n, 64n], MAX],
    ["format_int", [MIN, 2n], `-1${"0".repeat(63)}`],
    ["format_int", [-35n, 36n], "-z"],
    ["itoa", [MIN], String(MIN)],
    ["append_int", ["x=", -255n, 16n], "x=-ff"],
  ]);
  const invalid = (text: string) => `strconv.ParseInt: parsing ${print(text)}: invalid syntax`;
  failures([
    ["atoi", [""], 'strconv.Atoi: parsing "": invalid syntax'],
    ["atoi", ["1_0"], 'strconv.Atoi: parsing "1_0": invalid syntax'],
    ["atoi", ["9223372036854775808"], 'strconv.Atoi: parsing "9223372036854775808": value out of range'],
    ["parse_int", ["128", 10n, 8n], 'strconv.ParseInt: parsing "128": value out of range'],
    [
      "parse_int",
      ["99999999999999999999x", 10n, 64n],
      'strconv.ParseInt: parsing "99999999999999999999x": value out of range',
    ],
    ["parse_int", ["1", 1n, 64n], 'strconv.ParseInt: parsing "1": invalid base 1'],
    ["parse_int", ["1", 37n, 64n], 'strconv.ParseInt: parsing "1": invalid base 37'],
    ["parse_int", ["1", 10n, 65n], 'strconv.ParseInt: parsing "1": invalid bit size 65'],
    ...["", "-", "+-1", " 1", "12a", "1_0", "\udcff"].map(
      (text) => ["parse_int", [text, 10n, 64n], invalid(text)] as const,
    ),
    ...["0x", "0b2", "08", "_1", "1_", "1__0", "0_x1"].map(
      (text) => ["parse_int", [text, 0n, 64n], invalid(text)] as const,
    ),
    ["format_int", [1n, 1n], "base must be from 2 to 36, got: 1"],
    ["append_int", ["", 1n, 37n], "base must be from 2 to 36, got: 37"],
  ]);

  test("every int is read back, to any base", () => {
    fc.assert(
      fc.property(fc.bigInt(MIN, MAX), fc.bigInt(2n, 36n), (value, base) => {
        const text = call("golang/strconv.format_int", [value, base]);
        expect(call("golang/strconv.parse_int", [text, base, 64n])).toBe(value);
      }),
    );
  });
});

describe("floats", () => {
  table([
    ["parse_float", ["1e-2", 64n], 0.01],
    ["parse_float", ["-0", 64n], -0],
    ["parse_float", ["1_2.5_0e1_0", 64n], 125000000000],
    ["parse_float", ["0x1.8p1", 64n], 3],
    ["parse_float", ["0x_1p-2", 64n], 0.25],
    ["parse_float", ["+Inf", 64n], Infinity],
    ["parse_float", ["-iNFINITY", 32n], -Infinity],
    ["parse_float", ["nan", 64n], Number.NaN],
    ["parse_float", ["1e-400", 64n], 0],
    ["parse_float", ["0.1", 32n], 0.10000000149011612],
    ["parse_float", ["16777217", 32n], 16777216],
    ["parse_float", ["16777219", 32n], 16777220],
    // Just above the middle of two floats of 32 bits: as a float of 64 bits it would be the middle itself.
    ["parse_float", ["1.000000059604644775390625", 32n], 1],
    ["parse_float", ["1.00000005960464477539062500000001", 32n], 1.0000001192092896],
    ["parse_float", ["1e-46", 32n], 0],
    ["parse_float", ["7.1e-46", 32n], 1.401298464324817e-45],
    ["parse_float", ["3.4028235e38", 32n], 3.4028234663852886e38],
    ["parse_float", ["0x1p-149", 32n], 1.401298464324817e-45],
  ]);
  const invalid = (text: string) => `strconv.ParseFloat: parsing ${print(text)}: invalid syntax`;
  failures([
    ...["", ".", "1e", "0x1", "1_.5", "_1", "+nan", " 1", "1,5"].map(
      (text) => ["parse_float", [text, 64n], invalid(text)] as const,
    ),
    ["parse_float", ["1e400", 64n], 'strconv.ParseFloat: parsing "1e400": value out of range'],
    ["parse_float", ["3.5e38", 32n], 'strconv.ParseFloat: parsing "3.5e38": value out of range'],
    ["parse_float", ["0x1p1024", 64n], 'strconv.ParseFloat: parsing "0x1p1024": value out of range'],
  ]);

  test("every float is read back from its shortest text", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const text = print(value);
        expect(call("golang/strconv.parse_float", [text, 64n])).toBe(value);
      }),
    );
  });

  test("floats of 32 bits are read as floats of 64 bits are, and rounded", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        expect(call("golang/strconv.parse_float", [print(value), 32n])).toBe(value);
      }),
    );
  });
});

describe("bools", () => {
  table([
    ["parse_bool", ["T"], true],
    ["parse_bool", ["FALSE"], false],
    ["format_bool", [false], "false"],
    ["append_bool", ["is ", true], "is true"],
  ]);
  failures([["parse_bool", ["yes"], 'strconv.ParseBool: parsing "yes": invalid syntax']]);
});

describe("quoting", () => {
  table([
    ["quote", ['a"b\\c`'], '"a\\"b\\\\c`"'],
    ["quote", ["\x07\b\f\n\r\t\v\x00\x7f"], '"\\a\\b\\f\\n\\r\\t\\v\\x00\\x7f"'],
    ["quote", ["é☺\u00a0\ufeff\u{e0001}\ufffd\udcff"], '"é☺\\u00a0\\ufeff\\U000e0001\ufffd\\xff"'],
    ["quote_to_ascii", ["é☺😀\ufffd\udcff"], '"\\u00e9\\u263a\\U0001f600\\ufffd\\xff"'],
    ["quote_to_graphic", ["é\u00a0\u3000\u2028\t"], '"é\u00a0\u3000\\u2028\\t"'],
    ["append_quote", ["\udcc3", "é"], '\udcc3"é"'],
    ["append_quote_to_ascii", ["q=", "é"], 'q="\\u00e9"'],
    ["append_quote_to_graphic", ["q=", "\u00a0"], 'q="\u00a0"'],
    ["can_backquote", ["a\tb é"], true],
    ...["a`b", "a\nb", "\x7f", "\ufeff", "\udcff"].map((text) => ["can_backquote", [text], false] as const),
    ["unquote", ['"a\\tb\\x41\\101\\u00e9\\U0001F600\\""'], 'a\tbAAé😀"'],
    ["unquote", ['"\\xc3\\xa9"'], "é"],
    ["unquote", ['"\\xff\\377"'], "\udcff\udcff"],
    ["unquote", ["`a\\n\r\nb`"], "a\\n\nb"],
    ["unquote", ["'\\''"], "'"],
    ["unquote", ["'☺'"], "☺"],
    ["quoted_prefix", ['"a\\"b" and more'], '"a\\"b"'],
    ["quoted_prefix", ["`a` b"], "`a`"],
    ["quoted_prefix", ["'x'y"], "'x'"],
  ]);
  failures(
    [
      "",
      '"',
      "a",
      '"a',
      '"a"b',
      "'ab'",
      '"\\\'"',
      "'\\\"'",
      '"\n"',
      '"\\400"',
      '"\\ud800"',
      '"\\U00110000"',
      '"\\x4"',
      '"\\q"',
      "`a`b`",
    ].map((text) => ["unquote", [text], "invalid syntax"] as const),
  );
  failures([["quoted_prefix", ["a'b'"], "invalid syntax"]]);

  for (const way of ["quote", "quote_to_ascii", "quote_to_graphic"]) {
    test(`what ${way} quotes is unquoted to the same`, () => {
      fc.assert(
        fc.property(anyStr, (text) => {
          const quoted = call(`golang/strconv.${way}`, [text]);
          expect(call("golang/strconv.unquote", [quoted])).toBe(text);
          expect(call("golang/strconv.quoted_prefix", [`${quoted}"x`])).toBe(quoted);
        }),
      );
    });
  }

  test("a long text is read to its end", () => {
    const text = 'a\n"'.repeat(300_000);
    expect(call("golang/strconv.unquote", [call("golang/strconv.quote", [text])])).toBe(text);
  });

  test("a text that can stand in backquotes does", () => {
    fc.assert(
      fc.property(anyStr, (text) => {
        fc.pre(call("golang/strconv.can_backquote", [text]) === true);
        expect(call("golang/strconv.unquote", [`\`${text}\``])).toBe(text);
      }),
    );
  });
});

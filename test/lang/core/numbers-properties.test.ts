/** Numbers and formats: what is written is what is read, and the other way round. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { joinText, quote } from "../../../lang/bytes.ts";
import { printType } from "../../../lang/types/type.ts";
import { print, type Value } from "../../../lang/value.ts";
import { float, holds, int, str } from "./arbitraries.ts";
import { call, typeOf } from "./call.ts";

const wrapped = (value: bigint) => BigInt.asIntN(64, value);

describe("int", () => {
  test("is read as it is written", () => {
    holds(
      fc.property(int, (value) => {
        const text = call("convert.int_to_str", [value]);
        expect(text).toBe(`${value}`);
        expect(call("convert.str_to_int", [text])).toBe(value);
        expect(call("fmt.printf", ["%d", value])).toBe(text);
        expect(
          call("convert.str_to_int", [`${value < 0n ? "-" : "+"}000${String(value).replace("-", "")}`]),
        ).toBe(value);
      }),
    );
  });

  test("minus1 wraps, mod has the sign of the dividend", () => {
    holds(
      fc.property(int, int, (a, b) => {
        expect(call("math.minus1", [a])).toBe(wrapped(a - 1n));
        fc.pre(b !== 0n);
        const rest = call("math.mod", [a, b]);
        if (typeof rest !== "bigint") throw new Error("not an int");
        expect((a - rest) % b).toBe(0n);
        expect(rest === 0n || rest < 0n === a < 0n).toBe(true);
      }),
    );
  });
});

describe("float", () => {
  test("is read as it is written, in every notation", () => {
    holds(
      fc.property(float, (value) => {
        const text = call("fmt.printf", ["%f", value]);
        if (typeof text !== "string") throw new Error("not a str");
        expect(text).not.toContain("e");
        for (const notation of [text, text.toUpperCase()]) {
          expect(call("convert.str_to_float", [notation])).toBe(value);
        }
        for (const notation of [String(value), value.toExponential()]) {
          expect(call("convert.str_to_float", [notation])).toBe(Object.is(value, -0) ? 0 : value);
        }
      }),
    );
  });

  test("has no more digits than it takes", () => {
    holds(
      fc.property(float.filter(Number.isFinite), (value) => {
        const digits = (text: string) =>
          text
            .replace(/e.*$/, "")
            .replace(/[-.]/g, "")
            .replace(/^0+|0+$/g, "");
        expect(digits(print(value))).toBe(digits(value.toExponential()));
      }),
    );
  });

  test("loses its fraction as an int", () => {
    holds(
      fc.property(fc.double({ min: -(2 ** 62), max: 2 ** 62, noNaN: true }), (value) => {
        expect(call("convert.to_int", [value])).toBe(BigInt(Math.trunc(value)));
      }),
    );
  });

  test("an int that is small enough survives being a float", () => {
    holds(
      fc.property(fc.maxSafeInteger().map(BigInt), (value) => {
        expect(call("convert.to_int", [call("convert.to_float", [value])])).toBe(value);
      }),
    );
  });
});

describe("printf", () => {
  interface Piece {
    readonly format: string;
    readonly operand?: Value;
    readonly text: string;
  }

  const any: fc.Arbitrary<Value> = fc.oneof(str, int, float, fc.boolean(), fc.array(int, { maxLength: 3 }));
  const operand = <T extends Value>(format: string, values: fc.Arbitrary<T>, show: (value: T) => string) =>
    values.map((value): Piece => ({ format, operand: value, text: show(value) }));
  const piece: fc.Arbitrary<Piece> = fc.oneof(
    str.map((text): Piece => ({ format: text.replaceAll("%", "%%"), text })),
    fc.constant<Piece>({ format: "%%", text: "%" }),
    operand("%t", fc.boolean(), String),
    operand("%s", str, (value) => value),
    operand("%q", str, quote),
    operand("%d", int, String),
    operand("%f", float, print),
    operand("%v", any, (value) => (typeof value === "string" ? value : print(value))),
    operand("%T", any, (value) => printType(typeOf(value))),
  );

  test("every verb shows its value, whatever stands around it", () => {
    holds(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const operands = pieces.flatMap((each) => (each.operand === undefined ? [] : [each.operand]));
        const format = joinText(pieces.map((each) => each.format));
        expect(call("fmt.printf", [format, ...operands])).toBe(joinText(pieces.map((each) => each.text)));
      }),
    );
  });
});

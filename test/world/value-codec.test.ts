import { expect, test } from "bun:test";
import { equal, FunctionValue, MapValue, print, StructValue, type Value } from "../../lang/value.ts";
import { decodeValue, encodeValue } from "../../src/world/value-codec.ts";

const values: readonly Value[] = [
  true,
  false,
  "",
  "plain",
  'quotes " and\nnewlines \0',
  "bytes \udc80\udcff that are no text",
  "𝄞",
  0n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  0,
  -0,
  0.1,
  5e-324,
  Number.MAX_VALUE,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  [],
  [[], ["a"]],
  new MapValue([]),
  new MapValue([
    ["a", 1n],
    ["b", 2n],
  ]),
  new MapValue([[1.5, [true]]]),
  new StructValue([], []),
  new StructValue(["__proto__", "b"], ["x", new MapValue([[1n, new StructValue(["c"], [0.5])]])]),
];

test.each(values.map((value) => [print(value), value] as const))(
  "%s comes back as it was",
  (_text, value) => {
    const text = encodeValue(value);
    expect(text.isWellFormed()).toBe(true);
    const decoded = decodeValue(text);
    expect(decoded !== undefined && equal(decoded, value)).toBe(true);
    expect(decoded === undefined ? undefined : encodeValue(decoded)).toBe(text);
  },
);

test("a function cannot be kept, at whatever depth", () => {
  class Nothing extends FunctionValue {
    readonly signature = "";
  }
  expect(() => encodeValue(new StructValue(["f"], [[new Nothing()]]))).toThrow("a function cannot be kept");
});

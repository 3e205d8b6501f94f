import { describe, expect, test } from "bun:test";
import {
  equal,
  equalByIeee,
  MapValue,
  print,
  printFloat,
  StructValue,
  type Value,
} from "../../lang/value.ts";

const map = new MapValue([
  ["b", 2n],
  ["a", 1n],
]);
const struct = new StructValue(["name", "n"], ["x", 3n]);

describe("values print as section 10.1 has it", () => {
  const rows: readonly [Value, string][] = [
    [true, "true"],
    ["a\nb", '"a\\nb"'],
    [-13n, "-13"],
    [3.14, "3.14"],
    [42, "42"],
    [["a", "b"], '["a", "b"]'],
    [[], "[]"],
    [map, '{"a": 1, "b": 2}'],
    [new MapValue([]), "{}"],
    [struct, 'struct{name: "x"; n: 3}'],
    [new StructValue([], []), "struct{}"],
    [[map, struct], '[{"a": 1, "b": 2}, struct{name: "x"; n: 3}]'],
  ];
  for (const [value, printed] of rows) test(printed, () => expect(print(value)).toBe(printed));
});

test.each([
  [0, "0"],
  [-0, "-0"],
  [0.1 + 0.2, "0.30000000000000004"],
  [1e21, "1000000000000000000000"],
  [1.5e-7, "0.00000015"],
  [-1.25e22, "-12500000000000000000000"],
  [Number.MAX_VALUE, `17976931348623157${"0".repeat(292)}`],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "+Inf"],
  [Number.NEGATIVE_INFINITY, "-Inf"],
])("%p prints without an exponent", (value, printed) => {
  expect(printFloat(value)).toBe(printed);
});

describe("maps", () => {
  test("are sorted, NaN first", () => {
    const keys = [2, Number.NaN, 1, -0.5];
    expect(print(new MapValue(keys.map((key) => [key, true] as const)))).toBe(
      "{NaN: true, -0.5: true, 1: true, 2: true}",
    );
  });

  test("the later of two equal keys wins", () => {
    const twice = new MapValue([
      ["a", 1n],
      ["a", 2n],
    ]);
    expect(twice.size).toBe(1);
    expect(twice.get("a")).toBe(2n);
  });

  test("keys of different types do not meet", () => {
    expect(new MapValue([[1n, "int"]]).get("1")).toBeUndefined();
    expect(new MapValue([[1n, "int"]]).get(1n)).toBe("int");
  });

  test("a struct can be a key", () => {
    const keyed = new MapValue([[struct, true]]);
    expect(keyed.get(new StructValue(["name", "n"], ["x", 3n]))).toBe(true);
  });
});

describe("equality", () => {
  const same: readonly [Value, Value][] = [
    [
      ["a", 1n],
      ["a", 1n],
    ],
    [
      map,
      new MapValue([
        ["a", 1n],
        ["b", 2n],
      ]),
    ],
    [struct, new StructValue(["name", "n"], ["x", 3n])],
  ];
  for (const [a, b] of same) test(`${print(a)} equals itself`, () => expect(equal(a, b)).toBe(true));

  const different: readonly [Value, Value][] = [
    [1n, 1],
    ["1", 1n],
    [["a"], ["a", "b"]],
    [map, new MapValue([["a", 1n]])],
    [struct, new StructValue(["name", "m"], ["x", 3n])],
  ];
  for (const [a, b] of different) {
    test(`${print(a)} differs from ${print(b)}`, () => expect(equal(a, b)).toBe(false));
  }

  test("a NaN is no change, but does not equal itself in the language", () => {
    expect(equal(Number.NaN, Number.NaN)).toBe(true);
    expect(equalByIeee([Number.NaN], [Number.NaN])).toBe(false);
    const list = [Number.NaN];
    expect(equalByIeee(list, list)).toBe(false);
    expect(equal(0, -0)).toBe(false);
    expect(equalByIeee(0, -0)).toBe(true);
  });
});

import { describe, expect, test } from "bun:test";
import { printf } from "../../../lang/core/fmt.ts";
import type { Type } from "../../../lang/types/type.ts";
import { FunctionValue, MapValue, print, StructValue, type Value } from "../../../lang/value.ts";
import { call, inferenceError, outcome } from "./call.ts";

const struct = new StructValue(["x", "y"], [1n, "s"]);
const map = new MapValue([
  ["b", 2n],
  ["a", 1n],
]);
const lambda = new (class extends FunctionValue {
  readonly signature = "func(x str) str";
})();

describe("printf", () => {
  const rows: [string, Value[], string][] = [
    ["plain", [], "plain"],
    ["100%%", [], "100%"],
    ["%%d", [], "%d"],
    ["é %s ü", ["ö"], "é ö ü"],
    ["%t %t", [true, false], "true false"],
    ["%s=%d", ["n", 3n], "n=3"],
    ["%s", ['a"b\n'], 'a"b\n'],
    ["%d", [-(2n ** 63n)], "-9223372036854775808"],
    ["%q", ["plain é 日本"], '"plain é 日本"'],
    ["%q", ['\x07\b\f\n\r\t\v\\"'], '"\\a\\b\\f\\n\\r\\t\\v\\\\\\""'],
    ["%q", ["\x00\x1b\x7f"], '"\\x00\\x1b\\x7f"'],
    ["%q", ["\u00a0\u200b\ufeff"], '"\\u00a0\\u200b\\ufeff"'],
    ["%q", ["\u{e0001}\u{1f600}"], '"\\U000e0001😀"'],
    ["%q", ["a\udcff\udc80"], '"a\\xff\\x80"'],
    ["%f", [42], "42"],
    ["%f", [0.5], "0.5"],
    ["%f", [1e21], "1000000000000000000000"],
    ["%f", [1e-7], "0.0000001"],
    ["%f", [-1.25e-10], "-0.000000000125"],
    ["%f", [0.1 + 0.2], "0.30000000000000004"],
    ["%f", [Number.MAX_SAFE_INTEGER], "9007199254740991"],
    ["%f %f %f %f", [Infinity, -Infinity, Number.NaN, -0], "+Inf -Inf NaN -0"],
    ["%v %v %v %v", [true, "s", 1n, 1.5], "true s 1 1.5"],
    ["%v", [[1n, 2n]], "[1, 2]"],
    ["%v", [["a", "b\n"]], '["a", "b\\n"]'],
    ["%v", [map], '{"a": 1, "b": 2}'],
    ["%v", [struct], 'struct{x: 1; y: "s"}'],
    ["%v", [[]], "[]"],
    ["%v", [lambda], "func(func(x str) str)"],
    ["%T %T %T %T", [true, "s", 1n, 1.5], "bool str int float"],
    ["%T %T %T", [["a"], map, struct], "[]str map{str: int} struct{x int; y str}"],
    ["ends with %", [], "ends with "],
    ["%s%s", ["\udcc3", "\udca9"], "é"],
    ["surplus %d", [1n, 2n], "surplus 1"],
  ];
  for (const [format, operands, expected] of rows) {
    test(`${format} of ${print(operands)}`, () => {
      expect(call(printf, [format, ...operands])).toBe(expected);
    });
  }

  const failures: [string, Value[], string][] = [
    [
      "%x",
      [1n],
      "FatalError: could not parse format string: invalid format string at 1: there is no verb `%x`",
    ],
    [
      "é%5d",
      [1n],
      "FatalError: could not parse format string: invalid format string at 3: there is no verb `%5`",
    ],
    ["%d %d", [1n], "FatalError: number of args (1) doesn't match format string verb count (2)"],
    ["%d", ["a"], "FatalError: inconsistent type at arg index 1: verb %d needs int, got: str"],
    ["%s %f", ["a", 1n], "FatalError: inconsistent type at arg index 2: verb %f needs float, got: int"],
    ["%t", [0n], "FatalError: inconsistent type at arg index 1: verb %t needs bool, got: int"],
    ["%q", [[1n]], "FatalError: inconsistent type at arg index 1: verb %q needs str, got: []int"],
  ];
  for (const [format, operands, expected] of failures) {
    test(`${format} of ${print(operands)} fails while running`, () => {
      expect(outcome(printf, [format, ...operands])).toBe(expected);
    });
  }
});

describe("typing of printf", () => {
  const kinds = (format: string | undefined, count: number) =>
    printf
      .infer?.({ args: [format === undefined ? {} : { value: format }, ...Array(count).fill({})] })
      .args.map((each) => each.type.kind);

  test("a static format fixes the types", () => {
    expect(kinds("%t %s %q %d %f %v %T %%", 7)).toEqual([
      "str",
      "bool",
      "str",
      "str",
      "int",
      "float",
      "parameter",
      "parameter",
    ]);
  });

  test("%v operands are independent of each other", () => {
    const signature = printf.infer?.({ args: [{ value: "%v %v" }, {}, {}] });
    expect(signature?.args[1]?.type).not.toEqual(signature?.args[2]?.type);
  });

  test("a format that is not known leaves them free", () => {
    expect(kinds(undefined, 2)).toEqual(["str", "parameter", "parameter"]);
  });

  const str: Type = { kind: "str" };
  const int: Type = { kind: "int" };
  const rows: [string, { type?: Type; value?: Value }[], string | undefined][] = [
    ["too few", [{ value: "%d %s" }, {}], "the format has 2 verbs (%d %s), but 1 value follows it"],
    ["too many", [{ value: "a" }, {}], "the format has 0 verbs, but 1 value follows it"],
    ["wrong type", [{ value: "%s" }, { type: int }], "`%s` takes str, got int"],
    ["second wrong", [{ value: "%s %d" }, { type: str }, { type: str }], "`%d` takes int, got str"],
    ["bad verb", [{ value: "a%d %5d" }, {}, {}], "invalid format string at 5: there is no verb `%5`"],
    ["fitting", [{ value: "%s %v" }, { type: str }, { type: int }], undefined],
  ];
  test.each(rows)("%s", (_, args, expected) => {
    expect(inferenceError(printf, args)).toBe(expected);
  });
});

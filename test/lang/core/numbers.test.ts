import { describe, expect, test } from "bun:test";
import type { Type } from "../../../lang/types/type.ts";
import { MapValue, print, type Value } from "../../../lang/value.ts";
import { core, outcome } from "./call.ts";

function table(rows: readonly [name: string, args: readonly Value[], expected: string][]): void {
  for (const [name, args, expected] of rows) {
    test(`${name}(${args.map(print).join(", ")})`, () => {
      expect(outcome(name, args)).toBe(expected);
    });
  }
}

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

describe("convert", () => {
  const truths = ["1", "t", "T", "TRUE", "true", "True"].map((word): [string, Value[], string] => [
    "convert.parse_bool",
    [word],
    "true",
  ]);
  const lies = ["0", "f", "F", "FALSE", "false", "False"].map((word): [string, Value[], string] => [
    "convert.parse_bool",
    [word],
    "false",
  ]);
  table([
    ...truths,
    ...lies,
    ["convert.parse_bool", ["yes"], 'CatchableError: not a bool: "yes"'],
    ["convert.parse_bool", ["tRUE"], 'CatchableError: not a bool: "tRUE"'],
    ["convert.format_bool", [false], '"false"'],
    ["convert.int_to_str", [MIN], `"${MIN}"`],
    ["convert.str_to_int", ["+042"], "42"],
    ["convert.str_to_int", ["-0"], "0"],
    ["convert.str_to_int", [String(MAX)], String(MAX)],
    ["convert.str_to_int", [String(MIN)], String(MIN)],
    ["convert.str_to_int", ["0000000000000000000000000001"], "1"],
    ["convert.str_to_int", [String(MAX + 1n)], `CatchableError: not an int of 64 bits: "${MAX + 1n}"`],
    ...["", " 1", "1 ", "1_0", "0x1", "1.0", "-", "١"].map((text): [string, Value[], string] => [
      "convert.str_to_int",
      [text],
      `CatchableError: not an int of 64 bits: ${print(text)}`,
    ]),
    ["convert.str_to_float", [".5"], "0.5"],
    ["convert.str_to_float", ["5."], "5"],
    ["convert.str_to_float", ["1e3"], "1000"],
    ["convert.str_to_float", ["+7"], "7"],
    ["convert.str_to_float", ["1_000.5"], "1000.5"],
    ["convert.str_to_float", ["-0"], "-0"],
    ["convert.str_to_float", ["0x1p-2"], "0.25"],
    ["convert.str_to_float", ["-0x1.8p1"], "-3"],
    ["convert.str_to_float", ["0x1.fffffffffffff8p0"], "2"],
    ["convert.str_to_float", ["0x1p-1074"], print(Number.MIN_VALUE)],
    ["convert.str_to_float", ["0x1p-1075"], "0"],
    ["convert.str_to_float", ["0x3p-1075"], print(2 * Number.MIN_VALUE)],
    ["convert.str_to_float", ["1e-400"], "0"],
    ["convert.str_to_float", ["inf"], "+Inf"],
    ["convert.str_to_float", ["-Infinity"], "-Inf"],
    ["convert.str_to_float", ["NaN"], "NaN"],
    ["convert.str_to_float", ["1e400"], 'CatchableError: float out of range: "1e400"'],
    ["convert.str_to_float", ["0x1p2000"], 'CatchableError: float out of range: "0x1p2000"'],
    ...["", ".", "1e", " 1", "1__0", "_1", "1_", "0x1", "0xp1", "+nan", "infinit", "1,5"].map(
      (text): [string, Value[], string] => [
        "convert.str_to_float",
        [text],
        `CatchableError: not a float: "${text}"`,
      ],
    ),
    ["convert.to_float", [MAX], "9223372036854776000"],
    ["convert.to_int", [-2.9], "-2"],
    ["convert.to_int", [1e18], "1000000000000000000"],
    ["convert.to_int", [Number.NaN], String(MIN)],
    ["convert.to_int", [Infinity], String(MIN)],
    ["convert.to_int", [2 ** 63], String(MIN)],
    ["convert.to_int", [-(2 ** 63)], String(MIN)],
  ]);
});

describe("math", () => {
  table([
    ["math.minus1", [1n], "0"],
    ["math.minus1", [MIN], String(MAX)],
    ["math.mod", [-5n, 3n], "-2"],
    ["math.mod", [5n, -3n], "2"],
    ["math.mod", [MAX, 10n], "7"],
    ["math.mod", [5.5, 2.0], "1.5"],
    ["math.mod", [1n, 0n], "CatchableError: mod has no finite result: NaN"],
    ["math.mod", [1.0, 0.0], "CatchableError: mod has no finite result: NaN"],
    ["math.mod", [Infinity, 2.0], "CatchableError: mod has no finite result: NaN"],
    ["math.mod", [2.0, Infinity], "2"],
    ["math.pow", [2.0, 3.0], "8"],
    ["math.pow", [0.0, 0.0], "1"],
    ["math.pow", [1.0, Number.NaN], "1"],
    ["math.pow", [-1.0, Infinity], "1"],
    ["math.pow", [0.0, -1.0], "CatchableError: pow has no finite result: +Inf"],
    ["math.pow", [-1.0, 0.5], "CatchableError: pow has no finite result: NaN"],
    ["math.pow", [-10.0, 309.0], "CatchableError: pow has no finite result: -Inf"],
    ["math.sqrt", [2.25], "1.5"],
    ["math.sqrt", [-1.0], "CatchableError: sqrt has no finite result: NaN"],
    ["math.sqrt", [Infinity], "CatchableError: sqrt has no finite result: +Inf"],
  ]);

  test("fortytwo is what is asked for", () => {
    expect(outcome("math.fortytwo", [], { result: { kind: "int" } })).toBe("42");
    expect(typeof core("math.fortytwo").check?.({ kind: "func", args: [], result: { kind: "str" } })).toBe(
      "string",
    );
  });
});

describe("lists and maps", () => {
  const map = new MapValue([
    ["b", 1n],
    ["a", 2n],
  ]);
  table([
    ["map.keys", [map], '["a", "b"]'],
    ["map.values", [map], "[2, 1]"],
    ["map.lookup", [map, "b"], "1"],
    ["map.lookup", [map, "z"], 'CatchableError: map key not present, want: "z" in {"a": 2, "b": 1}'],
    ["list.concat", [[1n], [2n, 3n], []], "[1, 2, 3]"],
    ["list.concat", [[[1n]], [[2n]]], "[[1], [2]]"],
    ["list.lookup", [["a"], 0n], '"a"'],
    ["list.lookup", [["a"], -1n], "CatchableError: list index negative, got: -1"],
    ["iter.flatten", [[[1n, 2n], [], [3n]]], "[1, 2, 3]"],
    ["iter.flatten", [[[[1n]], [[2n]]]], "[[1], [2]]"],
    ["iter.range", [3n], "[0, 1, 2]"],
    ["iter.range", [-3n], "[]"],
    ["iter.range", [2n, 4n], "[2, 3]"],
    ["iter.range", [4n, 2n], "[]"],
    ["iter.range", [5n, 0n, -2n], "[5, 3, 1]"],
    ["iter.range", [0n, 6n, 3n], "[0, 3]"],
    ["iter.range", [0n, 7n, 3n], "[0, 3, 6]"],
    ["iter.range", [0n, 5n, -1n], "[]"],
    ["iter.range", [0n, 5n, 0n], "FatalError: step of range must not be 0"],
    ["iter.range", [MAX], `FatalError: a list of ${MAX} elements is too long, at most 16777216 can be made`],
    ["iter.range", [MAX - 2n, MAX], `[${MAX - 2n}, ${MAX - 1n}]`],
    ["iter.range", [MIN + 1n, MIN, -2n], `[${MIN + 1n}]`],
    ["iter.range", [MIN, MAX, MAX], `[${MIN}, -1, ${MAX - 1n}]`],
  ]);

  const kinds: [string, Type, boolean][] = [
    [".len", { kind: "str" }, true],
    [".len", { kind: "list", element: { kind: "int" } }, true],
    [".len", { kind: "int" }, false],
    [".panic", { kind: "bool" }, true],
    [".panic", { kind: "int" }, false],
    ["math.mod", { kind: "float" }, true],
    ["math.mod", { kind: "str" }, false],
  ];
  test.each(kinds)("%s of %j may be called: %p", (name, type, accepted) => {
    const problem = core(name).check?.({ kind: "func", args: [{ name: "x", type }], result: type });
    expect(problem === undefined).toBe(accepted);
  });
});

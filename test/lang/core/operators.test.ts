import { describe, expect, test } from "bun:test";
import type { CallProblem, CallSite, CoreFunction } from "../../../lang/core/define.ts";
import {
  binaryOperators,
  interpolate,
  lookup,
  notOperator,
  structField,
  structFieldOr,
} from "../../../lang/core/operators.ts";
import type { BinaryOperator } from "../../../lang/syntax/ast.ts";
import type { FuncType, Type } from "../../../lang/types/type.ts";
import { FunctionValue, MapValue, print, StructValue, type Value } from "../../../lang/value.ts";
import { inferenceError, outcome, typeOf } from "./call.ts";

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);
const struct = (fields: Record<string, Value>) => new StructValue(Object.keys(fields), Object.values(fields));
const map = (...entries: [Value, Value][]) => new MapValue(entries);
const lambda = new (class extends FunctionValue {
  readonly signature = "func() int";
})();

describe("binary operators", () => {
  const rows: [Value, BinaryOperator, Value, string][] = [
    [1n, "+", 2n, "3"],
    [MAX, "+", 1n, String(MIN)],
    [MIN, "-", 1n, String(MAX)],
    [MAX, "*", MAX, "1"],
    [MAX, "*", 2n, "-2"],
    [0.1, "+", 0.2, "0.30000000000000004"],
    [1.5, "-", 2.0, "-0.5"],
    [1e300, "*", 1e300, "+Inf"],
    ["a", "+", "b", '"ab"'],
    ["\udcc3", "+", "\udca9", '"é"'],
    [true, "+", true, "FatalError: unsupported kind: bool: `+` works on int, float and str"],
    [[1n], "+", [2n], "FatalError: unsupported kind: list: `+` works on int, float and str"],
    ["a", "-", "b", "FatalError: unsupported kind: str: `-` works on int and float"],
    [map(), "*", map(), "FatalError: unsupported kind: map: `*` works on int and float"],
    [7n, "/", 2n, "3.5"],
    [1n, "/", 3n, "0.3333333333333333"],
    [1.0, "/", 8.0, "0.125"],
    [1n, "/", 0n, "CatchableError: can't divide by zero"],
    [1.0, "/", 0.0, "CatchableError: can't divide by zero"],
    [1.0, "/", -0.0, "CatchableError: can't divide by zero"],
    ["a", "/", "b", "FatalError: unsupported kind: str: `/` works on int and float"],
    [1n, "==", 1n, "true"],
    [1n, "!=", 1n, "false"],
    [Number.NaN, "==", Number.NaN, "false"],
    [Number.NaN, "!=", Number.NaN, "true"],
    [0.0, "==", -0.0, "true"],
    ["é", "==", "e\u0301", "false"],
    [[1n, 2n], "==", [1n, 2n], "true"],
    [[1n, 2n], "==", [2n, 1n], "false"],
    [map(["a", 1n], ["b", 2n]), "==", map(["b", 2n], ["a", 1n]), "true"],
    [struct({ a: 1n }), "==", struct({ a: 2n }), "false"],
    [lambda, "==", lambda, "FatalError: unsupported kind: func: functions cannot be compared"],
    [1n, "<", 2n, "true"],
    [2n, "<=", 2n, "true"],
    [2n, ">", 2n, "false"],
    [2.5, ">=", 2.5, "true"],
    [Number.NaN, "<", 1.0, "false"],
    ["a", "<", "b", "FatalError: unsupported kind: str: `<` works on int and float"],
    [true, ">", false, "FatalError: unsupported kind: bool: `>` works on int and float"],
    [true, "and", false, "false"],
    [true, "or", false, "true"],
    [2n, "in", [1n, 2n], "true"],
    ["c", "in", ["a"], "false"],
    [[1n], "in", [[1n], []], "true"],
  ];
  for (const [left, operator, right, expected] of rows) {
    test(`${print(left)} ${operator} ${print(right)}`, () => {
      expect(outcome(binaryOperators[operator], [left, right])).toBe(expected);
    });
  }

  test("not", () => {
    expect(outcome(notOperator, [true])).toBe("false");
  });
});

test("interpolation joins bytes that belong together", () => {
  expect(outcome(interpolate, ["h", "\udcc3", "\udca9", "!"])).toBe('"hé!"');
});

describe("lookup", () => {
  const list = ["a", "b", "c"];
  const rows: [Value, Value, string][] = [
    [list, 0n, '"a"'],
    [list, -1n, "CatchableError: list index negative, got: -1"],
    [list, 4n, 'CatchableError: list index not present, got: 4, len is: 3, in: ["a", "b", "c"]'],
    [
      list,
      2n ** 62n,
      `CatchableError: list index not present, got: ${2n ** 62n}, len is: 3, in: ["a", "b", "c"]`,
    ],
    [map([42n, "hello1"]), 42n, '"hello1"'],
    [map([42n, "hello1"]), 13n, 'CatchableError: map key not present, want: 13 in {42: "hello1"}'],
    [map([struct({ a: 1n }), "x"]), struct({ a: 1n }), '"x"'],
  ];
  for (const [collection, index, expected] of rows) {
    test(`${print(collection)} at ${print(index)}`, () => {
      expect(outcome(lookup, [collection, index])).toBe(expected);
    });
  }

  test("a miss in a large collection names only its beginning", () => {
    const large = Array.from({ length: 10_000 }, (_, index) => BigInt(index));
    expect(outcome(lookup, [large, 10_000n])).toMatch(/len is: 10000, in: \[0, 1, .*, 31, …\]$/);
    const map = new MapValue(large.map((each) => [each, each]));
    expect(outcome(lookup, [map, -1n])).toMatch(/want: -1 in \{0: 0, .*, 31: 31, …\}$/);
  });

  const forms: [string, CallSite["args"], string[]][] = [
    ["a list", [{ type: typeOf([1n]) }, {}], ["list", "int", "parameter"]],
    ["a map", [{ type: typeOf(map(["a", 1n])) }, {}], ["map", "parameter", "parameter"]],
    ["a str index", [{}, { type: { kind: "str" } }], ["map", "parameter", "parameter"]],
    ["a str index by value", [{}, { value: "x" }], ["map", "parameter", "parameter"]],
    ["an int index", [{}, { type: { kind: "int" } }], ["parameter", "parameter", "parameter"]],
    ["nothing known", [{}, {}], ["parameter", "parameter", "parameter"]],
  ];
  for (const [known, args, kinds] of forms) {
    test(`signature for ${known}`, () => {
      const signature = lookup.infer?.({ args });
      const types = [...(signature?.args ?? []), { type: signature?.result }];
      const found: string[] = types.map(({ type }) => type?.kind ?? "none");
      expect(found).toEqual(kinds);
    });
  }

  const solved: [Type, Type, Type, string | undefined][] = [
    [typeOf([1n]), { kind: "int" }, { kind: "int" }, undefined],
    [typeOf([1n]), { kind: "int" }, { kind: "str" }, "it is int, but str is wanted"],
    [typeOf([1n]), { kind: "str" }, { kind: "int" }, "the index of a list must be int, got str"],
    [typeOf(map(["a", 1n])), { kind: "str" }, { kind: "int" }, undefined],
    [typeOf(map(["a", 1n])), { kind: "int" }, { kind: "int" }, "it is str, but int is wanted"],
    [{ kind: "str" }, { kind: "int" }, { kind: "str" }, "`[…]` reads from a list or a map, got str"],
  ];
  test.each(solved)("solved types %j[%j] %j", (collection, index, result, expected) => {
    expect(told(lookup.check?.(func([collection, index], result)))).toBe(expected);
  });
});

describe("fields", () => {
  const value = struct({ name: "x", size: 3n });

  test("are read", () => {
    expect(outcome(structField("size"), [value])).toBe("3");
    expect(outcome(structFieldOr("size"), [value, 0n])).toBe("3");
    expect(outcome(structFieldOr("color"), [value, "red"])).toBe('"red"');
  });

  test("have one function for each name", () => {
    expect(structField("size")).toBe(structField("size"));
    expect(structField("size")).not.toBe(structField("name"));
    expect(structFieldOr("size")).toBe(structFieldOr("size"));
  });

  test("link argument and result where the struct is known", () => {
    expect(structField("size").infer?.({ args: [{ type: typeOf(value) }] }).result).toEqual({ kind: "int" });
    expect(structField("color").infer?.({ args: [{ type: typeOf(value) }] }).result.kind).toBe("parameter");
    expect(structField("size").infer?.({ args: [{}] }).result.kind).toBe("parameter");
    expect(structFieldOr("size").infer?.({ args: [{ type: typeOf(value) }, {}] }).result.kind).toBe("int");
  });

  const rows: [CoreFunction, FuncType, string | undefined][] = [
    [structField("size"), func([typeOf(value)], { kind: "int" }), undefined],
    [
      structField("size"),
      func([typeOf(value)], { kind: "str" }),
      "the field `size` does not fit: it is int, but str is wanted",
    ],
    [structField("color"), func([typeOf(value)], { kind: "str" }), "the struct has no field `color`"],
    [
      structField("size"),
      func([{ kind: "str" }], { kind: "int" }),
      "`->size` reads a field of a struct, got str",
    ],
    [structFieldOr("color"), func([typeOf(value), { kind: "str" }], { kind: "str" }), undefined],
    [
      structFieldOr("size"),
      func([typeOf(value), { kind: "str" }], { kind: "str" }),
      "the fallback must be of the type of the field `size`: it is int, but str is wanted",
    ],
  ];
  test.each(rows)("check %#", (field, type, expected) => {
    expect(told(field.check?.(type))).toBe(expected);
    expect(inferenceError(field, type.args)).toBeUndefined();
  });
});

function func(args: readonly Type[], result: Type): FuncType {
  return { kind: "func", args: args.map((type, index) => ({ name: String(index), type })), result };
}

/** What a check says. */
function told(problem: string | CallProblem | undefined): string | undefined {
  return typeof problem === "object" ? problem.message : problem;
}

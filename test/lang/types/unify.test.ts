import { describe, expect, test } from "bun:test";
import { type Open, OpenPrinter, TypeVariable } from "../../../lang/types/open.ts";
import { bool, float, int, str } from "../../../lang/types/type.ts";
import { Unifier } from "../../../lang/types/unify.ts";

const list = (element: Open): Open => ({ kind: "list", element });
const map = (key: Open, value: Open): Open => ({ kind: "map", key, value });
const struct = (fields: Readonly<Record<string, Open>>): Open => ({
  kind: "struct",
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});
const func = (args: readonly Open[], result: Open, name = ""): Open => ({
  kind: "func",
  args: args.map((type) => ({ name, type })),
  result,
});

describe("types that differ", () => {
  const cases: readonly [expected: Open, actual: Open, reason: string, left: string, right: string][] = [
    [str, int, "kind", "str", "int"],
    [list(str), list(int), "kind", "str", "int"],
    [list(str), str, "kind", "[]str", "str"],
    [map(str, int), map(int, str), "kind", "str", "int"],
    [map(str, int), map(str, str), "kind", "int", "str"],
    [struct({ a: int }), struct({}), "field-count", "struct{a int}", "struct{}"],
    [
      struct({ a: int, b: str }),
      struct({ b: str, a: int }),
      "field-names",
      "struct{a int; b str}",
      "struct{b str; a int}",
    ],
    [struct({ a: int }), struct({ a: str }), "kind", "int", "str"],
    [func([int], str), func([], str), "arg-count", "func(0 int) str", "func() str"],
    [func([int], str), func([str], int), "kind", "int", "str"],
    [func([int], str), func([int], int), "kind", "str", "int"],
  ];
  test.each(cases.map((each, index) => ({ name: `${each[2]} (${index})`, each })))("$name", ({ each }) => {
    const [expected, actual, reason, left, right] = each;
    const found = new Unifier().unify(expected, actual);
    const printer = new OpenPrinter();
    expect(found && [found.reason, printer.print(found.left), printer.print(found.right)]).toEqual([
      reason,
      left,
      right,
    ]);
  });
});

test("names of arguments do not count", () => {
  expect(new Unifier().unify(func([int], str, "a"), func([int], str, "b"))).toBeUndefined();
});

test("variables are solved from both sides", () => {
  const unifier = new Unifier();
  const a = new TypeVariable();
  const b = new TypeVariable();
  expect(unifier.unify(map(a, list(b)), map(str, list(list(a))))).toBeUndefined();
  expect(new OpenPrinter().print(map(a, b))).toBe("map{str: []str}");
});

test("a solved variable stands left in the mismatch", () => {
  const unifier = new Unifier();
  const solved = new TypeVariable();
  unifier.unify(solved, int);
  expect(unifier.unify(str, solved)).toMatchObject({ left: int, right: str });
  expect(unifier.unify(solved, float)).toMatchObject({ left: int, right: float });
});

test("what a variable stands for by definition is not a solution", () => {
  const unifier = new Unifier();
  const alias = new TypeVariable();
  unifier.define(alias, int);
  expect(unifier.unify(str, alias)).toMatchObject({ left: str, right: int });
});

test("a type cannot contain itself", () => {
  const unifier = new Unifier();
  const a = new TypeVariable();
  const b = new TypeVariable();
  unifier.unify(a, list(b));
  expect(unifier.unify(b, func([int], a))?.reason).toBe("infinite");
  expect(unifier.unify(a, a)).toBeUndefined();
});

test("the part in which two functions differ is told", () => {
  const callback = func([int], bool);
  expect(new Unifier().unify(func([str, func([str], bool)], int), func([str, callback], int))?.part).toBe(1);
  expect(new Unifier().unify(func([str], int), func([str], str))?.part).toBe("result");
});

test("what was solved since a mark can be undone", () => {
  const unifier = new Unifier();
  const kept = new TypeVariable();
  const undone = new TypeVariable();
  unifier.unify(kept, int);
  const mark = unifier.mark();
  unifier.unify(undone, list(kept));
  unifier.undo(mark);
  expect(undone.solution).toBeUndefined();
  expect(kept.solution).toEqual(int);
  expect(unifier.unify(undone, str)).toBeUndefined();
});

import { describe, expect, test } from "bun:test";
import { printType } from "../../../lang/types/type.ts";
import { bind, complaint, complaints, placeOf, textOf } from "./support.ts";

describe("annotations", () => {
  test.each([
    ["bool", "bool"],
    ["str", "str"],
    ["int", "int"],
    ["float", "float"],
    ["variant", "variant"],
    ["[]str", "[]str"],
    ["[][]int", "[][]int"],
    ["map{str: []int}", "map{str: []int}"],
    ["map{struct{a int; b str}: bool}", "map{struct{a int; b str}: bool}"],
    ["struct{}", "struct{}"],
    ["struct{a int; b struct{c str}}", "struct{a int; b struct{c str}}"],
    ["func() int", "func() int"],
    ["func(str, int) bool", "func(0 str, 1 int) bool"],
    ["func($a str, int) bool", "func(a str, 1 int) bool"],
    ["func(\n\t$map str,\n\tint,\n) []str", "func(map str, 1 int) []str"],
    ["func(func(int) str) func() bool", "func(0 func(0 int) str) func() bool"],
    ["[ ] map { str : int }", "[]map{str: int}"],
  ])("%s", (text, printed) => {
    const { annotation } = bind(`$x ${text} = $y`);
    if (annotation === undefined) throw new Error("no annotation");
    expect(printType(annotation.type)).toBe(printed);
    expect(textOf(annotation.span)).toBe(text);
  });

  test.each([
    ["$x map{[]str: int} = $y", "unhashable-map-key", "1:8-1:13"],
    ["$x []map{func() int: int} = $y", "unhashable-map-key", "1:10-1:20"],
    ["$x struct{x int; x int} = $y", "duplicate-struct-field", "1:18-1:19"],
    ["$x func($a int, $a int) int = $y", "duplicate-argument-name", "1:18-1:19"],
    ["$x struct{\na int} = $y", "unexpected-token", "1:11-2:1"],
    ["$x struct{a int;} = $y", "unexpected-token", "1:17-1:18"],
    ["$x func(int) = $y", "unexpected-token", "1:14-1:15"],
    ["$x func(int,) int = $y", "unexpected-token", "1:13-1:14"],
    ["$x []struct{a int}", "unexpected-token", "1:19-2:1"],
    ["$x foo = 1", "unexpected-token", "1:4-1:7"],
  ])("%s is refused", (text, code, place) => {
    const found = complaint(`${text}\n`);
    expect([found.phase, found.code, placeOf(found)]).toEqual(["parse", code, place]);
  });
});

describe("a value that shows its type must have the type of its variable", () => {
  test.each([
    ["$x bool = 1", "1:11-1:12"],
    ['$x int = "a"', "1:10-1:13"],
    [`$x int = (("\${a}"))`, "1:12-1:18"],
    ["$x str = true", "1:10-1:14"],
    ["$x float = 1", "1:12-1:13"],
    ["$x int = 1.0", "1:10-1:13"],
    ["$x []int = 1", "1:12-1:13"],
    ["$x variant = 1", "1:14-1:15"],
    ["$x []str = {}", "1:12-1:14"],
    ["$x func(int) str = func($a int) int { 1 }", "1:20-1:42"],
    ["$x int = func() int { 1 }", "1:10-1:26"],
  ])("%s", (text, place) => {
    const found = complaint(`${text}\n`);
    expect([found.phase, found.code, placeOf(found)]).toEqual(["parse", "annotation-mismatch", place]);
  });

  test("names both types", () => {
    expect(complaint('$x int = "a"\n').message).toBe("`$x` is declared as `int`, but its value is a `str`");
  });

  test.each([
    "$x bool = true",
    `$x str = "\${a}"`,
    "$x int = (1)",
    "$x float = 1.0",
    "$x map{str: int} = {1 => true}",
    "$x int = [1]",
    "$x int = struct{}",
    "$x int = f()",
    "$x int = 1 == 2",
    "$x int = $y",
    "$x int = if $c { true } else { false }",
    "$x int = func($a int) { 1 }",
    "$x int = func($a) int { 1 }",
    "$x func($b int) str = func($a int) str { 1 }",
  ])("%s is left to later phases, or fits", (text) => expect(complaints(`${text}\n`)).toEqual([]));
});

import { describe, expect, test } from "bun:test";
import { complaint, expression, placeOf, show, textOf } from "./support.ts";

describe("precedence", () => {
  test.each([
    ["not $a == $b", "((not $a) == $b)"],
    ["not $a in $l", "((not $a) in $l)"],
    ["$a or $b and $c", "($a or ($b and $c))"],
    ["$a and $b or $c", "(($a and $b) or $c)"],
    ["1 + 2 in $l", "((1 + 2) in $l)"],
    ['$m["k"] <|> "x" + "y"', '($m["k"] <|> ("x" + "y"))'],
    ["$a[0] <|> $a[1] <|> 9", "(($a[0] <|> $a[1]) <|> 9)"],
    ["1 - 2 - 3", "((1 - 2) - 3)"],
    ["1 - 2 + 3", "((1 - 2) + 3)"],
    ["8 / 4 / 2", "((8 / 4) / 2)"],
    ["1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"],
    ["1 * 2 + 3 * 4", "((1 * 2) + (3 * 4))"],
    ["$a or $b or $c", "(($a or $b) or $c)"],
    ["$a and $b and $c", "(($a and $b) and $c)"],
    ["1 < 2 and 3 >= 4", "((1 < 2) and (3 >= 4))"],
    ["1 + 2 == 3 * 4", "((1 + 2) == (3 * 4))"],
    ["1 + not $a * 2", "(1 + ((not $a) * 2))"],
    ["not not $a", "(not (not $a))"],
    ["not $a->f", "(not $a->f)"],
    ["not $a[0]", "(not $a[0])"],
    ["$a->f[0]->g", "$a->f[0]->g"],
    ["$a or $b <|> $c or $d", "(($a or $b) <|> ($c or $d))"],
    ["(1 + 2) * 3", "(group((1 + 2)) * 3)"],
    ["if $c { 1 } else { 2 } + 3", "(if $c {1} else {2} + 3)"],
    ["1 + if $c { 1 } else { 2 }", "(1 + if $c {1} else {2})"],
    ["$a - -1", "($a - -1)"],
  ])("%s", (text, expected) => expect(show(expression(text))).toBe(expected));

  const comparisons = ["<", ">", "<=", ">=", "==", "!=", "in"];
  test.each(comparisons)("%s is not chained", (operator) => {
    const found = complaint(`$x = 1 ${operator} 2 == 3\n`);
    expect([found.phase, found.code, placeOf(found)]).toEqual([
      "parse",
      "chained-comparison",
      `1:${11 + operator.length}-1:${13 + operator.length}`,
    ]);
  });
  test("comparisons of different pairs stand beside each other", () => {
    expect(show(expression("(1 < 2) == (3 < 4)"))).toBe("(group((1 < 2)) == group((3 < 4)))");
  });
});

describe("a field with its fallback is one construct", () => {
  test.each([
    ["$z + $s->f <|> $d", "($z + ($s->f <|> $d))"],
    ["not $s->f <|> $d", "(not ($s->f <|> $d))"],
    ["$z <|> $s->f <|> $d", "($z <|> ($s->f <|> $d))"],
    ["$s->f <|> $d <|> $e", "(($s->f <|> $d) <|> $e)"],
    ["$s->f <|> $t->g <|> $e", "($s->f <|> ($t->g <|> $e))"],
    ["$s->f <|> 1 + 2", "($s->f <|> (1 + 2))"],
    ["$s->f->g <|> $d", "($s->f->g <|> $d)"],
    ["($s->f) <|> $d", "(group($s->f) <|> $d)"],
    ["$a == $s->f <|> $d == 1", "($a == ($s->f <|> ($d == 1)))"],
    ["$s->f <|> $d and $e <|> $g", "(($s->f <|> ($d and $e)) <|> $g)"],
    ["$s->f[0] <|> $d", "($s->f[0] <|> $d)"],
    ["$s->f <|> not $t->g <|> $e", "($s->f <|> (not ($t->g <|> $e)))"],
  ])("%s", (text, expected) => expect(show(expression(text))).toBe(expected));

  test.each([
    ["$s->f <|> $d", "field"],
    ["$s->f->g <|> $d", "field"],
    ["$s->f <|> $d <|> $e", "except"],
    ["($s->f) <|> $d", "except"],
    ["$s->f[0] <|> $d", "except"],
    ["$z <|> $s->f <|> $d", "except"],
  ])("%s is a node of kind %s", (text, kind) => expect<string>(expression(text).kind).toBe(kind));
});

describe("operands", () => {
  test.each([
    ["true", "true"],
    ["0644", "644"],
    ["-007", "-7"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["1.50", "1.5"],
    [`"a\\"\${b}"`, `"a\\"\${b}"`],
    ["[]", "[]"],
    ["[ ]", "[]"],
    ["[\n]", "[]"],
    ["[1, 2]", "[1, 2]"],
    ["[\n1,\n\n2,\n\n]", "[1, 2]"],
    ["{}", "{}"],
    ["{\n}", "{}"],
    ['{"a" => 1, "b" => 2}', '{"a" => 1, "b" => 2}'],
    ['{\n\t"a" => 1,\n}', '{"a" => 1}'],
    ["struct{}", "struct{}"],
    ["struct {\n}", "struct{}"],
    ["struct {a => 1, b => 2}", "struct{a => 1, b => 2}"],
    ["struct{\na => 1,\n}", "struct{a => 1}"],
    ["$a.b.c", "$a.b.c"],
    ["$ a . map", "$a.map"],
    ["$collect", "$collect"],
    ["f()", "f()"],
    ["f(\n)", "f()"],
    ["fmt . printf(1, 2)", "fmt.printf(1, 2)"],
    ["map.lookup(\n\t$m,\n\t1,\n)", "map.lookup($m, 1)"],
    ["$f(1)", "$f(1)"],
    ["$a.f(1)", "$a.f(1)"],
    ["func() { 1 }", "func() {1}"],
    ["func($a, $b int) str {\n\n\t$a\n}", "func($a, $b) {$a}"],
    ["func(\n\t$a,\n) { $a }(2)", "func($a) {$a}(2)"],
    ["if true {\n\t1\n} else { 2 }", "if true {1} else {2}"],
    ["[1, 2][0]", "[1, 2][0]"],
    ["f()[0]", "f()[0]"],
    ["f()->x", "f()->x"],
    ['{"a" => 1}["a"]', '{"a" => 1}["a"]'],
    ["((1))", "group(group(1))"],
  ])("%s", (text, expected) => expect(show(expression(text))).toBe(expected));
});

describe("the span of a node goes from its first to its last character", () => {
  test.each([
    "$a + f(1)",
    "not $a.b",
    "$a . b ( 1 )",
    "func($a) { $a }(1)",
    "if $c { 1 } else { 2 }",
    "$s->f <|> g(2)",
    "$a <|> [1, 2]",
    "$l[f(1)]",
    "struct{a => 1}",
    "(\t1 )",
  ])("%s", (text) => expect(textOf(expression(text).span)).toBe(text));
});

/** Operators: how they bind, what they take and give (language specification, sections 4.1 and 9). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

const declarations = `
$t = true
$f = false
$n = 7
$l = ["a", "b"]
$s = struct{f => "field", n => 3, b => true}
$o = struct{g => "other"}
$m = {"k" => "v"}
`.trim();

/** A program that shows the value of an expression. */
function value(expression: string, shown: string): void {
  sound(
    expression,
    `${declarations}\ntest "t" {\n interface => ${expression},\n}\n`,
    `test[t] interface=${shown}`,
  );
}

/** As {@link value}, where nothing but the use tells the type. */
function integer(expression: string, shown: string): void {
  sound(expression, `${declarations}\ntest "t" {\n int64 => ${expression},\n}\n`, `test[t] int64=${shown}`);
}

/** A program in which an expression, which is used as an int, is wrong at a column of it. */
function badInteger(expression: string, column: number, message: RegExp): void {
  wrong(
    expression,
    `${declarations}\n$x = ${expression}\ntest "t" {\n int64 => $x,\n}\n`,
    `type 8:${column + 5}`,
    message,
  );
}

/** A program in which an expression is wrong at a column of it. */
function mistake(expression: string, phase: string, column: number, message: RegExp): void {
  wrong(
    expression,
    `${declarations}\n$x = ${expression}\ntest "t" {\n interface => $x,\n}\n`,
    `${phase} 8:${column + 5}`,
    message,
  );
}

describe("how tight operators bind", () => {
  value("1 + 2 * 3", "7");
  value("1 * 2 + 3", "5");
  value("(1 + 2) * 3", "9");
  value("10 - 2 - 3", "5");
  value("10 - (2 - 3)", "11");
  value("8.0 / 4.0 / 2.0", "1");
  value("2.0 * 3.0 / 4.0", "1.5");
  value("1 + 2 == 3", "true");
  value("1 + 1 < 1 + 2", "true");
  value("1 < 2 and 2 < 3", "true");
  value("true or false and false", "true");
  value("(true or false) and false", "false");
  value("false and false or true", "true");
  value("1 + 2 in [3, 4]", "true");
  value("1 + 1 in [2]", "true");
  value("not $t or $t", "true");
  value("not ($t or $t)", "false");
  value("not $t == $f", "true");
  value("not $f and $f", "false");
  value("not not $t", "true");
  value("not $t in [true]", "false");
  value("not ($t in [true])", "false");
  value("not $s->b", "false");
  value('$l[0] + "x"', '"ax"');
  value('"x" + $l[0] + $l[1]', '"xab"');
  value('$s->f + "x"', '"fieldx"');
  value("$s->n * 2", "6");
  value("-1 + 2", "1");
  value('$m["k"] <|> "x" + "y"', '"v"');
  value('$m["z"] <|> "x" + "y"', '"xy"');
  value('"a" + $m["z"] <|> "x"', '"x"');
  value('("a" + ($m["z"] <|> "x"))', '"ax"');
  value("$l[9] <|> $l[8] <|> $l[1]", '"b"');
  value("$l[9] <|> $l[0] <|> $l[1]", '"a"');
  value("$l[9] == $l[8] <|> true", "true");
  value("if $t { 1 } else { 2 } + 3", "4");
  value("3 + if $f { 1 } else { 2 }", "5");
  value("[1, 2][0]", "1");
  integer("[[1], [2]][1][0]", "2");
  value('{"a" => 1}["a"]', "1");
  integer('{"a" => [1, 2]}["a"][1]', "2");
  value("struct{a => 1}->a", "1");
  integer("struct{a => struct{b => 2}}->a->b", "2");
  integer("struct{a => [5]}->a[0]", "5");
  integer("[struct{a => 6}][0]->a", "6");
  value("($l)[0]", '"a"');
  value("($s)->f", '"field"');
  value('func($x) { $x + "y" }("x")', '"xy"');
  value("func() { [1, 2] }()[1]", "2");
  value("func() { struct{a => 1} }()->a", "1");

  mistake("1 < 2 < 3", "parse", 7, /</);
  mistake("1 == 1 == true", "parse", 8, /==/);
  mistake("1 < 2 == true", "parse", 7, /==/);
  mistake("1 in [1] in [true]", "parse", 10, /in/);
  mistake("1 != 2 in [true]", "parse", 8, /in/);
  value("(1 < 2) == true", "true");
  value("1 < 2 and 3 == 3 or 4 in [5]", "true");
});

describe("`->` with a fallback is one construct", () => {
  value('$s->f <|> "d"', '"field"');
  value('$s->z <|> "d"', '"d"');
  value('"a" + $s->z <|> "d"', '"ad"');
  value('"a" + $s->f <|> "d"', '"afield"');
  value("not $s->z <|> false", "true");
  value("not $s->b <|> false", "false");
  value('$l[9] <|> $s->z <|> "d"', '"d"');
  value('$l[0] <|> $s->z <|> "d"', '"a"');
  value('$s->z <|> $l[9] <|> "e"', '"e"');
  value('$s->z <|> $o->y <|> "e"', '"e"');
  value('$s->z <|> $o->g <|> "e"', '"other"');
  value('$s->f <|> $o->g <|> "e"', '"field"');
  value("$s->z <|> 1 + 2", "3");
  value("$s->n <|> 1 + 2", "3");
  value("10 * $s->z <|> 1 + 2", "30");
  value('struct{a => $s}->a->z <|> "d"', '"d"');
  value('struct{a => $s}->a->f <|> "d"', '"field"');
  value('($s->f) <|> "d"', '"field"');
  value('($s->z <|> "d") + "e"', '"de"');
  value('$s->z <|> "d" + "e"', '"de"');
  value('$s->z <|> $m["k"]', '"v"');
  value("1 == $s->z <|> 1", "true");
  value('"d" in [$s->z <|> "d"]', "true");

  value("not $s->z <|> $f <|> true", "true");
  value("1 + $s->z <|> 2 + 3", "6");
  value("1 + $s->z <|> 10 * $o->y <|> 2", "21");
  value("$l[9] <|> $s->z <|> $l[8] <|> $l[1]", '"b"');
  value("$s->n in [3] <|> $f", "true");
  value("9 in $s->z <|> [9]", "true");
  value("$s->z <|> true and false", "false");
  value("$s->z <|> 1 == 1", "true");
  value("$s->z <|> if $t { 1 } else { 2 } + 3", "4");
  value("struct{a => [5]}->a[1] <|> 9", "9");
  value("if $s->z <|> true { 1 } else { 2 }", "1");
  value("{1 => $s->z <|> 2}", "{1: 2}");
  value("$l[$s->z <|> 1]", '"b"');
  value('{"a" => struct{f => 1}}["a"]->z <|> 2', "2");

  mistake('{"a" => struct{f => 1}}["z"]->f <|> 2', "stream", 1, /map key/);
  mistake("1 < $s->n <|> 2 < 3", "type", 5, /bool.*int|int.*bool/);
  mistake("$s->z <|> 1 < 2 < 3", "parse", 17, /</);
  mistake('$s->n <|> "text"', "type", 1, /int|str/);
  mistake("($s->z) <|> 1", "type", 2, /z/);
  mistake("$l->z <|> 1", "type", 1, /struct/);
});

describe("what operators take and give", () => {
  value('"a" + "b"', '"ab"');
  value("1.5 + 2.5", "4");
  value("1.5 * 2.0", "3");
  value("5 - 7", "-2");
  value("7 / 2", "3.5");
  value("6 / 2", "3");
  value("0 - $n", "-7");
  value("9223372036854775807 + 1", "-9223372036854775808");
  value("-9223372036854775808 - 1", "9223372036854775807");
  value("9223372036854775807 * 2", "-2");
  value('"a" == "a"', "true");
  value('"a" != "a"', "false");
  value("[1, 2] == [1, 2]", "true");
  value("[1, 2] == [2, 1]", "false");
  value("{1 => 2, 3 => 4} == {3 => 4, 1 => 2}", "true");
  value("struct{a => 1} == struct{a => 1}", "true");
  value("struct{a => 1} != struct{a => 2}", "true");
  value("1.0 == 1.0", "true");
  value("true == false", "false");
  value("1 <= 1", "true");
  value("1 >= 2", "false");
  value("1.5 > 1.0", "true");
  value('"a" in $l', "true");
  value('"z" in $l', "false");
  value("[1] in [[1], [2]]", "true");
  value("1 in []", "false");
  value("true and true", "true");
  value("false or false", "false");
  value('concat("a", "b")', '"ab"');
  value("contains(1, [1])", "true");
  value('len("héé")', "5");
  value("len([1, 2])", "2");
  value('len({"a" => 1})', "1");

  mistake("1 + 1.0", "type", 1, /int.*float|float.*int/);
  mistake('"a" + 1', "type", 1, /str.*int|int.*str/);
  mistake('1 + "a"', "type", 1, /str.*int|int.*str/);
  mistake('1 == "a"', "type", 1, /str.*int|int.*str/);
  mistake("1 and true", "type", 1, /bool.*int|int.*bool/);
  mistake("not 1", "type", 1, /bool.*int|int.*bool/);
  mistake('"k" in $m', "type", 1, /map/);
  mistake('"k" in "kk"', "type", 1, /str/);
  mistake('1 in ["a"]', "type", 1, /str.*int|int.*str/);
  mistake("6 / 2 + 1", "type", 1, /float.*int|int.*float/);
  mistake("struct{a => 1} == struct{b => 1}", "type", 1, /field/);
  mistake("struct{a => 1} == struct{a => 1, b => 2}", "type", 1, /field/);
  mistake("[1] + 1", "type", 1, /list|\[\]int/);

  mistake("true + true", "stream", 1, /bool/);
  mistake('"a" < "b"', "stream", 1, /str/);
  mistake('"a" - "b"', "stream", 1, /str/);
  mistake('"a" * "b"', "stream", 1, /str/);
  mistake("[1] + [2]", "stream", 1, /list/);
  mistake("1 / 0", "stream", 1, /divide by zero/);
  mistake("1.0 / 0.0", "stream", 1, /divide by zero/);
  mistake("func() { 1 } == func() { 1 }", "stream", 1, /func/);
  value("1 / 0 <|> 5.0", "5");
  value("not (1 / 0 == 2.0) <|> true", "true");
  mistake('"a" < "b" <|> true', "stream", 1, /str/);
});

describe("there is no short circuit", () => {
  mistake('false and $l[9] == "a"', "stream", 11, /list index/);
  mistake('true or $l[9] == "a"', "stream", 9, /list index/);
});

describe("lookups", () => {
  value("$l[0]", '"a"');
  value("$l[3 - 2]", '"b"');
  value('$m["k"]', '"v"');
  value('{1 => "a"}[1]', '"a"');
  value('{true => "a"}[true]', '"a"');
  value('{1.5 => "a"}[1.5]', '"a"');
  value('{struct{a => 1} => "x"}[struct{a => 1}]', '"x"');
  value("list_lookup([1, 2], 1)", "2");
  value('map_lookup({"a" => 1}, "a")', "1");

  mistake("$l[2]", "stream", 1, /list index not present, got: 2, len is: 2, in: \["a", "b"\]/);
  mistake("$l[-1]", "stream", 1, /list index negative, got: -1/);
  mistake('["a"][1]', "stream", 1, /list index not present, got: 1, len is: 1/);
  mistake('$m["z"]', "stream", 1, /map key not present, want: "z" in \{"k": "v"\}/);
  mistake('{42 => "hello"}[13]', "stream", 1, /map key not present, want: 13 in \{42: "hello"\}/);
  mistake('$l["a"]', "type", 1, /int|str|list|map/);
  mistake("$m[0]", "type", 1, /int|str/);
  badInteger('"abc"[0]', 1, /list|map/);
  badInteger("$s[0]", 1, /list|map/);
  badInteger("$s->z", 1, /z/);
  badInteger("$m->k", 1, /struct.*map|map.*struct/);
  badInteger("$n->k", 1, /struct.*int|int.*struct/);
  value("$l[9] <|> $l[0]", '"a"');
  value('$m["z"] <|> "d"', '"d"');
  value('{"a" => {"b" => 1}}["a"]["b"]', "1");
  mistake('{"a" => {"b" => 1}}["z"]["b"]', "stream", 1, /map key not present, want: "z"/);
});

/** Binds and type annotations (language specification, sections 5.1 and 7). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

/** A value bound with an annotation, and shown. */
function bound(type: string, value: string, shown: string): void {
  sound(
    `$x ${type} = ${value}`,
    `$x ${type} = ${value}\ntest "t" {\n interface => $x,\n}`,
    `test[t] interface=${shown}`,
  );
}

describe("annotated binds", () => {
  bound("bool", "true", "true");
  bound("str", '"a"', '"a"');
  bound("str", '("a")', '"a"');
  bound("str", '"on ${hostname}"', '"on h1"');
  bound("str", '"${hostname}"', '"h1"');
  bound("int", "-5", "-5");
  bound("float", "1.0", "1");
  bound("[]int", "[1, 2]", "[1, 2]");
  bound("[]int", "[]", "[]");
  bound("[][]str", '[["a"], []]', '[["a"], []]');
  bound("map{str: int}", '{"a" => 1}', '{"a": 1}');
  bound("map{str: int}", "{}", "{}");
  bound("map{str: []map{int: bool}}", '{"a" => [{1 => true}]}', '{"a": [{1: true}]}');
  bound("map{struct{a int}: str}", '{struct{a => 1} => "x"}', '{struct{a: 1}: "x"}');
  bound("struct{}", "struct{}", "struct{}");
  bound("struct{a int}", "struct{a => 1}", "struct{a: 1}");
  bound("struct{a int; b []str}", "struct{a => 1, b => []}", "struct{a: 1; b: []}");
  bound("int", "1 + 2", "3");
  bound("float", "6 / 2", "3");
  bound("int", "if true { 1 } else { 2 }", "1");
  bound("int", "[1][5] <|> 2", "2");
  bound("int", 'len("abc")', "3");
  bound("bool", "1 in [1]", "true");
  bound("[] int", "[1]", "[1]");
  bound("map {str : int}", '{"a" => 1}', '{"a": 1}');
  bound("struct { a int ; b str }", 'struct{a => 1, b => "x"}', 'struct{a: 1; b: "x"}');

  const wrongly = (type: string, value: string, where: string, message: RegExp): void =>
    wrong(`$x ${type} = ${value}`, `$x ${type} = ${value}\ntest "t" {\n interface => $x,\n}`, where, message);
  wrongly("int", '"a"', "parse 1", /int.*str|str.*int/);
  wrongly("str", "1", "parse 1", /int.*str|str.*int/);
  wrongly("float", "1", "parse 1", /int.*float|float.*int/);
  wrongly("int", "1.0", "parse 1", /int.*float|float.*int/);
  wrongly("bool", '"true"', "parse 1", /bool.*str|str.*bool/);
  wrongly("int", '("a")', "parse 1", /int.*str|str.*int/);
  wrongly("int", '"${hostname}"', "parse 1", /int.*str|str.*int/);
  wrongly("str", '{"a" => 1}', "parse 1", /./);
  wrongly("map{[]str: int}", "{}", "parse 1", /hashable/);
  wrongly("struct{a int; a str}", "struct{a => 1}", "parse 1", /duplicate struct field/);
  wrongly("func($a int, $a int) int", "func($a int, $b int) int { 1 }", "parse 1", /duplicate arg/);
  wrongly("func($a str) int", "func($a int) int { 1 }", "parse 1", /./);
  wrongly("[]int", '["a"]', "type 1", /int.*str|str.*int/);
  wrongly("[]int", "1 + 2", "type 1", /int/);
  wrongly("int", "[1]", "type 1", /int|list/);
  wrongly("str", "1 + 2", "type 1", /int.*str|str.*int/);
  wrongly("map{str: int}", '{"a" => "b"}', "type 1", /int.*str|str.*int/);
  wrongly("map{int: int}", '{"a" => 1}', "type 1", /int.*str|str.*int/);
  wrongly("struct{a int}", 'struct{a => "x"}', "type 1", /int.*str|str.*int/);
  wrongly("struct{a int}", "struct{b => 1}", "type 1", /field/);
  wrongly("struct{a int; b int}", "struct{b => 1, a => 1}", "type 1", /field/);
  wrongly("struct{a int}", "struct{a => 1, b => 1}", "type 1", /field/);
  wrongly("int", 'if true { "a" } else { "b" }', "type 1", /int.*str|str.*int/);
  wrongly("int", '["a"][0] <|> "b"', "type 1", /int.*str|str.*int/);
  wrongly("str", 'len("a")', "type 1", /int.*str|str.*int/);

  sound("an unused annotated bind that would not fit", '$x []int = ["a"]', "");
  sound("an alias with its type", '$a = "x"\n$b str = $a\ntest "${b}" {}', "test[x]");
  wrong(
    "an alias with another type",
    '$a = "x"\n$b bool = $a\ntest "t" {\n interface => $b,\n}',
    "type",
    /str.*bool|bool.*str/,
  );
});

describe("annotations of functions", () => {
  bound("func() str", 'func() { "x" }', "func(func() str)");
  bound("func(int) int", "func($a) { $a }", "func(func(a int) int)");
  bound("func($n int, str) bool", "func($a, $b) { true }", "func(func(a int, b str) bool)");
  sound("a parameter's type", 'func f($a str) { $a }\ntest [f("x")] {}', "test[x]");
  sound("a result's type", 'func f($a) str { $a }\ntest [f("x")] {}', "test[x]");
  sound("all of them", 'func f($a str, $b []str) str { $a + $b[0] }\ntest [f("x", ["y"])] {}', "test[xy]");
  sound(
    "a function type over lines",
    '$f func(\n str,\n $b int,\n) str = func($a, $b) { $a }\ntest [$f("x", 1)] {}',
    "test[x]",
  );
  sound(
    "a function that takes a function",
    'func twice($f func(str) str, $x str) str { $f($f($x)) }\ntest [twice(func($s) { $s + "!" }, "a")] {}',
    "test[a!!]",
  );
  sound(
    "a function that gives a function",
    'func adder($n int) func(int) int { func($x) { $x + $n } }\n$add = adder(2)\ntest "t" { int64 => $add(3), }',
    "test[t] int64=5",
  );

  wrong(
    "a wrong argument for an annotated parameter",
    'func f($a int) { $a }\ntest [f("x")] {}',
    "type 2:7",
    /int.*str|str.*int/,
  );
  wrong("a wrong result", "func f($a int) str { $a }\ntest [f(1)] {}", "type 1", /int.*str|str.*int/);
  wrong("a function type without a result", "$f func(int) = func($a) { $a }", "parse 1:14", /=/);
  wrong("an unknown type", "$x integer = 1", "parse 1:4", /integer/);
  wrong("a list type with its element inside", "$x [int] = [1]", "parse 1:5", /int/);
  wrong("a map type without a value", "$x map{str} = {}", "parse 1:11", /\}/);
  wrong("a map type with a comma", "$x map{str, int} = {}", "parse 1:11", /,/);
  wrong("a struct type with a comma", "$x struct{a int, b int} = struct{}", "parse 1:16", /,/);
  wrong("a struct type with a colon", "$x struct{a: int} = struct{}", "parse 1:12", /:/);
  wrong("a struct type with a trailing semicolon", "$x struct{a int;} = struct{}", "parse 1:17", /\}/);
  wrong("an annotation after a colon", "$x: int = 1", "parse 1:3", /:/);
  wrong("an annotation without a value", "$x []struct{a int}", "parse 1:19", /./);
  wrong("a line break in an annotation", "$x struct{\na int} = struct{}", "parse 1:11", /newline|line/i);
});

describe("binds", () => {
  sound("a bind gives nothing", "$x = 1", "");
  sound(
    "of every literal",
    '$a = true\n$b = "s"\n$c = 1\n$d = 1.5\n$e = [1]\n$f = {1 => 2}\n$g = struct{a => 1}\n$h = func() { 1 }',
    "",
  );
  sound("a chain", '$a = $b\n$b = $c\n$c = "x"\ntest "${a}" {}', "test[x]");

  wrong("twice", '$x = 1\n$x = "a"', "scope 2:1", /x/);
  wrong("twice with the same value", "$x = 1\n$x = 1", "scope 2:1", /x/);
  wrong("a comparison in place of a bind", "$x == 1", "parse 1:2", /equals/);
  wrong("two binds in one", "$x = $y = 1", "parse 1:9", /=/);
  wrong("nothing to bind", "$x =", "parse 1:5", /newline|line/i);
  wrong("nothing to bind it to", "= 1", "parse 1:1", /=/);
  wrong("no dollar", "x = 1", "parse 1:3", /=/);
  wrong("an arrow", "$x => 1", "parse 1:4", /=>/);
  wrong("a colon", "$x := 1", "parse 1:4", /:/);
  wrong("an increment", "$x += 1", "parse 1:4", /\+/);
  wrong("a dotted name", "$a.b = 1", "parse 1:3", /\./);
  wrong("an element", "$a[0] = 1", "parse 1:4", /0/);
  wrong("a name of a function as a value", "func foo() { 1 }\n$x = foo", "parse 2:9", /`foo` is not a value/);
  wrong(
    "a name of a function as an argument",
    "func foo() { 1 }\n$x = foo(foo)",
    "parse 2:13",
    /`foo` is not a value/,
  );
  wrong("a call of a call", "$f = func() { func() { 1 } }\n$x = $f()()", "parse 2:10", /\(/);
  wrong("a call of a lambda in parentheses", "$x = (func() { 1 })()", "parse 1:20", /\(/);
  wrong("a call of a called lambda", "$x = func() { 1 }()()", "parse 1:20", /\(/);
  wrong("a call of an element", "$x = $l[0]()", "parse 1:11", /\(/);
  wrong("a panic as a value", '$x = panic("no")', "parse 1:6", /panic/);
  wrong("a class as a value", "class c {}\n$x = c", "parse 2:7", /`c` is not a value/);
  wrong("an if without an else", "$x = if true { 1 }", "parse 1:19", /newline|line/i);
});

/** Commas and newlines in whatever is written as a sequence: `seq` of the language specification, section 4. */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

describe("lists", () => {
  const list = (title: string, text: string, value: string): void =>
    sound(title, `test "t" {\n slicestring => ${text},\n}`, `test[t] slicestring=${value}`);
  list("on one line", '["a", "b"]', '["a", "b"]');
  list("with spaces", '[ "a" , "b" ]', '["a", "b"]');
  list("with one element", '["a"]', '["a"]');
  list("empty", "[]", "[]");
  list("empty with a space", "[ ]", "[]");
  list("empty over lines", "[\n\n]", "[]");
  list("over lines", '[\n"a",\n"b",\n]', '["a", "b"]');
  list("with blank lines", '[\n\n\n"a",\n\n"b",\n\n]', '["a", "b"]');

  wrong("a trailing comma on one line", "$x = [1, 2,]", "parse 1:12", /\]/);
  wrong("a leading comma", "$x = [, 1]", "parse 1:7", /,/);
  wrong("two commas", "$x = [1,, 2]", "parse 1:9", /,/);
  wrong("no comma", "$x = [1 2]", "parse 1:9", /2/);
  wrong("only a comma", "$x = [,]", "parse 1:7", /,/);
  wrong("a line without a comma", "$x = [\n 1\n]", "parse 2:3", /newline|line|comma/i);
  wrong("the last line without a comma", "$x = [\n 1,\n 2\n]", "parse 3:3", /newline|line|comma/i);
  wrong("two elements on a line of several", "$x = [\n 1, 2,\n]", "parse 2:5", /2/);
  wrong("a break after the first element", "$x = [1,\n2]", "parse 1:9", /newline|line/i);
  wrong("a break before the closer", "$x = [1\n]", "parse 1:8", /newline|line/i);
  wrong("the closer on the last line", "$x = [\n 1,\n 2,]", "parse 3:4", /\]/);
  wrong("never closed", "$x = [1, 2\n", "parse 1:11", /./);
  wrong("closed by something else", "$x = [1, 2)\n", "parse 1:11", /\)/);
});

describe("maps", () => {
  const map = (title: string, text: string, value: string): void =>
    sound(title, `test "t" {\n mapintfloat => ${text},\n}`, `test[t] mapintfloat=${value}`);
  map("on one line", "{1 => 1.5, 2 => 2.5}", "{1: 1.5, 2: 2.5}");
  map("empty", "{}", "{}");
  map("empty over lines", "{\n}", "{}");
  map("over lines", "{\n1 => 1.5,\n2 => 2.5,\n}", "{1: 1.5, 2: 2.5}");

  wrong("a trailing comma on one line", "$x = {1 => 2,}", "parse 1:14", /\}/);
  wrong("a line without a comma", "$x = {\n 1 => 2\n}", "parse 2:8", /newline|line|comma/i);
  wrong("an equals sign for an arrow", "$x = {1 = 2}", "parse 1:9", /=/);
  wrong("a colon for an arrow", '$x = {"a": 1}', "parse 1:10", /:/);
  wrong("a key without a value", "$x = {1}", "parse 1:8", /\}/);
  wrong("a break after the arrow", "$x = {\n 1 =>\n 2,\n}", "parse 2:6", /newline|line/i);
});

describe("structs", () => {
  const struct = (title: string, text: string, value: string): void =>
    sound(title, `test "t" {\n interface => ${text},\n}`, `test[t] interface=${value}`);
  struct("on one line", 'struct{a => 1, b => "x"}', 'struct{a: 1; b: "x"}');
  struct("with spaces", "struct { a => 1 }", "struct{a: 1}");
  struct("empty", "struct{}", "struct{}");
  struct("empty over lines", "struct{\n}", "struct{}");
  struct("over lines", "struct{\na => 1,\nb => 2,\n}", "struct{a: 1; b: 2}");
  struct("nested", "struct{a => struct{b => [1]}}", "struct{a: struct{b: [1]}}");

  wrong("a trailing comma on one line", "$x = struct{a => 1,}", "parse 1:20", /\}/);
  wrong("a leading comma", "$x = struct{, a => 1}", "parse 1:13", /,/);
  wrong("a quoted name", '$x = struct{"a" => 1}', "parse 1:13", /"a"/);
  wrong("a name with a capital", "$x = struct{A => 1}", "parse 1:13", /A/);
  wrong("semicolons, as in its type", "$x = struct{a => 1; b => 2}", "parse 1:19", /;/);
  wrong("a colon for an arrow", "$x = struct{a: 1}", "parse 1:14", /:/);
});

describe("arguments", () => {
  const call = (title: string, args: string): void =>
    sound(title, `func f($a, $b) { $a + $b }\ntest [f(${args})] {}`, "test[xy]");
  call("on one line", '"x", "y"');
  call("over lines", '\n"x",\n"y",\n');
  call("over lines with blanks", '\n\n"x",\n\n"y",\n\n');
  sound("none", 'func f() { "x" }\ntest [f()] {}', "test[x]");
  sound("none over lines", 'func f() { "x" }\ntest [f(\n)] {}', "test[x]");
  sound("a space before the parenthesis", 'func f() { "x" }\ntest [f ()] {}', "test[x]");
  sound(
    "a call spread over lines within a list",
    `
    func f($a) { $a }
    $l = [
      f(
        "x",
      ),
    ]
    test [$l[0]] {}
    `,
    "test[x]",
  );

  wrong("a trailing comma on one line", "$x = f(1,)", "parse 1:10", /\)/);
  wrong("a leading comma", "$x = f(, 1)", "parse 1:8", /,/);
  wrong("a line without a comma", "$x = f(\n 1\n)", "parse 2:3", /newline|line|comma/i);
  wrong("a break after the first argument", "$x = f(1,\n2)", "parse 1:10", /newline|line/i);
  wrong("arguments of a panic", "panic(true,)", "parse 1:12", /\)/);
});

describe("parameters", () => {
  sound("over lines", 'func f(\n $a,\n $b str,\n) { $a + $b }\ntest [f("x", "y")] {}', "test[xy]");
  sound("of a lambda over lines", '$f = func(\n $a,\n) { $a }\ntest [$f("x")] {}', "test[x]");
  sound(
    "of a class over lines",
    'class c(\n $a,\n $b,\n) {\n test [$a, $b] {}\n}\ninclude c(\n "x",\n "y",\n)',
    "test[x]\ntest[y]",
  );
  sound("of a class, none", 'class c() {\n test "x" {}\n}\ninclude c()', "test[x]");

  wrong("a trailing comma on one line", "func f($a,) { $a }", "parse 1:11", /\)/);
  wrong("a leading comma", "func f(, $a) { $a }", "parse 1:8", /,/);
  wrong("a line without a comma", "func f(\n$a\n) { $a }", "parse 2:3", /newline|line|comma/i);
  wrong("a name without a dollar", "func f(a) { 1 }", "parse 1:8", /a/);
  wrong("a default value", "func f($a = 1) { $a }", "parse 1:11", /=/);
  wrong("of a class, a trailing comma", "class c($a,) {}", "parse 1:12", /\)/);
  wrong("a keyword", "$f = func($in) { 1 }", "parse 1:12", /in/);
});

describe("bodies of functions", () => {
  sound("on one line", 'func f() { "x" }\ntest [f()] {}', "test[x]");
  sound("without spaces", 'func f(){"x"}\ntest [f()] {}', "test[x]");
  sound("over lines", 'func f() {\n\n "x"\n\n}\ntest [f()] {}', "test[x]");
  sound("a lambda over lines", '$f = func() {\n "x"\n}\ntest [$f()] {}', "test[x]");
  sound("an if over lines", '$x = if true {\n "x"\n} else {\n "y"\n}\ntest "${x}" {}', "test[x]");

  wrong("empty", "func f() {}", "parse 1:11", /\}/);
  wrong("two expressions", "func f() {\n 1\n 2\n}", "parse 3:2", /2/);
  wrong("a bind", "func f() {\n $x = 1\n $x\n}", "parse 2:5", /=/);
  wrong("a return", "func f() { return 1 }", "parse 1:19", /1/);
  wrong("the brace on the next line", "func f()\n{ 1 }", "parse 1:9", /newline|line/i);
  wrong("a comma after the expression", "func f() { 1, }", "parse 1:13", /,/);
  wrong("a resource", 'func f() {\n test "t" {}\n}', "parse 2:7", /"t"/);
});

describe("lines of a resource", () => {
  sound("on one line", 'test "t" { int8 => 1, int16 => 2, }', "test[t] int16=2 int8=1");
  sound(
    "several on a line",
    'test "t" {\n int8 => 1, int16 => 2,\n int32 => 3,\n}',
    "test[t] int16=2 int32=3 int8=1",
  );
  sound("closed on the last line", 'test "t" {\n int8 => 1,}', "test[t] int8=1");
  sound("blank lines", 'test "t" {\n\n\n int8 => 1,\n\n}', "test[t] int8=1");
  sound("empty over lines", 'test "t" {\n\n}', "test[t]");
  sound(
    "edges on one line",
    'test "t" { Before => Test["a"], Before => Test["b"], }\ntest ["a", "b"] {}',
    "test[t]\ntest[a]\ntest[b]\ntest[t] -> test[a]\ntest[t] -> test[b]",
  );

  wrong("no comma before a newline", 'test "t" {\n int8 => 4\n}', "parse 2:10", /comma/);
  wrong("no comma before the brace", 'test "t" { int8 => 4 }', "parse 1:20", /comma/);
  wrong("no comma after an operator's last operand", 'test "t" {\n int64 => 1 + 2\n}', "parse 2:15", /comma/);
  wrong("no comma after a call", 'test "t" {\n stringptr => "a" + f(1)\n}', "parse 2:21", /comma/);
  wrong("no comma after a negation", 'test "t" {\n boolptr => not true\n}', "parse 2:17", /comma/);
  wrong("no comma after the last of several", 'test "t" { int8 => 4, int16 => 5 }', "parse 1:32", /comma/);
  wrong("no comma after a condition", 'test "t" {\n int8 => true ?: 4\n}', "parse 2:19", /,|comma|line/);
  wrong(
    "no comma before another line on the line",
    'test "t" {\n int8 => 4 int16 => 5,\n}',
    "parse 2:12",
    /int16/,
  );
  wrong("a capital that means nothing, at its comma", 'test "t" {\n Foo => true,\n}', "parse 2:13", /foo/i);
  wrong("the same before a colon", 'test "t" {\n Before:noop => true,\n}', "parse 2:21", /before/i);
  wrong("the same under a condition", 'test "t" {\n Foo:noop => true ?: true,\n}', "parse 2:26", /foo/i);
  wrong("no comma between lines", 'test "t" {\n int8 => 4\n int16 => 5,\n}', "parse 2:10", /comma/);
  wrong("no comma after an edge", 'test "t" {\n Before => Test["x"]\n}', "parse 2:21", /,/);
  wrong("no comma after a metaparameter", 'test "t" {\n Meta:noop => true\n}', "parse 2:19", /comma|line/i);
  wrong("an equals sign for an arrow", 'test "t" {\n int8 = 4,\n}', "parse 2:7", /=/);
  wrong("a colon for an arrow", 'test "t" {\n int8: 4,\n}', "parse 2:6", /:/);
  wrong("a semicolon for a comma", 'test "t" {\n int8 => 4;\n}', "parse 2:11", /;/);
  wrong("a dollar before a field", 'test "t" {\n $int8 => 4,\n}', "parse 2:2", /\$/);
  wrong("two commas", 'test "t" {\n int8 => 4,,\n}', "parse 2:12", /,/);
  wrong("a keyword as a field", 'test "t" {\n in => 1,\n}', "parse 2:2", /in/);
  wrong("a statement", 'test "t" {\n $x = 1\n}', "parse 2:2", /\$/);
  wrong("a field without a value", 'test "t" {\n int8,\n}', "parse 2:6", /,/);
  wrong("the brace on the next line", 'test "t"\n{\n}', "parse 1:9", /newline|line/i);
  wrong("no braces", 'test "t"', "parse 1:9", /newline|line/i);
  wrong("no name", "test {\n}", "parse 2:2", /newline|line/i);
  wrong("two names", 'test "a", "b" {}', "parse 1:9", /,/);
  wrong("two conditions", 'test "t" {\n int8 => true ?: false ?: 1,\n}', "parse 2:24", /\?:/);
  wrong("a list of edges", 'test "t" {\n Before => [Test["a"], Test["b"]],\n}', "parse 2:13", /Test/);
});

describe("blocks", () => {
  sound("empty", "class c {}\nif true {}\nfor $i, $v in [1] {}", "");
  sound("empty over lines", "class c {\n\n}\nif true {\n} else {\n}", "");
  sound("closed after a newline", 'if true {\n test "a" {}\n}', "test[a]");

  sound("a statement on the line of the opening brace", 'if true { test "a" {}\n}', "test[a]");
  sound("one in an else", 'if false {} else { test "a" {}\n}', "test[a]");
  wrong("a statement on the line of the closing brace", 'if true {\n test "a" {} }', "parse 2:14", /\}/);
  wrong("two blocks on a line", "if true {} if true {}", "parse 1:12", /if/);
  wrong("two elses", "if true {} else {} else {}", "parse 1:20", /else/);
  wrong("a statement on the line of the braces", "class a { include b }", "parse 1:21", /\}/);
  wrong("a resource on the line of the braces", 'if true { test "a" {} }', "parse 1:23", /\}/);
  wrong("a brace on the next line", "if true\n{\n}", "parse 1:8", /newline|line/i);
  wrong("a class with its brace on the next line", "class c\n{\n}", "parse 1:8", /newline|line/i);
  wrong("else on the next line", "if true {\n}\nelse {\n}", "parse 3:1", /else/);
  wrong("else if", "if true {\n} else if false {\n}", "parse 2:8", /if/);
  wrong("never closed", 'if true {\n test "a" {}\n', "parse", /./);
  wrong("closed twice", "if true {\n}\n}", "parse 3:1", /\}/);
});

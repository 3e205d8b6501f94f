/** Tokens: white space, comments, names, numbers (language specification, section 2). */
import { describe, expect, test } from "bun:test";
import { firstGraph } from "../programs.ts";
import { sound, wrong } from "./case.ts";

describe("white space and comments", () => {
  sound("an empty program", "", "");
  sound("only newlines", "\n\n", "");
  sound("only a comment", "# nothing here", "");
  sound("an indented comment", "  \t # nothing here", "");
  sound("no spaces where none are needed", '$x=1+2*3\ntest "t"{int64=>$x,}', "test[t] int64=7");
  sound("tabs between tokens", '$x\t=\t"a"\ntest\t"${x}"\t{\t}', "test[a]");
  sound(
    "comments may follow anything",
    `
    # above
    $l = [ # after an opener
      "a", # after a comma
      # alone
      "b",
      # before a closer
    ] # after a closer
    class c($a) { # after a brace
      test $a { # in a resource
        # alone in a resource
        int8 => 1, # after a line
      }
    } # after a class
    include c($l) # last
    # the end
    `,
    `
    test[a] int8=1
    test[b] int8=1
    `,
  );
  sound("a hash in a string is no comment", 'test "a#b" {}', "test[a#b]");
  sound("quotes in a comment open nothing", '# don\'t "worry\ntest "a" {}', "test[a]");
  sound("a comment ends with its line", '# \\\ntest "a" {}', "test[a]");

  for (const [construct, program] of Object.entries({
    list: "$x = [ # a\n # b\n\n 1, # c\n # d\n] # e",
    map: "$x = { # a\n # b\n 1 => 2, # c\n # d\n} # e",
    struct: "$x = struct{ # a\n # b\n a => 2, # c\n # d\n} # e",
    function: "func f( # a\n # b\n $a, # c\n # d\n) { # e\n # f\n $a # g\n # h\n} # i",
    class: "class c( # a\n # b\n $a, # c\n) { # d\n # e\n}\ninclude c( # f\n 1, # g\n) as i # h",
    panic: "panic( # a\n # b\n false, # c\n)",
    type: "$f func( # a\n # b\n int, # c\n # d\n) int = func($x) { $x }",
    branches: "if true { # a\n # b\n} else { # c\n # d\n} # e",
    loop: "for $i, $v in [1] { # a\n # b\n}",
  }))
    sound(`comments in a ${construct}`, program, "");
  wrong("a comment hides no line break", "$x = 1 + # c\n2", "parse 1:13", /line/);
  wrong("nor the one before `else`", "$x = if true { 1 } # c\nelse { 2 }", "parse 1:23", /line/);
  wrong("a break in parentheses", "$x = (\n1)", "parse 1:7", /line/);
  wrong("a break in an index", "$l = [1]\n$x = $l[\n0]", "parse 2:9", /line/);
  wrong("a break in an edge", 'Test[\n"a"] -> Test["b"]', "parse 1:6", /line/);
  wrong("a break before an alias", "include c\nas i", "parse 2:1", /as/);
  wrong("a tab is one column", "\t\t$x = 1 @", "parse 1:10", /@/);
  wrong("a character beyond 16 bits is one column", '$x = "𝄞" @', "parse 1:10", /@/);
  wrong("columns start anew in a string of several lines", '$x = "a\n\n@" @', "parse 3:4", /@/);

  wrong("carriage return", "$x = 1\r\n", "parse 1:7", /carriage return/);
  sound("a carriage return in a comment is a part of it", '# c\r\ntest "a" {}\n', "test[a]");
  wrong("no line continuation", "$x = 1 \\\n+ 2", "parse 1:8", /\\/);
  wrong("an operator does not continue a line", "$x = 1 +\n2", "parse 1:9", /newline|line/i);
  wrong("an operator does not begin a line", "$x = 1\n+ 2", "parse 2:1", /\+/);
  wrong("two statements on one line", "$x = 1 $y = 2", "parse 1:8", /\$/);
  wrong("semicolon between statements", "$x = 1; $y = 2", "parse 1:7", /;/);
  wrong("slashes are no comment", "// note", "parse 1:1", /\//);
  wrong("no block comments", "/* note */", "parse 1:1", /\//);
  wrong("slashes after a statement", "$x = 1 // note", "parse 1:9", /\//);
  wrong("a no-break space", "$x =\u00a01", "parse 1:5", /unrecognized|unexpected/);

  test("the last statement needs a newline", async () => {
    for (const program of ["$x = 1", 'test "t" {}', "$x = 1 # comment", "class c {\n}"]) {
      const outcome = await firstGraph(program);
      expect(outcome.kind === "error" && outcome.diagnostics[0]?.phase).toBe("parse");
    }
  });
  test("a comment at the end needs none", async () => {
    expect((await firstGraph("$x = 1\n# the end")).kind).toBe("graph");
  });
});

describe("characters that begin no token", () => {
  for (const [program, column] of [
    ["$x = 1 @", 8],
    ["$x = 5 % 2", 8],
    ["$x = 5 ^ 2", 8],
    ["$x = ~1", 6],
    ["$x = `a`", 6],
    ["$x = 'a'", 6],
    ["$x = !true", 6],
    ["$x = true && false", 11],
    ["$x = true || false", 11],
    ["$x = true & false", 11],
    ["$x = true ? 1 : 2", 11],
    ["$_x = 1", 2],
    ["$x_ = 1", 3],
    ["$x__ = 1", 3],
    ["$x_B = 1", 3],
    ["func f_() { 1 }", 7],
    ["class c_ {}", 8],
    ["$x = struct{a_ => 1}", 14],
    ['Te_["a"] -> Test["b"]', 3],
    ["$é = 1", 2],
    ["\ufeff$x = 1", 1],
    ["$x = 1\f", 7],
    ["$x = \u00001", 6],
    ["$x = 1 <| 2", 9],
    ["$x = 1 ?", 8],
    ["$x = “a”", 6],
    ['$x = "a', 6],
    ['test "t {}', 6],
  ] as const) {
    wrong(JSON.stringify(program), program, `parse 1:${column}`, /./);
  }
  wrong("a lexer error wins over the syntax error it causes", "$x = @", "parse 1:6", /unrecognized.*@/);
});

describe("names", () => {
  sound(
    "keywords only count as whole words",
    `
    $int8 = "a"
    $iffy = "b"
    $inside = "c"
    $format = "d"
    $classy = "e"
    $nothing = "f"
    $truely = "g"
    test [$int8, $iffy, $inside, $format, $classy, $nothing, $truely] {}
    `,
    ["a", "b", "c", "d", "e", "f", "g"].map((name) => `test[${name}]`).join("\n"),
  );
  sound("digits and underscores", '$a1_b2 = "x"\ntest "${a1_b2}" {}', "test[x]");
  sound("one letter", '$a = "x"\ntest "${a}" {}', "test[x]");
  sound("a name with two underscores in a row can be bound", "$a__b = 1", "");
  sound("and functions can have such names", 'func a__b() { "x" }\ntest [a__b()] {}', "test[x]");
  sound("and struct fields", '$s = struct{a__b => "x"}\ntest [$s->a__b] {}', "test[x]");
  sound("space after the dollar", '$ x = "a"\ntest [$ x] {}', "test[a]");
  sound("space around dots", 'import "fmt"\ntest [fmt . printf("a")] {}', "test[a]");
  sound("`map` is a variable name", '$map = "a"\ntest "${map}" {}', "test[a]");
  sound("`collect` is a variable name", '$collect = "a"\ntest "${collect}" {}', "test[a]");
  sound(
    "`map` and `collect` are loop variables",
    'for $map, $collect in ["a"] {\n test "${collect}" { int64 => $map, }\n}',
    "test[a] int64=0",
  );
  sound("`map` is a parameter", 'func f($map) { $map }\ntest [f("a")] {}', "test[a]");
  sound(
    "`map` is a part of a dotted name",
    'import "map"\ntest [map.lookup({"k" => "v"}, "k")] {}',
    "test[v]",
  );
  sound(
    "`map` in a dotted variable",
    'class c {\n $map = "a"\n}\ninclude c as i\ntest "${i.map}" {}',
    "test[a]",
  );

  sound(
    "`map` and `collect` are aliases of modules",
    'import "map.mcl"\nimport "collect.mcl"\ninclude map.c\ntest [$map.x + "1", "${collect.x}2", collect.f()] {}',
    "test[c]\ntest[v1]\ntest[v2]\ntest[f]",
    {
      "map.mcl": '$x = "v"\nclass c {\n test "c" {}\n}\n',
      "collect.mcl": '$x = "v"\nfunc f() { "f" }\n',
    },
  );
  sound(
    "`map` and `collect` are parameters of a class and of a lambda",
    'class c($map, $collect) {\n test [$map($collect)] {}\n}\ninclude c(func($collect) { $collect + "!" }, "a")',
    "test[a!]",
  );
  sound("`map` has a type of its name", '$map map{str: str} = {"a" => "b"}\ntest [$map["a"]] {}', "test[b]");
  wrong("`map` as a call", '$x = map("a")', "scope 1:6", /map/);
  wrong("`collect` as a class to include", "include collect", "scope 1:1", /collect/);
  wrong("`map` as a kind", 'map "x" {}', "parse 1:1", /map/);
  wrong("`collect` as a kind to collect", 'collect collect "x" {}', "parse 1:9", /collect/);
  wrong("`collect` as a function", "func collect() { 1 }", "parse 1:6", /collect/);
  wrong("`map` as a part of a class", "class c:map {}", "parse 1:9", /map/);
  wrong("`map` as the alias of an include", "include c as map", "parse 1:14", /map/);
  wrong("`collect` as a struct field", "$s = struct{collect => 1}", "parse 1:13", /collect/);
  wrong("`map` as a looked up field", "$x = $s->map", "parse 1:10", /map/);
  wrong("`map` as a field of a type", "$s struct{map int} = $x", "parse 1:11", /map/);
  wrong("`map` as a field that is sent", 'Test["a"].map -> Test["b"].int64', "parse 1:11", /map/);
  wrong("`str` as a field that is received", 'Test["a"].hello -> Test["b"].str', "parse 1:30", /str/);
  wrong("a keyword as a part of a dotted name", "$x = $a.if", "parse 1:9", /if/);
  wrong("a module whose own name is a keyword", 'import "in.mcl"\n$x = $in.y', "parse 2:7", /in/);
  sound("such a module under another name", 'import "in.mcl" as i\ntest "${i.y}" {}', "test[v]", {
    "in.mcl": '$y = "v"\n',
  });

  wrong("a variable with two underscores cannot be read", "$a__b = 1\n$c = $a__b", "init 2:6", /underscore/);
  wrong("a leading underscore in a function name", "func _f() { 1 }", "parse 1:6", /_/);
  wrong("upper case in a name", "$fooBar = 1", "parse 1:5", /./);
  wrong("a capital at the start of a variable", "$Foo = 1", "parse 1:2", /./);
  wrong("`map` as a function", "func map($x) { $x }", "parse 1:6", /map/);
  wrong("`collect` as a class", "class collect {}", "parse 1:7", /collect/);
  wrong("`map` as an alias", 'import "map" as map', "parse 1:17", /map/);
  wrong("`map` as a field", 'test "t" {\n map => 1,\n}', "parse 2:2", /map/);
  wrong("`str` as a struct field", "$s = struct{str => 1}", "parse 1:13", /str/);
  wrong("`in` as a struct field lookup", "$s = $x->in", "parse 1:10", /in/);
  for (const word of [
    "if else for forkv true false and or not in bool str int float struct func class include import as",
    "variant panic",
  ].flatMap((words) => words.split(" "))) {
    wrong(`\`${word}\` is reserved`, `$${word} = 1`, "parse 1:2", /./);
  }
});

describe("numbers", () => {
  const integer = (literal: string, value: string): void =>
    sound(literal, `test "t" {\n int64 => ${literal},\n}`, `test[t] int64=${value}`);
  integer("0", "0");
  integer("0644", "644");
  integer("-5", "-5");
  integer("-0", "0");
  integer("9223372036854775807", "9223372036854775807");
  integer("-9223372036854775808", "-9223372036854775808");
  const float = (literal: string, value: string): void =>
    sound(literal, `test "t" {\n float64 => ${literal},\n}`, `test[t] float64=${value}`);
  float("1.5", "1.5");
  float("-1.5", "-1.5");
  float("2.0", "2");
  float("007.250", "7.25");
  float("100000000000000000000000.0", "100000000000000000000000");
  for (const [expression, value] of [
    ["5 --1", 6],
    ["5--1", 6],
    ["1+-2", -1],
    ["3*-2", -6],
    ["3-$n", 1],
    ["$n -$n", 0],
    ["-0644", -644],
    ["[-1,-2][1]", -2],
  ] as const)
    sound(expression, `$n = 2\ntest "t" {\n int64 => ${expression},\n}`, `test[t] int64=${value}`);
  wrong("two points", "$x = 1.2.3", "parse 1:9", /\./);
  wrong("two minuses", "$x = --1", "parse 1:6", /-/);
  wrong("a letter after digits", "$x = 1a", "parse 1:7", /a/);
  sound("a negative number after an operator", 'test "t" {\n int64 => 1 - -1,\n}', "test[t] int64=2");

  wrong("an int that is too large", "$x = 9223372036854775808", "parse 1:6", /overflow|64/);
  wrong("an int that is too small", "$x = -9223372036854775809", "parse 1:6", /overflow|64/);
  wrong("a float that is too large", `$x = 1${"0".repeat(400)}.0`, "parse 1:6", /overflow|large/);
  wrong("no digits after the point", "$x = 1.", "parse 1:7", /\./);
  wrong("no digits before the point", "$x = .5", "parse 1:6", /\./);
  wrong("no exponents", "$x = 1.0e5", "parse 1:9", /e5/);
  wrong("no hexadecimal", "$x = 0x1f", "parse 1:7", /x1f/);
  wrong("no digit separators", "$x = 1_000", "parse 1:7", /_/);
  wrong("a minus belongs to the number after it", "$x = 1 -2", "parse 1:8", /-2/);
  wrong("even without a space", "$x = 1-2", "parse 1:7", /-2/);
  wrong("even after a variable", "$a = 1\n$x = $a-1", "parse 2:8", /-1/);
  wrong("a minus alone is no sign", "$x = - 1", "parse 1:6", /-/);
  wrong("there is no unary minus", "$a = 1\n$x = -$a", "parse 2:6", /-/);
  wrong("nor a unary plus", "$x = +1", "parse 1:6", /\+/);
});

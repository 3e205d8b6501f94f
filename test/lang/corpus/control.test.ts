/** Branches, loops, fallbacks and panics (language specification, 5.2, 5.3, 5.9 and 9). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

describe("if statements", () => {
  sound("taken", 'if true {\n test "a" {}\n}', "test[a]");
  sound("not taken", 'if false {\n test "a" {}\n}', "");
  sound("else", 'if false {\n test "a" {}\n} else {\n test "b" {}\n}', "test[b]");
  sound("a computed condition", '$n = 3\nif $n > 2 and not ($n == 4) {\n test "a" {}\n}', "test[a]");
  sound("nested", 'if true {\n if false {\n  test "a" {}\n } else {\n  test "b" {}\n }\n}', "test[b]");
  sound("an if in an else", 'if false {\n} else {\n if true {\n  test "a" {}\n }\n}', "test[a]");
  sound("a condition in parentheses", 'if (true) {\n test "a" {}\n}', "test[a]");
  sound(
    "a condition that is an if",
    'if if true { false } else { true } {\n test "a" {}\n} else {\n test "b" {}\n}',
    "test[b]",
  );
  sound("a condition that is a map lookup", 'if {"a" => true}["a"] {\n test "a" {}\n}', "test[a]");
  sound("an import in it", 'if true {\n import "fmt"\n test [fmt.printf("a")] {}\n}', "test[a]");
  wrong("a condition that is an int", "if 1 {\n}", "type 1:1", /bool.*int/);
  wrong("a condition that is a text", 'if "true" {\n}', "type 1:1", /bool.*str/);
  wrong("a condition that is a list", "if [true] {\n}", "type 1:1", /bool/);
  wrong("a nested condition that is an int", "if true {\n if 1 {\n }\n}", "type 2:2", /bool.*int/);
  wrong("a condition that fails", '$l = [true]\nif $l[5] {\n test "a" {}\n}', "stream 2:4", /list index/);
  wrong("no condition", "if {\n}", "parse 2:2", /./);
  wrong("an assignment for a condition", "if $x = 1 {\n}", "parse 1:7", /=/);
});

describe("if expressions", () => {
  sound("taken", '$x = if true { "a" } else { "b" }\ntest [$x] {}', "test[a]");
  sound("not taken", '$x = if false { "a" } else { "b" }\ntest [$x] {}', "test[b]");
  sound("nested", '$x = if false { "a" } else { if true { "b" } else { "c" } }\ntest [$x] {}', "test[b]");
  sound(
    "the other branch is not evaluated",
    '$l = ["a"]\n$x = if true { "a" } else { $l[5] }\ntest [$x] {}',
    "test[a]",
  );
  sound(
    "in a function",
    'func max($a, $b) { if $a > $b { $a } else { $b } }\ntest "t" {\n int64 => max(3, 5),\n float64 => max(1.5, 0.5),\n}',
    "test[t] float64=1.5 int64=5",
  );
  wrong(
    "the other branch is typed",
    '$x = if true { "a" } else { 1 }\ntest [$x] {}',
    "type 1:29",
    /int.*str|str.*int/,
  );
  wrong(
    "a condition that is an int",
    '$x = if 1 { "a" } else { "b" }\ntest [$x] {}',
    "type 1:9",
    /bool.*int|int.*bool/,
  );
  wrong(
    "branches of different lists",
    '$x = if true { [1] } else { ["a"] }\ntest "t" {\n interface => $x,\n}',
    "type 1:29",
    /int.*str|str.*int/,
  );
  wrong("else if", "$x = if true { 1 } else if false { 2 } else { 3 }", "parse 1:25", /if/);
  wrong("else on the next line", "$x = if true { 1 }\nelse { 2 }", "parse 1:19", /line|else/);
});

describe("for", () => {
  sound(
    "elements and indexes",
    'for $i, $v in ["a", "b", "c"] {\n test "${v}" { int64 => $i, }\n}',
    "test[a] int64=0\ntest[b] int64=1\ntest[c] int64=2",
  );
  sound("nothing", '$l []str = []\nfor $i, $v in $l {\n test "a" {}\n}', "");
  wrong("nothing of an unknown type", 'for $i, $v in [] {\n test "a" {}\n}', "type 1:15", /ambiguous/);
  sound("a variable", '$l = ["a", "b"]\nfor $i, $v in $l {\n test "${v}" {}\n}', "test[a]\ntest[b]");
  sound(
    "a call",
    'import "iter"\nfor $i, $v in iter.range(3) {\n test ["a" + if $v == 0 { "0" } else { "n" }] {}\n}',
    "test[a0]\ntest[an]",
  );
  sound(
    "lists of structs",
    'for $i, $s in [struct{n => "a", v => 1}, struct{n => "b", v => 2}] {\n $n = $s->n\n test "${n}" { int64 => $s->v, }\n}',
    "test[a] int64=1\ntest[b] int64=2",
  );
  sound(
    "nested",
    'for $i, $x in ["a", "b"] {\n for $j, $y in ["1", "2"] {\n  test "${x}${y}" {}\n }\n}',
    "test[a1]\ntest[a2]\ntest[b1]\ntest[b2]",
  );
  sound(
    "nested over the element",
    'for $i, $l in [["a"], ["b", "c"], []] {\n for $j, $v in $l {\n  test "${v}" { int64 => $i, }\n }\n}',
    "test[a] int64=0\ntest[b] int64=1\ntest[c] int64=1",
  );
  sound(
    "nested with the same names",
    'for $i, $v in ["a", "b"] {\n for $i, $v in ["x"] {\n  test "${v}" {}\n }\n}',
    "test[x]",
  );
  sound("the same name twice: the second wins", 'for $a, $a in ["x"] {\n test "${a}" {}\n}', "test[x]");
  sound("an if in it", 'for $i, $v in ["a", "b"] {\n if $i == 1 {\n  test "${v}" {}\n }\n}', "test[b]");
  sound(
    "binds in it",
    'for $i, $v in ["a", "b"] {\n $x = $v + "!"\n test "${x}" {}\n}',
    "test[a!]\ntest[b!]",
  );
  sound(
    "functions in it",
    'for $i, $v in ["a", "b"] {\n func f() { $v + "!" }\n $g = func($x) { $x + $v }\n test [f(), $g("z")] {}\n}',
    "test[a!]\ntest[b!]\ntest[za]\ntest[zb]",
  );
  sound(
    "classes and includes in it",
    'for $i, $v in ["a", "b"] {\n class c($n) {\n  test "${v}${n}" {}\n }\n include c("1")\n include c("2")\n}',
    "test[a1]\ntest[a2]\ntest[b1]\ntest[b2]",
  );
  sound(
    "a class included in a loop has loops",
    'class c($l) {\n for $i, $v in $l {\n  test "${v}" {}\n }\n}\nfor $i, $l in [["a"], ["b"]] {\n include c($l)\n}',
    "test[a]\ntest[b]",
  );
  sound(
    "an import in a branch in it",
    'for $i, $v in ["a"] {\n if true {\n  import "fmt"\n  test [fmt.printf("%s!", $v)] {}\n }\n}',
    "test[a!]",
  );
  sound(
    "outer names in it",
    '$x = "o"\nfunc f($a) { $a + $x }\nfor $i, $v in ["a", "b"] {\n test [f($v)] {}\n}',
    "test[ao]\ntest[bo]",
  );
  sound(
    "in a class",
    'class c($l) {\n for $i, $v in $l {\n  test "${v}" {}\n }\n}\ninclude c(["a"])\ninclude c(["b"])',
    "test[a]\ntest[b]",
  );

  wrong("over a text", 'for $i, $v in "abc" {\n}', "type 1:1", /list.*str|str.*list/);
  wrong("over an int", "for $i, $v in 3 {\n}", "type 1:1", /list.*int|int.*list/);
  wrong("over a map", 'for $i, $v in {"a" => 1} {\n}', "type 1:1", /list.*map|map.*list/);
  wrong(
    "over nothing known, used",
    'for $i, $v in [] {\n test "t" {\n  interface => $v,\n }\n}',
    "type",
    /ambiguous/,
  );
  wrong("one variable", 'for $v in ["a"] {\n}', "parse 1:8", /in/);
  wrong("no variables", 'for ["a"] {\n}', "parse 1:5", /\[/);
  wrong("a name without a dollar", 'for i, v in ["a"] {\n}', "parse 1:5", /i/);
  wrong("a colon for `in`", 'for $i, $v : ["a"] {\n}', "parse 1:12", /:/);
  wrong("an import in it", 'for $i, $v in [1] {\n import "fmt"\n}', "init 1:1", /import/);
  wrong(
    "an import in an inner one",
    'for $i, $v in [1] {\n for $j, $w in [1] {\n  import "fmt"\n }\n}',
    "init 2:2",
    /import/,
  );
  wrong("a list that fails", '$m = {"a" => [1]}\nfor $i, $v in $m["z"] {\n}', "stream 2:15", /map key/);
  wrong(
    "an element of another type than its use",
    'for $i, $v in ["a"] {\n test "t" {\n  int8 => $v,\n }\n}',
    "type 3:3",
    /int.*str|str.*int/,
  );
  wrong("the index is an int", 'for $i, $v in ["a"] {\n test "${i}" {}\n}', "type 2:2", /int.*str|str.*int/);
});

describe("forkv", () => {
  sound(
    "keys and values",
    'forkv $k, $v in {"a" => 1, "b" => 2} {\n test "${k}" { int64 => $v, }\n}',
    "test[a] int64=1\ntest[b] int64=2",
  );
  sound("nothing", '$m map{str: int} = {}\nforkv $k, $v in $m {\n test "a" {}\n}', "");
  wrong("nothing of an unknown type", 'forkv $k, $v in {} {\n test "a" {}\n}', "type 1:17", /ambiguous/);
  sound(
    "int keys",
    'forkv $k, $v in {1 => "a", 2 => "b"} {\n test "${v}" { int64 => $k, }\n}',
    "test[a] int64=1\ntest[b] int64=2",
  );
  sound(
    "nested",
    'forkv $k, $l in {"a" => ["1", "2"]} {\n for $i, $v in $l {\n  test "${k}${v}" {}\n }\n}',
    "test[a1]\ntest[a2]",
  );
  sound(
    "maps of structs",
    'forkv $n, $s in {"a" => struct{v => 1}} {\n test "${n}" { int64 => $s->v, }\n}',
    "test[a] int64=1",
  );
  sound(
    "keys that are the same come once",
    '$x = "a"\nforkv $k, $v in {"a" => 1, "${x}" => 2} {\n test "${k}" { int64 => $v, }\n}',
    "test[a] int64=2",
  );
  sound(
    "a class in it",
    'forkv $k, $v in {"a" => "1"} {\n class c {\n  test "${k}${v}" {}\n }\n include c\n}',
    "test[a1]",
  );
  wrong("over a list", 'forkv $k, $v in ["a"] {\n}', "type 1:1", /map.*list|list.*map/);
  wrong("over a struct", "forkv $k, $v in struct{a => 1} {\n}", "type 1:1", /map.*struct|struct.*map/);
  wrong("an import in it", 'forkv $k, $v in {1 => 1} {\n import "fmt"\n}', "init 1:1", /import/);
});

describe("fallbacks", () => {
  const shows = (expression: string, value: string): void =>
    sound(
      expression,
      `import "convert"\nimport "math"\n$l = ["a"]\n$x = ${expression}\ntest "t" {\n interface => $x,\n}`,
      `test[t] interface=${value}`,
    );
  shows('$l[3] <|> "d"', '"d"');
  shows('$l[0] <|> "d"', '"a"');
  shows('$l[3] <|> $l[4] <|> "d"', '"d"');
  shows('"x" + $l[3] <|> "d"', '"d"');
  shows("len([$l[3]]) <|> 0", "0");
  shows("[$l[3]] <|> []", "[]");
  shows('{"k" => $l[3]} <|> {}', "{}");
  shows('if $l[3] == "a" { 1 } else { 2 } <|> 3', "3");
  shows('if true { $l[3] } else { "b" } <|> "d"', '"d"');
  shows('func($x) { $x + "!" }($l[3]) <|> "d"', '"d"');
  shows('func() { $l[3] }() <|> "d"', '"d"');
  shows('func($x) { $x[3] <|> "d" }($l)', '"d"');
  shows('convert.str_to_int("x") <|> 5', "5");
  shows("1 / 0 <|> 5.0", "5");
  shows("math.sqrt(-1.0) <|> 5.0", "5");
  sound("in a variable", '$l = ["a"]\n$x = $l[3]\n$y = $x + "!"\ntest [$y <|> "d"] {}', "test[d]");
  sound("in an interpolation", '$l = ["a"]\n$x = $l[3]\ntest "${x}" <|> "d" {}', "test[d]");
  sound(
    "in each round of its own",
    '$l = ["a", "b"]\nfor $i, $n in [0, 1, 2] {\n $x = $l[$n] <|> "d"\n test "${x}" {}\n}',
    "test[a]\ntest[b]\ntest[d]",
  );
  sound(
    "in a lambda given to core functions",
    'import "iter"\n$l = ["a"]\n$x = iter.map([0, 1], func($n) { $l[$n] <|> "d" })\ntest $x {}',
    "test[a]\ntest[d]",
  );
  sound(
    "around core functions",
    'import "iter"\n$l = ["a"]\n$x = iter.map([0, 1], func($n) { $l[$n] }) <|> ["d"]\ntest $x {}',
    "test[d]",
  );
  const caught = (title: string, definitions: string): void =>
    sound(title, `${definitions}\ntest [$x <|> "caught"] {}`, "test[caught]");
  caught("in the condition of an if", '$l = [true]\n$x = if $l[3] { "a" } else { "b" }');
  caught("in what is called", '$m = {"k" => func($a) { $a }}\n$f = $m["z"]\n$x = $f("a")');
  const each = (name: string, call: string): void =>
    caught(
      `in the list for iter.${name}`,
      `import "iter"\n$m = {"k" => ["a", "b"]}\n$l = $m["z"]\n$y = iter.${call}\n$x = $y[0]`,
    );
  each("map", 'map($l, func($a) { $a + "!" })');
  each("filter", 'filter($l, func($a) { $a == "a" })');
  each("zip", 'zip(["c"], $l, func($a, $b) { $a + $b })');
  caught(
    "in the list for iter.reduce",
    'import "iter"\n$m = {"k" => ["a"]}\n$x = iter.reduce("c", $m["z"], func($a, $b) { $a + $b })',
  );
  sound(
    "in a condition",
    '$l = [true]\nif $l[3] <|> false {\n test "a" {}\n} else {\n test "b" {}\n}',
    "test[b]",
  );
  sound(
    "in a loop's list",
    '$m = {"k" => ["a"]}\nfor $i, $v in $m["z"] <|> ["d"] {\n test "${v}" {}\n}',
    "test[d]",
  );

  wrong(
    "both fail",
    '$l = ["a"]\ntest [$l[3] <|> $l[4]] {}',
    "stream 2:17",
    /list index not present, got: 4/,
  );
  wrong(
    "caught in one place only",
    '$l = ["a"]\n$x = $l[3]\ntest [$x <|> "c"] {}\ntest [$x] {}',
    "stream 2:6",
    /list index/,
  );
  wrong("types that differ", '$l = ["a"]\ntest [$l[3] <|> 1] {}', "type 2:17", /int.*str|str.*int/);
  wrong(
    "what cannot be caught",
    'import "iter"\n$l []int = []\ntest "t" {\n int64 => iter.reduce($l, func($a, $b) { $a }) <|> 1,\n}',
    "stream 4:11",
    /empty/,
  );
  wrong("a panic", 'test [if panic_debug(true, "why") { "a" } else { "b" } <|> "c"] {}', "stream 1", /why/);
  wrong(
    "an uncaught failure in an unused field's condition",
    '$l = [true]\ntest "t" {\n int8 => $l[3] ?: 1,\n}',
    "stream 3:10",
    /list index/,
  );
});

describe("panic", () => {
  sound("false", "panic(false)", "");
  sound("an empty text", 'panic("")', "");
  sound("a false condition with a text", 'panic(1 == 2, "why")', "");
  sound("in a branch that is not taken", 'if false {\n panic("no")\n}', "");
  sound("in a class that is never included", 'class c {\n panic("no")\n}', "");
  sound("in a loop over nothing", '$l []str = []\nfor $i, $v in $l {\n panic("no")\n}', "");
  sound("over lines", "panic(\n false,\n)", "");
  wrong("true", "panic(true)", "stream 1:1", /bool panic occurred/);
  wrong("a text", 'panic("no")', "stream 1:1", /str panic occurred: no/);
  wrong("a condition with a text", 'panic(1 == 1, "why")', "stream 1:1", /bool panic occurred: why/);
  wrong("in a branch that is taken", 'if true {\n panic("no")\n}', "stream 2:2", /str panic occurred: no/);
  wrong("in a class", 'class c {\n panic("no")\n}\ninclude c', "stream 2:2", /str panic occurred: no/);
  wrong("in a loop", 'for $i, $v in ["a"] {\n panic($v)\n}', "stream 2:2", /str panic occurred: a/);
  wrong("an int", "panic(1)", "type 1:1", /./);
  wrong("nothing", "panic()", "type 1:1", /arg/);
  wrong("three things", 'panic(true, "a", "b")', "type 1:1", /arg/);
  wrong("two texts", 'panic("a", "b")', "type 1:1", /bool.*str|str.*bool/);
  wrong("without parentheses", 'panic "no"', "parse 1:7", /"no"/);
});

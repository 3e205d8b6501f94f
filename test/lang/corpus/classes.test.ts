/** Classes and includes (language specification, sections 5.7 and 6.5). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

describe("classes", () => {
  sound("a class alone gives nothing", 'class c {\n test "a" {}\n}', "");
  sound("included", 'class c {\n test "a" {}\n}\ninclude c', "test[a]");
  sound("included above its definition", 'include c\nclass c {\n test "a" {}\n}', "test[a]");
  sound(
    "parentheses or none",
    'class c {\n test "a" {}\n}\nclass d() {\n test "b" {}\n}\ninclude c()\ninclude d',
    "test[a]\ntest[b]",
  );
  sound("included twice", 'class c {\n test "a" {}\n}\ninclude c\ninclude c', "test[a]");
  sound(
    "with arguments",
    'class c($n, $v) {\n test $n { int64 => $v, }\n}\ninclude c("a", 1)\ninclude c("b", 2)',
    "test[a] int64=1\ntest[b] int64=2",
  );
  sound(
    "with annotated parameters",
    'class c($n str, $l []int) {\n test $n { int64 => $l[0], }\n}\ninclude c("a", [1])',
    "test[a] int64=1",
  );
  sound(
    "each include has its own types",
    'class c($n, $v) {\n test $n { interface => $v, }\n}\ninclude c("a", 1)\ninclude c("b", ["x"])',
    'test[a] interface=1\ntest[b] interface=["x"]',
  );
  sound(
    "arguments are where the include is",
    '$x = "outer"\nclass c($n) {\n $x = "inner"\n test $n {}\n}\ninclude c($x)',
    "test[outer]",
  );
  sound(
    "sees what is around its definition",
    '$x = "outer"\nclass c {\n test [$x] {}\n}\nif true {\n $x = "inner"\n include c\n}',
    "test[outer]",
  );
  sound(
    "its own definitions hide those around",
    '$x = "outer"\nclass c {\n $x = "inner"\n test [$x] {}\n}\ninclude c\ntest [$x] {}',
    "test[inner]\ntest[outer]",
  );
  sound(
    "a bind hides a parameter",
    'class c($x) {\n $x = "inner"\n test [$x] {}\n}\ninclude c("outer")',
    "test[inner]",
  );
  sound(
    "a parameter hides what is around",
    '$x = 1\nclass c($x) {\n test $x {}\n}\ninclude c("a")',
    "test[a]",
  );
  sound(
    "an include in a class",
    'class a {\n include b\n}\nclass b {\n test "x" {}\n}\ninclude a',
    "test[x]",
  );
  sound(
    "an include in a loop",
    'class c($n) {\n test $n {}\n}\nfor $i, $v in ["a", "b"] {\n include c("${v}")\n}',
    "test[a]\ntest[b]",
  );
  sound(
    "an include in a branch",
    'class c {\n test "a" {}\n}\nif true {\n include c\n} else {\n include c\n}',
    "test[a]",
  );
  sound("a class in a branch", 'if true {\n class c {\n  test "a" {}\n }\n include c\n}', "test[a]");
  sound(
    "a class in a loop sees the loop variables",
    'for $i, $v in ["a", "b"] {\n class c {\n  test "${v}" { int64 => $i, }\n }\n include c\n}',
    "test[a] int64=0\ntest[b] int64=1",
  );
  sound(
    "a class of an outer block",
    'class c {\n test "a" {}\n}\nif true {\n if true {\n  include c\n }\n}',
    "test[a]",
  );
  sound(
    "a class hides one of an outer block",
    'class c {\n test "outer" {}\n}\nif true {\n class c {\n  test "inner" {}\n }\n include c\n}',
    "test[inner]",
  );
  sound(
    "functions in a class",
    'class c($x) {\n func f($y) { $x + $y }\n test [f("!")] {}\n}\ninclude c("a")',
    "test[a!]",
  );
  sound(
    "an argument that is not used is not evaluated",
    'class c($x) {\n test "a" {}\n}\n$l = ["x"]\ninclude c($l[9])',
    "test[a]",
  );
  sound(
    "a class with a name of everything else",
    '$c = "v"\nfunc c() { "f" }\nclass c {\n test [$c, c()] {}\n}\ninclude c',
    "test[v]\ntest[f]",
  );

  wrong("an unknown class", "include nope", "scope 1:1", /nope/);
  wrong("a class of an inner block", "if true {\n class c {}\n}\ninclude c", "scope 4:1", /c/);
  wrong("a class of another class", "class a {\n class b {}\n}\ninclude a\ninclude b", "scope 5:1", /b/);
  wrong("too few arguments", "class c($a) {}\ninclude c", "scope 2:1", /1 arg|expect/);
  wrong("too few arguments, with parentheses", "class c($a) {}\ninclude c()", "scope 2:1", /1 arg|expect/);
  wrong("too many arguments", "class c {}\ninclude c(1)", "scope 2:1", /0 arg|expect/);
  wrong("an argument of another type", 'class c($a int) {}\ninclude c("x")', "type 2:1", /int.*str|str.*int/);
  wrong(
    "an argument that does not fit the body",
    'class c($a) {\n test "t" {\n  int8 => $a,\n }\n}\ninclude c("x")',
    "type 3:3",
    /int.*str|str.*int/,
  );
  wrong("an argument of an unknown variable", "class c($a) {}\ninclude c($nope)", "scope 2:11", /nope/);
  wrong(
    "wrong arguments where nothing is included",
    "class c {}\nif false {\n include c(1)\n}",
    "scope 3:2",
    /0 arg|expect/,
  );
  sound(
    "wrong arguments in a class that is never included",
    "class d($a) {}\nclass c {\n include d\n include nope\n}",
    "",
  );
  wrong("an include of a variable", '$c = "x"\ninclude $c', "parse 2:9", /\$/);
  wrong("an include of a text", 'include "c"', "parse 1:9", /"c"/);
  wrong("an include as everything", "class c {}\ninclude c as *", "parse 2:14", /\*/);
  wrong("an include of a class with colons", "include a:b", "parse 1:10", /:/);
  wrong("two classes of one name", "class a {}\nclass a {}", "interpolate 2:1", /duplicate class/);
  wrong(
    "two classes of one name in a class that is never included",
    "class c {\n class a {}\n class a {}\n}",
    "interpolate 3:2",
    /duplicate class/,
  );
  wrong(
    "two classes of one name with other parameters",
    "class a {}\nclass a($x) {}",
    "interpolate 2:1",
    /duplicate class/,
  );
  wrong("a class that includes itself", "class a {\n include a\n}", "scope 2:2", /recurs/);
  wrong(
    "classes that include each other",
    "class a {\n include b\n}\nclass b {\n include a\n}",
    "scope 2:2",
    /recurs/,
  );
  wrong("a class with a capital", "class Foo {}", "parse 1:7", /F/);
  wrong("a variable of a class, not exported", "class c {\n $x = 1\n}\ninclude c\n$y = $x", "scope 5:6", /x/);
});

describe("classes with colons", () => {
  sound(
    "nested into the class before the colon",
    'class a {\n include b\n}\nclass a:b {\n test "x" {}\n}\ninclude a',
    "test[x]",
  );
  sound("in any order", 'class a:b {\n test "x" {}\n}\nclass a {\n include b\n}\ninclude a', "test[x]");
  sound(
    "sees what the outer class defines",
    'class a($n) {\n $x = "v"\n include b\n}\nclass a:b {\n test ["${n}", $x] {}\n}\ninclude a("p")',
    "test[p]\ntest[v]",
  );
  sound(
    "two colons",
    'class a {\n include b\n}\nclass a:b {\n include c\n}\nclass a:b:c {\n test "x" {}\n}\ninclude a',
    "test[x]",
  );
  sound(
    "through an alias",
    'class a {}\nclass a:b {\n test "x" {}\n}\ninclude a as i\ninclude i.b',
    "test[x]",
  );
  sound(
    "with parameters of its own",
    'class a {\n include b("x")\n}\nclass a:b($n) {\n test $n {}\n}\ninclude a',
    "test[x]",
  );
  sound(
    "several in one",
    'class a {\n include b\n include c\n}\nclass a:b {\n test "x" {}\n}\nclass a:c {\n test "y" {}\n}\ninclude a',
    "test[x]\ntest[y]",
  );
  sound(
    "in a nested block",
    'if true {\n class a {\n  include b\n }\n class a:b {\n  test "x" {}\n }\n include a\n}',
    "test[x]",
  );
  sound("without a class before the colon it is merely out of reach", 'class nope:b {\n test "x" {}\n}', "");
  sound(
    "spaces around the colon",
    'class a {\n include b\n}\nclass a : b {\n test "x" {}\n}\ninclude a',
    "test[x]",
  );

  sound(
    "a class of an outer block is not the class before the colon",
    "class a {}\nif true {\n class a:b {}\n}",
    "",
  );
  sound("nor is one that is not there", "class a {}\nclass a:b:c {}", "");
  sound(
    "into a class that is nested already",
    'class a {\n class b {}\n}\nclass a:b:c {\n test "x" {}\n}\ninclude a as i\ninclude i.b as j\ninclude j.c',
    "test[x]",
  );
  sound(
    "three levels, each with parameters",
    'class a:b:c($r) {\n test [$p + $q + $r] {}\n}\nclass a:b($q) {}\nclass a($p) {}\ninclude a("1") as i\ninclude i.b("2") as j\ninclude j.c("3")',
    "test[123]",
  );
  wrong("twice, out of reach", "class x:b {}\nclass x:b {}", "interpolate 2:1", /duplicate class/);
  wrong(
    "twice, two levels down",
    "class a {}\nclass a:b {}\nclass a:b:c {}\nclass a:b:c {}",
    "interpolate 4:1",
    /duplicate class/,
  );
  wrong("twice", "class a {}\nclass a:b {}\nclass a:b {}", "interpolate 3:1", /duplicate class/);
  wrong(
    "beside one of that name in the class",
    "class a {\n class b {}\n}\nclass a:b {}",
    "interpolate 4:1",
    /duplicate class/,
  );
  wrong("not outside of the class", 'class a {}\nclass a:b {\n test "x" {}\n}\ninclude b', "scope 5:1", /b/);
});

describe("include as", () => {
  sound(
    "variables",
    'class c {\n $x = "v"\n}\ninclude c as i\ntest "${i.x}" {}\ntest [$i.x + "!"] {}',
    "test[v]\ntest[v!]",
  );
  sound("used above the include", 'test "${i.x}" {}\ninclude c as i\nclass c {\n $x = "v"\n}', "test[v]");
  sound(
    "functions",
    'class c {\n func f($a) { $a + "!" }\n}\ninclude c as i\ntest [i.f("a")] {}',
    "test[a!]",
  );
  sound(
    "functions that use arguments",
    'class c($x) {\n func f($a) { $a + $x }\n}\ninclude c("1") as i\ninclude c("2") as j\ntest [i.f("a"), j.f("a")] {}',
    "test[a1]\ntest[a2]",
  );
  sound(
    "function values",
    'class c {\n $f = func($a) { $a + "!" }\n}\ninclude c as i\ntest [$i.f("a")] {}',
    "test[a!]",
  );
  sound(
    "classes",
    'class c {\n class d($n) {\n  test $n {}\n }\n}\ninclude c as i\ninclude i.d("a")',
    "test[a]",
  );
  sound(
    "classes through two aliases",
    'class c {\n class d {\n  $x = "v"\n }\n}\ninclude c as i\ninclude i.d as j\ntest "${j.x}" {}',
    "test[v]",
  );
  sound("parameters", 'class c($p) {}\ninclude c("v") as i\ntest "${i.p}" {}', "test[v]");
  sound(
    "parameters of each include",
    'class c($p) {}\ninclude c("v") as i\ninclude c("w") as j\ntest ["${i.p}", "${j.p}"] {}',
    "test[v]\ntest[w]",
  );
  sound(
    "different types for each include",
    'class c($p) {\n $x = $p\n}\ninclude c("v") as i\ninclude c(7) as j\ntest "${i.x}" { int64 => $j.x, }',
    "test[v] int64=7",
  );
  sound(
    "imports of the class",
    'class c {\n import "fmt"\n}\ninclude c as i\ntest [i.fmt.printf("%d", 7)] {}',
    "test[7]",
  );
  sound(
    "aliases of the class",
    'class inner {\n $x = "v"\n}\nclass c {\n include inner as n\n}\ninclude c as i\ntest "${i.n.x}" {}',
    "test[v]",
  );
  sound(
    "inherited variables",
    '$x = "around"\nclass c {\n test [$x] {}\n}\ninclude c as i\ntest "${i.x}-2" {}',
    "test[around]\ntest[around-2]",
  );
  sound(
    "inherited functions",
    'func f() { "x" }\nclass c {\n test [f() + "1"] {}\n}\ninclude c as i\ntest [i.f() + "2"] {}',
    "test[x1]\ntest[x2]",
  );
  sound(
    "own variables before inherited ones",
    '$x = "around"\nclass c {\n $x = "own"\n}\ninclude c as i\ntest "${i.x}" {}',
    "test[own]",
  );
  sound(
    "its output comes along",
    'class c($n) {\n test $n {}\n $x = "v"\n}\ninclude c("a") as i\ntest "${i.x}" {}',
    "test[a]\ntest[v]",
  );
  sound(
    "an argument from another alias",
    'class c($p) {\n $x = $p + "!"\n}\ninclude c("a") as i\ninclude c($i.x) as j\ntest "${j.x}" {}',
    "test[a!!]",
  );
  sound(
    "an alias named like a variable, a function and a class",
    '$c = "v"\nfunc c() { "f" }\nclass c {\n $x = "x"\n}\ninclude c as c\ntest ["${c.x}", $c, c()] {}',
    "test[x]\ntest[v]\ntest[f]",
  );
  sound(
    "in a loop",
    'class c($p) {\n $x = $p + "!"\n}\nfor $i, $v in ["a", "b"] {\n include c($v) as n\n test "${n.x}" {}\n}',
    "test[a!]\ntest[b!]",
  );
  sound(
    "in a branch",
    'class c($p) {\n $x = $p + "!"\n}\nif true {\n include c("a") as n\n test "${n.x}" {}\n}',
    "test[a!]",
  );
  sound(
    "an alias of an outer block",
    'class c {\n $x = "v"\n}\ninclude c as i\nif true {\n test "${i.x}" {}\n}',
    "test[v]",
  );
  sound(
    "in a function",
    'class c {\n $x = "v"\n}\ninclude c as i\nfunc f() { $i.x }\ntest [f()] {}',
    "test[v]",
  );
  sound(
    "in a class",
    'class c {\n $x = "v"\n}\ninclude c as i\nclass d {\n test "${i.x}" {}\n}\ninclude d',
    "test[v]",
  );

  sound(
    "inherited imports, classes and core names",
    'import "fmt"\nclass d {\n test "d" {}\n}\nclass c {}\ninclude c as i\ninclude i.d\ntest [i.fmt.printf("a"), $i.hostname] {}',
    "test[d]\ntest[a]\ntest[h1]",
  );
  sound(
    "imports of the class without a prefix",
    'class c {\n import "fmt" as *\n}\ninclude c as i\ntest [i.printf("a")] {}',
    "test[a]",
  );
  sound(
    "a chain of aliases, last first",
    'include i.d\ninclude j.c as i\ninclude b as j\nclass b {\n class c {\n  class d {\n   test "v" {}\n  }\n }\n}',
    "test[v]",
  );
  sound(
    "classes with what each include was given",
    'class c($p) {\n class d {\n  test $p {}\n }\n}\ninclude c("a") as i\ninclude c("b") as j\ninclude i.d\ninclude j.d',
    "test[a]\ntest[b]",
  );
  sound(
    "an alias inside of a class of the same alias",
    'class d {\n $x = "v"\n}\nclass c {\n include d as i\n}\ninclude c as i\ntest $i.i.x {}',
    "test[v]",
  );
  wrong(
    "includes that need each other",
    "include c($j.x) as i\ninclude c($i.x) as j\nclass c($p) {\n $x = $p\n}",
    "scope",
    /recurs/,
  );
  wrong(
    "a function of a branch of the class",
    "class c {\n if true {\n  func f() { 1 }\n }\n}\ninclude c as i\n$x = i.f()",
    "scope 7:6",
    /f/,
  );
  wrong(
    "a variable of a branch of the class",
    'class c {\n if true {\n  $x = "v"\n }\n}\ninclude c as i\ntest [$i.x] {}',
    "scope 7:7",
    /`i`.*\$x/,
  );
  wrong(
    "a variable of a loop of the class",
    'class c {\n for $k, $v in ["a"] {\n  $x = $v\n }\n}\ninclude c as i\ntest [$i.x] {}',
    "scope 7:7",
    /`i`.*\$x/,
  );
  wrong(
    "a variable that is not there",
    "class c {}\ninclude c as i\ntest [$i.nope] {}",
    "scope 3:7",
    /`i`.*nope/,
  );
  wrong(
    "a function that is not there",
    "class c {}\ninclude c as i\ntest [i.nope()] {}",
    "scope 3:7",
    /`i`.*nope/,
  );
  wrong("a class that is not there", "class c {}\ninclude c as i\ninclude i.nope", "scope 3:1", /`i`.*nope/);
  wrong("an alias that is not there", "test [$i.x] {}", "scope 1:7", /i\.x/);
  wrong(
    "without `as` nothing is exported",
    'class c {\n $x = "v"\n}\ninclude c\ntest [$c.x] {}',
    "scope 5:7",
    /c\.x/,
  );
  wrong("one alias twice", "class c {}\ninclude c as i\ninclude c as i", "scope 3:1", /i/);
  wrong("the alias of an import", 'import "fmt"\nclass c {}\ninclude c as fmt', "scope 3:1", /fmt/);
  wrong(
    "an include that needs itself",
    'class c($p) {\n $x = $p\n}\ninclude c($i.x) as i\ntest "${i.x}" {}',
    "scope",
    /recurs/,
  );
  wrong(
    "a bind that needs an include that needs it",
    "class c {\n $x = $y\n}\ninclude c as i\n$y = $i.x",
    "scope",
    /recurs/,
  );
});

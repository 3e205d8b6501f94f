/** Order, scopes, namespaces, cycles, and what is not checked where it is not used (language specification, 1 and 6). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

describe("the order of statements does not matter", () => {
  sound("variables", 'test [$c] {}\n$c = $b + "c"\n$b = $a + "b"\n$a = "a"', "test[abc]");
  sound("an import after its use", 'test [fmt.printf("a")] {}\nimport "fmt"', "test[a]");
  sound(
    "an edge before its resources",
    'Test["a"] -> Test["b"]\ntest ["a", "b"] {}',
    "test[a]\ntest[b]\ntest[a] -> test[b]",
  );
  sound(
    "a function before what it uses",
    'test [f()] {}\nfunc f() { g() + $x }\n$x = "x"\nfunc g() { "g" }',
    "test[gx]",
  );
  sound(
    "a definition below, in a nested block",
    '$n = "outer"\nif true {\n test "${n}" {}\n $n = "inner"\n}',
    "test[inner]",
  );
  sound("within a class", 'class c {\n test "${b}" {}\n $b = $a\n $a = "x"\n}\ninclude c', "test[x]");
});

describe("inner names hide outer ones", () => {
  sound(
    "in a branch",
    '$x = "outer"\nif true {\n $x = "inner"\n test "${x}" {}\n}\ntest "${x}" {}',
    "test[inner]\ntest[outer]",
  );
  sound(
    "with another type",
    '$x = "outer"\nif true {\n $x = 7\n test "t" { int64 => $x, }\n}',
    "test[t] int64=7",
  );
  sound(
    "three deep",
    '$x = "1"\nif true {\n $x = "2"\n if true {\n  $x = "3"\n  test "${x}" {}\n }\n test "${x}" {}\n}\ntest "${x}" {}',
    "test[1]\ntest[2]\ntest[3]",
  );
  sound(
    "in the two branches of an if",
    'if true {\n $x = "then"\n test "${x}" {}\n} else {\n $x = "else"\n test "${x}" {}\n}',
    "test[then]",
  );
  sound(
    "in a loop",
    '$v = "outer"\nfor $i, $v in ["a"] {\n test "${v}" {}\n}\ntest "${v}" {}',
    "test[a]\ntest[outer]",
  );
  sound(
    "a loop variable by a bind",
    'for $i, $v in ["a", "b"] {\n $i = 42\n test "${v}" { int64 => $i, }\n}',
    "test[a] int64=42\ntest[b] int64=42",
  );
  sound("a core variable", '$hostname = "mine"\ntest "${hostname}" {}', "test[mine]");
  sound(
    "a core variable in a branch",
    'if true {\n $hostname = "mine"\n test "${hostname}" {}\n}\ntest "${hostname}" {}',
    "test[mine]\ntest[h1]",
  );
  sound("a core function", 'func contains($a, $b) { $a }\ntest [contains("a", "b")] {}', "test[a]");
  sound(
    "a function in a branch",
    'func f() { "outer" }\nif true {\n func f() { "inner" }\n test [f()] {}\n}\ntest [f()] {}',
    "test[inner]\ntest[outer]",
  );
  sound(
    "same-named variables in a class and outside",
    '$x = "a"\nclass c($y) {\n $x = $y\n test [$x] {}\n}\ninclude c($x + "1")',
    "test[a1]",
  );
  sound(
    "a lambda's parameter",
    '$x = "outer"\n$f = func($x) { $x }\ntest [$f("inner"), $x] {}',
    "test[inner]\ntest[outer]",
  );
});

describe("what a block is about is looked up outside of it", () => {
  sound("the condition of an if", '$x = true\nif $x {\n $x = "in"\n test $x {}\n}', "test[in]");
  sound(
    "the list of a loop, by a loop variable",
    '$v = ["a", "b"]\nfor $i, $v in $v {\n test "${v}" {}\n}',
    "test[a]\ntest[b]",
  );
  sound(
    "the list of a loop, by a bind",
    '$l = ["a"]\nfor $i, $v in $l {\n $l = [$v + "!"]\n test $l {}\n}',
    "test[a!]",
  );
  sound(
    "the map of a loop",
    '$k = {"a" => 1}\nforkv $k, $v in $k {\n test "${k}" { int64 => $v, }\n}',
    "test[a] int64=1",
  );
  sound("the arguments of a function", '$x = "a"\nfunc f($x) { $x + "!" }\ntest [f($x)] {}', "test[a!]");
  wrong("not so a parameter", "class c($x) {\n $x = $x\n}", "scope 2:7", /recurs/);
  wrong(
    "not so a loop variable, however deep the block",
    'for $i, $v in ["a"] {\n if true {\n  $v = $v + "!"\n }\n}',
    "scope 3:8",
    /recurs/,
  );
});

describe("names end with their block", () => {
  wrong("a variable of a branch", "if true {\n $b = 1\n}\n$c = $b", "scope 4:6", /b/);
  wrong(
    "a variable of the other branch",
    'if true {\n $b = "x"\n} else {\n test [$b] {}\n}',
    "scope 4:8",
    /b/,
  );
  wrong("a variable of a loop", 'for $i, $v in ["a"] {\n $b = 1\n}\n$c = $b', "scope 4:6", /b/);
  wrong("a loop variable", 'for $i, $v in ["a"] {\n}\n$c = $v', "scope 3:6", /v/);
  wrong("a parameter", "func f($a) { $a }\n$c = $a", "scope 2:6", /a/);
  wrong("a function of a branch", "if true {\n func f() { 1 }\n}\n$c = f()", "scope 4:6", /f/);
  wrong("an import of a branch", 'if true {\n import "fmt"\n}\n$c = fmt.printf("a")', "scope 4:6", /fmt/);
  wrong(
    "an alias of a branch",
    "class c {\n $x = 1\n}\nif true {\n include c as i\n}\n$y = $i.x",
    "scope 7:6",
    /i\.x/,
  );
});

describe("unknown names", () => {
  wrong("a variable", "$u = $nope", "scope 1:6", /nope/);
  wrong("a variable in an operator", "$u = 1 + $nope", "scope 1:10", /nope/);
  wrong("a variable in a resource", 'test "t" {\n int8 => $nope,\n}', "scope 2:10", /nope/);
  wrong("a variable in a name", "test $nope {}", "scope 1:6", /nope/);
  wrong("a variable in an edge", 'Test[$nope] -> Test["b"]', "scope 1:6", /nope/);
  wrong("a variable in a condition", "if $nope {\n}", "scope 1:4", /nope/);
  wrong("a variable in a branch that is not taken", "if false {\n $x = $nope\n}", "scope 2:7", /nope/);
  wrong("a variable in a loop that is empty", "for $i, $v in [] {\n $x = $nope\n}", "scope 2:7", /nope/);
  wrong("a function", "$u = nope(1)", "scope 1:6", /nope/);
  wrong("a function of a module that was not imported", '$u = fmt.printf("a")', "scope 1:6", /fmt/);
  wrong("a function that its module does not have", 'import "fmt"\n$u = fmt.nope("a")', "scope 2:6", /nope/);
  wrong("a variable that its module does not have", 'import "os"\n$u = $os.nope', "scope 2:6", /nope/);
  wrong("a constant that its kind does not have", "$u = $const.res.file.state.nope", "scope 1:6", /nope/);
  wrong("a hidden function", "$u = $_operator", "parse 1:7", /_/);
  sound(
    "a class that is never included may use unknown names",
    "class c($a) {\n test $nope {}\n $x = $nope\n $y = nope2(1)\n}",
    "",
  );
});

describe("names of different kinds do not disturb each other", () => {
  sound(
    "a variable, a function, a class and an alias",
    'import "fmt" as x\n$x = "v"\nfunc x() { "f" }\nclass x {\n test "c" {}\n}\ninclude x\ntest [$x, x(), x.printf("p")] {}',
    "test[c]\ntest[v]\ntest[f]\ntest[p]",
  );
});

describe("duplicates", () => {
  wrong("binds", '$x = 1\n$x = "a"', "scope 2:1", /x/);
  wrong("binds in a branch", "if true {\n $x = 1\n $x = 2\n}", "scope 3:2", /x/);
  wrong("binds in a loop", "for $i, $v in [1] {\n $x = 1\n $x = 2\n}", "scope 3:2", /x/);
  wrong("binds in a class that is never included", "class c {\n $x = 1\n $x = 2\n}", "scope 3:2", /x/);
  wrong("functions", "func f() { 1 }\nfunc f() { 2 }", "scope 2:1", /f/);
  wrong("functions with other parameters", "func f() { 1 }\nfunc f($a) { 2 }", "scope 2:1", /f/);
  wrong("imports", 'import "fmt"\nimport "fmt"', "scope 2:1", /fmt/);
  wrong("imports without aliases", 'import "fmt" as *\nimport "fmt" as *', "scope 2:1", /fmt/);
  wrong("an import without an alias", 'import "fmt"\nimport "fmt" as *', "scope 2:1", /fmt/);
  wrong(
    "aliases of includes in a class that is never included",
    "class c {\n class d {}\n include d as x\n include d as x\n}",
    "scope 4:2",
    /x/,
  );
  wrong(
    "functions in a class that is never included",
    "class c {\n func f() { 1 }\n func f() { 2 }\n}",
    "scope 3:2",
    /f/,
  );
  wrong(
    "imports in a class that is never included",
    'class c {\n import "fmt"\n import "fmt"\n}',
    "scope 3:2",
    /fmt/,
  );
  sound(
    "none where an import has another alias than its own",
    'import "math" as m\nclass c {\n $x = "v"\n}\ninclude c as math\ntest [$math.x] {}',
    "test[v]",
  );
  wrong("imports with other aliases", 'import "fmt"\nimport "fmt" as f', "scope 2:1", /fmt/);
  wrong("aliases of imports", 'import "fmt" as x\nimport "os" as x', "scope 2:1", /x/);
  wrong("the derived alias of an import", 'import "fmt"\nimport "os" as fmt', "scope 2:1", /fmt/);
  wrong("derived aliases", 'import "math"\nimport "golang/math"', "scope 2:1", /math/);
  sound(
    "the same in two blocks",
    '$x = 1\nif true {\n $x = 2\n import "fmt"\n func f() { 1 }\n}\nimport "fmt"\nfunc f() { 2 }',
    "",
  );
});

describe("cycles", () => {
  wrong("a variable", "$a = $a", "scope 1:6", /recurs/);
  wrong("a variable in an operator", '$a = "x" + $a', "scope 1:12", /recurs/);
  wrong("two variables", "$a = $b\n$b = $a", "scope 1:6", /recurs/);
  wrong("three variables", "$a = $b\n$b = $c\n$c = $a", "scope 1:6", /recurs/);
  wrong(
    "of a nested block, not the outer variable",
    '$n = "a"\nif true {\n $n = $n + "x"\n}',
    "scope 3:7",
    /recurs/,
  );
  wrong("of a loop variable's bind", "for $i, $v in [1] {\n $i = $i + 1\n}", "scope 2:7", /recurs/);
  wrong("through an interpolation", '$a = "x${b}"\n$b = "y${a}"', "scope 1:6", /recurs/);
  wrong("in a class that is never included", "class c {\n $a = $a\n}", "scope 2:7", /recurs/);
  wrong("in a branch that is not taken", "if false {\n $a = $b\n $b = $a\n}", "scope 2:7", /recurs/);
  wrong("a function and a variable", "func a() { $b }\n$b = a()", "scope 1:12", /recurs/);
  wrong(
    "a class that includes itself in a branch",
    "class a {\n if true {\n  include a\n }\n}",
    "scope 3:3",
    /recurs/,
  );
  wrong(
    "a core function that is hidden by what calls it",
    "func len($x) { len($x) }",
    "scope 1:16",
    /recurs/,
  );
  wrong("a core variable", "$hostname = $hostname", "scope 1:13", /recurs/);
  wrong("through an alias", "class c {\n $x = $y\n}\ninclude c as i\n$y = $i.x", "scope 2:7", /recurs/);
  sound("none in a diamond", '$a = "x"\n$b = $a\n$c = $a\n$d = $b + $c\ntest [$d] {}', "test[xx]");
  sound(
    "none in a parameter of the bind's name",
    '$x = $id("a")\n$id = func($x) { $x }\ntest [$x] {}',
    "test[a]",
  );
});

describe("what is not used", () => {
  sound("a bind that would fail", "$r = 42 / 0", "");
  sound("a bind with wrong types", '$r = 1 + "a"', "");
  sound("a bind with a wrong call", "$r = len(1, 2, 3)", "");
  sound("a bind of an ambiguous list", "$r = []", "");
  sound("a chain of binds", "$a = $b\n$b = $c\n$c = 1 / 0", "");
  sound("a function with wrong types", 'func f() { 1 + "a" }', "");
  sound("a function used by an unused one", 'func f() { g() }\nfunc g() { 1 + "a" }', "");
  sound("a class with wrong types", 'class c {\n test "t" {\n  int8 => "x",\n }\n}', "");
  sound("a class with an unknown kind", 'class c {\n nokind "t" {\n  a => 1,\n }\n}', "");
  sound("a failing bind in a branch that is not taken", 'if false {\n $x = ["a"][7]\n test [$x] {}\n}', "");
  wrong(
    "wrong types in a branch that is not taken",
    'if false {\n test "t" {\n  int8 => "x",\n }\n}',
    "type 3:3",
    /int.*str|str.*int/,
  );
  wrong(
    "wrong types in a loop over nothing",
    'for $i, $v in [] {\n test "t" {\n  int8 => $i,\n  anotherstr => $i,\n }\n}',
    "type",
    /./,
  );
  wrong("a duplicate key in an unused map", '$m = {1 => "a", 1 => "b"}', "init 1:6", /duplicate map key/);
  wrong(
    "a duplicate field in an unused struct",
    "$s = struct{a => 1, a => 2}",
    "init 1:6",
    /duplicate struct field/,
  );
  wrong(
    "a wrong edge property in an unused class",
    'class c {\n test "t" {\n  After => Test["x"],\n }\n}',
    "init 3:3",
    /after/i,
  );
});

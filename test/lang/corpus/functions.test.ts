/** Functions and lambdas (language specification, sections 5.4, 8.1 and 8.2). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

describe("func statements", () => {
  sound("without parameters", 'func f() { "x" }\ntest [f()] {}', "test[x]");
  sound("used above its definition", 'test [f()] {}\nfunc f() { "x" }', "test[x]");
  sound("sees what is around its definition", '$a = "x"\nfunc f() { $a }\ntest [f()] {}', "test[x]");
  sound("sees what is defined below", 'func f() { $a }\ntest [f()] {}\n$a = "x"', "test[x]");
  sound(
    "sees its definition, not its use",
    `
    $a = "outer"
    func f() { $a }
    if true {
      $a = "inner"
      test [f()] {}
    }
    `,
    "test[outer]",
  );
  sound(
    "a parameter hides what is around",
    '$a = "outer"\nfunc f($a) { $a }\ntest [f("inner")] {}',
    "test[inner]",
  );
  sound(
    "calls another",
    'func f($a) { g($a) + "f" }\nfunc g($a) { $a + "g" }\ntest [f("x")] {}',
    "test[xgf]",
  );
  sound(
    "a call within an argument of itself is no recursion",
    'func f($a) { $a + "." }\ntest [f(f(f("x")))] {}',
    "test[x...]",
  );
  sound(
    "a function and a variable of one name",
    '$f = "v"\nfunc f() { "f" }\ntest [$f, f()] {}',
    "test[v]\ntest[f]",
  );
  sound("hides a core function", 'func len($x) { 0 }\ntest "t" { int64 => len("abc"), }', "test[t] int64=0");
  sound(
    "in a block",
    'if true {\n func f() { "x" }\n test [f()] {}\n}\nfunc f() { "y" }\ntest [f()] {}',
    "test[x]\ntest[y]",
  );
  sound(
    "in a loop, one for each round",
    'for $i, $v in ["a", "b"] {\n func f($x) { $v + $x }\n test [f("!")] {}\n}',
    "test[a!]\ntest[b!]",
  );
  sound(
    "12 levels, each calling the next twice",
    `${doubling(12)}\ntest "t" { int64 => f0(1), }`,
    "test[t] int64=4096",
  );
});

describe("each call of a func has its own types", () => {
  sound(
    "the identity",
    'func id($x) { $x }\ntest "t" {\n int64 => id(1),\n anotherstr => id("s"),\n slicestring => id(["l"]),\n}',
    'test[t] anotherstr="s" int64=1 slicestring=["l"]',
  );
  sound(
    "through another function",
    'func id($x) { $x }\nfunc pair($x) { [id($x), id($x)] }\ntest pair("a") {}\ntest "t" {\n interface => pair(1),\n}',
    "test[a]\ntest[t] interface=[1, 1]",
  );
  sound(
    "operators in it",
    'func add($a, $b) { $a + $b }\ntest "t" {\n int64 => add(1, 2),\n anotherstr => add("a", "b"),\n float64 => add(1.5, 2.5),\n}',
    'test[t] anotherstr="ab" float64=4 int64=3',
  );
  sound(
    "a function that is given a function",
    'func apply($f, $x) { $f($x) }\ntest "t" {\n int64 => apply(func($n) { $n + 1 }, 1),\n anotherstr => apply(func($s) { $s + "!" }, "a"),\n}',
    'test[t] anotherstr="a!" int64=2',
  );
  sound(
    "a struct of it",
    'func wrap($x) { struct{value => $x} }\ntest "t" {\n int64 => wrap(1)->value,\n anotherstr => wrap("a")->value,\n}',
    'test[t] anotherstr="a" int64=1',
  );
  sound("200 calls", manyCalls(200), "test[t] int64=199");
  wrong(
    "two kinds of argument for one parameter type",
    'func same($a, $b) { $a == $b }\ntest "t" {\n boolptr => same(1, "a"),\n}',
    "type",
    /int.*str|str.*int/,
  );
  wrong("too many arguments", 'func f($a) { $a }\ntest [f("x", "y")] {}', "type 2:7", /arg/);
  wrong("too few arguments", 'func f($a, $b) { $a + $b }\ntest [f("x")] {}', "type 2:7", /arg/);
  wrong("arguments where there are none", 'func f() { "x" }\ntest [f("x")] {}', "type 2:7", /arg/);
  wrong("an unknown function", 'test [nope("x")] {}', "scope 1:7", /nope/);
  wrong("a variable called like a function", '$f = func() { "x" }\ntest [f()] {}', "scope 2:7", /f/);
  wrong("a function called like a variable", 'func f() { "x" }\ntest [$f()] {}', "scope 2:7", /f/);
  wrong("an unknown function value", "test [$nope()] {}", "scope 1:7", /nope/);
  wrong("a mistake in the body", 'func f($a) { $a + 1 }\ntest [f("x")] {}', "type", /int.*str|str.*int/);
  wrong(
    "a mistake in the body, used where its result does not matter",
    'func f($a) { len($a + 1) }\ntest "t" { int64 => f("x"), }',
    "type",
    /int.*str|str.*int/,
  );
});

describe("lambdas", () => {
  sound("bound and called", '$f = func($x) { $x + "!" }\ntest [$f("a")] {}', "test[a!]");
  sound("called in place", 'test [func($x) { $x + "!" }("a")] {}', "test[a!]");
  sound("called in place, without arguments", 'test [func() { "a" }()] {}', "test[a]");
  sound(
    "with the name of the bind it is in as parameter",
    '$x = func($x) { $x }\ntest [$x("a")] {}',
    "test[a]",
  );
  sound(
    "a bind whose argument has its name",
    '$id = func($y) { $y }\n$y = $id("a")\ntest [$y] {}',
    "test[a]",
  );
  sound("passed", '$f = func($x) { $x + "!" }\nfunc g($h) { $h("a") }\ntest [g($f)] {}', "test[a!]");
  sound("given", 'func f($a) { func($b) { $a + $b } }\n$g = f("x")\ntest [$g("y")] {}', "test[xy]");
  sound(
    "given by a lambda",
    '$f = func($a) { func($b) { $a + $b } }\n$g = $f("x")\ntest [$g("y"), $g("z")] {}',
    "test[xy]\ntest[xz]",
  );
  sound(
    "chosen by an if",
    '$f = if true { func($x) { $x + "1" } } else { func($x) { $x + "2" } }\ntest [$f("a")] {}',
    "test[a1]",
  );
  sound(
    "chosen by an if at the call",
    'func f($c) { if $c { func($x) { $x + "1" } } else { func($x) { $x + "2" } } }\n$g = f(false)\ntest [$g("a")] {}',
    "test[a2]",
  );
  sound(
    "in a list",
    '$l = [func($x) { $x + "1" }, func($x) { $x + "2" }]\n$f = $l[1]\ntest [$f("a")] {}',
    "test[a2]",
  );
  sound("in a map", '$m = {"k" => func($x) { $x + "1" }}\n$f = $m["k"]\ntest [$f("a")] {}', "test[a1]");
  sound("in a struct", '$s = struct{f => func($x) { $x + "1" }}\n$f = $s->f\ntest [$f("a")] {}', "test[a1]");
  sound(
    "in a map, with a fallback",
    '$m = {"k" => func($x) { $x + "1" }}\n$f = $m["z"] <|> func($x) { $x + "2" }\ntest [$f("a")] {}',
    "test[a2]",
  );
  sound(
    "in a loop",
    'for $i, $f in [func($x) { $x + "1" }, func($x) { $x + "2" }] {\n test [$f("a")] {}\n}',
    "test[a1]\ntest[a2]",
  );
  sound(
    "given to a class",
    'class c($f) {\n test [$f("a")] {}\n}\ninclude c(func($x) { $x + "1" })',
    "test[a1]",
  );
  sound(
    "given to core functions",
    'import "iter"\n$l = iter.map(["a", "b"], func($x) { $x + "!" })\ntest $l {}',
    "test[a!]\ntest[b!]",
  );
  sound(
    "a variable given to core functions",
    'import "iter"\n$f = func($x) { $x > 1 }\ntest "t" { interface => iter.filter([1, 2, 3], $f), }',
    "test[t] interface=[2, 3]",
  );
  sound(
    "see the variables around them",
    'import "iter"\n$n = 10\ntest "t" { interface => iter.map([1, 2], func($x) { $x + $n }), }',
    "test[t] interface=[11, 12]",
  );
  sound(
    "inside each other",
    '$f = func($a) { func($b) { func($c) { $a + $b + $c } } }\n$g = $f("x")\n$h = $g("y")\ntest [$h("z")] {}',
    "test[xyz]",
  );
  sound(
    "an inner parameter hides an outer one",
    '$f = func($x) { func($x) { $x } }\n$g = $f("outer")\ntest [$g("inner")] {}',
    "test[inner]",
  );
  sound("an unused lambda", "$f = func($x) { $x + 1 }", "");
  sound("a result that is a lambda that is not called", 'func f() { func() { 1 + "a" } }', "");

  wrong(
    "one type for all calls",
    '$id = func($x) { $x }\ntest "a" { int8 => $id(1), }\ntest "b" { anotherstr => $id("s"), }',
    "type 1:7",
    /int.*str|str.*int/,
  );
  const blamed = (title: string, program: string, where: string): void =>
    wrong(`blamed for a wrong call: ${title}`, program, `type ${where}`, /arg/);
  blamed("the lambda", '$f = func($x) { $x }\ntest [$f("a", "b")] {}', "1:6");
  blamed("what the variable is bound to", '$f = func($x) { $x }\n$g = $f\ntest [$g("a", "b")] {}', "2:6");
  blamed("the if", '$f = if true { func($x) { $x } } else { func($x) { "b" } }\ntest [$f(1, 2)] {}', "1:6");
  blamed("the parameter's use", 'func g($f) { $f(1, 2) }\ntest [g(func($x) { "a" })] {}', "2:7");
  blamed(
    "the argument of a class",
    'class c($f) {\n test [$f(1)] {}\n}\ninclude c(func($x, $y) { "a" })',
    "4:11",
  );
  blamed(
    "the variable of a class",
    'class c {\n $f = func($x) { $x }\n}\ninclude c as i\ntest [$i.f("a", "b")] {}',
    "2:7",
  );
  blamed("the loop variable", 'for $i, $f in [func($x) { $x }] {\n test [$f("a", "b")] {}\n}', "1:10");
  wrong("too few arguments", '$f = func($a, $b) { $a }\ntest [$f("x")] {}', "type 1:6", /arg/);
  wrong("too many arguments", '$f = func($a) { $a }\ntest [$f("x", "y")] {}', "type 1:6", /arg/);
  wrong("too many arguments in place", 'test [func($a) { $a }("x", "y")] {}', "type 1:7", /arg/);
  wrong("a value that is not a function", "$n = 42\ntest [$n(1)] {}", "type 1:6", /func/);
  wrong("a text that is not a function", '$n = "a"\ntest [$n()] {}', "type 1:6", /func/);
  wrong(
    "lambdas of different types in a list",
    '$l = [func($x) { $x + 1 }, func($x) { $x + "a" }]\n$f = $l[0]\ntest "t" { int64 => $f(1), }',
    "type",
    /int.*str|str.*int/,
  );
  wrong(
    "branches with different arguments",
    '$f = if true { func() { 1 } } else { func($x) { 1 } }\ntest "t" { int64 => $f(), }',
    "type",
    /arg/,
  );
  wrong(
    "a function in a field of text",
    'test "t" {\n anotherstr => func() { "a" },\n}',
    "type 2:2",
    /str.*func|func.*str/,
  );
  wrong("a function as a name", 'test func() { "a" } {}', "type 1:1", /func/);
  wrong(
    "compared",
    '$f = func() { 1 }\n$g = func() { 1 }\n$b = $f == $g\ntest "t" {\n boolptr => $b,\n}',
    "stream 3:6",
    /func/,
  );
  wrong("compared in a list", "$f = func() { 1 }\nif [$f] == [$f] {\n}", "stream 2:4", /func/);
  wrong(
    "looked for",
    "$f = func() { 1 }\nif struct{f => $f} in [struct{f => $f}] {\n}",
    "stream 2:4",
    /func/,
  );
});

describe("recursion is always an error", () => {
  wrong("a function", "func f($n) { f($n) }", "scope 1:14", /recurs/);
  wrong(
    "a function in a branch",
    "func f($n) { if $n == 0 { 0 } else { f($n - 1) } }",
    "scope 1:38",
    /recurs/,
  );
  wrong("two functions", "func f($n) { g($n) }\nfunc g($n) { f($n) }", "scope 1:14", /recurs/);
  wrong("three functions", "func f() { g() }\nfunc g() { h() }\nfunc h() { f() }", "scope 1:12", /recurs/);
  wrong("a lambda", "$f = func($n) { $f($n) }", "scope 1:17", /recurs/);
  wrong("a lambda that gives itself", "$f = func() { $f }", "scope 1:15", /recurs/);
  wrong("two lambdas", "$f = func() { $g() }\n$g = func() { $f() }", "scope 1:15", /recurs/);
  wrong(
    "through a lambda in an argument",
    'import "iter"\nfunc f($l) { iter.map($l, func($x) { f($x) }) }',
    "scope 2:38",
    /recurs/,
  );
  wrong("through a variable", "$x = f()\nfunc f() { $x }", "scope 1:6", /recurs/);
  wrong("in a class that is never included", "class c {\n func f() { f() }\n}", "scope 2:13", /recurs/);
  wrong("a lambda given itself", '$f = func($g) { $g($g) }\ntest "t" { interface => $f($f), }', "type", /./);
});

describe("parameters", () => {
  wrong("twice the same", "func f($a, $a) { $a }", "init 1", /\$a/);
  wrong("twice the same, of a lambda", "$f = func($a, $a) { $a }", "init 1", /\$a/);
  wrong("twice the same, of a class", "class c($a, $a) {}", "init 1", /\$a/);
  sound("unused ones are evaluated all the same", 'func f($a) { "x" }\ntest [f(1)] {}', "test[x]");
  wrong(
    "unused ones may fail",
    'func f($a) { "x" }\n$l = [1]\ntest [f($l[5])] {}',
    "stream 3:9",
    /list index/,
  );
  wrong("an unknown variable in a body that is never used", "func f() { $nope }", "scope 1:12", /nope/);
  wrong("an unknown function in a body that is never used", "func f() { nope() }", "scope 1:12", /nope/);
  sound("a body that is never used is not typed", 'func f() { 1 + "a" }', "");
});

function doubling(levels: number): string {
  const lines = [`func f${levels}($x) { $x }`];
  for (let level = 0; level < levels; level++)
    lines.push(`func f${level}($x) { f${level + 1}($x) + f${level + 1}($x) }`);
  return lines.join("\n");
}

function manyCalls(count: number): string {
  const calls = Array.from({ length: count }, (_, index) => (index === 0 ? 'len(id("a")) - 1' : `id(1)`));
  return `func id($x) { $x }\ntest "t" {\n int64 => ${calls.join(" + ")},\n}`;
}

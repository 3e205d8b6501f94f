/** Comments keep their text, their order and, where there can be one, their place (language specification, section 14, rule 3). */
import { describe } from "bun:test";
import { formats } from "./support.ts";

describe("at the top", () => {
  formats("alone", "#  as it is  \n", "#  as it is  \n");
  formats("an empty one", "  #\n", "#\n");
  formats("one that looks like code", "#$x=1 # {\n", "#$x=1 # {\n");
  formats("after code", "$x=1      # c\n", "$x = 1 # c\n");
  formats("after code without a space", "$x=1# c\n", "$x = 1 # c\n");
  formats(
    "before, between and after statements",
    "  # a\n$x=1\n\n# b\n# c\n$y=2\n   # d\n",
    "# a\n$x = 1\n\n# b\n# c\n$y = 2\n# d\n",
  );
  formats("after the closing bracket", "class c {\n} # c\n", "class c {} # c\n");
  formats("a hash in a text is none", '$x="# no" # yes\n', '$x = "# no" # yes\n');
  formats("after a text of several lines", '$x="a\n   # no" # yes\n', '$x = "a\n   # no" # yes\n');
  formats("a carriage return in it", "# c\r\n", "# c\r\n");
});

describe("in blocks", () => {
  formats("alone in it", "class c {\n# c\n}\n", "class c {\n\t# c\n}\n");
  formats("behind the opening bracket", "class c { # c\n}\n", "class c { # c\n}\n");
  formats("behind it, and alone", "class c { # a\n# b\n\n# c\n}\n", "class c { # a\n\t# b\n\n\t# c\n}\n");
  formats("before the closing bracket", "class c {\n$x=1\n\n# c\n}\n", "class c {\n\t$x = 1\n\n\t# c\n}\n");
  formats(
    "in both branches",
    "if $a { # a\n# b\n} else { # c\n$x = 1 # d\n# e\n}# f\n",
    "if $a { # a\n\t# b\n} else { # c\n\t$x = 1 # d\n\t# e\n} # f\n",
  );
  formats(
    "in a loop",
    "for $i, $v in $l {\n# c\n}\nforkv $k, $v in $m { # d\n}\n",
    "for $i, $v in $l {\n\t# c\n}\nforkv $k, $v in $m { # d\n}\n",
  );
});

describe("in resources", () => {
  formats("alone in it", 'test "t" {\n# c\n}\n', 'test "t" {\n\t# c\n}\n');
  formats("behind the opening bracket", 'test "t" { # c\n}\n', 'test "t" { # c\n}\n');
  formats(
    "between lines",
    'test "t" { # a\n# b\na=>1, # c\n  # d\nb=>2, c=>3, # e\n# f\n}\n',
    'test "t" { # a\n\t# b\n\ta => 1, # c\n\t# d\n\tb => 2,\n\tc => 3, # e\n\t# f\n}\n',
  );
  formats(
    "after the last of several on the line of the bracket",
    'test "t" { a=>1, b=>2, # c\n}\n',
    'test "t" {\n\ta => 1,\n\tb => 2, # c\n}\n',
  );
  formats("on the line of the closing bracket", 'test "t" { a=>1, } # c\n', 'test "t" {\n\ta => 1,\n} # c\n');
});

describe("in lists, maps, structs, arguments and parameters", () => {
  const places: readonly (readonly [title: string, before: string, after: string])[] = [
    ["list", "$x = [", "]"],
    ["call", "$x = f(", ")"],
    ["call of a variable", "$x = $f(", ")"],
    ["call in place", "$x = func() { 1 }(", ")"],
    ["include", "include c(", ") as d"],
    ["panic", "panic(", ")"],
  ];
  for (const [title, open, close] of places) {
    formats(`${title}: alone in it`, `${open}\n# c\n${close}\n`, `${open}\n\t# c\n${close}\n`);
    formats(`${title}: behind the opening bracket`, `${open} # c\n${close}\n`, `${open} # c\n${close}\n`);
    formats(
      `${title}: everywhere`,
      `${open} # a\n# b\n1, # c\n\n# d\n2,# e\n# f\n${close} # g\n`,
      `${open} # a\n\t# b\n\t1, # c\n\n\t# d\n\t2, # e\n\t# f\n${close} # g\n`,
    );
  }
  for (const [title, open, entry] of [
    ["map", "$x = {", '"a"'],
    ["struct", "$x = struct{", "a"],
  ] as const) {
    formats(`${title}: alone in it`, `${open}\n# c\n}\n`, `${open}\n\t# c\n}\n`);
    formats(
      `${title}: everywhere`,
      `${open} # a\n# b\n${entry}=>1, # c\n# d\n} # e\n`,
      `${open} # a\n\t# b\n\t${entry} => 1, # c\n\t# d\n} # e\n`,
    );
  }
  for (const [title, before, after] of [
    ["function", "func f(", ") { 1 }"],
    ["function with a result", "func f(", ") int { 1 }"],
    ["lambda", "$f = func(", ") { 1 }"],
    ["class", "class c(", ") {}"],
  ] as const) {
    formats(`${title}: alone in it`, `${before}\n# c\n${after}\n`, `${before}\n\t# c\n${after}\n`);
    formats(
      `${title}: everywhere`,
      `${before} # a\n# b\n$x, # c\n# d\n$y int, # e\n\n# f\n${after} # g\n`,
      `${before} # a\n\t# b\n\t$x, # c\n\t# d\n\t$y int, # e\n\n\t# f\n${after} # g\n`,
    );
  }
  formats(
    "of the parameters and of the body each their own",
    "func f(\n$x,\n# a\n) { # b\n$x\n# c\n}\n",
    "func f(\n\t$x,\n\t# a\n) { # b\n\t$x\n\t# c\n}\n",
  );
  formats(
    "of no parameters and of the body",
    "func f(\n# a ) {\n) {\n# b\n1\n}\n",
    "func f(\n\t# a ) {\n) {\n\t# b\n\t1\n}\n",
  );
  formats(
    "of no parameters and of an empty body",
    "class c(\n# a\n) { # b\n}\n",
    "class c(\n\t# a\n) { # b\n}\n",
  );
  formats("inner ones do not break outer lines", "$x = [1, [\n2, # c\n]]\n", "$x = [1, [\n\t2, # c\n]]\n");
});

describe("in function bodies and if expressions", () => {
  formats("before the body", "func f() { # a\n# b\n1 }\n", "func f() { # a\n\t# b\n\t1\n}\n");
  formats("after the body", "func f() { 1 # a\n# b\n}\n", "func f() {\n\t1 # a\n\t# b\n}\n");
  formats("after the whole", "func f() { 1\n} # a\n", "func f() { 1 } # a\n");
  formats("inside of the body only", "func f() { [\n1, # a\n] }\n", "func f() { [\n\t1, # a\n] }\n");
  formats(
    "in an if expression",
    "$x = if $a { # a\n# b\n1 # c\n# d\n} else { # e\n# f\n2 # g\n# h\n} # i\n",
    "$x = if $a { # a\n\t# b\n\t1 # c\n\t# d\n} else { # e\n\t# f\n\t2 # g\n\t# h\n} # i\n",
  );
  formats(
    "after the first value",
    "$x = if $a { 1 # c\n} else { 2 }\n",
    "$x = if $a {\n\t1 # c\n} else {\n\t2\n}\n",
  );
  formats(
    "before the second value",
    "$x = if $a { 1 } else { # c\n2 }\n",
    "$x = if $a {\n\t1\n} else { # c\n\t2\n}\n",
  );
  formats(
    "after the second value",
    "$x = if $a { 1 } else { 2 # c\n}\n",
    "$x = if $a {\n\t1\n} else {\n\t2 # c\n}\n",
  );
});

describe("in types, which take one line", () => {
  formats(
    "behind the type, at the end of the line",
    "$f func( # c\nint,\n) bool = $g\n",
    "$f func(int) bool = $g # c\n",
  );
  formats(
    "alone on its line, it gets a line again",
    "$f func(\n# c\nint,\n) bool = $g\n$x = 1\n",
    "$f func(int) bool = $g\n# c\n$x = 1\n",
  );
  formats(
    "several",
    "$f func( # a\nint, # b\n# c\n) bool = $g # d\n",
    "$f func(int) bool = $g # a\n# b\n# c\n# d\n",
  );
  formats(
    "before the comments of the value",
    "$f func( # a\n) bool = func() { # b\ntrue # c\n}\n",
    "$f func() bool = func() { # a\n\t# b\n\ttrue # c\n}\n",
  );
  formats(
    "a parameter gets a line",
    "func f($a func( # c\n) int, $b) { 1 }\n",
    "func f(\n\t$a func() int, # c\n\t$b,\n) { 1 }\n",
  );
  formats(
    "the only parameter",
    "class c($a func(\n# c\n) int) {}\n",
    "class c(\n\t$a func() int,\n\t# c\n) {}\n",
  );
  formats("of a result", "func f() func( # c\nint,\n) int { $g }\n", "func f() func(int) int { $g } # c\n");
  formats(
    "of a result, with a body of several lines",
    "func f() func( # c\nint,\n) int {\n$g\n}\n",
    "func f() func(int) int { # c\n\t$g\n}\n",
  );
  formats(
    "blank lines in a type vanish",
    "$f func(\n\n# c\n\nint,\n) bool = $g\n\n# d\n",
    "$f func(int) bool = $g\n# c\n\n# d\n",
  );
});

/** Strings: escapes and interpolation (language specification, sections 2.4 and 3). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

/** A program that shows the value of a string literal, given with its quotes. */
function literal(title: string, text: string, value: string): void {
  sound(title, `test "t" {\n anotherstr => ${text},\n}`, `test[t] anotherstr=${value}`);
}

describe("escapes", () => {
  literal("bell", String.raw`"\a"`, String.raw`"\a"`);
  literal("backspace", String.raw`"\b"`, String.raw`"\b"`);
  literal("form feed", String.raw`"\f"`, String.raw`"\f"`);
  literal("newline", String.raw`"a\nb"`, String.raw`"a\nb"`);
  literal("carriage return", String.raw`"\r"`, String.raw`"\r"`);
  literal("tab", String.raw`"\t"`, String.raw`"\t"`);
  literal("vertical tab", String.raw`"\v"`, String.raw`"\v"`);
  literal("backslash", String.raw`"a\\b"`, String.raw`"a\\b"`);
  literal("quote", String.raw`"a\"b"`, String.raw`"a\"b"`);
  literal("dollar", String.raw`"a\$b"`, `"a$b"`);
  literal("escaped interpolation", '"a\\${b}"', '"a${b}"');
  literal("escaped backslash before a letter", String.raw`"\\n"`, String.raw`"\\n"`);
  sound("a string may end with an escaped backslash", 'test "a\\\\" {}\ntest "b" {}', "test[a\\]\ntest[b]");
  literal("a newline as such", '"a\nb"', String.raw`"a\nb"`);
  literal("a tab as such", '"a\tb"', String.raw`"a\tb"`);
  literal("beyond ASCII", '"é ☃ 𝄞"', '"é ☃ 𝄞"');
  literal("the empty string", '""', '""');
  literal("single quotes", `"it's"`, `"it's"`);

  for (const letter of ["d", "0", "x41", "u0041", "e", "'", " ", "s", "`", "{", "/", "N"]) {
    wrong(`\\${letter}`, `$x = "a\\${letter}"`, "interpolate 1:6", /escape/);
  }
  wrong("an escaped line break", '$x = "a\\\nb"', "interpolate 1:6", /escape/);
  wrong("a wrong escape in a resource name", String.raw`test "\d" {}`, "interpolate 1:6", /escape/);
  wrong(
    "a wrong escape in a class that is never included",
    'class c {\n test "\\d" {}\n}',
    "interpolate 2:7",
    /escape/,
  );
  wrong("a wrong escape in an unused function", 'func f() { "\\d" }', "interpolate 1:12", /escape/);
});

describe("dollars that are only dollars", () => {
  literal("in the middle", '"a$b"', '"a$b"');
  literal("at the end", '"a$"', '"a$"');
  literal("alone", '"$"', '"$"');
  literal("twice", '"a$$b"', '"a$$b"');
  literal("before a space and a brace", '"a$ {b}"', '"a$ {b}"');
  literal("braces without a dollar", '"{x} }{"', '"{x} }{"');
  literal("before a parenthesis", '"$(x)"', '"$(x)"');
});

describe("interpolation", () => {
  const variable = (title: string, text: string, value: string): void =>
    sound(
      title,
      `$x = "1"\n$y_2 = "2"\ntest "t" {\n anotherstr => ${text},\n}`,
      `test[t] anotherstr=${value}`,
    );
  variable("alone", '"${x}"', '"1"');
  variable("in the middle", '"a${x}b"', '"a1b"');
  variable("several", '"${x}${y_2}-${x}"', '"12-1"');
  variable("after a dollar", '"$${x}"', '"$1"');
  variable("after an escaped dollar", '"\\$${x}"', '"$1"');
  variable("after an escaped backslash", '"\\\\${x}"', String.raw`"\\1"`);
  variable("with escapes around it", '"\\t${x}\\n"', String.raw`"\t1\n"`);
  variable("inside braces", '"{${x}}"', '"{1}"');
  variable("after beyond-ASCII text", '"é${x}"', '"é1"');

  sound("a value is not expanded again", '$a = "\\${b}"\ntest "x${a}" {}', "test[x${b}]");
  sound("a core variable", 'test "on ${hostname}" {}', "test[on h1]");
  sound("a dotted constant", 'test "${const.res.file.state.absent}" {}', "test[absent]");
  sound("a variable of an include", 'class c($a) {}\ninclude c("v") as i\ntest "${i.a}" {}', "test[v]");
  sound(
    "everywhere a string may stand",
    `
    $x = "v"
    func id($a) { $a }
    test "n-\${x}" {
      anotherstr => id("f-\${x}"),
      slicestring => ["l-\${x}", {"k-\${x}" => "m-\${x}"}["k-v"], struct{a => "s-\${x}"}->a],
      Meta:sema => ["\${x}:1"],
    }
    `,
    'test[n-v] Meta:sema=["v:1"] anotherstr="f-v" slicestring=["l-v", "m-v", "s-v"]',
  );
  sound("a parameter", 'func greet($name) { "hello ${name}" }\ntest [greet("a")] {}', "test[hello a]");
  sound("a loop variable", 'for $i, $v in ["a", "b"] {\n test "n-${v}" {}\n}', "test[n-a]\ntest[n-b]");
  sound("a variable defined further down", 'test "${x}" {}\n$x = "later"', "test[later]");

  for (const text of [
    "${}",
    "${ x }",
    "${x }",
    "${x + 1}",
    "${f()}",
    "${42}",
    "${m[0]}",
    "${s->f}",
    "${X}",
    "${_x}",
    "${x",
    "${x.}",
    "${.x}",
    "${x..y}",
    "${${x}}",
    "${$x}",
    "${x-y}",
  ]) {
    wrong(text, `$x = "1"\n$y = "${text}"`, "interpolate 2:6", /./);
  }
  for (const text of ["${x_}", "${x.2y}", "${x._y}", "${if}", "${true}", "${map}", "\\\\${nope}"])
    wrong(`${text}, which is a name`, `$x = "1"\n$y = "${text}"`, "scope 2:6", /./);
  for (const text of ["${x:y}", "${xA}", "${é}", "$${", "${x\n}", "${a._b__c}"])
    wrong(text, `$x = "1"\n$y = "${text}"`, "interpolate 2:6", /./);
  sound("a brace after it", '$x = "1"\ntest "${x}}" {}', "test[1}]");
  sound(
    "a map key that only turns out to be a duplicate",
    '$k = "a"\ntest "t" {\n interface => {"${k}" => 1, "a" => 2},\n}',
    'test[t] interface={"a": 2}',
  );
  wrong(
    "map keys of the same text",
    '$k = "a"\n$x = {"${k}" => 1, "${k}" => 2}',
    "init 2:6",
    /duplicate map key/,
  );
  wrong(
    "an int alone, where an int belongs",
    '$n = 7\ntest "t" {\n int64 => "${n}",\n}',
    "type 3:11",
    /str.*int|int.*str/,
  );
  wrong(
    "an int alone, in a variable",
    '$n = 7\n$s = "${n}"\ntest "t" {\n int64 => $s,\n}',
    "type 2:6",
    /str.*int|int.*str/,
  );
  wrong("a double underscore", '$a__b = "1"\n$y = "${a__b}"', "interpolate 2:6", /underscore/);
  wrong("an unknown variable", '$y = "a ${nope}"', "scope 1:6", /nope/);
  wrong("an unknown variable in an unused function", 'func f() { "${nope}" }', "scope 1:12", /nope/);
  wrong("an int alone", '$n = 7\ntest "${n}" {}', "type 2:1", /int.*str|str.*int/);
  wrong("an int among text", '$n = 7\ntest "n${n}" {}', "type 2:6", /int.*str|str.*int/);
  wrong("a bool", '$b = true\ntest "t" {\n anotherstr => "is ${b}",\n}', "type 3:16", /bool/);
  wrong("a list", '$l = ["a"]\ntest "x${l}" {}', "type 2:6", /\[\]str/);
  wrong("a struct", '$s = struct{a => "x"}\ntest "x${s}" {}', "type 2:6", /struct/);
  sound("an unused string with a wrong variable is not typed", '$n = 7\n$s = "n${n}"', "");
});

describe("the string of an import is taken as it stands", () => {
  wrong("no interpolation", '$x = "fmt"\nimport "${x}"', "scope 2:1", /./);
  wrong("no escapes", 'import "f\\x6dt"', "scope 1:1", /./);
});

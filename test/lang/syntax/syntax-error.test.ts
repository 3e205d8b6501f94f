import { describe, expect, test } from "bun:test";
import { complaint, complaints, placeOf } from "./support.ts";

/** `⏎` and `→` stand for newline and tab, so that the tables can be read. */
function text(written: string): string {
  return written.replaceAll("⏎", "\n").replaceAll("→", "\t");
}

describe("what was unexpected, and what was expected instead", () => {
  test.each([
    ["$x = 1 2⏎", "1:8-1:9", "unexpected `2`, expected end of line"],
    ["$x = [1, 2,]⏎", "1:12-1:13", "unexpected `]`, expected an expression"],
    ["$x = [⏎ 1⏎]⏎", "2:3-3:1", "unexpected end of line, expected `,`"],
    ["$x = [1⏎]⏎", "1:8-2:1", "unexpected end of line, expected `,` or `]`"],
    ["func f($a,) { $a }⏎", "1:11-1:12", "unexpected `)`, expected a variable"],
    ["func f(, $a) { $a }⏎", "1:8-1:9", "unexpected `,`, expected `)` or a variable"],
    ["func f(⏎$a⏎) { $a }⏎", "2:3-3:1", "unexpected end of line, expected `,`"],
    ["$x = struct{a => 1,}⏎", "1:20-1:21", "unexpected `}`, expected a name"],
    ["$x = struct{, a => 1}⏎", "1:13-1:14", "unexpected `,`, expected `}` or a name"],
    ["$f = func($in) { 1 }⏎", "1:12-1:14", "unexpected word `in`, expected a name"],
    ["if true {⏎} else if false {⏎}⏎", "2:8-2:10", "unexpected word `if`, expected `{`"],
    ["class a { include b }⏎", "1:21-1:22", "unexpected `}`, expected end of line"],
    ["$x []struct{a int}⏎", "1:19-2:1", "unexpected end of line, expected `=`"],
    ["$x = foo⏎", "1:9-2:1", "`foo` is not a value"],
    ['test "t" {⏎ in => 1,⏎}⏎', "2:2-2:4", "unexpected word `in`, expected `}` or a field"],
    ['Test["a"].x -> Test["b"]⏎', "1:25-2:1", "unexpected end of line, expected `.`"],
    ['Test["a"] -> Test["b"].x⏎', "1:23-1:24", "unexpected `.`, expected end of line"],
    ['test "t" {⏎ Before => Test["x"]⏎}⏎', "2:21-3:1", "unexpected end of line, expected `,`"],
    ['test "t" {⏎ Meta:noop => true⏎}⏎', "2:19-3:1", "unexpected end of line, expected `,`"],
    ["import fmt⏎", "1:8-1:11", "unexpected name `fmt`, expected a string"],
    ["$x = (1⏎)⏎", "1:8-2:1", "unexpected end of line, expected `)`"],
    ['$x = 1 "two"⏎', "1:8-1:13", 'unexpected string `"two"`, expected end of line'],
    ['$x = 1 "two⏎"⏎', "1:8-2:2", "unexpected string, expected end of line"],
  ])("%s", (written, place, message) => {
    const found = complaint(text(written));
    expect([found.phase, found.code, placeOf(found), found.message]).toEqual([
      "parse",
      "unexpected-token",
      place,
      message,
    ]);
  });
});

describe("what the grammar does not have", () => {
  test.each([
    ["if true {⏎}⏎else {⏎}⏎", "3:1-3:5", "on the line of the `}`"],
    ["if true⏎{⏎}⏎", "1:8-2:1", "the `{` stands on the same line"],
    ["class c⏎{⏎}⏎", "1:8-2:1", "the `{` stands on the same line"],
    ["if true {⏎} else if false {⏎}⏎", "2:8-2:10", "no `else if`"],
    ["class a { include b }⏎", "1:21-1:22", "a line of its own"],
    ["$x = 1; $y = 2⏎", "1:7-1:8", "not separated by `;`"],
    ["$f = foo⏎", "1:9-2:1", "the call of a function as `foo(…)`"],
    ["func foo() { 1 }⏎$f = foo⏎", "2:9-3:1", "functions are not values"],
    ["$x = $f()()⏎", "1:10-1:11", "bind the function to a variable"],
    ["$x = (func() { 1 })()⏎", "1:20-1:21", "bind the function to a variable"],
    ["$x = func() { 1 }()()⏎", "1:20-1:21", "bind the function to a variable"],
    ["$x = panic(true)⏎", "1:6-1:11", "`panic` is a statement"],
    ["$x = $c ?: 1⏎", "1:9-1:11", "`?:` is for the lines of resources"],
    ['test "t" {⏎→a => $c ?: $d ?: 1,⏎}⏎', "2:16-2:18", "once in each"],
    ['test "t" { Before => [Test["a"], Test["b"]], }⏎', "1:23-1:27", "resources are not values"],
    ["$x = -$y⏎", "1:6-1:7", "no unary minus"],
    ["$x = - 1⏎", "1:6-1:7", "no unary minus"],
    ["$x = $a-1⏎", "1:8-1:10", "`- 1` to subtract"],
    ["$x = 1-2⏎", "1:7-1:9", "`- 2` to subtract"],
    ["$x = 1 -2⏎", "1:8-1:10", "`- 2` to subtract"],
    ["$x = 1 2⏎", "1:8-1:9", "an operator or a comma missing"],
    ["$x = 1 +⏎2⏎", "1:9-2:1", "does not go on in the next line"],
    ["$x = if true { 1 }⏎", "1:19-2:1", "needs its `else`"],
    ["$x = fooBar()⏎", "1:9-1:12", "lower case: `foo_bar`"],
    ["$Foo = 1⏎", "1:2-1:5", "names are lower case"],
    ["func int() { 1 }⏎", "1:6-1:9", "reserved word"],
    ["class map {}⏎", "1:7-1:10", "reserved word"],
    ["include a as collect⏎", "1:14-1:21", "reserved word"],
    ["$x = struct{map => 1}⏎", "1:13-1:16", undefined],
    ["$x = $s->in⏎", "1:10-1:12", "reserved word"],
    ["$x = [1, 2,]⏎", "1:12-1:13", "no comma at its end"],
    ["$x = [⏎→1⏎]⏎", "2:3-3:1", "each with a comma at its end"],
    ['test "t" {⏎→a = 1,⏎}⏎', "2:4-2:5", "set with `=>`"],
    ['test "t" {⏎→Meta:noop => true⏎}⏎', "2:19-3:1", "every line of a resource ends with a comma"],
    ['test "t" {⏎→a => $c ?: 1⏎}⏎', "2:14-3:1", "every line of a resource ends with a comma"],
    ["$x = $a = 1⏎", "1:9-1:10", "compared with `==`"],
    ["import fmt⏎", "1:8-1:11", 'import "fmt"'],
    ["func f(a) { $a }⏎", "1:8-1:9", "a variable is written with a dollar: `$a`"],
    ["for $i in $l {⏎}⏎", "1:8-1:10", undefined],
    ["$a.b = 1⏎", "1:3-1:4", undefined],
    ["include c as *⏎", "1:14-1:15", undefined],
  ])("%s", (written, place, help) => {
    const found = complaint(text(written));
    expect([found.phase, found.code, placeOf(found)]).toEqual(["parse", "unexpected-token", place]);
    if (help !== undefined) expect(found.help).toContain(help);
  });
});

describe("a field without its comma: the last operand is to blame", () => {
  test.each([
    ['test "t" {⏎→int8 => 4⏎}⏎', "2:10-2:11"],
    ['test "t" { a => 1 }⏎', "1:17-1:18"],
    ['test "t" {⏎→b => 1,⏎→a => $x + f(1, 2)⏎}⏎', "3:12-3:19"],
    ['test "t" {⏎→a => not $x⏎}⏎', "2:11-2:13"],
    ['test "t" {⏎→a => $x->f <|> "no"⏎}⏎', "2:17-2:21"],
    ['test "t" {⏎→a => if $a == $b { 1 + 2 } else { 3 }⏎}⏎', "2:7-2:39"],
    ['test "t" {⏎→a => if $a == $b { 1 } else { 2 } * $c⏎}⏎', "2:38-2:40"],
    ['test "t" {⏎→a => [⏎→→1,⏎→]⏎}⏎', "2:7-4:3"],
    ['class c {⏎→test "t" {⏎→→a => 1⏎→}⏎}⏎', "3:8-3:9"],
  ])("%s", (written, place) => {
    const found = complaint(text(written));
    expect([found.code, placeOf(found)]).toEqual(["missing-trailing-comma", place]);
    expect(found.message).toContain("expecting trailing comma");
  });

  test.each([
    "$x = struct{⏎→a => 1⏎}⏎",
    '$x = {⏎→"a" => 1⏎}⏎',
    'test "t" {⏎→a => struct{⏎→→b => 1⏎→},⏎}⏎',
    'test "t" {⏎→Before => Test["a"]⏎}⏎',
  ])("%s is none", (written) => expect(complaint(text(written)).code).toBe("unexpected-token"));
});

test.each([
  ["$x == 1⏎", "1:2-1:3"],
  ["class c {⏎→$long == 1⏎}⏎", "2:3-2:7"],
])("%s: the name is to blame", (written, place) => {
  const found = complaint(text(written));
  expect([found.phase, found.code, placeOf(found)]).toEqual(["parse", "additional-equals", place]);
});

describe("the end of the file", () => {
  test.each([
    ["$x = 1", "missing-final-newline", "1:7-1:7"],
    ["class c {⏎}", "missing-final-newline", "2:2-2:2"],
    ["class c {⏎→$x = 1⏎", "unexpected-end-of-file", "3:1-3:1"],
    ["class c {⏎→$x = 1", "unexpected-end-of-file", "2:8-2:8"],
    ["$x = [1, (2]⏎", "unexpected-token", "1:12-1:13"],
    ["$x =", "unexpected-end-of-file", "1:5-1:5"],
  ])("%s", (written, code, place) => {
    const found = complaint(text(written));
    expect([found.phase, found.code, placeOf(found)]).toEqual(["parse", code, place]);
  });

  test("an open bracket is named", () => {
    const found = complaint("class c {\n\t$x = f(\n");
    expect(found.message).toBe("unexpected end of file, expected `)`");
    expect(found.notes).toEqual(["the `(` at main.mcl:2:8 is not closed"]);
  });
});

describe("resource properties that do not exist", () => {
  test.each([
    ['test "t" {⏎→Foo:noop => true,⏎}⏎', "2:18-2:19", "`Foo`"],
    ['test "t" {⏎→Foo => 1,⏎}⏎', "2:10-2:11", "`Foo`"],
    ['test "t" {⏎→Before => "x",⏎}⏎', "2:15-2:16", "`Before` takes a resource"],
  ])("%s: reported at the comma", (written, place, message) => {
    const found = complaint(text(written));
    expect([found.phase, found.code, placeOf(found)]).toEqual(["parse", "unknown-resource-property", place]);
    expect(found.message).toContain(message);
  });
});

describe("which mistake is told", () => {
  test.each([
    ["a lexer error and the syntax error it causes", "$x = 1 @⏎", ["unrecognized-character"]],
    ["a name that ends with an underscore", "$foo_ = 1⏎", ["unrecognized-character"]],
    ["a syntax error before a lexer error", "$x = 1 2 @⏎", ["unexpected-token"]],
    ["an overflow", "$x = 99999999999999999999⏎", ["integer-overflow"]],
    [
      "several that do not stop the parser",
      '$x int = "a"⏎$y str = 1⏎',
      ["annotation-mismatch", "annotation-mismatch"],
    ],
    [
      "in the order of the source",
      '$x int = "a"⏎$y = 1 < 2 < 3⏎)⏎',
      ["annotation-mismatch", "chained-comparison", "unexpected-token"],
    ],
  ])("%s", (_, written, codes) => expect(complaints(text(written)).map(({ code }) => code)).toEqual(codes));
});

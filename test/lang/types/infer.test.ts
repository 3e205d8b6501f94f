// biome-ignore-all lint/suspicious/noTemplateCurlyInString: interpolation of mcl
import { describe, expect, test } from "bun:test";
import { metaParameters, structMetaNames } from "../../../lang/meta.ts";
import { printType } from "../../../lang/types/type.ts";
import { print } from "../../../lang/value.ts";
import { mistakes, printed } from "./support.ts";

/** All that is found wrong, and a part of the first message. */
type Row = readonly [program: string, found: readonly string[], message?: string];

function table(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows.map((row) => [row] as const))("%j", async ([program, found, message]) => {
      const all = await mistakes(program);
      expect(all.map(printed)).toEqual([...found]);
      if (message !== undefined) expect(all[0]?.message ?? "").toContain(message);
    });
  });
}

const fullMeta = `struct{${structMetaNames
  .map((name) => {
    const { type, default: value } = metaParameters[name];
    return `${name} => ${printType(type) === "float" ? "1.5" : print(value)}`;
  })
  .join(", ")}}`;

table("programs of the table of mistakes (15)", [
  ['test "t" {\n\tstringptr => 42,\n}\n', ["type 2:2 type-mismatch"], "`stringptr` must be str, got int"],
  ['test "t" {\n\tnosuch => 42,\n}\n', ["type 2:2 unknown-field"], "field `nosuch` does not exist in `test`"],
  ["if 1 {}\n", ["type 1:1 type-mismatch"], "the condition must be bool, got int"],
  ["test [1] {}\n", ["type 1:1 type-mismatch"], "the name must be str or []str, got []int"],
  ['import "fmt"\ntest fmt.printf("a") {}\n', ["type 2:1 type-mismatch"], "the name must be []str, got str"],
  ['$l = ["a"]\ntest "${l}" {}\n', ["type 2:1 type-mismatch"], "the name must be str or []str, got []str"],
  ['$n = 7\ntest "n${n}" {}\n', ["type 2:6 type-mismatch"], "`$n` must be str to stand in a string, got int"],
  [
    '$f = func($a, $b) { $a }\ntest [$f("x")] {}\n',
    ["type 1:6 argument-count"],
    "`$f` takes 2 arguments, got 1",
  ],
  ["$n = 42\ntest [$n(1)] {}\n", ["type 1:6 type-mismatch"], "`$n` is called, but it is int, not a function"],
  ['test "t" {\n\tint8 => len([]),\n}\n', ["type 2:14 ambiguous-type"], "ambiguous"],
  [
    '$s = struct{a => 1}\ntest "${s}" {}\n',
    ["type 2:1 type-mismatch"],
    "the name must be str or []str, got struct{a int}",
  ],
  ['$s = struct{a => "x"}\ntest [$s->b] {}\n', ["type 2:7 invalid-call"], "the struct has no field `b`"],
  ['Test["a"]\n', ["type 1:1 edge-half"], "can't create an edge with only one half"],
  [
    `test "t" {\n\tMeta => ${fullMeta},\n\tMeta:noop => true,\n}\n`,
    ["graph 1:1 duplicate-meta"],
    "resource has duplicate meta entry of: noop",
  ],
  ['nokind "t" {\n\ta => 1,\n}\n', ["type 1:1 unknown-kind"], "there is no resource kind `nokind`"],
]);

table("programs whose mistakes show later, or never", [
  ['$l = ["a"]\ntest [$l[3]] {}\n', []],
  ['panic("no")\n', []],
  ['$b = true + true\ntest "t" {\n\tboolptr => $b,\n}\n', []],
  ['nokind "t" {}\n', []],
  ['nokind "t" {\n\tMeta:noop => true,\n}\n', []],
  ['test "$x" {}\n', []],
  ['test "a" {}\nTest["a"] -> Test["b"]\n', []],
  ['test "a" {\n\tint8 => 300,\n}\n', []],
  ["$y = 42 / 0\n", []],
  ['$y = 1 + "a"\n', []],
  ['func f() { 1 + "a" }\n', []],
  ["class c {\n\ttest $nope {}\n}\n", []],
  ["for $i, $v in [1] {\n\t$v = 1\n}\n", []],
  ['class c {\n\ttest "t" {}\n}\ninclude c\ninclude c\n', []],
  [`test "t" {\n\tMeta => ${fullMeta},\n}\n`, []],
]);

table("expressions (8.3)", [
  [
    'test "t" {\n\tinterface => [1, "a"],\n}\n',
    ["type 2:19 type-mismatch"],
    "this element is str, but the first is int",
  ],
  [
    '$k = 2\ntest "t" {\n\tinterface => {"a" => 1, $k => 3},\n}\n',
    ["type 3:26 type-mismatch"],
    "this key is int, but the first is str",
  ],
  [
    'test "t" {\n\tinterface => {"a" => 1, "b" => 3.5},\n}\n',
    ["type 2:33 type-mismatch"],
    "this value is float, but the first is int",
  ],
  [
    'test "t" {\n\tinterface => {"a" => 1, "b" => "c"}["a"],\n\tint8 => "x",\n}\n',
    ["type 2:33 type-mismatch", "type 3:2 type-mismatch"],
  ],
  [
    'test "t" {\n\tstructure => struct{a => 1},\n}\n',
    ["type 2:2 struct-fields"],
    "struct field count differs",
  ],
  [
    'test "t" {\n\tstructure => struct{b => "x", a => 1},\n}\n',
    ["type 2:2 struct-fields"],
    "struct fields differ",
  ],
  ['test "t" {\n\tstructure => struct{a => 1, b => "x"},\n}\n', []],
  [
    'test "t" {\n\tinterface => if "a" { 1 } else { 2 },\n}\n',
    ["type 2:18 type-mismatch"],
    "the condition must be bool, got str",
  ],
  [
    'test "t" {\n\tinterface => if true { 1 } else { "a" },\n}\n',
    ["type 2:36 type-mismatch"],
    "this branch is str, but the first is int",
  ],
  [
    'test "t" {\n\tinterface => [1][0] <|> "a",\n}\n',
    ["type 2:26 type-mismatch"],
    "the fallback must be int, got str",
  ],
  [
    'test "t" {\n\tinterface => 1 + "a",\n}\n',
    ["type 2:15 type-mismatch"],
    "both sides of `+` must be of one type, but they are int and str",
  ],
  ['test "t" {\n\tint8 => 1 / 2,\n}\n', ["type 2:2 type-mismatch"], "`int8` must be int, got float"],
  ['test "t" {\n\tboolptr => not 1,\n}\n', ["type 2:13 type-mismatch"]],
  ['test "t" {\n\tboolptr => "a" in {"a" => 1},\n}\n', ["type 2:13 type-mismatch"]],
  ['test "t" {\n\tinterface => "a"[0],\n}\n', ["type 2:15 ambiguous-type"]],
  [
    '$m []int = ["a"]\ntest "t" {\n\tinterface => $m,\n}\n',
    ["type 1:12 type-mismatch"],
    "this is declared as []int, but it is []str",
  ],
  ['$m int = len("a")\n$n str = $m\ntest "${n}" {}\n', ["type 3:1 type-mismatch"]],
  [
    '$m int = len("a")\n$n str = $m\ntest "t" {\n\tinterface => $n,\n}\n',
    ["type 2:10 type-mismatch"],
    "this is declared as str, but it is int",
  ],
  ['$m str = len("a")\ntest "${m}" {}\n', ["type 1:10 type-mismatch"]],
  [
    '$n = 1\ntest "t" {\n\tstringptr => "${n}",\n}\n',
    ["type 3:2 type-mismatch"],
    "`stringptr` must be str, got int",
  ],
  [
    '$n = 1\ntest "t" {\n\tinterface => "${n}",\n}\n',
    ["type 3:15 type-mismatch"],
    "`$n` must be str to stand in a string, got int",
  ],
  ['$k = [1]\ntest "t" {\n\tinterface => {$k => 1},\n}\n', ["type 3:15 map-key"], "[]int is not hashable"],
  ['test "t" {\n\tinterface => [],\n}\n', ["type 2:15 ambiguous-type"]],
  ['$x = []\ntest "t" {\n\tint8 => len($x) + len($x),\n}\n', ["type 1:6 ambiguous-type"]],
  ['test "t" {\n\tinterface => func($x) { 1 }([]),\n}\n', ["type 2:30 ambiguous-type"]],
  ['test "t" {\n\tslicestring => [],\n}\n', []],
]);

table("functions (8.1, 8.2)", [
  [
    '$id = func($x) { $x }\ntest "a" {\n\tint8 => $id(1),\n}\ntest "b" {\n\tanotherstr => $id("s"),\n}\n',
    ["type 1:7 type-mismatch"],
    "argument 1 of `$id` must be int, got str",
  ],
  ['func id($x) { $x }\ntest "a" {\n\tint8 => id(1),\n\tanotherstr => id("s"),\n}\n', []],
  [
    'func f($x int) str { $x }\ntest "a" {\n\tanotherstr => f(1),\n}\n',
    ["type 1:22 type-mismatch"],
    "the result of the function must be str, got int",
  ],
  ['func f($x int) { $x }\ntest "a" {\n\tint8 => f("a"),\n}\n', ["type 3:10 type-mismatch"]],
  [
    'func f($x) { $x + 1 }\ntest "a" {\n\tint8 => f(1, 2),\n}\n',
    ["type 3:10 argument-count"],
    "`f` takes 1 argument, got 2",
  ],
  ['test "a" {\n\tint8 => len(),\n}\n', ["type 2:10 argument-count"], "`len` takes 1 argument, got 0"],
  [
    '$f = func($g) { $g($g) }\ntest "a" {\n\tinterface => $f(func($x) { 1 }),\n}\n',
    ["type 1:11 infinite-type"],
  ],
  ['$twice = func($f, $x) { $f($f($x)) }\ntest "a" {\n\tint8 => $twice(func($n) { $n + 1 }, 1),\n}\n', []],
  [
    '$twice = func($f, $x) { $f($f($x)) }\ntest "a" {\n\tint8 => $twice(func($n) { "a" }, 1),\n}\n',
    ["type 1:10 type-mismatch"],
  ],
  [
    'func g($x) { $x + "a" }\nfunc f($x) { g($x) }\ntest "a" {\n\tinterface => f(1),\n\tanotherstr => f("b"),\n}\n',
    ["type 4:15 type-mismatch"],
    "argument 1 of `f` must be str, got int",
  ],
  [
    '$h = "a"\ntest "a" {\n\tinterface => $h(1),\n}\n',
    ["type 1:6 type-mismatch"],
    "`$h` is called, but it is str, not a function",
  ],
]);

table("call-site-dependent functions (8.5)", [
  ['import "fmt"\n$x = fmt.printf("%d", "a")\ntest "${x}" {}\n', ["type 2:6 invalid-call"]],
  ['import "fmt"\n$x = fmt.printf("%d")\ntest "${x}" {}\n', ["type 2:6 invalid-call"]],
  ['import "fmt"\n$f = "%" + "d"\n$x = fmt.printf($f, 1)\ntest "${x}" {}\n', []],
  ['import "fmt"\n$f = "%" + "d"\n$x = fmt.printf($f, "a")\ntest "${x}" {}\n', ["type 3:6 invalid-call"]],
  [
    'import "fmt"\n$n = 1\n$f str = $n\n$x = fmt.printf($f)\ntest "${x}" {}\n',
    ["type 4:17 type-value-inconsistent"],
  ],
  ['$s = struct{a => 1}\ntest "t" {\n\tint8 => $s->a,\n\tanotherstr => $s->b <|> "x",\n}\n', []],
  ['$s = struct{a => 1}\ntest "t" {\n\tanotherstr => $s->a <|> "x",\n}\n', ["type 3:16 invalid-call"]],
  ['$s = struct{a => 1}\ntest "t" {\n\tanotherstr => $s->a,\n}\n', ["type 3:2 type-mismatch"]],
  ['test "t" {\n\tinterface => 1->a,\n}\n', ["type 2:15 ambiguous-type"]],
  [
    '$n = 1\ntest "t" {\n\tint8 => $n->a,\n}\n',
    ["type 3:10 invalid-call"],
    "`->a` reads a field of a struct, got int",
  ],
  ['test "t" {\n\tint8 => len(true),\n}\n', ["type 2:10 invalid-call"]],
  [
    '$big = {"a" => {"b" => "c"}}\n$inner map{str: str} = $big["a"]\ntest "t" {\n\tanotherstr => $inner["b"],\n}\n',
    [],
  ],
]);

const made = "func made($n) { struct{a => $n, all => [$n]} }\n";

table("what is read from something whose type only solving tells (8.5)", [
  [`${made}test "t" {\n\tinterface => made(1)->a,\n}\n`, []],
  [`${made}test "t" {\n\tinterface => made(1)->all[0],\n}\n`, []],
  [`func by($k) { {$k => 1} }\ntest "t" {\n\tinterface => by("k")["k"],\n}\n`, []],
  [`func by($k) { {$k => 1} }\ntest "t" {\n\tinterface => by(1)[1],\n}\n`, []],
  [`${made}$m = made(made(1))\ntest "t" {\n\tinterface => $m->a->all[0],\n}\n`, []],
  [`${made}test "t" {\n\tinterface => made(1)->all <|> [],\n}\n`, []],
  [`${made}test "t" {\n\tinterface => made(1)->none <|> "x",\n}\n`, []],
  [`${made}for $i, $v in made(1)->all {\n\ttest "t" {\n\t\tinterface => $v,\n\t}\n}\n`, []],
  ['func a($s) { $s->a }\ntest "t" {\n\tinterface => a(struct{a => 1}),\n}\n', []],
  // What the lambda reads from is found out by what comes after it.
  [`${made}$f = func($s) { $s->a->a }\ntest "t" {\n\tinterface => $f(struct{a => made(1)}),\n}\n`, []],
  [
    `${made}$f = func($s) { $s->a }\n$g = func($s) { $s->a }\ntest "t" {\n\tinterface => $f($g(made(made(1)))),\n}\n`,
    [],
  ],
  // The use of a field tells what the struct is.
  ['import "value"\ntest "t" {\n\tint8 => value.get("k")->value,\n}\n', []],
  ['import "value"\ntest "t" {\n\tinterface => value.get("k")->value + 1,\n}\n', []],
  ['import "value"\ntest "t" {\n\tinterface => value.get("k")->value,\n}\n', ["type 3:15 ambiguous-type"]],
  [
    `${made}test "t" {\n\tanotherstr => made(1)->a,\n}\n`,
    ["type 3:16 invalid-call"],
    "the field `a` does not fit: it is int, but str is wanted",
  ],
  [
    `${made}test "t" {\n\tint8 => made(1)->b,\n}\n`,
    ["type 3:10 invalid-call"],
    "the struct has no field `b`",
  ],
  [`${made}test "t" {\n\tinterface => made(1)->b,\n}\n`, ["type 3:15 ambiguous-type"]],
  [`${made}test "t" {\n\tinterface => made(1)->a->b,\n}\n`, ["type 3:15 ambiguous-type"]],
  [
    `${made}test "t" {\n\tint8 => made(1)->all[true],\n}\n`,
    ["type 3:10 invalid-call"],
    "the field `all` does not fit: it is []int, but map{bool: int} is wanted",
  ],
  [`${made}test "t" {\n\tint8 => made(1)->a <|> "x",\n}\n`, ["type 3:2 type-mismatch"]],
  // What a line that is wrong would have told does not count.
  [
    `${made}$f = func($s) { $s->a }\ntest "t" {\n\tint8 => $f(made("x")) + true,\n\tanotherstr => $f(made(1)),\n}\n`,
    ["type 4:2 type-mismatch", "type 2:17 invalid-call"],
  ],
]);

table("statements", [
  ["for $i, $v in 1 {}\n", ["type 1:1 type-mismatch"], "what `for` goes through must be a list, got int"],
  [
    'for $i, $v in {"a" => 1} {\n\ttest "${v}" {}\n}\n',
    ["type 1:1 type-mismatch"],
    "what `for` goes through must be a list, got a map (map{str: int})",
  ],
  [
    "forkv $k, $v in [1] {}\n",
    ["type 1:1 type-mismatch"],
    "what `forkv` goes through must be a map, got a list ([]int)",
  ],
  ['for $i, $v in ["a"] {\n\ttest "t" {\n\t\tint8 => $v,\n\t}\n}\n', ["type 3:3 type-mismatch"]],
  ['for $i, $v in ["a"] {\n\ttest "${v}" {\n\t\tint8 => $i,\n\t}\n}\n', []],
  ['forkv $k, $v in {"a" => 1} {\n\ttest "${k}" {\n\t\tint8 => $v,\n\t}\n}\n', []],
  ['for $i, $v in [] {\n\ttest "t" {}\n}\n', ["type 1:15 ambiguous-type"]],
  ['test "t" {\n\tint8 => 1 ?: 2,\n}\n', ["type 2:2 type-mismatch"], "the condition must be bool, got int"],
  ['test "t" {\n\tBefore => 1 ?: Test["x"],\n}\n', ["type 2:2 type-mismatch"]],
  ['test "t" {\n\tMeta:noop => 1,\n}\n', ["type 2:2 type-mismatch"], "`Meta:noop` must be bool, got int"],
  ['test "t" {\n\tMeta => struct{noop => true},\n}\n', ["type 2:2 struct-fields"]],
  ['test "t" {\n\tstringpt => "x",\n}\n', ["type 2:2 unknown-field"]],
  ["panic()\n", ["type 1:1 argument-count"]],
  ["panic(1)\n", ["type 1:1 invalid-call"]],
  ['panic(true, "why")\n', []],
  ['panic(1, "why")\n', ["type 1:1 type-mismatch"]],
  ['panic(true, "a", "b")\n', ["type 1:1 argument-count"]],
  ['Test["a"] -> Test[1]\n', ["type 1:14 type-mismatch"]],
  ['Test["a"] -> Test[["b", "c"]]\n', []],
  [
    'class c($x int) {\n\ttest "t" {\n\t\tint8 => $x,\n\t}\n}\ninclude c("a")\n',
    ["type 3:3 type-mismatch", "type 6:1 type-mismatch"],
  ],
  ["class c($x) {}\ninclude c([])\n", ["type 2:11 ambiguous-type"]],
  ['class c($x) {}\ninclude c(1 + "a")\n', ["type 2:11 type-mismatch"]],
]);

table("collect (5.10)", [
  ['collect test "a" {}\n', []],
  ['$n = "a"\ncollect test $n {}\n', []],
  ['collect test ["a", "b"] {\n\tint8 => 1,\n\tMeta:hidden => false,\n\tBefore => Test["x"],\n}\n', []],
  ['collect test [struct{name => "a", host => "h"}] {}\n', []],
  ["collect test [] {}\n", []],
  ['$n = if true { [] } else { [struct{name => "a", host => "h"}] }\ncollect test $n {}\n', []],
  ['func f() { [struct{name => "a", host => "h"}] }\ncollect test f() {}\n', []],
  [
    'func f() { "a" }\ncollect test f() {}\n',
    ["type 2:9 type-mismatch"],
    "the name must be []struct{name str; host str}, got str",
  ],
  ["collect test [1] {}\n", ["type 1:9 type-mismatch"]],
  ['collect test struct{name => "a", host => "h"} {}\n', ["type 1:9 type-mismatch"]],
  ['collect tset "a" {}\n', ["type 1:9 unknown-kind"], "there is no resource kind `tset`"],
  ['collect tset "a" {\n\tint8 => 1,\n}\n', ["type 1:9 unknown-kind"]],
  ['collect test "a" {\n\tint8 => "x",\n}\n', ["type 2:2 type-mismatch"]],
  ['collect test "a" {\n\tnone => 1,\n}\n', ["type 2:2 unknown-field"]],
]);

table("send and receive (11)", [
  ['Test["a"].hello -> Test["b"].anotherstr\n', []],
  [
    'Test["a"].hello -> Test["b"].int8\n',
    ["type 1:1 send-type"],
    "cannot send test[a].hello to test[b].int8: type mismatch: `hello` is str, `int8` is int",
  ],
  [
    'Test["a"].words -> Test[["b"]].mapintfloat\n',
    ["type 1:1 send-type"],
    "cannot send test[a].words to test.mapintfloat: type mismatch: `words` is []str, `mapintfloat` is map{int: float}",
  ],
  ['Test["a"].hello -> Test["b"].boolptr\n', []],
  ['Test["a"].maybe -> Test["b"].int8\n', []],
  ['Test["a"].answer -> Test["b"].interface\n', []],
  [
    'Test["a"].helo -> Test["b"].int8\n',
    ["type 1:1 unknown-field"],
    "cannot send test[a].helo to test[b].int8: the sender has no field `helo`",
  ],
  [
    'Test["a"].hello -> Test["b"].int9\n',
    ["type 1:1 unknown-field"],
    "cannot send test[a].hello to test[b].int9: the receiver has no field `int9`",
  ],
  [
    'Mute["a"].x -> Test["b"].int8\n',
    ["type 1:1 cannot-send"],
    "cannot send from `mute`: resources of this kind send nothing",
  ],
  ['Test["a"].hello -> Deaf["b"].content\n', ["type 1:1 cannot-receive"]],
  ['Nokind["a"].x -> Test["b"].int8\n', ["type 1:1 unknown-kind"]],
]);

table("names of resources are told apart before types are solved (5.5)", [
  ['$n = "x"\ntest $n {}\n', []],
  ['$n = "x"\n$m = $n\ntest $m {}\n', []],
  ['test if true { "a" } else { "b" } {}\n', []],
  ['test if true { "a" } else { ["b"] } {}\n', ["type 1:29 type-mismatch"]],
  ["class c($n) {\n\ttest $n {}\n}\ninclude c('x')\n".replaceAll("'", '"'), []],
  ['class c($n) {\n\ttest $n {}\n}\ninclude c("x")\ninclude c(["x", "y"])\n', []],
  ['$a = "x"\n$n = $a + "y"\ntest $n {}\n', ["type 3:1 type-mismatch"], "the name must be []str, got str"],
  ['$a = "x"\n$n = $a + "y"\ntest "${n}" {}\ntest [$n] {}\n', []],
  ['$a = "x"\n$n str = $a + "y"\ntest $n {}\n', []],
  ['for $i, $v in ["a"] {\n\ttest $v {}\n}\n', ["type 2:2 type-mismatch"]],
  ["test func($x str) str { $x }('a') {}\n".replaceAll("'", '"'), []],
  ["test func($x) { $x }('a') {}\n".replaceAll("'", '"'), ["type 1:1 type-mismatch"]],
  ['test ["a", "b"] {}\n', []],
  ["test [] {}\n", []],
  ["test $hostname {}\n", []],
  ['test "a${hostname}" {}\n', []],
  ['test ["a"][0] <|> "b" {}\n', []],
]);

describe("several mistakes", () => {
  test("independent ones are all reported, the first that solving comes upon first", async () => {
    const found = await mistakes(
      [
        'test "a" {',
        "\tint8 => $bad,",
        '\tfloat64 => "x",',
        "\tnosuch => 1,",
        "}",
        "if 1 {",
        '\ttest "b" {',
        "\t\tboolptr => 2,",
        "\t}",
        "}",
        '$bad = 1 + "a"',
        "",
      ].join("\n"),
    );
    expect(found.map(printed)).toEqual([
      "type 11:8 type-mismatch",
      "type 3:2 type-mismatch",
      "type 4:2 unknown-field",
      "type 6:1 type-mismatch",
      "type 8:3 type-mismatch",
    ]);
  });

  test("what depends on a mistake is not blamed", async () => {
    const found = await mistakes(
      [
        '$bad = 1 + "a"',
        "$worse = $bad + 1",
        'test "a" {',
        "\tint8 => $worse,",
        "\tanotherstr => $worse,",
        "}",
        "for $i, $v in $bad {",
        '\ttest "${v}" {',
        "\t\tint8 => $i,",
        "\t}",
        "}",
        "class c($x) {",
        '\ttest "${x}" {}',
        "}",
        "include c($bad)",
        "",
      ].join("\n"),
    );
    expect(found.map(printed)).toEqual(["type 1:8 type-mismatch"]);
  });

  test("a line that is wrong does not decide the types of others", async () => {
    const found = await mistakes(
      [
        "$id = func($x) { $x }",
        'test "a" {',
        "\tanotherstr => $id(1),",
        "}",
        'test "b" {',
        '\tanotherstr => $id("s"),',
        "}",
        "",
      ].join("\n"),
    );
    expect(found.map(printed)).toEqual(["type 3:2 type-mismatch"]);
  });

  test("types left open by a mistake elsewhere are not called ambiguous", async () => {
    const found = await mistakes(
      '$x = []\ntest $x {\n\tint8 => "a",\n}\ntest "b" {\n\tint8 => len($x) + "",\n}\n',
    );
    expect(found.map(printed)).toEqual(["type 3:2 type-mismatch", "type 6:10 type-mismatch"]);
  });

  test("one in a class or function is reported once, with the way to it", async () => {
    const program = [
      "func f($x) { $x + 1 }",
      "class c($x) {",
      '\ttest "t" {',
      "\t\tanotherstr => $x,",
      "\t}",
      "}",
      "include c(1)",
      "include c(1)",
      "",
    ].join("\n");
    const found = await mistakes(program);
    expect(found.map(printed)).toEqual(["type 4:3 type-mismatch"]);
    expect(found[0]?.notes).toEqual(["class `c` is included at main.mcl:7:1"]);
    const [inFunction] = await mistakes('func g($x) { $x + (1 + "a") }\ntest "t" {\n\tint8 => g(1),\n}\n');
    expect(inFunction?.notes).toEqual(["`g` is called at main.mcl:3:10"]);
  });

  test("a repeated metaparameter waits until types are right", async () => {
    const twice = `test "t" {\n\tMeta:retry => 1,\n\tMeta => ${fullMeta},\n}\n`;
    expect((await mistakes(`${twice}test [1] {}\n`)).map(printed)).toEqual(["type 5:1 type-mismatch"]);
    const [found] = await mistakes(twice);
    expect(found?.message).toBe("resource has duplicate meta entry of: retry");
  });
});

test("a misspelt field or kind is answered with the nearest", async () => {
  const [field] = await mistakes('test "t" {\n\tstringpt => "x",\n}\n');
  expect(field?.help).toBe("did you mean `stringptr`?");
  const [kind] = await mistakes('tset "t" {\n\tstringptr => "x",\n}\n');
  expect(kind?.help).toBe("did you mean `test`?");
});

test("mistakes in modules are positioned there", async () => {
  const found = await mistakes('import "m.mcl"\ntest "t" {\n\tint8 => $m.x,\n}\n', {
    "m.mcl": '$x = 1 + "a"\n',
  });
  expect(found.map(({ span }) => span?.source.path)).toEqual(["m.mcl"]);
});

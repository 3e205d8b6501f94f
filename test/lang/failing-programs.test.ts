/** Programs that fail, phase by phase, at the position of the culprit (language specification, section 15). */
import { expect, test } from "bun:test";
import { describe, firstGraph } from "./programs.ts";

const failing: readonly [program: string, phaseAndPosition: string, message: RegExp][] = [
  ["$x = 1 @\n", "parse 1:8", /`@`/],
  ['test "t" {\n\tint8 => 4\n}\n', "parse 2:10", /comma/],
  ["$x == 1\n", "parse 1:2", /equals/],
  ['$x int = "a"\n', "parse 1:10", /str|int/],
  ["$x = 1 < 2 < 3\n", "parse 1:12", /</],
  ["$x = 99999999999999999999\n", "parse 1:6", /overflow|64/],
  ['test "t" {\n\tFoo:noop => true,\n}\n', "parse 2", /foo|Foo/i],
  ["$x = 1 2\n", "parse 1:8", /2|INTEGER/],
  ["$x = 1", "parse", /newline/i],
  ['test "t" {\n\tMeta:nope => true,\n}\n', "init", /nope/],
  ['test "t" {\n\tAfter => Test["x"],\n}\n', "init", /after/i],
  ['$m = {1 => "a", 1 => "b"}\n', "init 1:6", /duplicate map key/],
  ["$s = struct{a => 1, a => 2}\n", "init 1:6", /duplicate struct field/],
  ['for $i, $v in [1] {\n\timport "fmt"\n}\n', "init", /import/],
  ['$x = "\\d"\n', "interpolate 1:6", /escape/],
  ['$x = "${f()}"\n', "interpolate 1:6", /f\(\)/],
  ["class a {}\nclass a {}\n", "interpolate 2:1", /duplicate class/],
  ['$x = 1\n$x = "a"\n', "scope 2:1", /x/],
  ["$a = $b\n$b = $a\n", "scope 1:6", /recursi|cycle/i],
  ["func f($n) { f($n) }\n", "scope 1:14", /recursi|cycle/i],
  ["$u = $nope\n", "scope 1:6", /nope/],
  ["if true {\n\t$b = 1\n}\n$c = $b\n", "scope 4:6", /b/],
  ["class c {\n\t$x = 1\n}\ninclude c\n$y = $x\n", "scope 5:6", /x/],
  ["class c($a) {}\ninclude c\n", "scope 2:1", /1 arg|expect/],
  ['import "fmt"\nimport "fmt" as f\n', "scope 2:1", /fmt/],
  ['import "nosuch"\n', "scope 1:1", /nosuch/],
  ['test "t" {\n\tstringptr => 42,\n}\n', "type 2:2", /str.*int/],
  ['test "t" {\n\tnosuch => 42,\n}\n', "type 2:2", /nosuch/],
  ["if 1 {\n}\n", "type 1:1", /bool.*int/],
  ["test [1] {}\n", "type 1:1", /int.*str|str.*int/],
  ['import "fmt"\ntest fmt.printf("a") {}\n', "type 2:1", /str/],
  ['$l = ["a"]\ntest "${l}" {}\n', "type 2:1", /str.*\[\]str|\[\]str.*str|list/],
  ['$n = 7\ntest "n${n}" {}\n', "type 2:6", /int.*str|str.*int/],
  ['$f = func($a, $b) { $a }\ntest [$f("x")] {}\n', "type 1:6", /arg/],
  ["$n = 42\ntest [$n(1)] {}\n", "type 1:6", /func/],
  ['test "t" {\n\tint8 => len([]),\n}\n', "type 2:14", /ambiguous/],
  ['$s = struct{a => 1}\ntest "${s}" {}\n', "type 2:1", /struct/],
  ['$s = struct{a => "x"}\ntest [$s->b] {}\n', "type 2:7", /b/],
  ['Test["a"]\n', "type 1:1", /half/],
  ['$l = ["a"]\ntest [$l[3]] {}\n', "stream 2:7", /list index not present, got: 3, len is: 1, in: \["a"\]/],
  ['panic("no")\n', "stream 1:1", /str panic occurred: no/],
  ['$b = true + true\ntest "t" {\n\tboolptr => $b,\n}\n', "stream 1:6", /unsupported kind: bool/],
  ['nokind "t" {}\n', "output 1:1", /nokind/],
  ['nokind "t" {\n\ta => 1,\n}\n', "type 1:1", /nokind/],
  ['test "$x" {}\n', "output 1:1", /\$/],
  ['test "a" {}\nTest["a"] -> Test["b"]\n', "output 2:1", /b/],
  ['test "a" {\n\tint8 => 300,\n}\n', "output 2:2", /300/],
  [
    'test "t" {\n\tMeta => struct{noop => true, retry => 0, retryreset => false, delay => 0, timeout => 0, poll => 0, limit => 1.0, burst => 1, reset => false, sema => ["a"], rewatch => false, realize => false, dollar => false, hidden => false, export => ["h"], reverse => false, autoedge => true, autogroup => true},\n\tMeta:noop => true,\n}\n',
    "graph 1:1",
    /noop/,
  ],
];

test.each([...failing])("%j", async (program, phaseAndPosition, message) => {
  const described = describe(await firstGraph(program));
  const expected = phaseAndPosition.split(" ");
  expect(`${described.split(" ")[0]}`).toBe(`${expected[0]}`);
  if (expected[1] !== undefined) expect(`${described.split(" ")[1]}:`).toStartWith(`${expected[1]}:`);
  expect(described).toMatch(message);
});

const sound: readonly [program: string, graph: string][] = [
  ["$y = 42 / 0\n", ""],
  ['func f() { 1 + "a" }\n', ""],
  ["class c {\n\ttest $nope {}\n}\n", ""],
  ["$x = 1\nclass x {}\nfunc x() { 1 }\n", ""],
  ['$n = "outer"\nif true {\n\ttest "${n}" {}\n\t$n = "inner"\n}\n', "test[inner]"],
  ['class c {\n\ttest "a" {}\n}\ninclude c\ninclude c\n', "test[a]"],
  ['test "t" { int8 => 1, }\n', "test[t]"],
  ['test "t" {}\ntest "t" {}\n', "test[t]"],
  ['for $i, $v in ["a", "b"] {\n\t$v = "c"\n\ttest "${v}" {}\n}\n', "test[c]"],
  ['test ["a", "b"] {}\nTest["a"] -> Test["b"]\n', "test[a], test[b], test[a] -> test[b]"],
  [
    'test "a" {\n\tNotify => Test["b"],\n}\ntest "b" {\n\tDepend => Test["a"],\n}\n',
    "test[a], test[b], test[a] => test[b]",
  ],
  ['Test["a"].hello -> Test["b"].anotherstr\ntest ["a", "b"] {}\n', "test[a], test[b], test[a] -> test[b]"],
  [
    'class c($n) {\n\t$v = "v-${n}"\n\ttest "${v}" {}\n}\ninclude c("x") as i\ntest "${i.v}-outside" {}\n',
    "test[v-x-outside], test[v-x]",
  ],
  ['$f = func($x) { "f" + $x }\ntest [$f("a"), $f("b"),] {}\n'.replace(",]", "]"), "test[fa], test[fb]"],
  [
    'func dup($x) { [$x, $x] }\ntest dup("a")[0] {}\n'.replace('test dup("a")[0]', 'test [dup("a")[0]]'),
    "test[a]",
  ],
  ['$l = ["a"]\ntest [$l[3] <|> "fallback"] {}\n', "test[fallback]"],
  ['$s = struct{a => "x"}\ntest [$s->a, $s->b <|> "none"] {}\n', "test[none], test[x]"],
  ['forkv $k, $v in {"a" => 1, "b" => 2} {\n\ttest "${k}" { int8 => $v, }\n}\n', "test[a], test[b]"],
  ['test "${const.res.file.state.exists}-${hostname}" {}\n', "test[exists-h1]"],
  ["", ""],
  ["# nothing\n\n", ""],
];

test.each([...sound])("%j is sound", async (program, graph) => {
  expect(describe(await firstGraph(program))).toBe(graph);
});

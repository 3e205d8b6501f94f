/** The printing rules of the language specification, section 14, one after the other; comments are in comments.test.ts. */
import { describe, expect, test } from "bun:test";
import { DiagnosticError } from "../../../lang/diagnostic.ts";
import { formats, formatsLines, formatText } from "./support.ts";

formats(
  "the example of the specification",
  `$a=[1,2]   # nums
file   "/etc/motd"{
content=>"hi",
    Meta:noop=>true, Before=>Svc["x"],

}
`,
  `$a = [1, 2] # nums
file "/etc/motd" {
	content => "hi",
	Meta:noop => true,
	Before => Svc["x"],

}
`,
);

describe("rule 1: lines and indentation", () => {
  formats("nothing stays nothing", "", "");
  formats("blanks are nothing", " \t ", "");
  formats("empty lines are nothing", "\n\n\n", "");
  formats("a newline is added at the end", "$x = 1", "$x = 1\n");
  formats("also after a comment", "# c", "# c\n");
  formats("also after blanks", "$x = 1\n  ", "$x = 1\n");
  formats(
    "one tab for each level",
    `if $a {
  if $b {
        $c = [
    {
"a" => func() {
1
},
},
]
   }
}
`,
    `if $a {
	if $b {
		$c = [
			{
				"a" => func() {
					1
				},
			},
		]
	}
}
`,
  );
  formats(
    "a text of several lines is not indented",
    'if $a {\n$x = "b\n   c\n"\n}\n',
    'if $a {\n\t$x = "b\n   c\n"\n}\n',
  );
});

describe("rule 2: blank lines", () => {
  formats("several become one", "$a = 1\n\n \t\n\n$b = 2\n", "$a = 1\n\n$b = 2\n");
  formats("none is invented", 'import "fmt"\n$a = 1\nclass c {}\n', 'import "fmt"\n$a = 1\nclass c {}\n');
  formats("first and last ones are dropped", "\n\n$a = 1\n\n\n", "$a = 1\n");
  formats("before a first comment, too", "\n\n# c\n\n\n", "# c\n");
  formats(
    "within brackets they are kept",
    "class c {\n\n\n$a = 1\n\n\n$b = 2\n\n\n}\n",
    "class c {\n\n\t$a = 1\n\n\t$b = 2\n\n}\n",
  );
  formats("in a list", "$a = [\n\n1,\n\n\n2,\n\n]\n", "$a = [\n\n\t1,\n\n\t2,\n\n]\n");
  formats("in a call", "$a = f(\n\n1,\n\n)\n", "$a = f(\n\n\t1,\n\n)\n");
  formats("in a function", "func f() {\n\n1\n\n}\n", "func f() {\n\n\t1\n\n}\n");
  formats(
    "in a resource",
    'test "t" {\n\na => 1,\n\nb => 2, c => 3,\n\n}\n',
    'test "t" {\n\n\ta => 1,\n\n\tb => 2,\n\tc => 3,\n\n}\n',
  );
  formats(
    "in an if expression",
    "$a = if $b {\n\n1\n\n} else {\n\n2\n\n}\n",
    "$a = if $b {\n\n\t1\n\n} else {\n\n\t2\n\n}\n",
  );
  formats("around comments", "$a = 1\n\n\n# c\n\n\n$b = 2\n", "$a = 1\n\n# c\n\n$b = 2\n");
  formats(
    "of a line that becomes part of another they vanish",
    "$a = if $b { 1\n\n} else {\n\n2 }\n",
    "$a = if $b { 1 } else { 2 }\n",
  );
  formats("alone in a block they vanish", "class c {\n\n}\n", "class c {}\n");
  formats("in a text they are text", '$a = "x\n\n\n\ny"\n', '$a = "x\n\n\n\ny"\n');
});

describe("rule 4: lists, maps and structs", () => {
  formatsLines([
    ["$a = [ ]", "$a = []"],
    ["$a = [\n\n]", "$a = []"],
    ["$a = {\n}", "$a = {}"],
    ["$a = struct {\n}", "$a = struct{}"],
    ["$a=[1,2 ,3]", "$a = [1, 2, 3]"],
    ['$a={"a"=>1,"b"=>2}', '$a = {"a" => 1, "b" => 2}'],
    ["$a=struct {a=>1,b=>2}", "$a = struct{a => 1, b => 2}"],
    ["$a = [\n1,\n2,\n]", "$a = [\n\t1,\n\t2,\n]"],
    ['$a = {\n"a"=>1,\n"b"=>[2],\n}', '$a = {\n\t"a" => 1,\n\t"b" => [2],\n}'],
    ["$a = struct{\na=>1,\nb=>2,\n}", "$a = struct{\n\ta => 1,\n\tb => 2,\n}"],
    ["$a = [[\n1,\n], [2]]", "$a = [[\n\t1,\n], [2]]"],
    ["$a = [\n[1, 2],\n{1=>2},\n]", "$a = [\n\t[1, 2],\n\t{1 => 2},\n]"],
    ['$a = ["x\ny", 2]', '$a = ["x\ny", 2]'],
    ["$a = [ 1, 2 ][ 0 ]", "$a = [1, 2][0]"],
  ]);
});

describe("rule 5: arguments and parameters", () => {
  formatsLines([
    ["$a = f( )", "$a = f()"],
    ["$a = f(\n)", "$a = f()"],
    ["$a = f( 1,2 )", "$a = f(1, 2)"],
    ["$a = f(\n1,\n2,\n)", "$a = f(\n\t1,\n\t2,\n)"],
    ["$a = $f(\n1,\n)", "$a = $f(\n\t1,\n)"],
    ["$a = f([\n1,\n])", "$a = f([\n\t1,\n])"],
    ["$a = func($x){ $x }( 1 )", "$a = func($x) { $x }(1)"],
    ["$a = func($x){\n$x\n}(1)", "$a = func($x) {\n\t$x\n}(1)"],
    ["$a = func($x){ $x }(\n1,\n)", "$a = func($x) { $x }(\n\t1,\n)"],
    ["include c(\n1,\n) as d", "include c(\n\t1,\n) as d"],
    ["include c(\n) as d", "include c() as d"],
    ["panic(\n1,\n)", "panic(\n\t1,\n)"],
    ["func f(\n$a int,\n$b,\n) int {1}", "func f(\n\t$a int,\n\t$b,\n) int { 1 }"],
    ["func f(\n) {1}", "func f() { 1 }"],
    ["$f = func(\n$a,\n) {1}", "$f = func(\n\t$a,\n) { 1 }"],
    ["class c(\n$a,\n$b str,\n) {\n}", "class c(\n\t$a,\n\t$b str,\n) {}"],
  ]);
});

describe("rule 6: function bodies and if expressions", () => {
  formatsLines([
    ["func f(){1}", "func f() { 1 }"],
    ["func f() {\n1\n}", "func f() {\n\t1\n}"],
    ["func f() {\n1 }", "func f() {\n\t1\n}"],
    ["func f() { 1\n}", "func f() { 1 }"],
    ["func f() { [\n1,\n]\n}", "func f() { [\n\t1,\n] }"],
    ["$f = func($x)bool{\n$x }", "$f = func($x) bool {\n\t$x\n}"],
    ["$a = if $b{1}else{2}", "$a = if $b { 1 } else { 2 }"],
    ["$a = if $b {\n1 } else { 2 }", "$a = if $b {\n\t1\n} else {\n\t2\n}"],
    ["$a = if $b { 1 } else {\n2\n}", "$a = if $b { 1 } else { 2 }"],
    ["$a = if $b {1\n} else {\n2\n} + 3", "$a = if $b { 1 } else { 2 } + 3"],
    [
      "$a = if $b {\nif $c {1} else {2}\n} else {\nif $d {\n3\n} else {\n4\n}\n}",
      "$a = if $b {\n\tif $c { 1 } else { 2 }\n} else {\n\tif $d {\n\t\t3\n\t} else {\n\t\t4\n\t}\n}",
    ],
    ["func f($x) { if $x {\n1\n} else {\n2\n} }", "func f($x) { if $x {\n\t1\n} else {\n\t2\n} }"],
  ]);
});

describe("rule 7: blocks and bodies of resources", () => {
  formatsLines([
    ["if $a{}", "if $a {}"],
    ["if $a{\n}else{\n}", "if $a {} else {}"],
    ["if $a {\n$b = 1\n} else {}", "if $a {\n\t$b = 1\n} else {}"],
    ["if $a {\n} else {\n$b = 1\n}", "if $a {} else {\n\t$b = 1\n}"],
    ["for $i,$v in $l{}", "for $i, $v in $l {}"],
    ["class c{\n\n}", "class c {}"],
    ['test "t"{\n}', 'test "t" {}'],
    ['test "t" { a => 1, b => 2, }', 'test "t" {\n\ta => 1,\n\tb => 2,\n}'],
    [
      'test "t" { b => 1, Meta:noop => true, a => 2,\n}',
      'test "t" {\n\tb => 1,\n\tMeta:noop => true,\n\ta => 2,\n}',
    ],
    ['collect test "t" {\n}', 'collect test "t" {}'],
  ]);
});

describe("rule 8: spaces", () => {
  formatsLines([
    ["$ x=1", "$x = 1"],
    ["$x   str=$ y", "$x str = $y"],
    ["$x=1+2*3- 4/5", "$x = 1 + 2 * 3 - 4 / 5"],
    ["$x=$a - -1", "$x = $a - -1"],
    ["$x=$a==1 and $b!=2 or $c<=3", "$x = $a == 1 and $b != 2 or $c <= 3"],
    ["$x=$a  in[1]", "$x = $a in [1]"],
    ["$x=not   not$a", "$x = not not $a"],
    ["$x=$s -> a -> b", "$x = $s->a->b"],
    ["$x=$s->a<|>1", "$x = $s->a <|> 1"],
    ["$x=$m [ 1 ]<|>f()<|>2", "$x = $m[1] <|> f() <|> 2"],
    ["$x=$z+$s->f<|>$d", "$x = $z + $s->f <|> $d"],
    ["$x = $ a . b . c", "$x = $a.b.c"],
    ["$x = fmt . printf ( 1 )", "$x = fmt.printf(1)"],
    ["$x = $ a . f ( 1 )", "$x = $a.f(1)"],
    ["$x = map . keys($map)", "$x = map.keys($map)"],
    ["$x = func ( $a   int,$b ) str{ $a }", "$x = func($a int, $b) str { $a }"],
    ["func f( $a   int,$b )str{ $a }", "func f($a int, $b) str { $a }"],
    ["class a : b ( $a,$b   str ){\n}", "class a:b($a, $b str) {}"],
    ["class c ( ) {}", "class c() {}"],
    ["include  a . b", "include a.b"],
    ["include c ( )", "include c()"],
    ["include c( 1 )as i", "include c(1) as i"],
    ['import  "x"as y', 'import "x" as y'],
    ['import "x"  as*', 'import "x" as *'],
    ["for  $ i , $ v  in  $e{\n}", "for $i, $v in $e {}"],
    ["forkv $k,$v in{1=>2}{\n}", "forkv $k, $v in {1 => 2} {}"],
    ["http : server  $n{\n}", "http:server $n {}"],
    ['File [ "a" ]->Svc["b"]->Exec [ "c" ]', 'File["a"] -> Svc["b"] -> Exec["c"]'],
    ['File["a"]', 'File["a"]'],
    ['Exec["a"] . stdout->File["b"] . content', 'Exec["a"].stdout -> File["b"].content'],
    ["panic ( true )", "panic(true)"],
    ['test "t" { a=>$b?:1, }', 'test "t" {\n\ta => $b ?: 1,\n}'],
    ['test "t" { Before=>$b?:Test [ "x" ], }', 'test "t" {\n\tBefore => $b ?: Test["x"],\n}'],
    ['test "t" { Meta : noop=>$b?:true, }', 'test "t" {\n\tMeta:noop => $b ?: true,\n}'],
    ['test "t" { Meta=>$b?:struct{noop=>true}, }', 'test "t" {\n\tMeta => $b ?: struct{noop => true},\n}'],
    ["collect  test $x { a=>1, }", "collect test $x {\n\ta => 1,\n}"],
  ]);
});

describe("rule 9: what was written stays", () => {
  formatsLines([
    "$x = ((1) + (2 * 3))",
    "$x = 1 + (2 * 3)",
    "$x = ($s->f) <|> $d",
    "$x = $a in $b",
    "$x = contains($a, $b)",
    "panic($a)",
  ]);
});

describe("rule 10: literals", () => {
  formatsLines([
    ["$x = 007", "$x = 7"],
    ["$x = -007", "$x = -7"],
    ["$x = -0", "$x = 0"],
    "$x = 9223372036854775807",
    "$x = -9223372036854775808",
    ["$x = 1.50", "$x = 1.5"],
    "$x = 2.0",
    ["$x = -2.000", "$x = -2.0"],
    "$x = -0.0",
    ["$x = 0.10", "$x = 0.1"],
    ["$x = 00.5", "$x = 0.5"],
    "$x = 0.000000012",
    "$x = 1250000000000000000000000.0",
    ["$x = 0.1000000000000000055511151231257827", "$x = 0.1"],
    '$x = "a\\n${b}\\"\t ü"',
    '$x = "b\\\\"',
    "$x = true",
    'import "git://example.com/a b/"',
  ]);
});

describe("rule 11: types", () => {
  formatsLines([
    ["$x [ ] str = $y", "$x []str = $y"],
    ["$x map { str:[ ]int } = $y", "$x map{str: []int} = $y"],
    ["$x struct { a int;b   str } = $y", "$x struct{a int; b str} = $y"],
    ["$x struct { } = $y", "$x struct{} = $y"],
    ["$x func ( ) bool = $y", "$x func() bool = $y"],
    ["$x func( $ a   str,int )bool = $y", "$x func($a str, int) bool = $y"],
    [
      "$x func(func(int)str,$g func($h float)variant)[]bool=$y",
      "$x func(func(int) str, $g func($h float) variant) []bool = $y",
    ],
    ["$x func(\n$a str,\nint,\n) bool = $y", "$x func($a str, int) bool = $y"],
    ["$x func(\n) bool = $y", "$x func() bool = $y"],
    ["func f($a func(\nint,\n) bool, $b) func(\n)int{ 1 }", "func f($a func(int) bool, $b) func() int { 1 }"],
    ["$x = func($f func($a int) bool) int { 1 }", "$x = func($f func($a int) bool) int { 1 }"],
  ]);
});

describe("rule 12: edges and properties", () => {
  formatsLines([
    ['Http:Server["a"]->Http : Server : File["b"]', 'Http:Server["a"] -> Http:Server:File["b"]'],
    ['Aug_1["a"] -> B2["b"]', 'Aug_1["a"] -> B2["b"]'],
    [
      'test "t" { Before=>Http:Server["a"], Depend=>A["b"], Notify=>A["c"], Listen=>A["d"], Meta:limit=>1.0, Meta=>$m, }',
      'test "t" {\n\tBefore => Http:Server["a"],\n\tDepend => A["b"],\n\tNotify => A["c"],\n\tListen => A["d"],\n\tMeta:limit => 1.0,\n\tMeta => $m,\n}',
    ],
  ]);
});

test("what is no program is reported as the parser does", () => {
  expect(() => formatText("$x = \n")).toThrow(DiagnosticError);
  expect(() => formatText("$x = 1\r\n")).toThrow("carriage return");
});

test("as deep as programs can be", () => {
  const deep = `$x = ${"[".repeat(490)}${"]".repeat(490)}\n`;
  expect(formatText(deep)).toBe(deep);
  const long = `$x = ${Array.from({ length: 990 }, () => "1").join("+")}\n`;
  expect(formatText(long)).toBe(long.replaceAll("+", " + "));
  const blocks = `${"if $a {\n".repeat(490)}${"}\n".repeat(490)}`;
  expect(formatText(formatText(blocks))).toBe(formatText(blocks));
});

test("bytes that are not text survive", () => {
  expect(formatText('$x="\udc80" # \udcff\n')).toBe('$x = "\udc80" # \udcff\n');
});

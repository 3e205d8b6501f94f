/** Resources: names, fields, what types the name may have (language specification, 5.5, 7.1 and 8.4). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

describe("names", () => {
  sound("a text", 'test "a" {}', "test[a]");
  sound("a list of texts", 'test ["a", "b"] {}', "test[a]\ntest[b]");
  sound("an empty list", "test [] {}", "");
  sound("a repeated name in a list", 'test ["a", "a"] {}', "test[a]");
  sound("all have the same lines", 'test ["a", "b"] {\n int8 => 1,\n}', "test[a] int8=1\ntest[b] int8=1");
  sound("a variable", '$n = "a"\ntest $n {}', "test[a]");
  sound("a variable with a list", '$n = ["a", "b"]\ntest $n {}', "test[a]\ntest[b]");
  sound("a variable of a variable", '$n = $m\n$m = "a"\ntest $n {}', "test[a]");
  sound("a chosen text", '$c = true\n$n = if $c { "a" } else { "b" }\ntest $n {}', "test[a]");
  sound("a chosen list", 'test if false { ["a"] } else { ["b", "c"] } {}', "test[b]\ntest[c]");
  sound(
    "one known branch is enough",
    '$x = "a" + "b"\ntest if true { "known" } else { $x } {}',
    "test[known]",
  );
  sound("a class parameter given a text", 'class c($n) {\n test $n {}\n}\ninclude c("a")', "test[a]");
  sound(
    "a class parameter given a list",
    'class c($n) {\n test $n {}\n}\ninclude c(["a", "b"])',
    "test[a]\ntest[b]",
  );
  sound("an annotated variable", '$n str = "a" + "b"\ntest $n {}', "test[ab]");
  sound("an interpolation", '$n = "a" + "b"\ntest "${n}" {}', "test[ab]");
  sound("an interpolation of several pieces", '$n = "a" + "b"\ntest "${n}c" {}', "test[abc]");
  sound("a list around it", 'import "fmt"\ntest [fmt.printf("a")] {}', "test[a]");
  sound(
    "an operator that gives a list",
    'import "list"\ntest list.concat(["a"], ["b"]) {}',
    "test[a]\ntest[b]",
  );
  sound(
    "a call that gives a list",
    'import "strings"\ntest strings.split("a,b", ",") {}',
    "test[a]\ntest[b]",
  );
  sound("a core variable", "test $hostname {}", "test[h1]");
  sound("a constant", "test $const.res.file.state.exists {}", "test[exists]");
  sound("in parentheses", 'test ("a") {}', "test[a]");
  sound("an except of two texts", 'test "a" <|> "b" {}', "test[a]");
  sound("a bind of an interpolation", '$x = "a" + "b"\n$n = "${x}"\ntest $n {}', "test[ab]");
  sound("with a slash", 'test "/etc/motd" {}', "test[/etc/motd]");
  sound("with quotes and tabs", 'test "a\\"b\\tc" {}', 'test[a"b\tc]');
  sound("an inline lambda with a known result", 'test func() { "a" }() {}', "test[a]");

  wrong("a call", 'import "fmt"\ntest fmt.printf("a") {}', "type 2:1", /str/);
  wrong("an operator", 'test "a" + "b" {}', "type 1:1", /str/);
  wrong("a variable with an operator", '$n = "a" + "b"\ntest $n {}', "type 2:1", /str/);
  wrong("a lookup", '$l = ["a"]\ntest $l[0] {}', "type 2:1", /str/);
  wrong("a loop variable", 'for $i, $v in ["a"] {\n test $v {}\n}', "type 2:2", /str/);
  wrong("a key", 'forkv $k, $v in {"a" => 1} {\n test $k {}\n}', "type 2:2", /str/);
  wrong("the result of a lambda", '$f = func() { "a" }\ntest $f() {}', "type 2:1", /str/);
  wrong("the result of a func", 'func f() { "a" }\ntest f() {}', "type 2:1", /str/);
  wrong("a struct's field", '$s = struct{a => "x"}\ntest $s->a {}', "type 2:1", /str/);
  wrong(
    "a class parameter given an operator",
    'class c($n) {\n test $n {}\n}\ninclude c("a" + "b")',
    "type 2:2",
    /str/,
  );
  wrong("an int", "test 1 {}", "type 1:1", /int/);
  wrong("a list of ints", "test [1] {}", "type 1:1", /int/);
  wrong("a list of lists", 'test [["a"]] {}', "type 1:1", /str/);
  wrong("a bool", "test true {}", "type 1:1", /bool/);
  wrong("a map", 'test {"a" => "b"} {}', "type 1:1", /map/);
  wrong("a list in an interpolation", '$l = ["a"]\ntest "${l}" {}', "type 2:1", /list|\[\]str/);
  wrong("an empty text", 'test "" {}', "output 1:1", /empty/);
  wrong("an empty text in a list", 'test ["a", ""] {}', "output 1:1", /empty/);
  wrong("a dollar that should be an interpolation", 'test "$x" {}', "output 1:1", /\$/);
  wrong("a computed name with a dollar", 'test "\\${x}" {}', "output 1:1", /\$/);
  sound("a dollar that is meant", 'test "$x" {\n Meta:dollar => true,\n}', "test[$x] Meta:dollar=true");
  sound("a dollar further in", 'test "a$x" {}', "test[a$x]");
});

describe("kinds", () => {
  sound("another kind", 'noop "a" {}', "noop[a]");
  sound("several kinds", 'noop "a" {}\ntest "a" {}\nprint "a" {}', "noop[a]\ntest[a]\nprint[a]");
  wrong("an unknown kind", 'nokind "t" {}', "output 1:1", /nokind/);
  wrong("an unknown kind with a field", 'nokind "t" {\n a => 1,\n}', "type", /nokind/);
  wrong("an unknown kind in a branch that is taken", 'if true {\n nokind "t" {}\n}', "output 2:2", /nokind/);
  sound("an unknown kind in a branch that is not taken", 'if false {\n nokind "t" {}\n}', "");
  wrong("an unknown kind in an edge", 'test "a" {}\nTest["a"] -> Nokind["b"]', "output 2:1", /nokind/);
  sound("an unknown kind without names", "nokind [] {}", "");
  wrong("an unknown kind to collect", 'collect nokind "t" {}', "type", /there is no resource kind `nokind`/);
  wrong("an unknown kind with colons", 'no:such:kind "t" {}', "output 1:1", /no:such:kind/);
  wrong("spaces around the colons", 'no : such "t" {}', "output 1:1", /no:such/);
  wrong("a capital", 'Test "t" {}', "parse 1:6", /./);
  wrong("an underscore at the start", '_panic "t" {}', "parse 1:1", /_/);
  wrong("a keyword", 'map "t" {}', "parse 1", /./);
});

describe("fields", () => {
  const field = (line: string, shown: string): void =>
    sound(line, `test "t" {\n ${line},\n}`, `test[t] ${shown}`.trim());
  field("boolptr => true", "boolptr=true");
  field('stringptr => ""', 'stringptr=""');
  field("int8 => -128", "int8=-128");
  field("int8 => 127", "int8=127");
  field("int16 => 32767", "int16=32767");
  field("int32 => -2147483648", "int32=-2147483648");
  field("int64 => 9223372036854775807", "int64=9223372036854775807");
  field("uint8 => 255", "uint8=255");
  field("uint16 => 65535", "uint16=65535");
  field("uint32 => 4294967295", "uint32=4294967295");
  field("uint64 => 9223372036854775807", "uint64=9223372036854775807");
  field("byte => 0", "byte=0");
  field("rune => 955", "rune=955");
  field("float32 => 1.5", "float32=1.5");
  field(
    "float32 => 340282346638528860000000000000000000000.0",
    "float32=340282346638528860000000000000000000000",
  );
  field("int64ptr => 0", "int64ptr=0");
  field("int8ptrptrptr => 5", "int8ptrptrptr=5");
  field("slicestring => []", "slicestring=[]");
  field("mapintfloat => {1 => 2.5}", "mapintfloat={1: 2.5}");
  field(
    'mixedstruct => struct{somebool => true, somestr => "s", someint => 1, somefloat => 1.5}',
    'mixedstruct=struct{somebool: true; somestr: "s"; someint: 1; somefloat: 1.5}',
  );
  field("interface => 7", "interface=7");
  field('interface => [{"a" => struct{b => 1}}]', 'interface=[{"a": struct{b: 1}}]');
  field('func1 => func($n) { "x" }', "func1=func(func(n int) str)");
  field("int8 => 1 + 2", "int8=3");
  field("int8 => if true { 1 } else { 2 }", "int8=1");
  field('anotherstr => "a" + "b"', 'anotherstr="ab"');

  const overflow = (line: string): void =>
    wrong(line, `test "t" {\n ${line},\n}`, "output 2:2", /overflow|negative/);
  overflow("int8 => 128");
  overflow("int8 => -129");
  overflow("int16 => 32768");
  overflow("int32 => 2147483648");
  overflow("uint8 => 256");
  overflow("uint8 => -1");
  overflow("uint32 => -1");
  overflow("uint64 => -1");
  overflow("byte => 256");
  overflow("int8ptr => 300");
  overflow("uint8ptr => -1");
  overflow("int8ptrptrptr => 128");
  overflow("int8 => 100 + 100");
  overflow("float32 => 400000000000000000000000000000000000000.0");

  const misfit = (line: string): void => wrong(line, `test "t" {\n ${line},\n}`, "type 2:2", /./);
  misfit('int8 => "1"');
  misfit("int8 => 1.0");
  misfit("float32 => 1");
  misfit("stringptr => 42");
  misfit('boolptr => "true"');
  misfit('slicestring => "a"');
  misfit("slicestring => [1]");
  misfit("mapintfloat => {1 => 1}");
  misfit('mapintfloat => {"a" => 1.0}');
  misfit("mixedstruct => struct{somebool => true}");
  misfit('mixedstruct => struct{somestr => "s", somebool => true, someint => 1, somefloat => 1.5}');
  misfit('anotherstr => ["a"]');
  misfit('func1 => func($a, $b) { "x" }');
  misfit("anotherstr => if true { 1 } else { 2 }");
  wrong("an ambiguous list in an untyped field", 'test "t" {\n interface => [],\n}', "type 2", /ambiguous/);
  wrong(
    "an ambiguous lambda in an untyped field",
    'test "t" {\n interface => func($x) { $x },\n}',
    "type 2",
    /ambiguous/,
  );
  wrong("an unknown field", 'test "t" {\n nosuch => 42,\n}', "type", /nosuch/);
  wrong(
    "an unknown field, left out by its condition",
    'test "t" {\n nosuch => false ?: 42,\n}',
    "type",
    /nosuch/,
  );
  wrong("a field before the name", 'test 1 {\n int8 => "x",\n}', "type 2:2", /int.*str|str.*int/);
  wrong("an unknown field before the name", "test 1 {\n nosuch => 1,\n}", "type 2:2", /nosuch/);
  wrong("the first of two fields", 'test "t" {\n int8 => "x",\n nosuch => 1,\n}', "type 2:2", /./);
  wrong("a field twice", 'test "t" {\n int8 => 1,\n int8 => 1,\n}', "init 1:1", /int8/);
  wrong(
    "a field twice under different conditions",
    'test "t" {\n int8 => true ?: 1,\n int8 => false ?: 2,\n}',
    "init 1:1",
    /int8/,
  );
});

describe("conditional lines", () => {
  sound("a field that is set", 'test "t" {\n int8 => true ?: 1,\n}', "test[t] int8=1");
  sound("a field that is left out", 'test "t" {\n int8 => false ?: 1,\n}', "test[t]");
  sound(
    "a computed condition",
    '$n = 3\ntest "t" {\n int8 => $n > 2 ?: 1,\n int16 => $n > 3 ?: 1,\n}',
    "test[t] int8=1",
  );
  sound("an operator on both sides", 'test "t" {\n int8 => true and true ?: 1 + 1,\n}', "test[t] int8=2");
  sound(
    "an edge that is made",
    'test "t" {\n Before => true ?: Test["u"],\n}\ntest "u" {}',
    "test[t]\ntest[u]\ntest[t] -> test[u]",
  );
  sound(
    "an edge that is left out",
    'test "t" {\n Before => false ?: Test["u"],\n}\ntest "u" {}',
    "test[t]\ntest[u]",
  );
  sound("an edge to nothing that is left out", 'test "t" {\n Before => false ?: Test["nope"],\n}', "test[t]");
  sound(
    "a metaparameter that is set",
    'test "t" {\n Meta:noop => true ?: true,\n}',
    "test[t] Meta:noop=true",
  );
  sound("a metaparameter that is left out", 'test "t" {\n Meta:noop => false ?: true,\n}', "test[t]");
  wrong(
    "a condition that is not a bool",
    'test "t" {\n int8 => 1 ?: 1,\n}',
    "type 2:2",
    /bool.*int|int.*bool/,
  );
  wrong(
    "a condition of an edge that is not a bool",
    'test "t" {\n Before => "a" ?: Test["u"],\n}\ntest "u" {}',
    "type 2:2",
    /bool.*str|str.*bool/,
  );
  wrong(
    "a value that does not fit, left out",
    'test "t" {\n int8 => false ?: "x",\n}',
    "type 2:2",
    /int.*str|str.*int/,
  );
  wrong(
    "a value that fails, left out",
    '$l = [1]\ntest "t" {\n int8 => false ?: $l[3],\n}',
    "stream 3:19",
    /list index/,
  );
  sound("a value that overflows, left out", 'test "t" {\n int8 => false ?: 300,\n}', "test[t]");
});

describe("metaparameters", () => {
  const meta = (line: string, shown: string): void =>
    sound(line, `test "t" {\n ${line},\n}`, `test[t] ${shown}`.trim());
  meta("Meta:noop => true", "Meta:noop=true");
  meta("Meta : noop => true", "Meta:noop=true");
  meta("Meta:retry => -1", "Meta:retry=-1");
  meta("Meta:retry => 32767", "Meta:retry=32767");
  meta("Meta:delay => 10", "Meta:delay=10");
  meta("Meta:timeout => 10", "Meta:timeout=10");
  meta("Meta:poll => 60", "Meta:poll=60");
  meta('Meta:sema => ["a", "b:3"]', 'Meta:sema=["a", "b:3"]');
  meta("Meta:autoedge => false", "Meta:autoedge=false");
  meta("Meta:autogroup => false", "Meta:autogroup=false");
  meta("Meta:hidden => true", "Meta:hidden=true");
  meta('Meta:export => ["*"]', 'Meta:export=["*"]');
  meta("Meta:reverse => true", "Meta:reverse=true");
  meta("Meta:export_ttl => 60", "Meta:export_ttl=60");
  meta("Meta:export_seal => true", "Meta:export_seal=true");

  const wrongMeta = (line: string, where: string, message: RegExp): void =>
    wrong(line, `test "t" {\n ${line},\n}`, where, message);
  wrongMeta("Meta:nope => true", "init 2", /nope/);
  wrongMeta("Foo:noop => true", "parse 2", /foo/i);
  wrongMeta("Foo => true", "parse 2", /foo/i);
  wrongMeta("meta:noop => true", "parse 2:6", /:/);
  wrongMeta("Meta:Noop => true", "parse 2:7", /N/);
  wrongMeta('Meta:noop => "true"', "type 2:2", /bool.*str|str.*bool/);
  wrongMeta("Meta:retry => 1.0", "type 2:2", /int.*float|float.*int/);
  wrongMeta('Meta:sema => "a"', "type 2:2", /./);
  wrongMeta("Meta:limit => 1", "type 2:2", /float.*int|int.*float/);
  wrongMeta("Meta:noop => true,\n Meta:noop => true", "init 1:1", /noop/);
  wrongMeta("Meta:noop => true ?: true,\n Meta:noop => false ?: true", "init 1:1", /noop/);
  wrongMeta("Meta:retry => 32768", "output", /retry/);
  wrongMeta("Meta:delay => -1", "output", /delay/);
  wrongMeta("Meta:timeout => -1", "output", /timeout/);
  wrongMeta("Meta:poll => 2147483648", "output", /poll/);
  wrongMeta('Meta:sema => [""]', "output", /sema/);
  wrongMeta('Meta:sema => ["3"]', "output", /sema/);
  wrongMeta('Meta:export => [""]', "output", /export/);
  wrongMeta("Meta:limit => 1.0", "output", /burst|limit/);
  wrongMeta("Meta:export_ttl => -1", "output", /export_ttl/);
  wrongMeta('Meta:export => ["h2", "*"],\n Meta:export_seal => true', "output", /sealed/);
  wrongMeta('Meta:noop => Test["a"]', "parse 2", /./);

  const full =
    "noop => true, retry => 3, retryreset => false, delay => 0, timeout => 0, poll => 0, limit => 1.0, burst => 1, reset => false, sema => [], rewatch => false, realize => false, dollar => false, hidden => false, export => [], reverse => false, autoedge => true, autogroup => true";
  sound(
    "the whole struct",
    `test "t" {\n Meta => struct{${full}},\n}`,
    "test[t] Meta:burst=1 Meta:limit=1 Meta:noop=true Meta:retry=3",
  );
  sound(
    "the whole struct in a variable",
    `$m = struct{${full}}\ntest "t" {\n Meta => $m,\n}`,
    "test[t] Meta:burst=1 Meta:limit=1 Meta:noop=true Meta:retry=3",
  );
  sound(
    "the whole struct, and what it does not have",
    `test "t" {\n Meta => struct{${full}},\n Meta:export_ttl => 5,\n}`,
    "test[t] Meta:burst=1 Meta:export_ttl=5 Meta:limit=1 Meta:noop=true Meta:retry=3",
  );
  sound("the whole struct, left out", `test "t" {\n Meta => false ?: struct{${full}},\n}`, "test[t]");
  wrong("a struct with too few fields", 'test "t" {\n Meta => struct{noop => true},\n}', "type 2:2", /field/);
  wrong(
    "a struct in another order",
    `test "t" {\n Meta => struct{${full.replace("noop => true, retry => 3", "retry => 3, noop => true")}},\n}`,
    "type 2:2",
    /field/,
  );
  wrong(
    "a struct with a wrong type",
    `test "t" {\n Meta => struct{${full.replace("retry => 3", 'retry => "3"')}},\n}`,
    "type 2:2",
    /int.*str|str.*int/,
  );
  wrong("no struct", 'test "t" {\n Meta => true,\n}', "type 2:2", /struct.*bool|bool.*struct/);
  wrong(
    "the struct beside a metaparameter",
    `test "t" {\n Meta => struct{${full}},\n Meta:noop => true,\n}`,
    "graph 1:1",
    /noop/,
  );
  const twice = `test "t" {\n Meta => struct{${full}},\n Meta:noop => true,\n}\n`;
  wrong("both in a class", `class c {\n${twice}}\ninclude c`, "graph 2:1", /noop/);
  wrong("both in a branch that is taken", `if true {\n${twice}}`, "stream 2:1", /noop/);
  sound("both in a branch that is not taken", `if false {\n${twice}}`, "");
  wrong("both in a loop", `for $i, $v in [1] {\n${twice}}`, "stream 2:1", /noop/);
  wrong(
    "both in a class that a loop includes",
    `class c {\n${twice}}\nforkv $k, $v in {1 => 2} {\n include c\n}`,
    "stream 2:1",
    /noop/,
  );
  wrong(
    "the struct twice",
    `test "t" {\n Meta => struct{${full}},\n Meta => struct{${full}},\n}`,
    "graph 1:1",
    /noop/,
  );
  const conditional = `test "t" {\n Meta => false ?: struct{${full}},\n Meta:noop => true,\n}`;
  wrong("the struct under a condition", conditional, "graph 1:1", /noop/);
  wrong("the struct in a class", `class c {\n${conditional}\n}\ninclude c`, "graph 2:1", /noop/);
  wrong("the struct in a branch that is taken", `if true {\n${conditional}\n}`, "stream 2:1", /noop/);
  sound("the struct in a branch that is not taken", `if false {\n${conditional}\n}`, "");
  wrong("the struct in a loop", `for $i, $v in [1] {\n${conditional}\n}`, "stream 2:1", /noop/);
  sound("the struct in a loop over nothing", `$l []int = []\nfor $i, $v in $l {\n${conditional}\n}`, "");
  wrong(
    "the struct in a class, included in a branch",
    `class c {\n${conditional}\n}\nif true {\n include c\n}`,
    "stream 2:1",
    /noop/,
  );
});

describe("duplicates", () => {
  sound("the same twice", 'test "t" {\n int8 => 1,\n}\ntest "t" {\n int8 => 1,\n}', "test[t] int8=1");
  sound(
    "in another order of fields",
    'test "t" {\n int8 => 1,\n int16 => 2,\n}\ntest "t" {\n int16 => 2,\n int8 => 1,\n}',
    "test[t] int16=2 int8=1",
  );
  sound(
    "with what is the default anyway",
    'test "t" {\n int8 => 0,\n}\ntest "t" {}\ntest "t" {\n int8 => 0,\n}',
    "test[t] int8=0",
  );
  wrong(
    "with zero for what is optional",
    'test "t" {\n int8ptr => 0,\n}\ntest "t" {}',
    "output 4:1",
    /`int8ptr` is 0, then unset/,
  );
  sound(
    "with another function",
    'test "t" {\n func1 => func($x) { "a" },\n}\ntest "t" {\n func1 => func($x) { "b" },\n}',
    "test[t] func1=func(func(x int) str)",
  );
  wrong(
    "that never compare as equal",
    'test "t" {\n comparefail => true,\n}\ntest "t" {\n comparefail => true,\n}',
    "output 4:1",
    /the CompareFail is true/,
  );
  sound("from a loop", 'for $i, $v in ["a", "b"] {\n test "t" {}\n}', "test[t]");
  sound("the same name of another kind", 'test "t" {}\nnoop "t" {}', "test[t]\nnoop[t]");
  wrong(
    "with other fields",
    'test "t" {\n int8 => 1,\n}\ntest "t" {\n int8 => 2,\n}',
    "output 4:1",
    /duplicate resource `test\[t\]`, declared differently/,
  );
  wrong(
    "with other metaparameters",
    'test "t" {}\ntest "t" {\n Meta:noop => true,\n}',
    "output 2:1",
    /duplicate resource `test\[t\]`, declared differently/,
  );
  wrong("in a list", 'test ["a", "b"] {\n int8 => 1,\n}\ntest "b" {}', "output 4:1", /test\[b\]/);
  wrong(
    "from a loop, differing",
    'for $i, $v in ["a", "b"] {\n test "t" {\n  int64 => $i,\n }\n}',
    "output 2:2",
    /test\[t\]/,
  );
  sound(
    "a duplicate in a branch that is not taken",
    'test "t" {}\nif false {\n test "t" {\n  int8 => 1,\n }\n}',
    "test[t]",
  );
  sound(
    "hidden ones stand beside visible ones",
    'test "t" {\n int8 => 1,\n}\ntest "t" {\n int8 => 2,\n Meta:hidden => true,\n}',
    "test[t] int8=1\ntest[t] Meta:hidden=true int8=2",
  );
  sound(
    "hidden ones that differ",
    'test "t" {\n int8 => 1,\n Meta:hidden => true,\n}\ntest "t" {\n int8 => 2,\n Meta:hidden => true,\n}',
    "test[t] Meta:hidden=true int8=1\ntest[t] Meta:hidden=true int8=2",
  );
  sound(
    "a hidden one is compared with the last one only",
    `${[1, 2, 1].map((n) => `test "t" {\n int8 => ${n},\n Meta:hidden => true,\n}\n`).join("")}`,
    "test[t] Meta:hidden=true int8=1\ntest[t] Meta:hidden=true int8=2\ntest[t] Meta:hidden=true int8=1",
  );
  sound(
    "hidden ones that are the same",
    'test "t" {\n Meta:hidden => true,\n}\ntest "t" {\n Meta:hidden => true,\n}',
    "test[t] Meta:hidden=true",
  );
  wrong(
    "exports of the same to one host that differ",
    'test "t" {\n Meta:export => ["h"],\n Meta:hidden => true,\n}\ntest "t" {\n int8 => 1,\n Meta:export => ["h"],\n Meta:hidden => true,\n}',
    "output 5:1",
    /duplicate export of `test\[t\]` to h/,
  );
});

describe("validation of what was built", () => {
  wrong(
    "by the kind",
    'test "t" {\n validateerror => "no good",\n}',
    "output 1:1",
    /test\[t\] is not valid: .*no good/,
  );
  wrong(
    "by the kind, in a loop",
    'for $i, $v in ["a"] {\n test "${v}" {\n  validatebool => true,\n }\n}',
    "output 2:2",
    /test\[a\] is not valid/,
  );
  sound(
    "not of hidden ones",
    'test "t" {\n validatebool => true,\n Meta:hidden => true,\n}',
    "test[t] Meta:hidden=true validatebool=true",
  );
  wrong("a dollar, even of hidden ones", 'test "$t" {\n Meta:hidden => true,\n}', "output 1:1", /\$/);
});

/** What types are found, and what is said where none is (language specification, section 8). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

describe("printf", () => {
  const printf = (args: string, text: string): void =>
    sound(args, `import "fmt"\ntest [fmt.printf(${args})] {}`, `test[${text}]`);
  printf('"plain"', "plain");
  printf('"%s", "a"', "a");
  printf('"%d", 7', "7");
  printf('"%t", true', "true");
  printf('"%f", 1.5', "1.5");
  printf('"%f", 42.0', "42");
  printf('"%q", "a"', '"a"');
  printf('"%%"', "%");
  printf('"%d%%", 50', "50%");
  printf('"%v", 7', "7");
  printf('"%v", "a"', "a");
  printf('"%v", [1, 2]', "[1, 2]");
  printf('"%v", ["a"]', '["a"]');
  printf('"%v", {"b" => 2, "a" => 1}', '{"a": 1, "b": 2}');
  printf('"%v", struct{a => 1, b => "x"}', 'struct{a: 1; b: "x"}');
  printf('"%v", 1.0', "1");
  printf('"%T", 7', "int");
  printf('"%T", {"a" => [1]}', "map{str: []int}");
  printf('"%T", struct{a => 1, b => "x"}', "struct{a int; b str}");
  printf('"%s-%d-%v", "a", 1, true', "a-1-true");
  printf('"é %s", "à"', "é à");
  sound("a format in a variable", 'import "fmt"\n$f = "%d!"\ntest [fmt.printf($f, 7)] {}', "test[7!]");
  sound(
    "a format that is put together",
    'import "fmt"\n$f = "%d" + "!"\ntest [fmt.printf($f, 7)] {}',
    "test[7!]",
  );
  sound(
    "an argument that has its type from the verb",
    'import "fmt"\n$id = func($x) { $x }\ntest [fmt.printf("%d", $id(7))] {}',
    "test[7]",
  );

  const wrongly = (args: string, message: RegExp): void =>
    wrong(args, `import "fmt"\ntest [fmt.printf(${args})] {}`, "type 2:7", message);
  wrongly("", /at least one|arg/);
  wrongly('"%s"', /verb|number/);
  wrongly('"%s", "a", "b"', /verb|number/);
  wrongly('"plain", "a"', /verb|number/);
  wrongly('"%s", 7', /str.*int|int.*str/);
  wrongly('"%d", "7"', /str.*int|int.*str/);
  wrongly('"%d", 7.0', /float.*int|int.*float/);
  wrongly('"%t", "true"', /bool.*str|str.*bool/);
  wrongly('"%f", 7', /float.*int|int.*float/);
  wrongly('"%s", ["a"]', /str|list/);
  wrongly('"%x", 7', /format|verb|%x/);
  wrongly('"%5d", 7', /format|verb|%5/);
  wrongly('"%.2f", 7.0', /format|verb|%\./);
  wrongly("7", /str.*int|int.*str/);
  wrong(
    "a format that is only known later",
    'import "fmt"\nimport "os"\n$f = if len(os.args()) > 0 { "%d" } else { "%s" }\ntest [fmt.printf($f, "a")] {}',
    "stream 4:7",
    /./,
  );
});

describe("formats that are known before the program runs", () => {
  const format = (title: string, definition: string, text: string): void => {
    const program = `import "fmt"\n${definition}`;
    sound(`${title}, fitting`, `${program}\ntest [fmt.printf(${text}, 7)] {}`, "test[7]");
    wrong(`${title}, not fitting`, `${program}\ntest [fmt.printf(${text}, "x")] {}`, "type 3:7", /int.*str/);
  };
  format("an interpolation", '$p = "%"', '"${p}d"');
  format("a field", '$s = struct{f => "%d"}', "$s->f");
  format("an element", '$l = ["%s", "%d"]', "$l[1]");
  format("an entry", '$m = {"f" => "%d"}', '$m["f"]');
  format("a branch", "$c = 1 < 2", 'if $c { "%d" } else { "%s" }');
  const late = (title: string, definition: string, text: string): void => {
    const program = `import "fmt"\n${definition}`;
    sound(`${title}, fitting`, `${program}\ntest [${text.replace("ARG", "7")}] {}`, "test[7]");
    wrong(`${title}, not fitting`, `${program}\ntest [${text.replace("ARG", '"x"')}] {}`, "stream 3:7", /./);
  };
  late("what a func gives", 'func f() { "%d" }', "fmt.printf(f(), ARG)");
  late("a parameter", "func f($f, $x) { fmt.printf($f, $x) }", 'f("%d", ARG)');
});

describe("core functions", () => {
  wrong("too few arguments", 'import "strings"\ntest strings.split("a") {}', "type 2:6", /arg/);
  wrong("too many arguments", 'import "strings"\ntest strings.split("a", "b", "c") {}', "type 2:6", /arg/);
  wrong(
    "too many arguments for one that takes anything",
    'test "t" { int64 => len([1], 2), }',
    "type 1:21",
    /arg/,
  );
  wrong(
    "an argument of another type",
    'import "strings"\ntest strings.split(1, ",") {}',
    "type 2:6",
    /int.*str|str.*int/,
  );
  wrong("what it does not take", 'test "t" { int64 => len(5), }', "type 1:21", /int/);
  wrong("a struct where it takes none", 'test "t" { int64 => len(struct{a => 1}), }', "type 1:21", /struct/);
  wrong("a text for a list", 'import "list"\ntest list.concat("a", ["b"]) {}', "type 2:6", /list|\[\]/);
  wrong(
    "a result of another type",
    'import "strings"\ntest "t" { int8 => strings.to_upper("a"), }',
    "type 2:12",
    /int.*str|str.*int/,
  );
  wrong(
    "a lambda with too many parameters",
    'import "iter"\ntest "t" { interface => iter.map([1], func($a, $b) { $a }), }',
    "type",
    /arg/,
  );
  wrong(
    "a lambda that gives another type",
    'import "iter"\ntest "t" { interface => iter.filter([1], func($a) { $a }), }',
    "type",
    /bool.*int|int.*bool/,
  );
  wrong(
    "a lambda that takes another type",
    'import "iter"\ntest "t" { interface => iter.map([1], func($a) { $a + "x" }), }',
    "type",
    /int.*str|str.*int/,
  );
  sound(
    "one that has its type from its use",
    'import "math"\ntest "t" {\n int64 => math.fortytwo(),\n float64 => math.fortytwo(),\n}',
    "test[t] float64=42 int64=42",
  );
  wrong(
    "one whose use does not tell its type",
    'import "math"\ntest "t" {\n interface => math.fortytwo(),\n}',
    "type",
    /ambiguous/,
  );
  sound(
    "a chain of core functions",
    'import "strings"\nimport "iter"\nimport "list"\ntest iter.map(list.concat(strings.split("b,a", ","), ["c"]), func($x) { strings.to_upper($x) }) {}',
    "test[A]\ntest[B]\ntest[C]",
  );
});

describe("lists, maps and structs", () => {
  wrong(
    "a list of several types",
    '$l = [1, "a"]\ntest "t" { interface => $l, }',
    "type 1:10",
    /int.*str|str.*int/,
  );
  wrong(
    "a list of lists of several types",
    '$l = [[1], ["a"]]\ntest "t" { interface => $l, }',
    "type 1:12",
    /int.*str|str.*int/,
  );
  wrong(
    "structs with other fields in a list",
    '$l = [struct{a => 1}, struct{b => 1}]\ntest "t" { interface => $l, }',
    "type 1:23",
    /field/,
  );
  wrong(
    "structs with fields in another order",
    '$l = [struct{a => 1, b => 2}, struct{b => 2, a => 1}]\ntest "t" { interface => $l, }',
    "type 1:31",
    /field/,
  );
  wrong(
    "structs with more fields",
    '$l = [struct{a => 1}, struct{a => 1, b => 2}]\ntest "t" { interface => $l, }',
    "type 1:23",
    /field/,
  );
  wrong(
    "values of several types in a map",
    '$m = {"a" => 1, "b" => "x"}\ntest "t" { interface => $m, }',
    "type 1:24",
    /int.*str|str.*int/,
  );
  wrong(
    "keys of several types in a map",
    '$k = 1\n$m = {"a" => 1, $k => 2}\ntest "t" { interface => $m, }',
    "type 2:17",
    /int.*str|str.*int/,
  );
  sound(
    "a list whose element type comes from its other elements",
    '$l = [[], [1]]\ntest "t" { interface => $l, }',
    "test[t] interface=[[], [1]]",
  );
  sound(
    "a map whose value type comes from its other values",
    '$m = {"a" => [], "b" => ["x"]}\ntest "t" { interface => $m, }',
    'test[t] interface={"a": [], "b": ["x"]}',
  );
  wrong("a list of nothing known", '$l = [[]]\ntest "t" { interface => $l, }', "type 1", /ambiguous/);

  wrong("a literal key twice", '$m = {"a" => 1, "a" => 2}', "init 1:6", /duplicate map key/);
  wrong("a bool key twice", "$m = {true => 1, true => 2}", "init 1:6", /duplicate map key/);
  wrong("a float key twice", "$m = {1.0 => 1, 1.00 => 2}", "init 1:6", /duplicate map key/);
  wrong("an int key twice in another notation", "$m = {7 => 1, 007 => 2}", "init 1:6", /duplicate map key/);
  wrong(
    "a struct key twice",
    "$m = {struct{a => 1} => 1, struct{a => 1} => 2}",
    "init 1:6",
    /duplicate map key/,
  );
  wrong("literal keys of several types", '$m = {"a" => 1, 2 => 2}', "init 1:6", /inconsistent map key/);
  wrong("a list as a key", "$m = {[1] => 1}", "init 1:6", /hashable/);
  wrong("a map as a key", '$m = {{"a" => 1} => 1}', "init 1:6", /hashable/);
  wrong("a struct with a list as a key", "$m = {struct{a => [1]} => 1}", "init 1:6", /hashable/);
  wrong(
    "a variable with a list as a key",
    '$k = [1]\n$m = {$k => 1}\ntest "t" { interface => $m, }',
    "type 2",
    /hashable/,
  );
  sound(
    "keys that only meet at run time: the later wins",
    '$x = "a"\n$m = {"${x}" => 1, "a" => 2}\ntest "t" { interface => $m, }',
    'test[t] interface={"a": 2}',
  );
  sound(
    "keys that only meet at run time, the other way",
    '$x = "a"\n$m = {"a" => 2, "${x}" => 1}\ntest "t" { interface => $m, }',
    'test[t] interface={"a": 1}',
  );
  sound("a struct as a key", '$m = {struct{a => 1} => "x"}\ntest [$m[struct{a => 1}]] {}', "test[x]");
  wrong("a struct's field twice", "$s = struct{a => 1, a => 2}", "init 1:6", /duplicate struct field/);
});

describe("what is monomorphic", () => {
  wrong(
    "a variable",
    '$l = []\ntest "t" {\n slicestring => $l,\n mapintfloat => $l,\n}',
    "type 4:2",
    /map\{int: float\}.*\[\]str/,
  );
  sound(
    "a variable that is used at one type",
    '$l = []\ntest "t" {\n slicestring => $l,\n}',
    "test[t] slicestring=[]",
  );
  wrong(
    "a function parameter",
    'func f($g) { [$g(1), $g("a")] }\ntest f(func($x) { "s" }) {}',
    "type",
    /int.*str|str.*int/,
  );
  wrong(
    "a class parameter within one include",
    'class c($f) {\n test [$f(1), $f("a")] {}\n}\ninclude c(func($x) { "s" })',
    "type",
    /int.*str|str.*int/,
  );
  wrong(
    "a loop variable",
    'for $i, $f in [func($x) { "s" }] {\n test [$f(1), $f("a")] {}\n}',
    "type",
    /int.*str|str.*int/,
  );
});

describe("what is read from a result", () => {
  sound(
    "a field, where anything may stand",
    'import "net"\ntest "t" {\n interface => net.split_hostport("[::1]:80")->host,\n}',
    'test[t] interface="::1"',
  );
  sound(
    "a field of a type that a text names",
    `import "encoding"\ntest "t" {\n interface => encoding.decode_json_flexible("{}", "struct{a int}")->a,\n}`,
    "test[t] interface=0",
  );
  sound(
    "an element and an entry",
    'import "strings"\nfunc sizes($l) { {"first" => $l[0]} }\ntest "t" {\n interface => sizes([strings.split("a,b", ",")])["first"][1],\n}',
    'test[t] interface="b"',
  );
  sound(
    "a field of what a function of the program is given",
    'func name($s) { $s->name }\n$rename = func($s) { struct{name => $s->name + "!"} }\ntest "t" {\n interface => name($rename(struct{name => "a"})),\n}',
    'test[t] interface="a!"',
  );
  sound(
    "an element where there is none, or an empty list",
    'func mine($x) { struct{all => [$x]} }\ntest "t" {\n interface => [mine(1)->all <|> [], mine(2)->none <|> []],\n}',
    "test[t] interface=[[1], []]",
  );
  wrong(
    "a field of a result that lacks it",
    'func mine($x) { struct{a => $x} }\ntest "t" {\n int8 => mine(1)->b,\n}',
    "type 3:10",
    /no field `b`/,
  );
  wrong(
    "a field that nothing tells the type of",
    'import "math"\nfunc mine($x) { struct{a => $x} }\ntest "t" {\n interface => mine(math.fortytwo())->a,\n}',
    "type",
    /ambiguous/,
  );
});

describe("what is only told by its use", () => {
  sound(
    "an empty list given to a function",
    'func f($l) { len($l) + len([""] ) }\n$l []int = []\ntest "t" { int64 => f($l), }',
    "test[t] int64=1",
  );
  wrong("an empty list given to a core function", 'test "t" {\n int8 => len([]),\n}', "type", /ambiguous/);
  wrong(
    "an empty list compared with an empty list",
    '$b = [] == []\ntest "t" {\n boolptr => $b,\n}',
    "type",
    /ambiguous/,
  );
  sound(
    "an empty list compared with another",
    '$b = [] == [1]\ntest "t" {\n boolptr => $b,\n}',
    "test[t] boolptr=false",
  );
  wrong(
    "a nested lookup into an untyped field",
    '$m = {"a" => {"b" => 1}}\ntest "t" {\n interface => $m["a"][0],\n}',
    "type",
    /./,
  );
  sound(
    "a nested lookup with an annotation between",
    '$m = {"a" => {1 => "x"}}\n$k = 1\n$inner map{int: str} = $m["a"]\ntest [$inner[$k]] {}',
    "test[x]",
  );
  sound(
    "a lookup with a variable key into a map of known type",
    '$m = {1 => "x"}\nfor $i, $v in [1] {\n test [$m[$v]] {}\n}',
    "test[x]",
  );
  sound("a field of a loop variable", 'for $i, $s in [struct{a => "x"}] {\n test [$s->a] {}\n}', "test[x]");
  wrong(
    "a field that the loop variable does not have",
    'for $i, $s in [struct{a => "x"}] {\n test [$s->b] {}\n}',
    "type 2:8",
    /b/,
  );
  wrong(
    "a field of another type than its use",
    "for $i, $s in [struct{a => 1}] {\n test [$s->a] {}\n}",
    "type 2:8",
    /int|str/,
  );
  sound("a field of a parameter", 'func f($s) { $s->a }\ntest [f(struct{a => "x"})] {}', "test[x]");
  sound(
    "a field of a class parameter",
    'class c($s) {\n test [$s->a] {}\n}\ninclude c(struct{a => "x"})',
    "test[x]",
  );
});

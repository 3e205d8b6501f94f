/** The functions specification, sentence by sentence: what each example and each rule says comes of a call. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: interpolation of mcl
import { afterAll, describe, expect, test } from "bun:test";
import { hostIn } from "./call.ts";
import { resultOf } from "./result-of.ts";

const ending = new AbortController();
afterAll(() => ending.abort());
const host = hostIn("UTC", ending.signal);

const modules = [
  "convert",
  "datetime",
  "deploy",
  "embedded/provisioner",
  "encoding",
  "example",
  "example/nested",
  "fmt",
  "golang",
  "iter",
  "list",
  "map",
  "math",
  "net",
  "net/http",
  "os",
  "regexp",
  "strings",
  "sys",
  "sys/fwupd",
  "test",
  "util",
  "value",
  "world",
  "world/collect",
];

/** Imported are those that an expression mentions. */
function used(expression: string): readonly string[] {
  return modules.filter((module) =>
    new RegExp(String.raw`(?<![\w.$])\$?${module.split("/").at(-1)}\.[a-z]`).test(expression),
  );
}

/** The printed value; a message, after its phase; or a pattern of either. */
type Row = readonly [expression: string, expected: string | RegExp];

function table(section: string, rows: readonly Row[]): void {
  describe(section, () => {
    test.each(rows.map((row) => [...row] as const))("%s is %s", async (expression, expected) => {
      const value = await resultOf(expression, used(expression), host);
      if (typeof expected === "string") expect(value).toBe(expected);
      else expect(value).toMatch(expected);
    });
  });
}

table("constants", [
  ["$hostname", '"here"'],
  ["$purpleidea", '"hello world!"'],
  ["$os.family_redhat", '"redhat"'],
  ["$os.family_debian", '"debian"'],
  ["$os.family_archlinux", '"archlinux"'],
  ['"on ${os.family_debian} at ${hostname}"', '"on debian at here"'],
]);

table("top-level functions", [
  ['concat("a", "b")', '"ab"'],
  ["contains(2, [1, 2])", "true"],
  ["contains([2], [[1], [2]])", "true"],
  ["contains(1.5, [])", "false"],
  ["2 in [1, 2]", "true"],
  ["contains(func() { 1 }, [func() { 1 }])", /^stream: .*func/],
  ['len("hé")', "3"],
  ["len([7])", "1"],
  ['len({"a" => 1})', "1"],
  ["len(1)", "type: `len` works on str, list and map, got int"],
  ["list_lookup([7], 0)", "7"],
  ["list_lookup([7], 1) <|> 0", "0"],
  ["list_lookup([7], -1) <|> 0", "0"],
  ["list_lookup([7], 3)", "stream: list index not present, got: 3, len is: 1, in: [7]"],
  ['map_lookup({"k" => 1}, "z") <|> 0', "0"],
  ['map_lookup({"k" => 1}, "z")', 'stream: map key not present, want: "z" in {"k": 1}'],
  ['history("x", 2000)', '"x"'],
  ['history("x", 0)', '"x"'],
  ["history(1, -1)", /^stream: .*negative/],
  ["len(random1(8))", "8"],
  ["len(random1(65535))", "65535"],
  ["random1(0)", '""'],
  ["random1(65536)", /^stream: /],
  ["random1(-1)", /^stream: /],
  ['random1(-1) <|> "x"', /^stream: /],
  ['panic_debug(1 == 2, "no prefix")', "false"],
  ['panic_debug(1 == 1, "no prefix")', "stream: bool panic occurred: no prefix"],
]);

table("operators", [
  ["1 + 2", "3"],
  ["1.5 + 2.0", "3.5"],
  ['"a" + "b"', '"ab"'],
  ["1 - 2", "-1"],
  ["2.0 * 0.25", "0.5"],
  ["9223372036854775807 + 1", "-9223372036854775808"],
  ["4611686018427387904 * 4", "0"],
  ["7 / 2", "3.5"],
  ["7.0 / 2.0", "3.5"],
  ["1 / 0", "stream: can't divide by zero"],
  ["1 / 0 <|> 9.0", "9"],
  ["1.0 / 0.0 <|> 9.0", "9"],
  ["1.0 / -0.0 <|> 9.0", "9"],
  ["[1, 2] == [2, 1]", "false"],
  ['{"a" => 1, "b" => 2} == {"b" => 2, "a" => 1}', "true"],
  ["struct{a => 1} == struct{a => 1}", "true"],
  ['convert.str_to_float("nan") == convert.str_to_float("nan")', "false"],
  ['convert.str_to_float("nan") != convert.str_to_float("nan")', "true"],
  ["0.0 == -0.0", "true"],
  ["1 < 2", "true"],
  ["1.5 >= 2.0", "false"],
  ["true and false", "false"],
  ["false or true", "true"],
  ["not true", "false"],
  ["false and 1 / 0 == 1.0", "stream: can't divide by zero"],
  ["1 + 1.0", /^type: /],
  ['"a" < "b"', /^(stream|type): /],
  ["true + true", /^(stream|type): /],
]);

table("what the syntax calls", [
  ["[7, 8][1]", "8"],
  ['{"k" => 1}["k"]', "1"],
  ["[7][1]", "stream: list index not present, got: 1, len is: 1, in: [7]"],
  ["[7][1] <|> 3", "3"],
  ["[7][-1] <|> 3", "3"],
  ['{"k" => 1}["z"]', 'stream: map key not present, want: "z" in {"k": 1}'],
  ['{"k" => 1}["z"] <|> 0', "0"],
  ["struct{f => 1}->f", "1"],
  ["struct{f => 1}->f <|> 2", "1"],
  ["struct{f => 1}->g <|> 2", "2"],
  ['struct{f => 1}->f <|> "x"', /^type: /],
]);

table("convert", [
  ["convert.format_bool(true)", '"true"'],
  ['convert.parse_bool("T")', "true"],
  ['convert.parse_bool("tRUE") <|> false', "false"],
  ["convert.int_to_str(-4)", '"-4"'],
  ['convert.str_to_int("x") <|> 0', "0"],
  ['convert.str_to_int("+007")', "7"],
  ...["", " 1", "1_0", "0x1", "1.0", "9223372036854775808"].map(
    (text): Row => [`convert.str_to_int("${text}") <|> -1`, "-1"],
  ),
  ['convert.str_to_int("-9223372036854775808")', "-9223372036854775808"],
  ['convert.str_to_float("1e2")', "100"],
  ['convert.str_to_float(".5") + convert.str_to_float("5.") + convert.str_to_float("1_000")', "1005.5"],
  ['convert.str_to_float("0x1p-2")', "0.25"],
  ['convert.str_to_float("-INFINITY")', "-Inf"],
  ['convert.str_to_float("NaN")', "NaN"],
  ['convert.str_to_float("1e999") <|> 0.5', "0.5"],
  ['convert.str_to_float(" 1") <|> 0.5', "0.5"],
  ["convert.to_float(3) / 2.0", "1.5"],
  ["convert.to_int(-2.9)", "-2"],
  ['convert.to_int(convert.str_to_float("1e300"))', "-9223372036854775808"],
]);

table("datetime", [
  ["datetime.print(0)", '"1970-01-01 00:00:00 +0000 UTC"'],
  ['datetime.format(0, "Jan _2")', '"Jan  1"'],
  ['datetime.format(0, "2006-01-02T15:04:05Z07:00")', '"1970-01-01T00:00:00Z"'],
  ["datetime.hour(3600)", "1"],
  ["datetime.weekday(0)", '"thursday"'],
  ['datetime.print(-1) <|> "x"', /^stream: .*negative/],
  ['datetime.format(-1, "2006") <|> "x"', /^stream: .*negative/],
  ["datetime.hour(-1) <|> 0", /^stream: .*negative/],
  ['datetime.weekday(-1) <|> "x"', /^stream: .*negative/],
  ["datetime.now() > 1700000000", "true"],
  ["convert.str_to_int(datetime.str_now()) > 1700000000", "true"],
  ["datetime.weekday_fast() == datetime.weekday(datetime.now())", "true"],
]);

table("deploy", [
  ['deploy.abspath("/files/x")', '"/files/x"'],
  ['deploy.abspath("")', '"/"'],
  ['deploy.abspath("x") <|> "y"', /^stream: /],
  ['deploy.readfile("x") <|> "y"', /^stream: /],
  ['deploy.readfile("/nowhere/x") <|> "y"', /^stream: /],
  ['deploy.file_exists("/nowhere/x")', "false"],
  ['deploy.file_exists("x") <|> true', /^stream: /],
  ['deploy.directory("/x") <|> "y"', /^stream: /],
  ['deploy.directory("x/") <|> "y"', /^stream: /],
  ['strings.has_prefix(deploy.binary_path(), "/")', "true"],
  ['deploy.bootstrap_packages("fedora")', '["augeas-devel", "libvirt-devel", "PackageKit"]'],
  ['deploy.bootstrap_packages("debian")', '["libaugeas-dev", "libvirt-dev", "packagekit-tools"]'],
  ['deploy.bootstrap_packages("other") <|> []', /^stream: /],
]);

table("embedded/provisioner", [
  ["provisioner.cli_arch()", '""'],
  ["provisioner.cli_luks()", "false"],
  ["provisioner.cli_packages()", "[]"],
  ...["interface", "network", "router", "prefix", "mac", "ip", "flavour"].map(
    (option): Row => [`provisioner.cli_${option}() <|> ""`, /^stream: .*unset/],
  ),
]);

table("encoding", [
  ['encoding.base64_encode("hi")', '"aGk="'],
  ['encoding.base64_decode("aGk=")', '"hi"'],
  ['encoding.base64_decode("aG\\nk=\\r")', '"hi"'],
  ['encoding.base64_decode("aGl=")', '"hi"'],
  ['encoding.base64_decode("aGk") <|> "x"', /^stream: /],
  ['encoding.base64_decode("_-==") <|> "x"', /^stream: /],
  ['encoding.decode_json("[1,2]", "[]int")', "[1, 2]"],
  ['encoding.decode_json("{\\"a\\": 1}", "struct{a int;}")->a', "1"],
  ['encoding.decode_json_flexible("{}", "struct{a int}")->a', "0"],
  [
    'encoding.decode_json_flexible("{}", "struct{a bool; b str; c float; d []int; e map{str: int}; f struct{g int}}")',
    'struct{a: false; b: ""; c: 0; d: []; e: {}; f: struct{g: 0}}',
  ],
  ['encoding.decode_json("1 and more", "int")', "1"],
  ['encoding.decode_json("1", "float")', "1"],
  ['encoding.decode_json("{\\"a\\": 1, \\"a\\": 2}", "map{str: int}")', '{"a": 2}'],
  ['encoding.decode_json("\\"\\\\ud800\\"", "str")', '"\uFFFD"'],
  ...[
    ["", "int"],
    ["1.0", "int"],
    ["1e3", "int"],
    ["9223372036854775808", "int"],
    ["null", "str"],
    ["{}", "struct{a int}"],
    ['{\\"a\\": 1, \\"b\\": 2}', "struct{a int}"],
    ['{\\"A\\": 1}', "struct{a int}"],
    ["1", "str"],
    ['\\"x\\"', "bool"],
    ["[1", "[]int"],
  ].map(([json, type]): Row => [`encoding.decode_json("${json}", "${type}")`, /^stream: /]),
  ['encoding.decode_json("1", "int") + 1', "2"],
  ['encoding.decode_json("1") + 1', "2"],
  ['encoding.decode_json("{}", "map{int: str}")', /^type: .*str/],
  ['encoding.decode_json("x", "int") <|> 1', /^stream: /],
]);

table("example", [
  ["example.answer()", "42"],
  ['example.errorbool(true) <|> "x"', /^stream: /],
  ["len(example.errorbool(false)) > 0", "true"],
  ["example.int2str(-7)", '"-7"'],
  ['example.plus("a", "b")', '"ab"'],
  ['example.str2int("7") + example.str2int("x")', "7"],
  ["nested.hello()", '"Hello!"'],
]);

table("fmt.printf", [
  ['fmt.printf("%s=%d", "n", 3)', '"n=3"'],
  [
    'fmt.printf("%t %q %f %v %T %%", true, "a\\"b", 0.5, [1], {"a" => 1})',
    '"true \\"a\\\\\\"b\\" 0.5 [1] map{str: int} %"',
  ],
  ['fmt.printf("%f %f %f", 42.0, convert.str_to_float("1e21"), -0.0)', '"42 1000000000000000000000 -0"'],
  [
    'fmt.printf("%f %f %f", convert.str_to_float("inf"), convert.str_to_float("-inf"), convert.str_to_float("nan"))',
    '"+Inf -Inf NaN"',
  ],
  ['fmt.printf("%v %v", "a", ["a"])', '"a [\\"a\\"]"'],
  ['fmt.printf("%v", {"b" => 2, "a" => 1})', '"{\\"a\\": 1, \\"b\\": 2}"'],
  ['fmt.printf("%v", struct{x => 1, y => "s"})', '"struct{x: 1; y: \\"s\\"}"'],
  ['fmt.printf("%T", struct{a => 1, b => "s"})', '"struct{a int; b str}"'],
  ['fmt.printf("%v", {true => 1, false => 2})', '"{false: 2, true: 1}"'],
  ['fmt.printf("%v", {10 => 1, 9 => 2})', '"{9: 2, 10: 1}"'],
  ['fmt.printf("é%d%", 1)', '"é1"'],
  ["fmt.printf()", "type: `fmt.printf` takes at least 1 argument, got 0"],
  ['fmt.printf("%d")', /^type: .*1 verb/],
  ['fmt.printf("%d", 1, 2)', /^type: .*2 values/],
  ['fmt.printf("%d", "x")', /^type: .*%d.*int.*str/],
  ['fmt.printf("a%5d", 1)', /^type: .*invalid format string at 2/],
]);

table("fmt.printf with a format that only the running program knows", [
  ['fmt.printf(os.system("echo %s-%d"), "a", 3)', '"a-3"'],
  ['fmt.printf(os.system("echo %s"), "a", 3, 4)', '"a"'],
  ['fmt.printf(os.system("echo %s-%d"), "a", "b") <|> "x"', /^stream: inconsistent type at arg index 2: /],
  [
    'fmt.printf(os.system("echo %s-%d"), "a") <|> "x"',
    /^stream: number of args \(1\) doesn't match format string verb count \(2\)/,
  ],
  [
    'fmt.printf(os.system("echo %5s"), "a") <|> "x"',
    /^stream: could not parse format string: invalid format string at 1/,
  ],
]);

table("golang.template", [
  ['golang.template("hi {{ .Who }}", struct{who => "you"})', '"hi you"'],
  ['golang.template("hi")', '"hi"'],
  ['golang.template("{{ (net_url_parser `http://h/p`).Host }}")', '"h"'],
  ['golang.template("{{ (len .L | printf `%d` | golang_strconv_atoi) }}", struct{l => ["a"]})', '"1"'],
  [
    'golang.template("{{ .K }}", {"a" => 1})',
    'stream: template: execution error: template: template:1:3: executing "template" at <.K>: map has no entry for key "K"',
  ],
  ['golang.template("{{ .K }}", {"a" => 1}) <|> "x"', /^stream: /],
  ['golang.template("{{ sys_getenv `NO_SUCH_VARIABLE` }}") <|> "x"', '"x"'],
  ['golang.template("{{ util_hostname_mapper .M }}", struct{m => 1}) <|> "x"', /^stream: /],
  ['golang.template("{{ test_slow_string }}")', '"a slow string"'],
  ['golang.template("{{ len_ }}") <|> "x"', /^stream: /],
  ["golang.template()", "type: `golang.template` takes 1 or 2 arguments, got 0"],
]);

table("iter", [
  ["iter.map([1, 2], func($x) { $x * 2 })", "[2, 4]"],
  ["iter.filter([1, 9], func($x) { $x > 3 })", "[9]"],
  ["iter.reduce(0, [1, 2], func($a, $b) { $a + $b })", "3"],
  ['iter.reduce(["a", "b"], func($a, $b) { $a + $b })', '"ab"'],
  ["iter.reduce([7], func($a, $b) { $a + $b })", "7"],
  ["iter.reduce(5, [], func($a, $b) { $a + $b })", "5"],
  ["iter.reduce(iter.filter([1], func($x) { $x > 1 }), func($a, $b) { $a + $b }) <|> 1", /^stream: /],
  ['iter.zip([1], ["a"], func($n, $s) { $s })', '["a"]'],
  ['iter.zip([1, 2, 3], ["a", "b"], func($n, $s) { fmt.printf("%d%s", $n, $s) })', '["1a", "2b"]'],
  ["iter.flatten([[1], [2]])", "[1, 2]"],
  ["iter.flatten([[[1]], [[2]]])", "[[1], [2]]"],
  ["iter.range(3)", "[0, 1, 2]"],
  ["iter.range(1, 3)", "[1, 2]"],
  ["iter.range(5, 0, -2)", "[5, 3, 1]"],
  ["iter.range(0, 5, -1)", "[]"],
  ["iter.range(0)", "[]"],
  ["iter.range(0, 5, 0) <|> []", /^stream: /],
  ["iter.map([1, 0], func($x) { 1 / $x <|> -1.0 })", "[1, -1]"],
]);

table("list and map", [
  ["list.concat([1], [2])", "[1, 2]"],
  ["list.concat([1])", "[1]"],
  ["list.concat()", /^type: /],
  ['list.lookup(["a"], 9) <|> "d"', '"d"'],
  ["list.lookup([1], 2)", "stream: list index not present, got: 2, len is: 1, in: [1]"],
  ['map.keys({"a" => 1})', '["a"]'],
  ['map.values({"b" => 1, "a" => 2})', "[2, 1]"],
  ['map.lookup({"a" => 1}, "k") <|> 0', "0"],
]);

table("math", [
  ["math.fortytwo() + 1", "43"],
  ["math.fortytwo() + 1.5", "43.5"],
  ["math.minus1(1)", "0"],
  ["math.minus1(-9223372036854775808)", "9223372036854775807"],
  ["math.mod(-5, 3)", "-2"],
  ["math.mod(-5.5, 2.0)", "-1.5"],
  ["math.mod(1, 0) <|> 7", "7"],
  ["math.mod(1.0, 0.0) <|> 7.0", "7"],
  ['math.mod("a", "b")', /^type: /],
  ["math.pow(2.0, 3.0)", "8"],
  ["math.pow(0.0, 0.0)", "1"],
  ["math.pow(0.0, -1.0) <|> 5.0", "5"],
  ["math.pow(-8.0, 0.5) <|> 5.0", "5"],
  ["math.sqrt(-1.0) <|> 0.0", "0"],
  ['math.sqrt(convert.str_to_float("inf")) <|> 0.0', "0"],
]);

table("net", [
  ['net.cidr_to_ip(" 10.0.0.7/8\\n")', '"10.0.0.7"'],
  ['net.cidr_to_prefix("10.0.0.7/8")', '"8"'],
  ['net.cidr_to_mask("10.0.0.7/8")', '"255.0.0.0"'],
  ['net.cidr_to_mask("2001:db8::/32")', '"ffff:ffff::"'],
  ['net.cidr_to_network("10.0.0.7/8")', '"10.0.0.0/8"'],
  ['net.cidr_to_first("10.0.0.0/8")', '"10.0.0.1"'],
  ['net.cidr_to_first("10.0.0.7/8")', '"10.0.0.8"'],
  ['net.cidr_to_first("10.0.0.1/32") <|> "x"', '"x"'],
  ['net.cidr_to_first(" 10.0.0.0/8") <|> "x"', '"x"'],
  ['net.cidr_to_first("10.0.0.0/08") <|> "x"', '"x"'],
  ['net.cidr_to_last("10.0.0.7/8")', '"10.255.255.255"'],
  ['net.cidr_to_last(" 10.0.0.0/8") <|> "x"', '"x"'],
  ['net.cidr_to_ip("::ffff:10.0.0.1/104")', '"10.0.0.1"'],
  ['net.cidr_to_ip("10.00.0.1/8") <|> "x"', '"x"'],
  ['net.cidr_to_ip("fe80::1%eth0/64") <|> "x"', '"x"'],
  ...["ip", "prefix", "mask", "network", "first", "last"].map(
    (part): Row => [`net.cidr_to_${part}("nonsense") <|> "x"`, '"x"'],
  ),
  ['net.ip_in_cidr("10.1.1.1", "10.0.0.0/8")', "true"],
  ['net.ip_in_cidr("11.1.1.1", "10.0.0.0/8")', "false"],
  ['net.ip_in_cidr(" 10.1.1.1", "10.0.0.0/8") <|> true', "true"],
  ['net.ip_in_cidr("10.1.1.1", "10.0.0.0/8 ") <|> false', "false"],
  ['net.is_mac("0a:00:00:00:00:01")', "true"],
  ['net.is_mac("0A:00:00:00:00:01")', "false"],
  ['net.macfmt("0A-00-00-00-00-01")', '"0a:00:00:00:00:01"'],
  ['net.macfmt("0A-00:00-00-00-01") <|> "x"', '"x"'],
  ['net.oldmacfmt("0A:00:00:00:00:01")', '"0a-00-00-00-00-01"'],
  ['net.oldmacfmt("0A:00:00:00:00") <|> "x"', '"x"'],
  ['net.split_hostport("[::1]:80")->host', '"::1"'],
  ['net.split_hostport("h:")', 'struct{host: "h"; port: ""}'],
  ['net.split_hostport("[fe80::1%eth0]:http")', 'struct{host: "fe80::1%eth0"; port: "http"}'],
  ...["h", "a:b:c", "[::1:80", "::1]:80", "[::1]"].map(
    (text): Row => [`net.split_hostport("${text}")->host`, /^stream: /],
  ),
  ['net.url_parser("HTTP://H:1/a%20b?q=1")->path', '"/a b"'],
  [
    'net.url_parser("HTTP://u:p@H:1/a/../b?q=%20#f")',
    'struct{scheme: "http"; host: "H:1"; path: "/a/../b"; raw_query: "q=%20"}',
  ],
  ['net.url_parser("mailto:x")', 'struct{scheme: "mailto"; host: ""; path: ""; raw_query: ""}'],
  ['net.interface_cidr("nosuch0") <|> "x"', /^stream: /],
]);

table("sources that are fatal without their argument", [
  ['http.response("")->status', /^stream: /],
  ['value.get_str("")->value', /^stream: /],
  ['world.getval("")->value', /^stream: /],
  ['world.kvlookup("")', /^stream: /],
  ['world.schedule("")', /^stream: /],
  ['world.schedule("a/b")', /^stream: /],
  ['collect.res("")', /^stream: /],
  ['collect.res("nosuchkind")', /^stream: /],
  ["test.one_stream(-1)", /^stream: /],
]);

table("what nothing is kept for yet", [
  ['http.response("dl")->status', "0"],
  ['http.response("dl")->output', '""'],
  ['value.get_str("no-such-token")->ready', "false"],
  ['value.get_int("no-such-token")->value', "0"],
  ['world.getval("no-such-leader")->exists', "false"],
  ['world.getval("no-such-leader")->value', '""'],
  ['world.kvlookup("no-such-ips")', "{}"],
  ['world.schedule("no-such-web")', "[]"],
  ['collect.res("test")', "[]"],
  ['util.hostname_mapper({"0a:00:00:00:00:01" => "web1"})', '""'],
  ["test.one_stream(3)", '"xxx"'],
  ["test.forkvloop()", '{"foo": "bar"}'],
  ["test.forloop()", '["foo"]'],
  ["fwupd.reboot_needed()", /^(true|false)$/],
]);

table("os and sys", [
  ["len(os.args()) > 0", "true"],
  ['os.readfile("/nowhere/motd") <|> ""', '""'],
  ['os.readfile("/") <|> ""', /^stream: /],
  ['os.file_exists("/etc")', "true"],
  ['os.file_exists("/nowhere")', "false"],
  ['os.file_exists("/etc/passwd/x")', /^(false|stream: )/],
  ['os.system("echo a")', '"a"'],
  ['os.user_exists("root")', "true"],
  ['os.user_exists("")', "false"],
  ['os.home("root")', '"/root/"'],
  ['os.home("no-such-user") <|> ""', /^stream: /],
  ['os.uid("root")', '"0"'],
  ['os.uid("no-such-user") <|> ""', /^stream: /],
  ['os.expand_home("~root/a/../x/")', '"/root/x/"'],
  ['os.expand_home("~")', '"~"'],
  ['os.expand_home("~root")', '"~root"'],
  ['os.expand_home("/a//b")', '"/a//b"'],
  ['os.expand_home("~no-such-user/x") <|> ""', /^stream: /],
  ['os.parse_distro_uid("fedora41-x86_64")->version', '"41"'],
  ['os.parse_distro_uid("fedora-x86_64")', 'struct{distro: ""; version: ""; arch: ""}'],
  ['os.parse_distro_uid("a1-b-c")', 'struct{distro: "a"; version: "1"; arch: "b-c"}'],
  ["len(os.release()->id) > 0", "true"],
  ["(os.family() == $os.family_debian) == os.is_family_debian()", "true"],
  ['sys.getenv("NO_SUCH_VARIABLE") <|> "vi"', '"vi"'],
  ['sys.hasenv("NO_SUCH_VARIABLE")', "false"],
  ['sys.env()["PATH"] == sys.getenv("PATH")', "true"],
  ["sys.load()->x1 >= 0.0", "true"],
  ["sys.uptime() > 0", "true"],
  ["sys.cpu_count() > 0", "true"],
]);

table("regexp", [
  ['regexp.match("^a+$", "aa")', "true"],
  ['regexp.match("b", "abc")', "true"],
  ...["(?=a)", "\\\\1", "a**", "a++", "a{2}{3}", "(?x)a", "\\\\Z", "a{1001}", "(a"].map(
    (pattern): Row => [`regexp.match("${pattern}", "a") <|> true`, /^stream: /],
  ),
]);

table("strings", [
  ['strings.contains("abc", "b")', "true"],
  ['strings.contains("abc", "")', "true"],
  ['strings.has_prefix("abc", "a")', "true"],
  ['strings.has_suffix("a.c", ".c")', "true"],
  ['strings.join_nonempty(["a", "", "b"], "-")', '"a-b"'],
  ['strings.left_pad("7", "0", 3)', '"007"'],
  ['strings.right_pad("7", "ab", 2)', '"7ab"'],
  ['strings.left_pad("7", "", 1)', '"7"'],
  ['strings.left_pad("7", "", 3) <|> "x"', /^stream: /],
  ['strings.replace_all("abc", "", "-")', '"-a-b-c-"'],
  ['strings.split("a,b,", ",")', '["a", "b", ""]'],
  ['strings.split("", ",")', '[""]'],
  ['strings.split("", "")', "[]"],
  ['strings.split("hé", "")', '["h", "é"]'],
  ['strings.substr("abc", 0, 9) <|> "abc"', '"abc"'],
  ['strings.substr("abc", -1, 1) <|> "x"', '"x"'],
  ['strings.substr("abc", 2, 1) <|> "x"', '"x"'],
  ['len(strings.substr("hé", 0, 2))', "2"],
  ['strings.to_lower("ÀB")', '"àb"'],
  ['strings.to_upper("é") + strings.to_upper("ß")', '"Éß"'],
  ['strings.trim_space(" a\\n")', '"a"'],
]);

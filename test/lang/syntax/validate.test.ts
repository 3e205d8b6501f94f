import { describe, expect, test } from "bun:test";
import { metaNames } from "../../../lang/meta.ts";
import { complaint, complaints, placeOf } from "./support.ts";

function resource(...lines: readonly string[]): string {
  return `test "t" {\n${lines.map((line) => `\t${line}\n`).join("")}}\n`;
}

describe("resources", () => {
  test.each([
    ["a field twice", resource("a => 1,", "a => 2,"), "duplicate-field", "1:1-1:9"],
    ["under different conditions", resource("a => $c ?: 1,", "a => $d ?: 2,"), "duplicate-field", "1:1-1:9"],
    ["in a collect", `collect ${resource("a => 1,", "a => 2,")}`, "duplicate-field", "1:9-1:17"],
    [
      "a metaparameter twice",
      resource("Meta:noop => true,", "Meta:noop => true,"),
      "duplicate-meta-entry",
      "1:1-1:9",
    ],
    ["an unknown metaparameter", resource("Meta:nope => true,"), "invalid-property", "2:7-2:11"],
    ["an unknown edge", resource('After => Test["x"],'), "invalid-property", "2:2-2:7"],
    ["Meta before a half", resource('Meta => Test["x"],'), "invalid-property", "2:2-2:6"],
  ])("%s", (_, text, code, place) => {
    const found = complaint(text);
    expect([found.phase, found.code, placeOf(found)]).toEqual(["init", code, place]);
  });

  test("a misspelt property is guessed", () => {
    expect(complaint(resource("Meta:nope => true,")).help).toBe("did you mean `Meta:noop`?");
    expect(complaint(resource('Befroe => Test["x"],')).help).toBe("did you mean `Before`?");
    expect(complaint(resource('Whatever => Test["x"],')).help).toContain("`Listen`");
  });

  test("both places of a duplicate are told", () => {
    expect(complaint(resource("a => 1,", "a => 2,")).notes).toEqual(["first at main.mcl:2:2"]);
  });

  test("all properties there are", () => {
    const edges = ["Before", "Depend", "Notify", "Listen"].map((name) => `${name} => Test["x"],`);
    const metas = metaNames.map((name) => `Meta:${name} => $v,`);
    expect(metas).toHaveLength(20);
    expect(complaints(resource(...edges, ...edges, ...metas))).toEqual([]);
  });

  test("the struct form beside other metaparameters is left to a later phase", () => {
    expect(complaints(resource("Meta => $s,", "Meta:noop => true,", "Meta => $t,"))).toEqual([]);
  });
});

describe("map keys that the text shows", () => {
  test.each([
    ['{1 => "a", 1 => "b"}', "duplicate-map-key", "duplicate map key: 1"],
    ['{"k" => 1, "k" => 2}', "duplicate-map-key", 'duplicate map key: "k"'],
    ['{"k" => 1, ("k") => 2}', "duplicate-map-key", 'duplicate map key: ("k")'],
    [`{"\${a}" => 1, "\${a}" => 2}`, "duplicate-map-key", `duplicate map key: "\${a}"`],
    ["{1.0 => 1, 1.00 => 2}", "duplicate-map-key", "duplicate map key: 1.00"],
    ["{0.0 => 1, -0.0 => 2}", "duplicate-map-key", "duplicate map key: -0.0"],
    ["{007 => 1, 7 => 2}", "duplicate-map-key", "duplicate map key: 7"],
    ["{true => 1, $x => 2, true => 3}", "duplicate-map-key", "duplicate map key: true"],
    ["{struct{a => 1} => 1, struct{a => 1} => 2}", "duplicate-map-key", "duplicate map key: struct{a => 1}"],
    ['{1 => "a", "b" => "b"}', "inconsistent-map-key", "inconsistent map key type: `str` beside `int`"],
    ["{1 => 1, 1.0 => 2}", "inconsistent-map-key", "inconsistent map key type: `float` beside `int`"],
    ['{["a"] => 1}', "unhashable-map-key", "map key type `[]str` is not hashable"],
    ['{{"a" => 1} => 1}', "unhashable-map-key", "map key type `map{str: int}` is not hashable"],
    ["{struct{a => [1]} => 1}", "unhashable-map-key", "map key type `struct{a []int}` is not hashable"],
  ])("%s", (map, code, message) => {
    const found = complaint(`$m = ${map}\n`);
    expect([found.phase, found.code, found.message, placeOf(found)]).toEqual([
      "init",
      code,
      message,
      `1:6-1:${6 + map.length}`,
    ]);
  });

  test.each([
    "{}",
    '{"a" => 1, "b" => 1}',
    "{$a => 1, $a => 2}",
    '{f() => 1, "a" => 2}',
    "{[$a] => 1}",
    '{[1, "a"] => 1}',
    '{"1" => 1, "\\x31" => 2}',
  ])("%s is left to later phases, or fine", (map) => expect(complaints(`$m = ${map}\n`)).toEqual([]));

  test("in code that is never used", () => {
    expect(complaint("class c {\n\t$m = [{1 => 2, 1 => 3}]\n}\n").code).toBe("duplicate-map-key");
    expect(complaint("func f() { {1 => 2, 1 => 3} }\n").code).toBe("duplicate-map-key");
  });
});

describe("names", () => {
  test.each([
    ["$s = struct{a => 1, a => 2}\n", "duplicate-struct-field", "1:6-1:28"],
    ["func f($a, $b, $a) { 1 }\n", "duplicate-parameter", "1:17-1:18"],
    ["class c($a, $a) {}\n", "duplicate-parameter", "1:14-1:15"],
    ["$f = func($a, $a) { 1 }\n", "duplicate-parameter", "1:16-1:17"],
    ["$f = func($a, $a) { 1 }(1, 2)\n", "duplicate-parameter", "1:16-1:17"],
    ["$x = 1 + $a__b\n", "double-underscore", "1:10-1:15"],
    ["$x = $a__b(1)\n", "double-underscore", "1:6-1:11"],
    ['import ""\n', "empty-import", "1:8-1:10"],
  ])("%s", (text, code, place) => {
    const found = complaint(text);
    expect([found.phase, found.code, placeOf(found)]).toEqual(["init", code, place]);
  });

  test.each([
    "$a__b = 1\n",
    "func f__g() { 1 }\n",
    "class c__d {}\n",
    "$x = f__g()\n",
    "for $a, $a in [1] {\n}\n",
    "$x = struct{a__b => 1}\n",
  ])("%s is fine", (text) => expect(complaints(text)).toEqual([]));
});

describe("imports in loops", () => {
  test.each([
    ['for $i, $v in [1] {\n\timport "fmt"\n}\n', "1:1-1:18"],
    ['if true {\n\tforkv $k, $v in $m {\n\t\timport "fmt"\n\t}\n}\n', "2:2-2:20"],
  ])("%s", (text, place) => {
    const found = complaint(text);
    expect([found.phase, found.code, placeOf(found)]).toEqual(["init", "import-in-loop", place]);
  });

  test("deeper in the body they are allowed here", () => {
    expect(complaints('for $i, $v in [1] {\n\tif true {\n\t\timport "fmt"\n\t}\n}\n')).toEqual([]);
  });
});

test("independent mistakes are all told, in the order of the source", () => {
  const text = `${resource("a => 1,", "a => {1 => 2, 1 => 3},")}$s = struct{a => 1, a => $b__c}\n`;
  expect(complaints(text).map(({ code }) => code)).toEqual([
    "duplicate-field",
    "duplicate-map-key",
    "duplicate-struct-field",
    "double-underscore",
  ]);
});

test.each([
  "$y = 42 / 0\n",
  'func f() { 1 + "a" }\n',
  "class c {\n\t$x = $nope\n}\n",
  "$x = 1\nclass x {}\nfunc x() { 1 }\n",
  "class c {}\ninclude c\ninclude c\n",
  'test "t" { a => 1, }\n',
  'test "t" {}\ntest "t" {}\n',
  "for $i, $v in [1] {\n\t$v = 1\n}\n",
])("%s looks wrong but is not", (text) => expect(complaints(text)).toEqual([]));

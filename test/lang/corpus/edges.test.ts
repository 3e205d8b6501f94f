/** Edges, and values that are sent along them (language specification, 5.5, 5.6 and 11). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

const abc = 'test ["a", "b", "c"] {}\n';
const abcVertices = "test[a]\ntest[b]\ntest[c]\n";

describe("edge statements", () => {
  const edges = (statement: string, arrows: string): void =>
    sound(statement, `${abc}${statement}`, abcVertices + arrows);
  edges('Test["a"] -> Test["b"]', "test[a] -> test[b]");
  edges('Test["a"] -> Test["b"] -> Test["c"]', "test[a] -> test[b]\ntest[b] -> test[c]");
  edges('Test["a"]->Test["b"]', "test[a] -> test[b]");
  edges('Test[["a", "b"]] -> Test["c"]', "test[a] -> test[c]\ntest[b] -> test[c]");
  edges('Test["a"] -> Test[["b", "c"]]', "test[a] -> test[b]\ntest[a] -> test[c]");
  edges('Test["a"] -> Test[["b", "b"]]', "test[a] -> test[b]");
  edges('Test[[]] -> Test["c"]', "");
  edges('Test[[]] -> Test["nope"]', "");
  edges('Test["a"] -> Test["b"]\nTest["a"] -> Test["b"]', "test[a] -> test[b]");
  edges('Test["a"] -> Test["c"]\nTest["b"] -> Test["c"]', "test[a] -> test[c]\ntest[b] -> test[c]");
  edges('$n = "a"\nTest[$n] -> Test["b"]', "test[a] -> test[b]");
  edges('$l = ["a", "b"]\nTest[$l] -> Test["c"]', "test[a] -> test[c]\ntest[b] -> test[c]");
  edges(
    'for $i, $v in ["a", "b"] {\n Test["${v}"] -> Test["c"]\n}',
    "test[a] -> test[c]\ntest[b] -> test[c]",
  );
  edges('if true {\n Test["a"] -> Test["b"]\n} else {\n Test["b"] -> Test["a"]\n}', "test[a] -> test[b]");
  edges('if false {\n Test["a"] -> Test["nope"]\n}', "");
  edges(
    'class c($x, $y) {\n Test[$x] -> Test[$y]\n}\ninclude c("a", "b")\ninclude c("b", "c")',
    "test[a] -> test[b]\ntest[b] -> test[c]",
  );
  sound(
    "between kinds",
    'test "a" {}\nnoop "a" {}\nTest["a"] -> Noop["a"]',
    "test[a]\nnoop[a]\ntest[a] -> noop[a]",
  );
  sound(
    "cross products",
    'test ["a", "b", "c", "d"] {}\nTest[["a", "b"]] -> Test[["c", "d"]]',
    "test[a]\ntest[b]\ntest[c]\ntest[d]\ntest[a] -> test[c]\ntest[a] -> test[d]\ntest[b] -> test[c]\ntest[b] -> test[d]",
  );
  sound(
    "to every hidden one of a name",
    'test "a" {}\ntest "b" {\n Meta:hidden => true,\n}\nTest["a"] -> Test["b"]',
    "test[a]\ntest[b] Meta:hidden=true\ntest[a] -> test[b]",
  );

  const mistake = (statement: string, where: string, message: RegExp): void =>
    wrong(statement, `${abc}${statement}`, where, message);
  mistake('Test["a"]', "type 2:1", /half/);
  mistake('Test["a"] -> Test["nope"]', "output 2:1", /the edge leads to test\[nope\], which is not declared/);
  mistake('Test["nope"] -> Test["a"]', "output 2:1", /the edge leads to test\[nope\], which is not declared/);
  mistake('Noop["a"] -> Test["a"]', "output 2:1", /the edge leads to noop\[a\], which is not declared/);
  mistake('Nokind["a"] -> Test["a"]', "output 2:1", /nokind/);
  mistake('Test["a"] -> Test["a"]', "output", /cycle/);
  mistake('Test["a"] -> Test["b"] -> Test["a"]', "output", /cycle/);
  mistake('Test["a"] -> Test["b"]\nTest["b"] -> Test["c"]\nTest["c"] -> Test["a"]', "output", /cycle/);
  mistake('test["a"] -> test["b"]', "parse 2", /./);
  mistake('Test["a"] <- Test["b"]', "parse 2:11", /</);
  mistake('Test["a"] => Test["b"]', "parse 2:11", /=>/);
  mistake('Test["a"] -> ', "parse 2:14", /newline|line/i);
  mistake('-> Test["b"]', "parse 2:1", /->/);
  mistake('Test["a"], Test["b"] -> Test["c"]', "parse 2:10", /,/);
  mistake('[Test["a"], Test["b"]] -> Test["c"]', "parse 2:1", /\[/);
  mistake('Test["a", "b"] -> Test["c"]', "parse 2:9", /,/);
  mistake('Test[a] -> Test["b"]', "parse 2:7", /`a` is not a value/);
  mistake('Test[1] -> Test["b"]', "type 2:1", /int/);
  mistake('Test["a"] -> Test[1]', "type 2:14", /int/);
  mistake('Test["a"] -> Test["b"] -> Test[[1]]', "type 2:27", /int/);
  mistake('Test["a"].answer -> Test[1].int64', "type 2:21", /int/);
  mistake('Test["a" + "b"] -> Test["b"]', "type 2:1", /str/);
  mistake('for $i, $v in ["a"] {\n Test[$v] -> Test["c"]\n}', "type 3:2", /str/);
  mistake('TEST["a"] -> Test["b"]', "parse 2:2", /E/);
  mistake('Test["$a"] -> Test["b"]', "output 2:1", /\$a/);
});

describe("edge lines of a resource", () => {
  const line = (text: string, arrow: string): void =>
    sound(text, `test "t" {\n ${text},\n}\ntest "u" {}`, `test[t]\ntest[u]\n${arrow}`);
  line('Before => Test["u"]', "test[t] -> test[u]");
  line('Depend => Test["u"]', "test[u] -> test[t]");
  line('Notify => Test["u"]', "test[t] => test[u]");
  line('Listen => Test["u"]', "test[u] => test[t]");
  line('Before => Test[["u"]]', "test[t] -> test[u]");
  line('Before => Test["u"],\n Notify => Test["u"]', "test[t] => test[u]");
  line('Notify => Test["u"],\n Before => Test["u"]', "test[t] => test[u]");
  line("Before => Test[[]]", "");

  sound(
    "from each of several names",
    'test ["a", "b"] {\n Before => Test["c"],\n}\ntest "c" {}',
    "test[a]\ntest[b]\ntest[c]\ntest[a] -> test[c]\ntest[b] -> test[c]",
  );
  sound(
    "beside an edge statement",
    'test "t" {\n Notify => Test["u"],\n}\ntest "u" {}\nTest["t"] -> Test["u"]',
    "test[t]\ntest[u]\ntest[t] => test[u]",
  );
  sound(
    "several targets",
    'test "t" {\n Before => Test[["u", "v"]],\n Depend => Test["w"],\n}\ntest ["u", "v", "w"] {}',
    "test[t]\ntest[u]\ntest[v]\ntest[w]\ntest[t] -> test[u]\ntest[t] -> test[v]\ntest[w] -> test[t]",
  );

  const mistake = (text: string, where: string, message: RegExp): void =>
    wrong(text, `test "t" {\n ${text},\n}\ntest "u" {}`, where, message);
  mistake('After => Test["u"]', "init 2:2", /after/i);
  mistake('Require => Test["u"]', "init 2:2", /require/i);
  mistake('Meta => Test["u"]', "init 2:2", /meta/i);
  mistake('before => Test["u"]', "parse", /./);
  mistake('Before => test["u"]', "parse", /./);
  mistake('Before => "u"', "parse", /./);
  mistake('Before => Test["nope"]', "output 1:1", /nope/);
  mistake('Before => Test["t"]', "output", /cycle/);
  mistake('Before => Test["u"],\n Depend => Test["u"]', "output", /cycle/);
  mistake("Before => Test[1]", "type 2:12", /int/);
  mistake("Before => false ?: Test[1]", "type 2:21", /int/);
});

describe("send and receive", () => {
  sound(
    "a value",
    'test ["a", "b"] {}\nTest["a"].hello -> Test["b"].anotherstr',
    "test[a]\ntest[b]\ntest[a] -> test[b]\ntest[a].hello -> test[b].anotherstr",
  );
  sound(
    "several values",
    'test ["a", "b"] {}\nTest["a"].hello -> Test["b"].anotherstr\nTest["a"].answer -> Test["b"].int64',
    "test[a]\ntest[b]\ntest[a] -> test[b]\ntest[a].hello -> test[b].anotherstr\ntest[a].answer -> test[b].int64",
  );
  sound(
    "the same twice",
    'test ["a", "b"] {}\nTest["a"].hello -> Test["b"].anotherstr\nTest["a"].hello -> Test["b"].anotherstr',
    "test[a]\ntest[b]\ntest[a] -> test[b]\ntest[a].hello -> test[b].anotherstr",
  );
  sound(
    "to several",
    'test ["a", "b", "c"] {}\nTest["a"].hello -> Test[["b", "c"]].anotherstr',
    "test[a]\ntest[b]\ntest[c]\ntest[a] -> test[b]\ntest[a] -> test[c]\ntest[a].hello -> test[b].anotherstr\ntest[a].hello -> test[c].anotherstr",
  );
  sound(
    "to an optional field",
    'test ["a", "b"] {}\nTest["a"].hello -> Test["b"].stringptr',
    "test[a]\ntest[b]\ntest[a] -> test[b]\ntest[a].hello -> test[b].stringptr",
  );
  sound(
    "to an untyped field",
    'test ["a", "b"] {}\nTest["a"].answer -> Test["b"].interface',
    "test[a]\ntest[b]\ntest[a] -> test[b]\ntest[a].answer -> test[b].interface",
  );
  sound(
    "to a hidden one",
    'test "a" {}\ntest "b" {\n Meta:hidden => true,\n}\nTest["a"].hello -> Test["b"].anotherstr',
    "test[a]\ntest[b] Meta:hidden=true\ntest[a] -> test[b]\ntest[a].hello -> test[b].anotherstr",
  );
  sound(
    "spaces around the dots",
    'test ["a", "b"] {}\nTest["a"] . hello -> Test["b"] . anotherstr',
    "test[a]\ntest[b]\ntest[a] -> test[b]\ntest[a].hello -> test[b].anotherstr",
  );

  const ab = 'test ["a", "b"] {}\nnoop "n" {}\n';
  const mistake = (statement: string, where: string, message: RegExp): void =>
    wrong(statement, `${ab}${statement}`, where, message);
  mistake('Test["a"].nope -> Test["b"].anotherstr', "type 3:1", /the sender has no field `nope`/);
  mistake('Test["a"].hello -> Test["b"].nope', "type 3:1", /the receiver has no field `nope`/);
  mistake('Test["a"].hello -> Test["b"].int64', "type 3:1", /Test|test.*mismatch/);
  mistake('Test["a"].answer -> Test["b"].anotherstr', "type 3:1", /mismatch/);
  mistake('Test["a"].hello -> Test["b"].slicestring', "type 3:1", /mismatch/);
  mistake('Noop["n"].hello -> Test["b"].anotherstr', "type 3:1", /cannot send from `noop`/);
  mistake('Test["a"].hello -> Noop["n"].comment', "type 3:1", /cannot send to `noop`/);
  mistake('Test["a"].hello -> Test["b"]', "parse 3:29", /\.|line/);
  mistake('Test["a"] -> Test["b"].anotherstr', "parse 3:23", /\./);
  mistake('Test["a"].hello -> Test["b"].anotherstr -> Test["b"].str', "parse 3:41", /->/);
  mistake('Test["a"].hello', "parse 3:16", /->|line/);
  mistake('Test["a"].hello -> Test["nope"].anotherstr', "output 3:1", /nope/);
  mistake('Test["a"].hello -> Test["a"].anotherstr', "output", /cycle/);
  wrong(
    "two senders to one field",
    'test ["a", "b", "c"] {}\nTest["a"].hello -> Test["c"].anotherstr\nTest["b"].hello -> Test["c"].anotherstr',
    "output 3:1",
    /resource: `test\[c\]` has duplicate receive on: `anotherstr` param/,
  );
  wrong(
    "a hidden sender",
    'test "a" {\n Meta:hidden => true,\n}\ntest "b" {}\nTest["a"].hello -> Test["b"].anotherstr',
    "output 5:1",
    /cannot send from hidden resource: test\[a\]/,
  );
  wrong(
    "checked in a branch that is not taken",
    'if false {\n Test["a"].nope -> Test["b"].anotherstr\n}',
    "type 2:2",
    /the sender has no field `nope`/,
  );
});

import { expect, test } from "bun:test";
import { parseEdit } from "../../src/resources/json/parse-edit.ts";

test.each([
  [".a = 1", ["a"], "1"],
  ["  .a.b_2 =\t1.50e3 \n", ["a", "b_2"], "1.50e3"],
  ['.["a b"].c["d"] . ["é\\u0041"] = {"x": [1, "]"]}', ["a b", "c", "d", "éA"], '{"x": [1, "]"]}'],
  ["del(.a.b)", ["a", "b"], undefined],
  ["del ( .a )", ["a"], undefined],
  ['."del"', undefined, "expected object identifier"],
  ["a = 1", undefined, "edit must start with `.`"],
  ["delete(.a)", undefined, "edit must start with `.`"],
  [". = 1", undefined, "expected object identifier"],
  [".1 = 1", undefined, "expected object identifier"],
  [".[a] = 1", undefined, "bracket key must be a JSON string"],
  ['.["a] = 1', undefined, "unterminated bracket key"],
  ['.["\\x"] = 1', undefined, "invalid bracket key: "],
  ['.[""] = 1', undefined, "object key is empty"],
  ['.["a" = 1', undefined, "expected `]`"],
  [".a 1", undefined, "expected `=`"],
  [".a =", undefined, "missing JSON value"],
  [".a = x", undefined, "could not parse JSON value: "],
  [".a = [1", undefined, "could not parse JSON value: "],
  [".a = 1 2", undefined, "the JSON value contains trailing data"],
  ['.a = {"b": 1}}', undefined, "the JSON value contains trailing data"],
  ["del .a", undefined, "expected `(` after `del`"],
  ["del(.a", undefined, "expected `)` after delete path"],
  ["del(.a) x", undefined, "delete expression contains trailing data"],
] as const)("%j", (text, path, expected) => {
  const edit = parseEdit(text);
  if (typeof edit === "string") {
    expect(path).toBeUndefined();
    expect(edit).toStartWith(expected ?? "");
  } else {
    expect<unknown>(edit).toEqual({ path, json: expected });
  }
});

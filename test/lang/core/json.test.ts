import { describe, expect, test } from "bun:test";
import type { CoreFunction } from "../../../lang/core/define.ts";
import { decodeExactly, decodeFlexibly } from "../../../lang/core/encoding.ts";
import { parseType } from "../../../lang/syntax/parse-type.ts";
import { inferenceError, outcome } from "./call.ts";

function decoded(fn: CoreFunction, json: string, type: string): string {
  return outcome(fn, [json], { result: parseType(type) });
}

type Rows = readonly (readonly [json: string, type: string, expected: string])[];

const both: Rows = [
  ["true", "bool", "true"],
  [' \t\r\n"a"', "str", '"a"'],
  ["12", "int", "12"],
  ["-0", "int", "0"],
  ["9223372036854775807", "int", "9223372036854775807"],
  ["-9223372036854775808", "int", "-9223372036854775808"],
  ["9007199254740993", "int", "9007199254740993"],
  ["9223372036854775808", "int", "FatalError: JSON: must be an int of 64 bits, got 9223372036854775808"],
  ["1.0", "int", "FatalError: JSON: must be an int of 64 bits, got 1.0"],
  ["1e3", "int", "FatalError: JSON: must be an int of 64 bits, got 1e3"],
  ["1", "float", "1"],
  ["-0", "float", "-0"],
  ["1.5e3", "float", "1500"],
  ["1E-400", "float", "0"],
  ["1e400", "float", "FatalError: JSON: float out of range: 1e400"],
  ["[1, 2]", "[]int", "[1, 2]"],
  ["[]", "[]int", "[]"],
  ["[[1],[]]", "[][]int", "[[1], []]"],
  ['{"b":1,"a":2,"b":3}', "map{str: int}", '{"a": 2, "b": 3}'],
  ['{"__proto__":1}', "map{str: int}", '{"__proto__": 1}'],
  ['{"b":"x","a":1}', "struct{a int; b str}", 'struct{a: 1; b: "x"}'],
  ['{"a":1,"a":2}', "struct{a int}", "struct{a: 2}"],
  // Only the first value counts.
  ["1 2", "int", "1"],
  ["12x", "int", "12"],
  ["1.5.e", "float", "1.5"],
  ["1e1e5", "float", "10"],
  ["01", "int", "0"],
  ['"a"{', "str", '"a"'],
  ["truex", "bool", "true"],
  ["[1]]", "[]int", "[1]"],
  // Escapes.
  ['"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"', "str", '"\\"\\\\/\\b\\f\\n\\r\\té"'],
  ['"\\ud83d\\ude00"', "str", '"😀"'],
  ['"\\ud800"', "str", '"\ufffd"'],
  ['"\\ude00\\ud83d"', "str", '"\ufffd\ufffd"'],
  ['"\\ud800\\ud83d\\ude00"', "str", '"\ufffd😀"'],
  ['"\\udc80"', "str", '"\ufffd"'],
  ['"\\u0000"', "str", '"\\x00"'],
  ['"a\udcffb"', "str", '"a\ufffdb"'],
  ['"\\ud800\udcff"', "str", '"\ufffd\ufffd"'],
  ['{"\\u0061":1}', "map{str: int}", '{"a": 1}'],
  ['"\x7f\u2028"', "str", '"\\x7f\\u2028"'],
  // Wrong kinds.
  ["1", "str", "FatalError: JSON: must be str, got the number 1"],
  ['"1"', "int", 'FatalError: JSON: must be int, got the string "1"'],
  ["null", "str", "FatalError: JSON: must be str, got null"],
  ["[]", "map{str: int}", "FatalError: JSON: must be map{str: int}, got an array"],
  ["{}", "[]int", "FatalError: JSON: must be []int, got an object"],
  ["[1, null]", "[]int", "FatalError: JSON at `[1]`: must be int, got null"],
  [
    '{"servers": [{"port": 1}, {"port": "x"}]}',
    "struct{servers []struct{port int}}",
    'FatalError: JSON at `servers[1].port`: must be int, got the string "x"',
  ],
  ['{"a b": true}', "map{str: int}", 'FatalError: JSON at `["a b"]`: must be int, got true'],
  // No JSON.
  ["", "int", "FatalError: invalid JSON at line 1, column 1: expected a value, got the end"],
  [" \n ", "int", "FatalError: invalid JSON at line 2, column 2: expected a value, got the end"],
  ["[1,\n é", "[]int", 'FatalError: invalid JSON at line 2, column 2: expected a value, got "é"'],
  ["[1,]", "[]int", 'FatalError: invalid JSON at line 1, column 4: expected a value, got "]"'],
  ["[1 2]", "[]int", 'FatalError: invalid JSON at line 1, column 4: expected `,` or `]`, got "2"'],
  ["[01]", "[]int", 'FatalError: invalid JSON at line 1, column 3: expected `,` or `]`, got "1"'],
  [
    "{a:1}",
    "map{str: int}",
    'FatalError: invalid JSON at line 1, column 2: expected a key in double quotes, got "a"',
  ],
  [
    '{"a":1,}',
    "map{str: int}",
    'FatalError: invalid JSON at line 1, column 8: expected a key in double quotes, got "}"',
  ],
  ['{"a" 1}', "map{str: int}", 'FatalError: invalid JSON at line 1, column 6: expected `:`, got "1"'],
  [
    '{"a":1',
    "map{str: int}",
    "FatalError: invalid JSON at line 1, column 7: expected `,` or `}`, got the end",
  ],
  ['"a', "str", "FatalError: invalid JSON at line 1, column 3: a string is not closed"],
  ['"a\nb"', "str", 'FatalError: invalid JSON at line 1, column 3: "\\n" must be escaped in a string'],
  ['"\\x"', "str", "FatalError: invalid JSON at line 1, column 2: no such escape in a string"],
  ['"\\u12"', "str", "FatalError: invalid JSON at line 1, column 2: no such escape in a string"],
  ["1.", "float", "FatalError: invalid JSON at line 1, column 1: `1.` is no number"],
  ["1e+", "float", "FatalError: invalid JSON at line 1, column 1: `1e+` is no number"],
  ["-", "int", "FatalError: invalid JSON at line 1, column 1: `-` is no number"],
  ["+1", "int", 'FatalError: invalid JSON at line 1, column 1: expected a value, got "+"'],
  [".5", "float", 'FatalError: invalid JSON at line 1, column 1: expected a value, got "."'],
  ["nul", "int", 'FatalError: invalid JSON at line 1, column 1: expected a value, got "n"'],
  ["\ufeff1", "int", 'FatalError: invalid JSON at line 1, column 1: expected a value, got "\\ufeff"'],
  ["'a'", "str", `FatalError: invalid JSON at line 1, column 1: expected a value, got "'"`],
];

for (const fn of [decodeExactly, decodeFlexibly]) {
  describe(fn.name, () => {
    test.each([...both])("%s as %s", (json, type, expected) => {
      expect(decoded(fn, json, type)).toBe(expected);
    });

    test("nesting has a limit", () => {
      expect(decoded(fn, "[".repeat(100_000), "[]int")).toBe(
        "FatalError: invalid JSON at line 1, column 1002: nested more than 1000 levels deep",
      );
    });
  });
}

describe("fields of structs", () => {
  const rows: readonly (readonly [json: string, type: string, exact: string, flexible: string])[] = [
    [
      "{}",
      "struct{b bool; s str; i int; f float; l []int; m map{str: int}; t struct{a int}}",
      "FatalError: JSON at `b`: missing, struct{b bool; s str; i int; f float; l []int; m map{str: int}; t struct{a int}} needs it",
      'struct{b: false; s: ""; i: 0; f: 0; l: []; m: {}; t: struct{a: 0}}',
    ],
    [
      '{"a":1,"c":null}',
      "struct{a int}",
      "FatalError: JSON at `c`: there is no such field in struct{a int}",
      "struct{a: 1}",
    ],
    [
      '{"A":1}',
      "struct{a int}",
      "FatalError: JSON at `A`: there is no such field in struct{a int}",
      "struct{a: 0}",
    ],
    [
      '[{"t":{"a":1}}]',
      "[]struct{t struct{a int; b str}}",
      "FatalError: JSON at `[0].t.b`: missing, struct{a int; b str} needs it",
      '[struct{t: struct{a: 1; b: ""}}]',
    ],
    [
      '{"a":null}',
      "struct{a int}",
      "FatalError: JSON at `a`: must be int, got null",
      "FatalError: JSON at `a`: must be int, got null",
    ],
  ];
  test.each([...rows])("%s as %s", (json, type, exact, flexible) => {
    expect(decoded(decodeExactly, json, type)).toBe(exact);
    expect(decoded(decodeFlexibly, json, type)).toBe(flexible);
  });
});

describe("the type", () => {
  const signature = (type: string) => decodeExactly.infer?.({ args: [{}, { value: type }] }).result;

  test("is what the second argument says", () => {
    expect(signature("[]int")).toEqual({ kind: "list", element: { kind: "int" } });
    expect(signature("struct{a int; b str;}")).toEqual(parseType("struct{a int; b str}"));
    expect(signature("struct{a struct{b int; }; }")).toEqual(parseType("struct{a struct{b int}}"));
  });

  test("is left to the context if there is no second argument, or its value is not known", () => {
    expect(decodeExactly.infer?.({ args: [{}] }).result.kind).toBe("parameter");
    expect(decodeExactly.infer?.({ args: [{}, {}] }).result.kind).toBe("parameter");
  });

  test.each([
    ["int int", '"int int" is not a type: unexpected word `int`'],
    ["[]", '"[]" is not a type: unexpected end of file'],
    ["number", '"number" is not a type: there is no type `number`'],
    ["map{[]str: int}", '"map{[]str: int}" is not a type: map key type `[]str` is not hashable'],
  ])("%s is refused", (type, message) => {
    expect(inferenceError(decodeExactly, [{}, { value: type }])).toStartWith(message);
  });

  test("one that no JSON has is refused", () => {
    const problem = (type: string) =>
      decodeExactly.check?.({ kind: "func", args: [], result: parseType(type) });
    expect(problem("struct{a []variant}")).toBe("JSON cannot be decoded to variant");
    expect(problem("func() int")).toBe("JSON cannot be decoded to func() int");
    expect(problem("map{int: str}")).toBe(
      "keys in JSON are always str, it cannot be decoded to map{int: str}",
    );
    expect(problem("map{str: []struct{a float}}")).toBeUndefined();
  });

  test("one that is only known at run time must be that of the context", () => {
    const run = (type: string) => outcome(decodeExactly, ["[1]", type], { result: parseType("[]int") });
    expect(run("[]int")).toBe("[1]");
    expect(run("[]str")).toBe("FatalError: the result is used as []int, but is to be decoded to []str");
    expect(run("nothing")).toStartWith('FatalError: "nothing" is not a type: ');
  });
});

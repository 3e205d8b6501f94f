import { describe, expect, test } from "bun:test";
import { MapValue, StructValue, type Value } from "../../lang/value.ts";
import type { Kind } from "../../src/resources/define.ts";
import { exec } from "../../src/resources/exec.ts";
import { file } from "../../src/resources/file.ts";
import { password } from "../../src/resources/password.ts";
import { readFields } from "../../src/resources/schema.ts";
import { test as testKind } from "../../src/resources/test.ts";
import { value as valueKind } from "../../src/resources/value.ts";

test("what is set, as a program would have set it, and no defaults", async () => {
  const yaml = `
    shell: /bin/sh
    args: []
    env: {A: "1", B: ""}
    watchfiles: [/a, /b]
    ifequals: ""
    send_stdout: null
    pollint: 0
  `;
  const data: unknown = Bun.YAML.parse(yaml);
  if (typeof data !== "object" || data === null) throw new Error("no object");
  expect(await readFields(exec, { ...data })).toEqual({
    fields: new Map<string, Value>([
      ["shell", "/bin/sh"],
      ["args", []],
      [
        "env",
        new MapValue([
          ["A", "1"],
          ["B", ""],
        ]),
      ],
      ["watchfiles", ["/a", "/b"]],
      ["ifequals", ""],
    ]),
    unknown: ["pollint"],
  });
});

test("underscores may be in a name, and need not be where they belong to it", async () => {
  expect(await readFields(testKind, { bool_ptr: true, slicestring: ["a"], only_show: [] })).toEqual({
    fields: new Map<string, Value>([
      ["boolptr", true],
      ["slicestring", ["a"]],
      ["onlyshow", []],
    ]),
    unknown: [],
  });
  expect(await readFields(file, { selinux_: "x", constructor: 1, __proto__x: 1 })).toMatchObject({
    unknown: ["constructor", "__proto__x"],
  });
});

test("types that words cannot say", async () => {
  const mixedstruct = { somefloat: 0.5, someint: 3, somestr: "s", somebool: true };
  expect(await readFields(testKind, { mapintfloat: { 1: 0.5, "-2": 3 }, mixedstruct })).toEqual({
    fields: new Map<string, Value>([
      [
        "mapintfloat",
        new MapValue([
          [1n, 0.5],
          [-2n, 3],
        ]),
      ],
      ["mixedstruct", new StructValue(["somebool", "somestr", "someint", "somefloat"], [true, "s", 3n, 0.5])],
    ]),
    unknown: [],
  });
});

describe("a value of any type", () => {
  test.each<[string, unknown, Value]>([
    ["bool", false, false],
    ["text", "", ""],
    ["a whole number", 3, 3n],
    ["a large number", 1e300, 1e300],
    ["bigint", 2n ** 63n - 1n, 2n ** 63n - 1n],
    ["a fraction", 0.5, 0.5],
    ["a list", [1, 2], [1n, 2n]],
    ["a list with a fraction in it", [1, 0.5], [1, 0.5]],
    ["an empty list", [], []],
    [
      "an object",
      { b: [true], a: { c: "x" } },
      new StructValue(["b", "a"], [[true], new StructValue(["c"], ["x"])]),
    ],
  ])("%s", async (_title, any, expected) => {
    expect(await readFields(valueKind, { any })).toEqual({
      fields: new Map([["any", expected]]),
      unknown: [],
    });
  });

  test.each<[string, unknown]>([
    ["a list of several types", [1, "a"]],
    ["null in it", [null]],
    ["null further in", { a: { b: null } }],
  ])("not: %s", async (_title, any) => {
    expect(await readFields(valueKind, { any })).toEqual({ error: "any must be a value" });
  });
});

describe("errors name the parameter", () => {
  const rows: readonly (readonly [kind: Kind, data: Readonly<Record<string, unknown>>, error: string])[] = [
    [password, { length: 65536 }, "length must be a whole number from 0 to 65535 (was 65536)"],
    [password, { length: "x" }, 'length must be a whole number from 0 to 65535 (was "x")'],
    [
      password,
      { length: -1, saved: "yes" },
      'length must be a whole number from 0 to 65535 (was -1); saved must be boolean (was "yes")',
    ],
    [file, { mode: 644 }, "mode must be a string (was a number): put it in quotes"],
    [file, { content: ["a"] }, "content must be a string (was an object)"],
    [exec, { args: ["a", 2] }, "args[1] must be a string (was a number): put it in quotes"],
    [exec, { env: { A: 1 } }, "env.A must be a string (was a number): put it in quotes"],
    [exec, { env: ["A=1"] }, "env must be map{str: str}"],
    [testKind, { mapintfloat: { a: 1 } }, "mapintfloat must be map{int: float}"],
    [testKind, { func1: "x" }, "func1 must be func(0 int) str"],
    [
      testKind,
      { int64: 2 ** 53 },
      "int64 must be a whole number from -9007199254740991 to 9007199254740991 (was 9007199254740992)",
    ],
    [testKind, { mixedstruct: { somebool: true } }, "mixedstruct.somefloat must be a number (was missing)"],
  ];
  test.each(rows.map((row) => [row[2], ...row] as const))("%s", async (_title, kind, data, error) => {
    const reading = await readFields(kind, data);
    expect("error" in reading ? reading.error : "no error").toContain(error);
  });
});

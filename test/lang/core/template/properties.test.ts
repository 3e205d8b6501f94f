import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CatchableError, FatalError } from "../../../../lang/core/define.ts";
import { print, printf } from "../../../../lang/core/template/format/printf.ts";
import { call } from "../call.ts";
import { everything } from "./data.ts";

/** What templates are made of, so that many come near to being right. */
const pieces = [
  ...["{{", "}}", "{{- ", " -}}", " ", "\n", "x", "é", "\udcff"],
  ...["if ", "else", "end", "range ", "with ", "define ", "template ", "block ", "break", "continue"],
  ...[".", ".S", ".L", ".M.a", ".Nope", "$", "$x", ":=", "=", ",", "|", "(", ")", '"a"', '"b', "`r`", "'c'"],
  ...["1", "2.5", "1e3", "0x1F", "1i", "-", "nil", "true", "/*", "*/", "@", "\\"],
  ...["print ", 'printf "%v" ', "len ", "index ", "slice ", "eq ", "lt ", "not ", "and ", "html ", "call "],
  ...["strings_to_upper ", "convert_str_to_int ", "golang_strings_join "],
  ...[
    "{{if .B}}",
    "{{end}}",
    "{{else}}",
    "{{range $i, $e := .L}}",
    '{{define "t"}}',
    '{{template "t" .}}',
    "{{.}}",
  ],
];
const anyTemplate = fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join(""));
const anyFormat = fc
  .array(fc.constantFrom(..."%%%%+-# 0.*[]123456vTtbcdoOqxXUeEfFgGsp!é"), { maxLength: 12 })
  .map((parts) => parts.join(""));

describe("properties", () => {
  test("a text without delimiters is itself", () => {
    const text = fc.string({ unit: "grapheme" }).filter((each) => !each.includes("{{"));
    fc.assert(fc.property(text, (each) => call("golang.template", [each]) === each));
  });

  test("a template comes to a text or to one of the two errors", () => {
    fc.assert(
      fc.property(anyTemplate, (template) => {
        try {
          return typeof call("golang.template", [template, everything]) === "string";
        } catch (error) {
          return error instanceof FatalError || error instanceof CatchableError;
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("a string literal is what it quotes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const quoted = call("golang.template", ['{{ printf "%q" . }}', text]);
        return call("golang.template", [`{{ ${quoted} }}`]) === text;
      }),
    );
  });

  test("printf never fails", () => {
    const operand = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));
    fc.assert(
      fc.property(anyFormat, fc.array(operand, { maxLength: 3 }), (format, operands) => {
        return typeof printf(format, operands) === "string";
      }),
    );
  });

  test("a float is written with as few digits as read back the same", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(print([value]))).toBe(value);
      }),
    );
  });
});

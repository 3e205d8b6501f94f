/**
 * What Go's text/template and fmt give for templates and formats, computed with Go 1.26. Each table has templates that
 * give a text and templates that fail; in tables of formats a value stands between the template and its text.
 */
import { describe, expect, test } from "bun:test";
import type { Value } from "../../../../lang/value.ts";
import { call } from "../call.ts";
import { everything } from "./data.ts";
import data from "./expected/data.json";
import constants from "./expected/printf-constants.json";
import containers from "./expected/printf-containers.json";
import floats from "./expected/printf-floats.json";
import ints from "./expected/printf-ints.json";
import strings from "./expected/printf-strings.json";
import syntax from "./expected/syntax.json";

interface Table {
  readonly outputs: readonly (readonly string[])[];
  readonly errors: readonly (readonly string[])[];
}

interface Case {
  readonly name: string;
  readonly table: Table;
  /** What the templates are given; undefined if nothing. */
  readonly given?: Value | ((text: string) => Value);
}

const cases: readonly Case[] = [
  { name: "syntax", table: syntax },
  { name: "constants", table: constants },
  { name: "data", table: data, given: everything },
  { name: "containers", table: containers, given: everything },
  { name: "floats", table: floats, given: Number },
  { name: "ints", table: ints, given: BigInt },
  { name: "strings", table: strings, given: String },
];

function result(args: readonly Value[]): string {
  try {
    return String(call("golang.template", args));
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

for (const { name, table, given } of cases) {
  const argsOf = (row: readonly string[]): readonly Value[] => {
    const [template = "", text = ""] = row;
    if (given === undefined) return [template];
    return [template, typeof given === "function" ? given(text) : given];
  };
  describe(name, () => {
    for (const row of table.outputs) {
      test(`${JSON.stringify(row.slice(0, -1))} gives its text`, () => {
        expect(result(argsOf(row))).toBe(row.at(-1) ?? "");
      });
    }
    for (const row of table.errors) {
      test(`${JSON.stringify(row.slice(0, -1))} fails`, () => {
        expect(result(argsOf(row))).toBe(`FatalError: ${row.at(-1)}`);
      });
    }
  });
}

/** The wording of type errors (language specification, 8.3 and 12.2), in the terms of whoever wrote the program. */
import { type Diagnostic, diagnostic, type Span } from "../diagnostic.ts";
import { type Open, OpenPrinter } from "./open.ts";
import type { Mismatch } from "./unify.ts";

/** Says in one clause what two printed types should have been to each other. */
export interface Explanation {
  readonly clause: (expected: string, actual: string) => string;
  readonly help?: string;
}

/** `subject` had to be of the expected type. */
export function mustBe(subject: string, help?: string): Explanation {
  return {
    clause: (expected, actual) => `${subject} must be ${expected}, got ${actual}`,
    ...(help === undefined ? {} : { help }),
  };
}

/** Of a value (expected) with an annotation (actual). */
export const annotated: Explanation = {
  clause: (value, annotation) => `this is annotated as ${annotation}, but is ${value}`,
};

/** Of an interpolated variable (expected) with `str` (actual). */
export const interpolated: Explanation = {
  clause: (value, wanted) => `an interpolated variable must be ${wanted}, got ${value}`,
  help: 'convert the value first, for example with fmt.printf("%d", …) for an int, or fmt.printf("%v", …)',
};

/** What is called, as messages name it. */
export interface CalleeName {
  readonly text: string;
  /** What a thing handed to it is called. */
  readonly part: "argument" | "operand";
}

const codes = {
  kind: "type-mismatch",
  "arg-count": "argument-count",
  "field-count": "struct-fields",
  "field-names": "struct-fields",
  infinite: "infinite-type",
} as const satisfies Record<Mismatch["reason"], string>;

/** Of two types that should have been equal. */
export function mismatched(
  mismatch: Mismatch,
  expected: Open,
  actual: Open,
  explanation: Explanation,
  span: Span,
): Diagnostic {
  const printer = new OpenPrinter();
  const clause = explanation.clause(printer.print(expected), printer.print(actual));
  return diagnostic("type", codes[mismatch.reason], `${headline(mismatch)}: ${clause}`, span, {
    help: explanation.help ?? conversionHelp(mismatch),
  });
}

/** How to make the one type of the other, where that is likely what is missing. */
function conversionHelp({ reason, left, right }: Mismatch): string | undefined {
  if (reason !== "kind") return undefined;
  const kinds = new Set([left.kind, right.kind]);
  if (kinds.has("int") && kinds.has("float"))
    return "int and float never mix: `convert.to_float(…)` and `convert.to_int(…)` make one of the other";
  if (kinds.has("int") && kinds.has("str"))
    return 'what stands between quotes is a str; `fmt.printf("%d", …)` makes one of an int, `convert.str_to_int(…)` an int of a str';
  if (kinds.has("bool") && kinds.has("str"))
    return "`convert.format_bool(…)` makes a str of a bool, `convert.parse_bool(…)` a bool of a str";
  if (kinds.has("float") && kinds.has("str"))
    return '`fmt.printf("%f", …)` makes a str of a float, `convert.str_to_float(…)` a float of a str';
  if (left.kind === "list" && right.kind === "map")
    return "`map.keys(…)` and `map.values(…)` give the lists of a map; `forkv` goes through a map";
  return left.kind === "list" ? "for a list with one element, write [ … ] around it" : undefined;
}

/** Of a call (expected) with the function that it calls (actual). */
export function miscalled(
  mismatch: Mismatch,
  call: Open,
  callee: Open,
  name: CalleeName,
  span: Span,
): Diagnostic {
  return mismatched(mismatch, call, callee, { clause: callClause(mismatch, call, callee, name) }, span);
}

function callClause(mismatch: Mismatch, call: Open, callee: Open, name: CalleeName): Explanation["clause"] {
  if (mismatch.reason === "infinite" && mismatch.part === undefined) {
    return (expected, actual) => `\`${name.text}\` is called as ${expected}, but is ${actual}`;
  }
  if (call.kind !== "func" || callee.kind !== "func") {
    return (_, actual) => `\`${name.text}\` is called, but it is ${actual}, not a function`;
  }
  if (mismatch.reason === "arg-count" && mismatch.part === undefined) {
    return () => tooManyOrFew(name, callee.args.length, call.args.length);
  }
  const printer = new OpenPrinter();
  const { part } = mismatch;
  if (part === undefined) {
    return (expected, actual) => `\`${name.text}\` is ${actual}, called as ${expected}`;
  }
  const [wanted, got] =
    part === "result" ? [call.result, callee.result] : [callee.args[part]?.type, call.args[part]?.type];
  const wantedText = wanted === undefined ? "" : printer.print(wanted);
  const gotText = got === undefined ? "" : printer.print(got);
  if (part === "result") return () => `the result of \`${name.text}\` is ${gotText}, ${wantedText} is wanted`;
  return () => `${name.part} ${part + 1} of \`${name.text}\` must be ${wantedText}, got ${gotText}`;
}

export function tooManyOrFew(name: CalleeName, wanted: number, got: number): string {
  return `\`${name.text}\` takes ${wanted} ${name.part}${wanted === 1 ? "" : "s"}, got ${got}`;
}

function headline({ reason, left, right }: Mismatch): string {
  switch (reason) {
    case "kind":
      return `type error: ${left.kind} != ${right.kind}`;
    case "arg-count":
      return "func arg count differs";
    case "field-count":
      return "struct field count differs";
    case "field-names":
      return "struct fields differ";
    case "infinite":
      return "the type would have to contain itself";
  }
}

/** The functions that every template has (functions specification, section 7). */
import { equalsAny, isLess, isLessOrEqual } from "./comparison.ts";
import { escapeHtml, escapeJs, escapeQuery } from "./escape.ts";
import { print, printf, println } from "./format/printf.ts";
import { anything, type ShortCircuit, type TemplateFunction, text } from "./function.ts";
import { elementAt, lengthOf, sliceOf } from "./indexing.ts";
import { typeName } from "./type.ts";
import { isTrue, type TemplateValue, typeOf } from "./value.ts";

export const predefined: ReadonlyMap<string, TemplateFunction | ShortCircuit> = new Map<
  string,
  TemplateFunction | ShortCircuit
>([
  ["and", { kind: "and" }],
  ["or", { kind: "or" }],
  ["not", unary((value) => !isTrue(value))],
  ["len", unary(lengthOf)],
  ["index", firstAndRest(elementAt)],
  ["slice", firstAndRest(sliceOf)],
  ["call", { parameters: [anything], rest: anything, call: refuseCall }],
  ["eq", firstAndRest(equalsAny)],
  ["ne", binary((a, b) => !equalsAny(a, [b]))],
  ["lt", binary(isLess)],
  ["le", binary(isLessOrEqual)],
  ["gt", binary((a, b) => !isLessOrEqual(a, b))],
  ["ge", binary((a, b) => !isLess(a, b))],
  ["print", variadic(print)],
  ["println", variadic(println)],
  [
    "printf",
    {
      parameters: [text],
      rest: anything,
      call: (args) => printf(typeof args[0] === "string" ? args[0] : "", args.slice(1)),
    },
  ],
  ["html", variadic((values) => escapeHtml(shown(values)))],
  ["js", variadic((values) => escapeJs(shown(values)))],
  ["urlquery", variadic((values) => escapeQuery(shown(values)))],
]);

function unary(call: (value: TemplateValue) => TemplateValue): TemplateFunction {
  return { parameters: [anything], call: (args) => call(args[0] ?? null) };
}

function binary(call: (a: TemplateValue, b: TemplateValue) => TemplateValue): TemplateFunction {
  return { parameters: [anything, anything], call: (args) => call(args[0] ?? null, args[1] ?? null) };
}

function firstAndRest(
  call: (first: TemplateValue, rest: readonly TemplateValue[]) => TemplateValue,
): TemplateFunction {
  return { parameters: [anything], rest: anything, call: (args) => call(args[0] ?? null, args.slice(1)) };
}

function variadic(call: (values: readonly TemplateValue[]) => TemplateValue): TemplateFunction {
  return { parameters: [], rest: anything, call };
}

/** No value in a template is a function. */
function refuseCall([value = null]: readonly TemplateValue[], first: () => string | undefined): never {
  if (value === null) throw new Error("call of nil");
  const type = typeName(typeOf(value));
  const written = first() ?? (typeof value === "string" ? value : `<${type} Value>`);
  throw new Error(`non-function ${written} of type ${type}`);
}

/** As escaping functions see their arguments. */
function shown(values: readonly TemplateValue[]): string {
  return print(values.map((value) => value ?? "<no value>"));
}

/** How to make a value of one type of a value of another, for the help of type errors. */
import type { ScopedExpression } from "../scope/scoped.ts";
import { type Open, resolve } from "./open.ts";

/**
 * @param value the expression whose type is `got`, where it is known: a literal is simply written otherwise
 * @returns undefined where nothing plain can be said
 */
export function conversionHelp(wanted: Open, got: Open, value?: ScopedExpression): string | undefined {
  const to = resolve(wanted);
  const from = resolve(got);
  if (to.kind === from.kind) {
    if (to.kind !== "list" || from.kind !== "list" || value?.kind !== "list") return undefined;
    return conversionHelp(to.element, from.element, value.elements[0]);
  }
  return literalHelp(to.kind, value) ?? functionHelp(to, from, value);
}

/** A literal of another type that says the same. */
function literalHelp(wanted: Open["kind"], value: ScopedExpression | undefined): string | undefined {
  if (value?.kind !== "constant") return undefined;
  const literal = value.value;
  const { source, start, end } = value.span;
  const written = source.text.slice(start, end);
  switch (wanted) {
    case "str":
      return typeof literal === "string" ? undefined : `a str stands in quotes: \`"${written}"\``;
    case "int":
      return typeof literal === "string" && /^-?[0-9]+$/.test(literal)
        ? `an int stands without quotes: \`${literal}\``
        : undefined;
    case "float":
      return typeof literal === "bigint" ? `a float has a point: \`${literal}.0\`` : undefined;
    case "bool":
      return typeof literal === "string" && /^(?:true|false)$/i.test(literal)
        ? `a bool stands without quotes: \`${literal.toLowerCase()}\``
        : undefined;
    default:
      return undefined;
  }
}

function functionHelp(to: Open, from: Open, value: ScopedExpression | undefined): string | undefined {
  switch (`${from.kind} to ${to.kind}`) {
    case "int to str":
      return 'make a str of an int with `fmt.printf("%d", …)`';
    case "float to str":
      return 'make a str of a float with `fmt.printf("%f", …)`';
    case "bool to str":
      return "make a str of a bool with `convert.format_bool(…)`";
    case "list to str":
      return from.kind === "list" && resolve(from.element).kind === "str"
        ? 'make one str of a list with `strings.join(…, ", ")` of `golang/strings`'
        : 'make a str of any value with `fmt.printf("%v", …)`';
    case "map to str":
      return "what is in a map is read with `[…]`";
    case "struct to str":
      return "a field of a struct is read with `->`";
    case "str to int":
      return "make an int of a str with `convert.str_to_int(…)`";
    case "float to int":
      return "int and float never mix: make an int of a float with `convert.to_int(…)`";
    case "int to float":
      return "int and float never mix: make a float of an int with `convert.to_float(…)`";
    case "str to float":
      return "make a float of a str with `convert.str_to_float(…)`";
    case "str to bool":
      return 'make a bool of a str with `convert.parse_bool(…)`, or compare it: `… == "true"`';
    case "int to bool":
      return "make a bool of an int by comparing it: `… != 0`";
    case "list to bool":
    case "map to bool":
      return "compare how many there are: `len(…) > 0`";
    case "map to list":
      return "`map.keys(…)` and `map.values(…)` give the lists of a map";
    default:
      return to.kind === "list" && resolve(to.element).kind === from.kind
        ? `for a list with one element, write \`[ … ]\` around it${around(value)}`
        : undefined;
  }
}

function around(value: ScopedExpression | undefined): string {
  if (value?.kind !== "constant" && value?.kind !== "variable") return "";
  const { source, start, end } = value.span;
  return `: \`[${source.text.slice(start, end)}]\``;
}

/** The wording of type errors (language specification, 8.3 and 12.2), in the terms of whoever wrote the program. */
import { type Details, type Diagnostic, diagnostic, type Span } from "../diagnostic.ts";
import type { ScopedExpression } from "../scope/scoped.ts";
import { conversionHelp } from "./conversion.ts";
import { type Open, OpenPrinter, resolve } from "./open.ts";
import type { Func } from "./type.ts";
import type { Mismatch } from "./unify.ts";

/** Says in one clause what two printed types should have been to each other. */
export interface Explanation {
  readonly clause: (expected: string, actual: string) => string;
  /** Which of the two is the type that is wanted. */
  readonly wanted: "expected" | "actual";
  /** What to do, where that is more than to convert what there is. */
  readonly help?: (wanted: Open, got: Open) => string | undefined;
}

/** `subject` had to be of the expected type. */
export function mustBe(subject: string, help?: Explanation["help"]): Explanation {
  return {
    clause: (expected, actual) => `${subject} must be ${expected}, got ${actual}`,
    wanted: "expected",
    ...(help === undefined ? {} : { help }),
  };
}

/** `subject` had to be of the type that the first of its siblings has. */
export function likeTheFirst(subject: string): Explanation {
  return {
    clause: (expected, actual) => `${subject} is ${actual}, but the first is ${expected}`,
    wanted: "expected",
  };
}

/** Of a value (expected) with an annotation (actual). */
export const annotated: Explanation = {
  clause: (value, annotation) => `this is declared as ${annotation}, but it is ${value}`,
  wanted: "actual",
};

/** Of an interpolated variable (expected) with `str` (actual). */
export function interpolated(name: string): Explanation {
  return {
    clause: (value, wanted) => `\`$${name}\` must be ${wanted} to stand in a string, got ${value}`,
    wanted: "actual",
    help: (_, got) => {
      const verb = ({ int: "%d", float: "%f", bool: "%t" } as Readonly<Record<string, string>>)[got.kind];
      return `convert it first: \`fmt.printf("${verb ?? "%v"}", $${name})\``;
    },
  };
}

/** What is called, as messages name it. */
export interface CalleeName {
  readonly text: string;
  /** What a thing handed to it is called, by its index from 0. */
  readonly part: (index: number) => string;
  /** Of operands that have to be of one type: what the operator is. */
  readonly sameOperands?: boolean;
  /** Says how it may be called. */
  readonly notes?: () => readonly string[];
  /** What to do about an argument, where that is more than to convert it. */
  readonly help?: (index: number, wanted: Open, got: Open) => string | undefined;
}

/** The name of a function, and what its arguments are called. */
export function functionName(text: string, notes: () => readonly string[]): CalleeName {
  return { text, part: (index) => `argument ${index + 1} of \`${text}\``, notes };
}

const codes = {
  kind: "type-mismatch",
  "arg-count": "argument-count",
  "field-count": "struct-fields",
  "field-names": "struct-fields",
  infinite: "infinite-type",
} as const satisfies Record<Mismatch["reason"], string>;

/**
 * Of two types that should have been equal.
 * @param value the expression that has the type that is not wanted
 */
export function mismatched(
  mismatch: Mismatch,
  expected: Open,
  actual: Open,
  explanation: Explanation,
  span: Span,
  value?: ScopedExpression,
): Diagnostic {
  const printer = new OpenPrinter();
  const clause = explanation.clause(describe(printer, expected, actual), describe(printer, actual, expected));
  const [wanted, got] = explanation.wanted === "expected" ? [expected, actual] : [actual, expected];
  const help = explanation.help?.(resolve(wanted), resolve(got)) ?? conversionHelp(wanted, got, value);
  return problem(mismatch, clause, span, { focus: value?.span, help });
}

function problem(mismatch: Mismatch, clause: string, span: Span, details: Details): Diagnostic {
  const notes = [...(details.notes ?? []), ...differenceNotes(mismatch)];
  const reason = headline(mismatch);
  const message = reason === undefined ? clause : `${clause}: ${reason}`;
  return diagnostic("type", codes[mismatch.reason], message, span, { ...details, notes });
}

/** Of types that are of one kind all the same. */
function headline({ reason }: Mismatch): string | undefined {
  switch (reason) {
    case "field-count":
      return "struct field count differs";
    case "field-names":
      return "struct fields differ";
    case "arg-count":
      return "the number of arguments differs";
    case "infinite":
      return "the type would have to contain itself";
    default:
      return undefined;
  }
}

/** What exactly differs, where the types are long or what differs is deep inside of them. */
function differenceNotes({ left, right }: Mismatch): readonly string[] {
  if (left.kind !== "struct" || right.kind !== "struct") return [];
  const names = (type: typeof left): readonly string[] => type.fields.map(({ name }) => name);
  const [first, second] = [names(left), names(right)];
  const only = (these: readonly string[], those: readonly string[]): string => {
    const known = new Set(those);
    return these
      .filter((name) => !known.has(name))
      .map((name) => `\`${name}\``)
      .join(", ");
  };
  const differences = [only(first, second), only(second, first)].filter((each) => each !== "");
  if (differences.length === 0) return ["the fields of a struct have an order, which belongs to its type"];
  return [`only one of the two structs has ${differences.join(", and only the other ")}`];
}

/** A type beside another; one of which nothing but its kind is known goes by that. */
function describe(printer: OpenPrinter, type: Open, other: Open): string {
  const at = resolve(type);
  const kind = at.kind === "list" ? "a list" : "a map";
  if (isBare(at)) return kind;
  const text = printer.print(at);
  return isBare(resolve(other)) && (at.kind === "list" || at.kind === "map") ? `${kind} (${text})` : text;
}

/** Whether nothing is known of the elements of a list or map. */
function isBare(type: Open): boolean {
  if (type.kind === "list") return resolve(type.element).kind === "variable";
  return type.kind === "map" && [type.key, type.value].every((each) => resolve(each).kind === "variable");
}

/**
 * Of a call (expected) with the function that it calls (actual).
 * @param args what is handed over
 */
export function miscalled(
  mismatch: Mismatch,
  call: Func<Open & { kind: "variable" }>,
  callee: Open,
  name: CalleeName,
  span: Span,
  args: readonly ScopedExpression[],
): Diagnostic {
  const { part, reason } = mismatch;
  const printer = new OpenPrinter();
  const notes = name.notes?.() ?? [];
  if (reason === "infinite" && part === undefined) {
    const clause = `\`${name.text}\` is called as ${printer.print(call)}, but is ${printer.print(callee)}`;
    return problem(mismatch, clause, span, { notes });
  }
  if (callee.kind !== "func") {
    return problem(
      mismatch,
      `\`${name.text}\` is called, but it is ${printer.print(callee)}, not a function`,
      span,
      {
        notes,
      },
    );
  }
  if (reason === "arg-count" && part === undefined) {
    return miscounted(name, String(callee.args.length), args, callee.args.length, span);
  }
  if (part === undefined) {
    const clause = `\`${name.text}\` is ${printer.print(callee)}, called as ${printer.print(call)}`;
    return problem(mismatch, clause, span, { notes });
  }
  if (part === "result") {
    const wanted = describe(printer, call.result, callee.result);
    const clause = `the result of \`${name.text}\` is ${describe(printer, callee.result, call.result)}, but ${wanted} is wanted`;
    return problem(mismatch, clause, span, { notes });
  }
  const wanted = callee.args[part]?.type ?? call.result;
  const got = call.args[part]?.type ?? call.result;
  const [wantedText, gotText] = [describe(printer, wanted, got), describe(printer, got, wanted)];
  const clause =
    name.sameOperands === true && part === 1
      ? `both sides of \`${name.text}\` must be of one type, but they are ${wantedText} and ${gotText}`
      : `${name.part(part)} must be ${wantedText}, got ${gotText}`;
  const value = args[part];
  return problem(mismatch, clause, span, {
    notes,
    focus: value?.span,
    help: name.help?.(part, resolve(wanted), resolve(got)) ?? conversionHelp(wanted, got, value),
  });
}

/**
 * Of a call with too many or too few arguments.
 * @param wanted how many there may be
 * @param most the highest of these numbers
 */
export function miscounted(
  name: CalleeName,
  wanted: string,
  args: readonly ScopedExpression[],
  most: number,
  span: Span,
): Diagnostic {
  const clause = `\`${name.text}\` takes ${wanted} argument${/\b1$/.test(wanted) ? "" : "s"}, got ${args.length}`;
  return diagnostic("type", codes["arg-count"], clause, span, {
    notes: name.notes?.() ?? [],
    focus: args[most]?.span,
  });
}

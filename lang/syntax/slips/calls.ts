import type { SyntaxFailure } from "../syntax-failure.ts";
import { closers, lineStart, type Slip, wantsExpression } from "./slip.ts";

const truths: Readonly<Record<string, string>> = {
  yes: "true",
  on: "true",
  enabled: "true",
  no: "false",
  off: "false",
  disabled: "false",
};
const nothings = new Set(["null", "nil", "none", "undefined", "undef"]);

/** Parameters, arguments, and calls that are statements. */
export const callSlips: readonly Slip[] = [
  {
    when: (it) => it.kind() === "=" && isParameter(it),
    help: () => "parameters have no default values: every call and every `include` gives all of them",
  },
  {
    when: (it) => (it.kind() === "=>" || it.kind() === "=" || it.kind() === ":") && isArgumentName(it),
    focus: (it) => it.span(-1),
    message: () => "arguments have no names",
    help: (it) => `they go by their order: leave \`${it.text(-1)} ${it.text()}\` out`,
  },
  {
    when: (it) => it.kind() === "NEWLINE" && it.expects("{") && isCallStatement(it),
    focus: (it) => it.spanAt(lineStart(it)),
    message: () => "a call is not a statement",
    help: (it) => callHelp(it, it.textAt(lineStart(it))),
  },
  {
    when: (it) =>
      it.kind() === "." && wantsExpression(it) && it.kind(-1) === "IDENTIFIER" && it.kind(1) === "IDENTIFIER",
    focus: (it) => it.span(-1),
    message: () => "a call is not a statement",
    help: (it) => callHelp(it, `${it.text(-1)}.${it.text(1)}`),
  },
];

/** Names alone, where a value is wanted. */
export const bareNameSlips: readonly Slip[] = [
  {
    when: (it) => isBareName(it) && nothings.has(it.text(-1)),
    focus: (it) => it.span(-1),
    message: (it) => `there is no \`${it.text(-1)}\``,
    help: () => "`field => condition ?: value,` leaves a field unset",
  },
  {
    when: (it) => it.kind() === "CAPITALIZED" && wantsExpression(it) && nothings.has(it.text().toLowerCase()),
    message: (it) => `there is no \`${it.text()}\``,
    help: () => "`field => condition ?: value,` leaves a field unset",
  },
  {
    when: (it) => isBareName(it) && Object.hasOwn(truths, it.text(-1)),
    focus: (it) => it.span(-1),
    message: (it) => `\`${it.text(-1)}\` is not a value`,
    help: (it) => `write \`${truths[it.text(-1)]}\``,
  },
  {
    when: (it) => isBareName(it) && it.kind(-2) !== "." && mentions(it, "$"),
    focus: (it) => it.span(-1),
    message: (it) => `\`${it.text(-1)}\` is not a value`,
    help: (it) => `a variable is written with a dollar: \`$${it.text(-1)}\``,
  },
  {
    when: (it) => isBareName(it) && (it.kind(-2) === "." || mentions(it, "func")),
    focus: (it) => it.span(-1),
    message: (it) => `\`${dottedName(it)}\` is not a value`,
    help: (it) =>
      `functions are not values: call it as \`${dottedName(it)}(…)\`, or wrap it as \`func($x) { ${dottedName(it)}($x) }\``,
  },
  {
    when: (it) => isBareName(it),
    focus: (it) => it.span(-1),
    message: (it) => `\`${it.text(-1)}\` is not a value`,
    help: (it) =>
      `write a text as \`"${it.text(-1)}"\`, a variable as \`$${it.text(-1)}\`, the call of a function as \`${it.text(-1)}(…)\``,
  },
];

/** Whether a name ends before the culprit that could only be the name of a function. */
function isBareName(failure: SyntaxFailure): boolean {
  const kind = failure.kind();
  if (failure.kind(-1) !== "IDENTIFIER" || !failure.expects("(")) return false;
  return (
    kind === "NEWLINE" || kind === "," || kind === "?:" || kind === "<|>" || kind === "+" || closers.has(kind)
  );
}

/** The name with its dots that ends before the culprit. */
function dottedName(failure: SyntaxFailure): string {
  const name = failure.text(-1);
  return failure.kind(-2) === "." ? `${failure.text(-3)}.${name}` : name;
}

/** Whether the name before the culprit stands elsewhere right after such a token. */
function mentions(failure: SyntaxFailure, before: "$" | "func" | "class", name = failure.text(-1)): boolean {
  const { codes } = failure.tokens;
  for (let at = 1; at < codes.length; at++) {
    if (failure.kindAt(at) !== "IDENTIFIER" || failure.kindAt(at - 1) !== before) continue;
    if (failure.textAt(at) === name) return true;
  }
  return false;
}

/** Whether a parameter, or its type, ends before the culprit. */
function isParameter(failure: SyntaxFailure): boolean {
  const open = failure.openBracket();
  if (open === undefined || failure.kindAt(open) !== "(") return false;
  return (
    failure.kindAt(open - 1) === "func" ||
    (failure.kindAt(open - 1) === "IDENTIFIER" &&
      (failure.kindAt(open - 2) === "func" || failure.kindAt(open - 2) === "class"))
  );
}

/** Whether a name alone ends before the culprit that begins an argument. */
function isArgumentName(failure: SyntaxFailure): boolean {
  const open = failure.openBracket();
  if (open === undefined || failure.kindAt(open) !== "(" || failure.kindAt(open - 1) !== "IDENTIFIER")
    return false;
  const before = failure.kind(-2);
  return failure.kind(-1) === "IDENTIFIER" && (before === "(" || before === "," || before === "NEWLINE");
}

/** Whether the line that ends at the culprit is a name with arguments. */
function isCallStatement(failure: SyntaxFailure): boolean {
  const first = lineStart(failure);
  return (
    failure.kind(-1) === ")" &&
    failure.kindAt(first) === "IDENTIFIER" &&
    failure.openBracket(failure.at - 1) === first + 1
  );
}

function callHelp(failure: SyntaxFailure, name: string): string {
  if (mentions(failure, "class", name)) return `a class is included: \`include ${name}(…)\``;
  const resource = name.includes(".") ? "" : `; a resource is written \`${name} "name" { … }\``;
  return `what a function gives is used in an expression, such as \`$x = ${name}(…)\`; a class is included: \`include ${name}(…)\`${resource}`;
}

/** Says in the user's terms why the grammar did not match (language specification, sections 12.2 and 12.4). */
import { type Diagnostic, diagnostic, join, place } from "../diagnostic.ts";
import { binaryOperators } from "./precedence.ts";
import { SyntaxFailure } from "./syntax-failure.ts";
import { syntaxHelp } from "./syntax-help.ts";
import { closingBracket, describeKind, reservedWords, type TokenKind, type Tokens } from "./token.ts";

/** More expectations than this tell nobody anything. */
const maximumExpectations = 4;

/**
 * @param at the first token that could not be
 * @param expected what could have been there instead, as the grammar names it
 */
export function syntaxError(tokens: Tokens, at: number, expected: readonly string[]): Diagnostic {
  const failure = new SyntaxFailure(tokens, at, expected);
  if (failure.kind() === "ERROR" && tokens.error !== undefined) return tokens.error;
  return (
    missingFinalNewline(failure) ?? additionalEquals(failure) ?? missingComma(failure) ?? unexpected(failure)
  );
}

function unexpected(failure: SyntaxFailure): Diagnostic {
  if (failure.kind() === undefined) return unexpectedEnd(failure);
  const { message, ...details } = syntaxHelp(failure);
  return diagnostic(
    "parse",
    "unexpected-token",
    message ?? `unexpected ${describeCulprit(failure)}${describeExpected(failure.expected)}`,
    failure.span(),
    { ...details, notes: openBracketNotes(failure) },
  );
}

/** A line that ends too soon may lack a bracket: where it was opened. */
function openBracketNotes(failure: SyntaxFailure): readonly string[] {
  const bracket = failure.openBracket();
  if (failure.kind() !== "NEWLINE" || bracket === undefined) return [];
  const kind = failure.kindAt(bracket);
  const closes = kind === "(" || kind === "[" || kind === "{" ? closingBracket[kind] : undefined;
  if (closes === undefined || !failure.expects(closes)) return [];
  return [`the \`${kind}\` at ${place(failure.spanAt(bracket))} is not closed`];
}

function unexpectedEnd(failure: SyntaxFailure): Diagnostic {
  const bracket = failure.openBracket();
  const kind = bracket === undefined ? undefined : failure.kindAt(bracket);
  const closing = kind === "(" || kind === "[" || kind === "{" ? closingBracket[kind] : undefined;
  const expected = closing === undefined ? failure.expected : [describeKind(closing)];
  const notes =
    bracket === undefined ? [] : [`the \`${kind}\` at ${place(failure.spanAt(bracket))} is not closed`];
  return diagnostic(
    "parse",
    "unexpected-end-of-file",
    `unexpected end of file${describeExpected(expected)}`,
    failure.span(),
    { notes },
  );
}

function describeCulprit(failure: SyntaxFailure): string {
  const [line = "", ...more] = failure.text().split("\n");
  switch (failure.kind()) {
    case "NEWLINE":
      return "end of line";
    case "STRING":
      return line.length > 32 || more.length > 0 ? "string" : `string \`${line}\``;
    case "IDENTIFIER":
      return `name \`${line}\``;
    default:
      return reservedWords.has(line) ? `word \`${line}\`` : `\`${line}\``;
  }
}

function describeExpected(expected: readonly string[]): string {
  const names = expected.filter((name) => name !== "EOF");
  const last = names.at(-1);
  if (last === undefined || names.length > maximumExpectations) return "";
  return `, expected ${names.length === 1 ? last : `${names.slice(0, -1).join(", ")} or ${last}`}`;
}

function missingFinalNewline(failure: SyntaxFailure): Diagnostic | undefined {
  if (failure.kind() !== undefined || !failure.expects("NEWLINE")) return undefined;
  if (failure.openBracket() !== undefined) return undefined;
  return diagnostic(
    "parse",
    "missing-final-newline",
    "unexpected end of file: the last line does not end with a newline",
    failure.span(),
    { help: "add a newline at the end of the file, or let `mgmt fmt` do it" },
  );
}

/** `$x == …` where a bind was meant; the name is to blame. */
function additionalEquals(failure: SyntaxFailure): Diagnostic | undefined {
  if (failure.kind() !== "==" || failure.kind(-2) !== "$" || !failure.expects("=")) return undefined;
  return diagnostic("parse", "additional-equals", "additional equals in bind statement", failure.span(-1), {
    help: `write \`$${failure.text(-1)} = …\``,
  });
}

/** A field of a resource that does not end with its comma; the last operand of its value is to blame. */
function missingComma(failure: SyntaxFailure): Diagnostic | undefined {
  const line = failure.expects(",") ? failure.resourceLine() : undefined;
  if (line === undefined || failure.kindAt(line) !== "IDENTIFIER") return undefined;
  const kind = failure.kind();
  if (kind !== "NEWLINE" && kind !== "}") return undefined;
  const operand = lastOperand(failure, line + 2);
  if (operand === undefined) return undefined;
  return diagnostic(
    "parse",
    "missing-trailing-comma",
    "expecting trailing comma after the field",
    join(failure.spanAt(operand), failure.span(-1)),
    { help: "every line of a resource ends with a comma" },
  );
}

const operators: ReadonlySet<TokenKind | undefined> = new Set<TokenKind>([...binaryOperators, "<|>", "not"]);

/** Where the last operand begins of the value that begins at a token; nothing if the value has a condition. */
function lastOperand(failure: SyntaxFailure, value: number): number | undefined {
  let operand = value;
  let nesting = 0;
  let conditions = 0;
  for (let at = value; at < failure.at; at++) {
    const kind = failure.kindAt(at);
    if (kind === "(" || kind === "[" || kind === "{") nesting++;
    else if (kind === ")" || kind === "]" || kind === "}") nesting--;
    else if (nesting > 0) continue;
    else if (kind === "?:") return undefined;
    // The condition of an `if` is part of the operand that the `if` begins, though no bracket shows it.
    else if (kind === "if") conditions++;
    else if (kind === "else") conditions--;
    else if (conditions === 0 && operators.has(kind)) operand = at + 1;
  }
  return operand;
}

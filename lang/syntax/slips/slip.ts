import type { Span } from "../../diagnostic.ts";
import type { SyntaxFailure } from "../syntax-failure.ts";
import type { TokenKind } from "../token.ts";

/** A mistake that people make, told by the tokens where the grammar stopped. */
export interface Slip {
  readonly when: (failure: SyntaxFailure) => boolean;
  /** What to write instead. */
  readonly help: (failure: SyntaxFailure) => string;
  /** What is wrong, where that says more than what was unexpected and what was expected. */
  readonly message?: (failure: SyntaxFailure) => string;
  /** What is to blame, where that is not the unexpected token. */
  readonly focus?: (failure: SyntaxFailure) => Span;
}

export type Kinds = ReadonlySet<TokenKind | undefined>;

const literals: readonly TokenKind[] = ["STRING", "INTEGER", "FLOAT", "BOOL"];

export const closers: Kinds = new Set<TokenKind>([")", "]", "}"]);
export const operandStarts: Kinds = new Set<TokenKind>([
  ...literals,
  "IDENTIFIER",
  "$",
  "(",
  "[",
  "{",
  "struct",
  "func",
]);
export const operandEnds: Kinds = new Set<TokenKind>([...literals, "IDENTIFIER", ")", "]", "}"]);
const lineStarts: Kinds = new Set<TokenKind | undefined>([undefined, "NEWLINE"]);

export const wantsExpression = (failure: SyntaxFailure): boolean =>
  failure.expected.includes("an expression");
export const wantsStatement = (failure: SyntaxFailure): boolean => failure.expected.includes("a statement");

/** Whether the culprit, or what is so many places after it, stands right after a name that is the first word of a line. */
export const followsFirstName = (failure: SyntaxFailure, offset = 0): boolean =>
  failure.kind(offset - 1) === "IDENTIFIER" && lineStarts.has(failure.kind(offset - 2));

export const followsBoundName = (failure: SyntaxFailure): boolean =>
  failure.expects("=") && failure.kind(-1) === "IDENTIFIER" && failure.kind(-2) === "$";

/** Whether nothing stands between the culprit, or what is so many places after it, and the token before that. */
export const adjoins = (failure: SyntaxFailure, offset = 0): boolean =>
  failure.span(offset - 1).end === failure.span(offset).start;

/** The first token of the line of a token. */
export function lineStart(failure: SyntaxFailure, at = failure.at): number {
  let first = at;
  while (!lineStarts.has(failure.kindAt(first - 1))) first--;
  return first;
}

/** The first token of the line that a token is on, then of the lines on which the brackets around it are opened. */
export function* enclosingLines(failure: SyntaxFailure): Iterable<number> {
  yield lineStart(failure);
  for (let at = failure.openBracket(); at !== undefined; at = failure.openBracket(at))
    yield lineStart(failure, at);
}

/** The pieces that a template is made of. */

export type Keyword =
  | "block"
  | "break"
  | "continue"
  | "define"
  | "else"
  | "end"
  | "if"
  | "nil"
  | "range"
  | "template"
  | "with";

export type TokenKind =
  | Keyword
  | "."
  | "assign"
  | "bool"
  | "char"
  | "complex"
  | "declare"
  | "EOF"
  /** The text is what is wrong. */
  | "error"
  | "field"
  | "identifier"
  | "left delimiter"
  | "left paren"
  | "number"
  | "other"
  | "pipe"
  | "raw string"
  | "right delimiter"
  | "right paren"
  | "space"
  | "string"
  | "text"
  | "variable";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset in the template, in UTF-16 units. */
  readonly at: number;
  /** Counted from 1. */
  readonly line: number;
}

const keywords: ReadonlySet<string> = new Set<Keyword>([
  "block",
  "break",
  "continue",
  "define",
  "else",
  "end",
  "if",
  "nil",
  "range",
  "template",
  "with",
]);

export function isKeyword(word: string): word is Keyword {
  return keywords.has(word);
}

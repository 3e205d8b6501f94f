/**
 * The tokens of mcl (language specification, section 2.2). A kind goes by its own text where that is fixed
 * (`=>`, `class`) and by a word in capitals where it is not, so that the grammar reads like the EBNF; each is encoded as one character, so that a lexed
 * program is a string in which a position is the number of a token.
 */
import type { Diagnostic, Source, Span } from "../diagnostic.ts";
import type { Comment } from "./ast.ts";

/** The character that stands for each kind of token; no two are the same. */
export const tokenCode = {
  NEWLINE: "N",
  "{": "{",
  "}": "}",
  "(": "(",
  ")": ")",
  "[": "[",
  "]": "]",
  "=": "=",
  $: "$",
  ",": ",",
  ":": ":",
  ";": ";",
  ".": ".",
  "?:": "?",
  "<|>": "|",
  "=>": "~",
  "->": "^",
  "<": "<",
  ">": ">",
  "<=": "L",
  ">=": "G",
  "==": "E",
  "!=": "U",
  "+": "+",
  "-": "-",
  "*": "*",
  "/": "/",
  and: "&",
  or: "O",
  not: "!",
  in: "@",
  BOOL: "B",
  STRING: "S",
  INTEGER: "I",
  FLOAT: "F",
  IDENTIFIER: "n",
  CAPITALIZED: "C",
  if: "i",
  else: "e",
  for: "f",
  forkv: "k",
  bool: "b",
  str: "s",
  int: "#",
  float: "d",
  map: "m",
  struct: "t",
  variant: "v",
  func: "u",
  class: "c",
  include: "l",
  import: "p",
  as: "a",
  collect: "o",
  panic: "x",
  ERROR: "X",
} as const satisfies Readonly<Record<string, string>>;

export type TokenKind = keyof typeof tokenCode;

/** What closes a bracket. */
export const closingBracket = { "(": ")", "[": "]", "{": "}" } as const satisfies Partial<
  Record<TokenKind, TokenKind>
>;

/** A lexed program. */
export interface Tokens {
  readonly source: Source;
  /** One character of {@link tokenCode} per token. */
  readonly codes: string;
  /** Where each token stands. */
  readonly spans: readonly Span[];
  readonly comments: readonly Comment[];
  /** What stopped the lexer, if anything did; the last token is then of kind `ERROR` and marks the place. */
  readonly error: Diagnostic | undefined;
}

const kindOfCode = new Map<string, TokenKind>();
for (const kind of Object.keys(tokenCode)) {
  if (isTokenKind(kind)) kindOfCode.set(tokenCode[kind], kind);
}

function isTokenKind(kind: string): kind is TokenKind {
  return Object.hasOwn(tokenCode, kind);
}

/** The kind of token that a character of `codes` stands for; nothing past the end. */
export function tokenKind(code: string): TokenKind | undefined {
  return kindOfCode.get(code);
}

/** The words that are tokens of their own and so never names (section 2.3). */
export const reservedWords: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ["true", "BOOL"],
  ["false", "BOOL"],
  ...(
    [
      "if",
      "else",
      "for",
      "forkv",
      "and",
      "or",
      "not",
      "in",
      "bool",
      "str",
      "int",
      "float",
      "map",
      "struct",
      "variant",
      "func",
      "class",
      "include",
      "import",
      "as",
      "collect",
      "panic",
    ] as const
  ).map((word) => [word, word] as const),
]);

/** What a kind of token is called in messages. */
export function describeKind(kind: TokenKind): string {
  switch (kind) {
    case "NEWLINE":
      return "end of line";
    case "IDENTIFIER":
      return "a name";
    case "CAPITALIZED":
      return "a capitalized name";
    case "STRING":
      return "a string";
    case "INTEGER":
    case "FLOAT":
      return "a number";
    case "BOOL":
      return "`true` or `false`";
    default:
      return `\`${kind}\``;
  }
}

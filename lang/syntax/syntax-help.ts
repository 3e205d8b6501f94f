import type { SyntaxFailure } from "./syntax-failure.ts";
import { reservedWords, type TokenKind } from "./token.ts";

/** What to do about a syntax error, if it is one that people make. */
export function syntaxHelp(failure: SyntaxFailure): string | undefined {
  return slips.find(({ when }) => when(failure))?.help(failure);
}

interface Slip {
  readonly when: (failure: SyntaxFailure) => boolean;
  readonly help: (failure: SyntaxFailure) => string;
}

type Kinds = ReadonlySet<TokenKind | undefined>;
const closers: Kinds = new Set<TokenKind>([")", "]", "}"]);
const literals: readonly TokenKind[] = ["STRING", "INTEGER", "FLOAT", "BOOL"];
const operandStarts: Kinds = new Set<TokenKind>([
  ...literals,
  "IDENTIFIER",
  "$",
  "(",
  "[",
  "{",
  "struct",
  "func",
]);
const endsResourceLine: Kinds = new Set<TokenKind>(["NEWLINE", "}", "IDENTIFIER", "CAPITALIZED"]);
const operandEnds: Kinds = new Set<TokenKind>([...literals, "IDENTIFIER", ")", "]", "}"]);

const wantsExpression = (failure: SyntaxFailure): boolean => failure.expected.includes("an expression");
const wantsStatement = (failure: SyntaxFailure): boolean => failure.expected.includes("a statement");
const wantsName = (failure: SyntaxFailure): boolean =>
  failure.expects("IDENTIFIER") || failure.expected.includes("a field");
const isSignedNumber = (failure: SyntaxFailure): boolean =>
  (failure.kind() === "INTEGER" || failure.kind() === "FLOAT") && failure.text().startsWith("-");

/** From the particular to the general: the first that fits is told. */
const slips: readonly Slip[] = [
  {
    when: (it) => it.kind() === "if" && it.kind(-1) === "else",
    help: () => "there is no `else if`: nest the `if` inside of `else { … }`",
  },
  {
    when: (it) => it.kind() === "else" && wantsStatement(it),
    help: () => "`else` stands on the line of the `}` before it",
  },
  {
    when: (it) => it.kind() === "NEWLINE" && it.expects("else"),
    help: () => "an `if` that is a value needs its `else`, on the line of the `}` before it",
  },
  {
    when: (it) => it.kind() === "NEWLINE" && it.expects("{"),
    help: () => "the `{` stands on the same line",
  },
  {
    when: (it) => it.kind() === "}" && it.expects("NEWLINE"),
    help: () => "every statement of a block has a line of its own; so does the `}`",
  },
  {
    when: (it) => it.kind() === ";" && it.expects("NEWLINE"),
    help: () => "statements are not separated by `;`: put each on a line of its own",
  },
  {
    when: (it) => it.kind() === "-" && wantsExpression(it),
    help: () => "there is no unary minus: write `0 - …`",
  },
  {
    when: (it) => isSignedNumber(it) && operandEnds.has(it.kind(-1)),
    help: (it) => `the sign belongs to the number: write \`- ${it.text().slice(1)}\` to subtract`,
  },
  {
    when: (it) => it.kind() === "(" && it.kind(-1) === ")",
    help: () => "only a name or a `func` can be called: bind the function to a variable first",
  },
  {
    when: (it) => it.expects("(") && it.kind(-1) === "IDENTIFIER" && it.kind() !== "CAPITALIZED",
    help: (it) =>
      `functions are not values: call it as \`${it.text(-1)}(…)\`, or wrap it as \`func($x) { ${it.text(-1)}($x) }\``,
  },
  {
    when: (it) =>
      it.kind() === "CAPITALIZED" && it.kind(-1) === "IDENTIFIER" && it.span(-1).end === it.span().start,
    help: (it) => `names are lower case: \`${it.text(-1)}_${it.text().toLowerCase()}\``,
  },
  {
    when: (it) => it.kind() === "CAPITALIZED" && wantsExpression(it),
    help: () =>
      'resources are not values; an edge takes one, whose name may be a list: `Before => Kind[["a", "b"]],`',
  },
  {
    when: (it) => it.kind() === "CAPITALIZED" && wantsName(it),
    help: () => "names are lower case",
  },
  {
    when: (it) => wantsName(it) && reservedWords.has(it.text()),
    help: (it) => `\`${it.text()}\` is a reserved word and cannot be a name here`,
  },
  {
    when: (it) => it.kind() === "IDENTIFIER" && it.expected.includes("a variable"),
    help: (it) => `a variable is written with a dollar: \`$${it.text()}\``,
  },
  {
    when: (it) => it.kind(-1) === "," && closers.has(it.kind()),
    help: () => "what is written on one line has no comma at its end",
  },
  {
    when: (it) => it.kind() === "?:",
    help: () => "`?:` is for the lines of resources, once in each: elsewhere write `if … { … } else { … }`",
  },
  {
    when: (it) => endsResourceLine.has(it.kind()) && it.expects(",") && it.resourceLine() !== undefined,
    help: () => "every line of a resource ends with a comma",
  },
  {
    when: (it) => it.kind() === "NEWLINE" && it.expects(","),
    help: () => "what spans several lines has one element per line, each with a comma at its end",
  },
  {
    when: (it) => it.kind() === "NEWLINE" && (it.expects(")") || it.expects("]") || it.expects("}")),
    help: () =>
      "what begins on the line of its bracket ends on that line; or put each element on a line of its own",
  },
  {
    when: (it) => it.kind() === "NEWLINE" && wantsExpression(it),
    help: () => "an expression does not go on in the next line",
  },
  {
    when: (it) => it.kind() === "panic" && wantsExpression(it),
    help: () => "`panic` is a statement: it cannot be part of an expression",
  },
  {
    when: (it) => it.expects("STRING") && it.kind(-1) === "import",
    help: (it) => `what to import is a string: \`import "${it.text().trim()}"\``,
  },
  {
    when: (it) => it.expects("=>"),
    help: () => "values are set with `=>`",
  },
  {
    when: (it) => it.kind() === "=" && operandEnds.has(it.kind(-1)),
    help: () => "values are compared with `==`",
  },
  {
    when: (it) => operandStarts.has(it.kind()) && operandEnds.has(it.kind(-1)),
    help: () => "is an operator or a comma missing between the two?",
  },
];

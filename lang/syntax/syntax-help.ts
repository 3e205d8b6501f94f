import type { Details } from "../diagnostic.ts";
import { bracketSlips } from "./slips/brackets.ts";
import { bareNameSlips, callSlips } from "./slips/calls.ts";
import { edgeSlips } from "./slips/edges.ts";
import { foreignTypes } from "./slips/foreign-types.ts";
import { foreignLiterals, foreignWords } from "./slips/foreign-words.ts";
import { operatorSlips } from "./slips/operators.ts";
import {
  closers,
  followsBoundName,
  followsFirstName,
  type Kinds,
  lineStart,
  operandEnds,
  operandStarts,
  type Slip,
  wantsExpression,
  wantsStatement,
} from "./slips/slip.ts";
import type { SyntaxFailure } from "./syntax-failure.ts";
import { reservedWords, type TokenKind } from "./token.ts";

/**
 * What to do about a syntax error, if it is one that people make; and what is wrong, where that says more than what
 * was unexpected.
 */
export function syntaxHelp(failure: SyntaxFailure): Details & { readonly message?: string | undefined } {
  const slip = slips.find(({ when }) => when(failure));
  return {
    message: slip?.message?.(failure),
    focus: slip?.focus?.(failure),
    help: slip?.help(failure),
  };
}

const endsResourceLine: Kinds = new Set<TokenKind>(["NEWLINE", "}", "IDENTIFIER", "CAPITALIZED"]);
const arithmetic: Kinds = new Set<TokenKind>(["+", "-", "*", "/"]);
const statementWords: Kinds = new Set<TokenKind>([
  "$",
  "if",
  "for",
  "forkv",
  "func",
  "class",
  "include",
  "import",
  "panic",
]);

const wantsName = (failure: SyntaxFailure): boolean =>
  failure.expects("IDENTIFIER") || failure.expected.includes("a field");

/** From the particular to the general: the first that fits is told. */
const slips: readonly Slip[] = [
  ...foreignLiterals,
  ...bracketSlips,
  ...edgeSlips,
  ...foreignTypes,
  ...operatorSlips,
  {
    when: (it) => it.kind() === "/" && (it.kind(-1) === "/" || it.kind(1) === "/" || it.kind(1) === "*"),
    help: () => "a comment begins with `#`",
  },
  {
    when: (it) =>
      followsBoundName(it) && arithmetic.has(it.kind()) && (it.kind(1) === "=" || it.kind(1) === it.kind()),
    help: () => "a variable cannot be changed: bind the new value to another name",
  },
  {
    when: (it) => followsBoundName(it) && it.kind() === "-" && it.kind(1) === "IDENTIFIER",
    help: (it) => `names have no dashes: \`$${it.text(-1)}_${it.text(1)}\``,
  },
  {
    when: (it) => followsBoundName(it) && (it.kind() === "=>" || it.kind() === ":"),
    help: (it) => `write \`$${it.text(-1)} = …\`, or, with its type, \`$${it.text(-1)} TYPE = …\``,
  },
  {
    when: (it) => it.kind() === "=" && followsFirstName(it) && wantsExpression(it),
    help: (it) => `a variable is written with a dollar: \`$${it.text(-1)} = …\``,
  },
  ...foreignWords,
  {
    when: (it) => it.kind() === "=" && it.kind(-2) === "$" && it.expects("}"),
    help: () => "nothing can be bound within an expression: what stands between the braces is one expression",
  },
  {
    when: (it) => it.kind(-1) === "IDENTIFIER" && it.text(-1) === "return",
    help: () => "there is no `return`: the body of a function is the expression that it gives",
  },
  {
    when: (it) => /^(True|False)$/.test(it.text()) && wantsExpression(it),
    help: (it) => `write \`${it.text().toLowerCase()}\``,
  },
  {
    when: (it) => it.expects("[") && it.kind(-1) === "CAPITALIZED" && operandStarts.has(it.kind()),
    help: (it) => `the kind of a resource is lower case: \`${it.text(-1).toLowerCase()}\``,
  },
  {
    when: (it) => it.kind() === "NEWLINE" && it.expects("{") && isLowerCaseEdge(it),
    help: () => 'in an edge, kinds begin with a capital: `Kind["a"] -> Kind["b"]`',
  },
  {
    when: (it) => it.kind() === "NEWLINE" && it.kind(-1) === ":" && followsFirstName(it, -1),
    help: (it) => `a resource is written \`${it.text(-2)} "name" {\`, and its fields \`field => value,\``,
  },
  {
    when: (it) => it.kind() === ":" && isNamelessResource(it),
    help: (it) => `a resource is written \`${resourceKind(it)} ${it.text(-1)} {\``,
  },
  {
    when: (it) => it.kind() === "STRING" && it.expected.includes("a field"),
    help: (it) => `the names of fields have no quotes: \`${it.text().slice(1, -1)} => …\``,
  },
  {
    when: (it) => it.kind() === ";" && it.expects(",") && it.resourceLine() !== undefined,
    help: () => "every line of a resource ends with a comma",
  },
  ...callSlips,
  {
    when: (it) =>
      (it.kind() === "=>" && it.expects("(") && isNamelessResource(it)) || isNamelessResource(it, true),
    help: () => 'a resource has a name, between its kind and its `{`: `kind "name" {`',
  },
  {
    when: (it) => it.kind() === "=>" && it.expects("(") && it.kind(-1) === "IDENTIFIER",
    help: (it) =>
      `a key is an expression, such as \`"${it.text(-1)}"\`; the fields of a struct are in \`struct{ … }\``,
  },
  {
    when: (it) => it.kind() === "=>" && it.expects("NEWLINE") && it.kind(-1) === ")",
    help: () => "a function is written `func($x) { … }`",
  },
  {
    when: (it) => it.kind() === ":" && it.expects("=>") && it.text(-1) === "meta",
    help: () => "write `Meta`, with a capital",
  },
  {
    when: (it) => it.kind() === "in" && it.expects(",") && it.kind(-2) === "$",
    help: (it) =>
      it.kind(-3) === "forkv"
        ? `a \`forkv\` has two variables: \`forkv $key, $${it.text(-1)} in …\``
        : `a \`for\` has two variables: \`for $index, $${it.text(-1)} in …\``,
  },
  {
    when: (it) =>
      it.expects("=>") && followsFirstName(it) && (it.kind(1) === "," || it.kind(1) === "NEWLINE"),
    help: () => "values are set with `=>`",
  },
  {
    when: (it) => it.expects("=>") && followsFirstName(it) && operandStarts.has(it.kind()),
    help: () => "a resource cannot be inside of another: is a `}` missing before it?",
  },
  {
    when: (it) => it.expected.includes("a field") && statementWords.has(it.kind()),
    help: () =>
      "in a resource there are only lines such as `field => value,`, or `field => condition ?: value,`; is a `}` missing before this?",
  },
  {
    when: (it) => it.kind() === ":" && it.kind(-1) === "IDENTIFIER" && it.kind(-2) === "$",
    help: (it) => `a type follows the name as it is: \`$${it.text(-1)} TYPE\``,
  },
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
    when: (it) => it.kind() === "," && it.expects("NEWLINE") && it.kind(-1) === "}",
    help: () => "statements are not separated by `,`",
  },
  {
    when: (it) => it.kind() === "(" && it.kind(-1) === "func" && it.expects("IDENTIFIER"),
    help: () => "a function that is a statement has a name: `func name($a) { … }`",
  },
  {
    when: (it) => it.kind() === "(" && (closers.has(it.kind(-1)) || it.kind(-2) === "->"),
    help: () => "only a name or a `func` can be called: bind the function to a variable first",
  },
  ...bareNameSlips,
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
    help: (it) => `names are lower case: \`${wholeWord(it)}\``,
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
    when: (it) => it.kind() === "NEWLINE" && it.expects(",") && it.expected.length === 1,
    help: () => "what spans several lines has one element per line, each with a comma at its end",
  },
  {
    when: (it) => it.kind() === "NEWLINE" && (it.expects(")") || it.expects("]") || it.expects("}")),
    help: () =>
      "what begins on the line of its bracket ends on that line; or put each element on a line of its own",
  },
  {
    when: (it) => it.kind() === "NEWLINE" && it.kind(-1) === "," && wantsExpression(it),
    help: () => "what spans several lines has every element on a line of its own, the first one too",
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

/** The word that begins with the culprit, though capitals split it, in lower case. */
function wholeWord(failure: SyntaxFailure): string {
  const { source } = failure.tokens;
  return (/^\w+/.exec(source.text.slice(failure.span().start))?.[0] ?? failure.text())
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** Whether the line that ends at the culprit looks like `kind["a"] -> kind["b"]`. */
function isLowerCaseEdge(failure: SyntaxFailure): boolean {
  const first = lineStart(failure);
  if (failure.kindAt(first) !== "IDENTIFIER" || failure.kindAt(first + 1) !== "[") return false;
  for (let at = first; at < failure.at; at++) if (failure.kindAt(at) === "->") return true;
  return false;
}

/**
 * Whether `kind {` was read as a kind and a map.
 * @param closed whether the map is closed, and the culprit the end of its line
 */
function isNamelessResource(failure: SyntaxFailure, closed = false): boolean {
  if (closed && !(failure.kind() === "NEWLINE" && failure.expects("{") && failure.kind(-1) === "}"))
    return false;
  const bracket = closed ? failure.openBracket(failure.at - 1) : failure.openBracket();
  return bracket !== undefined && followsFirstName(failure, bracket - failure.at);
}

/** The kind of what {@link isNamelessResource}. */
function resourceKind(failure: SyntaxFailure): string {
  return failure.textAt((failure.openBracket() ?? failure.at) - 1);
}

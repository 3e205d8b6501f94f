import type { SyntaxFailure } from "../syntax-failure.ts";
import { adjoins, operandEnds, type Slip, wantsExpression } from "./slip.ts";

const isSignedNumber = (failure: SyntaxFailure): boolean =>
  (failure.kind() === "INTEGER" || failure.kind() === "FLOAT") && failure.text().startsWith("-");

/** Operators that there are not, or not like this. */
export const operatorSlips: readonly Slip[] = [
  {
    when: (it) => it.kind() === "=" && it.kind(-1) === "==" && adjoins(it),
    help: () => "values are compared with `==`",
  },
  {
    when: (it) => it.kind() === ">" && it.kind(-1) === "<" && adjoins(it),
    help: () => "values are compared with `!=`",
  },
  {
    when: (it) => it.kind() === "*" && it.kind(-1) === "*" && adjoins(it),
    help: () => "for powers there is `math.pow`",
  },
  {
    when: (it) => it.kind() === "." && operandEnds.has(it.kind(-1)) && !wantsExpression(it),
    help: () => 'texts are joined with `+`, or in a string: `"${a}${b}"`',
  },
  {
    when: (it) => it.kind() === ":" && it.expects("]") && it.openBracket() !== undefined,
    help: () => "`[…]` takes one index: there are no slices",
  },
  {
    when: (it) => it.kind() === "if" && operandEnds.has(it.kind(-1)) && it.kind(-1) !== "}",
    help: () => "an `if` that is a value is written `if … { … } else { … }`",
  },
  {
    when: (it) => it.kind() === "-" && wantsExpression(it),
    help: () => "there is no unary minus: write `0 - …`",
  },
  {
    when: (it) => it.kind() === "not" && it.kind(1) === "in",
    help: () => "write `not (… in …)`",
  },
  {
    when: (it) => isSignedNumber(it) && operandEnds.has(it.kind(-1)),
    help: (it) => `the sign belongs to the number: write \`- ${it.text().slice(1)}\` to subtract`,
  },
];

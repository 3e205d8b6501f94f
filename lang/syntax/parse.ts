import { DiagnosticError, inSourceOrder, type Source } from "../diagnostic.ts";
import type { Program } from "./ast.ts";
import { Combinators } from "./combinators.ts";
import { grammar } from "./grammar.ts";
import { lex } from "./lexer.ts";
import { checkDepth } from "./nesting.ts";
import { syntaxError } from "./syntax-error.ts";

/**
 * Parses a file.
 * @throws DiagnosticError of phase `parse`
 */
export function parse(source: Source): Program {
  const tokens = lex(source);
  const combinators = new Combinators(tokens);
  const result = grammar(combinators).parse(tokens.codes);
  const { problems } = combinators;
  if (!result.status) problems.push(syntaxError(tokens, result.index.offset, result.expected));
  if (problems.length > 0 || !result.status) throw new DiagnosticError(inSourceOrder(problems));
  const program = {
    statements: result.value,
    comments: tokens.comments,
    span: { source, start: 0, end: source.text.length },
  };
  checkDepth(program);
  return program;
}

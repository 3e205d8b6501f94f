import { DiagnosticError, Source } from "../diagnostic.ts";
import type { Type } from "../types/type.ts";
import { Combinators } from "./combinators.ts";
import { lex } from "./lexer.ts";
import { nameGrammar } from "./name-grammar.ts";
import { syntaxError } from "./syntax-error.ts";
import { typeGrammar } from "./type-grammar.ts";

/**
 * Reads a type that is written alone, such as `map{str: []int}`. Unlike in a program, the last field of a struct may
 * have a semicolon after it.
 * @throws DiagnosticError of phase `parse`
 */
export function parseType(text: string): Type {
  const tokens = lex(new Source("type", text.replace(/;(?=\s*\})/g, " ")));
  const combinators = new Combinators(tokens);
  const result = typeGrammar(combinators, nameGrammar(combinators)).type.parse(tokens.codes);
  const { problems } = combinators;
  if (!result.status) problems.push(syntaxError(tokens, result.index.offset, result.expected));
  if (problems.length > 0 || !result.status) throw new DiagnosticError(problems);
  return result.value.type;
}

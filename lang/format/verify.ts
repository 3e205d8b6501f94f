import { DiagnosticError, type Source } from "../diagnostic.ts";
import type { Program } from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import { FormatDefect } from "./format-defect.ts";
import { print } from "./print.ts";
import { sameTree } from "./same-tree.ts";

/**
 * Makes sure that a formatted program is the program that it was made from, and stays as it is when formatted again.
 * @throws FormatDefect if not
 */
export function verify(program: Program, formatted: Source): void {
  const { path, text } = formatted;
  const again = parseAgain(formatted);
  if (!sameTree(program.statements, again.statements))
    throw new FormatDefect(path, "change what the program means");
  if (!sameTree(program.comments, again.comments)) throw new FormatDefect(path, "change its comments");
  if (print(again) !== text) throw new FormatDefect(path, "give a text that formats differently again");
}

function parseAgain(formatted: Source): Program {
  try {
    return parse(formatted);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    throw new FormatDefect(formatted.path, "give a text that is no program", { cause: error });
  }
}

/** The formatter of mcl (language specification, section 14): a program in, the same program in canonical form out. */
import { Source } from "../diagnostic.ts";
import { parse } from "../syntax/parse.ts";
import { print } from "./print.ts";
import { verify } from "./verify.ts";

/**
 * Formats a file. A newline that is missing at its end is added.
 * @throws DiagnosticError of phase `parse` if it is no program
 * @throws FormatDefect if formatting would change more than the layout
 */
export function format({ path, text }: Source): string {
  const complete = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const program = parse(new Source(path, complete));
  const formatted = print(program);
  if (formatted !== complete) verify(program, new Source(path, formatted));
  return formatted;
}

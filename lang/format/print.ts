import type { Program } from "../syntax/ast.ts";
import { ExpressionPrinter } from "./expression-printer.ts";
import { LineWriter } from "./line-writer.ts";
import { SourceLayout } from "./source-layout.ts";
import { StatementPrinter } from "./statement-printer.ts";

/** The text of a program in canonical form (language specification, section 14). */
export function print({ statements, comments, span }: Program): string {
  const layout = new SourceLayout(span.source.text);
  const writer = new LineWriter(layout, comments);
  new StatementPrinter(writer, layout, new ExpressionPrinter(writer, layout)).statements(statements);
  return writer.finish();
}

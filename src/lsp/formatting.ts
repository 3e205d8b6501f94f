import type { TextEdit } from "vscode-languageserver";
import { DiagnosticError, Source } from "../../lang/diagnostic.ts";
import { format } from "../../lang/format/format.ts";
import type { Document } from "./document.ts";
import { TextChange } from "./text/text-change.ts";

/**
 * The edit that brings a document into canonical form. Null for what is no program: its mistakes are shown anyway.
 * @throws FormatDefect
 */
export function formatting({ path, text, lines }: Document): TextEdit[] | null {
  try {
    const formatted = format(new Source(path, text));
    if (formatted === text) return [];
    const { start, endBefore, endAfter } = new TextChange(text, formatted);
    return [{ range: lines.range(start, endBefore), newText: formatted.slice(start, endAfter) }];
  } catch (error) {
    if (error instanceof DiagnosticError) return null;
    throw error;
  }
}

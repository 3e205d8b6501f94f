import type { Span } from "../../../lang/diagnostic.ts";
import { linesOf } from "../text/positions.ts";
import type { IndexedFile } from "./program-index.ts";

/** The comment lines directly above a definition: what its author says about it. */
export function commentsAbove(file: IndexedFile | undefined, { source, start }: Span): string | undefined {
  if (file === undefined || file.source !== source) return undefined;
  const lines = linesOf(source);
  const byLine = new Map<number, string>();
  for (const { text, span } of file.loaded.program.comments) {
    const { line, character } = lines.position(span.start);
    const isAlone = source.text.slice(span.start - character, span.start).trim() === "";
    if (isAlone) byLine.set(line, text.trim());
  }
  const found: string[] = [];
  for (let line = lines.position(start).line - 1; ; line--) {
    const text = byLine.get(line);
    if (text === undefined) break;
    found.push(text);
  }
  return found.length === 0 ? undefined : found.reverse().join("\n");
}

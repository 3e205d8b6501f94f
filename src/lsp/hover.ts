import { type Hover, MarkupKind, type Position } from "vscode-languageserver";
import type { Catalogue } from "../resources/catalogue.ts";
import { describe } from "./describe.ts";
import type { View } from "./view.ts";

/** What the word at a position stands for: its type, and what is written about it. */
export function hover(view: View, position: Position, kinds: Catalogue): Hover | null {
  const occurrence = view.occurrenceAt(position);
  if (occurrence === undefined) return null;
  const value = describe(occurrence.target, view.typesOf(occurrence), view.index, kinds);
  if (value === undefined) return null;
  return { contents: { kind: MarkupKind.Markdown, value }, range: view.range(occurrence.span) };
}

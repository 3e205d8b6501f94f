import type { Location, Position } from "vscode-languageserver";
import { definitionOf } from "./program/target.ts";
import type { View } from "./view.ts";
import type { Workspace } from "./workspace.ts";

/** Where what the word at a position stands for is defined; a resource may be defined in several places. */
export function definition(view: View, position: Position, workspace: Workspace): Location[] {
  const { index } = view;
  const target = view.occurrenceAt(position)?.target;
  if (target === undefined) return [];
  const span = definitionOf(target);
  if (span !== undefined) return index.canOpen(span) ? [workspace.location(index, span)] : [];
  return index
    .occurrencesWith(index.key(target))
    .filter(({ role }) => role === "definition")
    .map((occurrence) => workspace.location(index, occurrence.span));
}

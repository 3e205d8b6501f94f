import type { Location, Position } from "vscode-languageserver";
import type { View } from "./view.ts";
import type { Workspace } from "./workspace.ts";

/** Every place, in all programs that are known, that means the same as the word at a position. */
export async function references(
  view: View,
  position: Position,
  includeDefinition: boolean,
  workspace: Workspace,
): Promise<Location[]> {
  const occurrence = view.occurrenceAt(position);
  if (occurrence === undefined) return [];
  const key = view.index.key(occurrence.target);
  const found = new Map<string, Location>();
  for (const index of [view.index, ...(await workspace.otherIndexes(view))])
    for (const { span, role } of index.occurrencesWith(key)) {
      if ((role === "definition" && !includeDefinition) || !index.canOpen(span)) continue;
      const location = workspace.location(index, span);
      found.set(JSON.stringify(location), location);
    }
  return [...found.values()];
}

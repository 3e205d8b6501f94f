/** Names of resources and edge halves: a text, or a list of texts of which equal ones count once. */
import { isList, type Value } from "../value.ts";

export function namesOf(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  if (!isList(value)) return [];
  const names = new Set<string>();
  for (const each of value) if (typeof each === "string") names.add(each);
  return [...names];
}

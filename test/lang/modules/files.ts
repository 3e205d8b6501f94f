import type { ModuleFiles } from "../../../lang/modules/module-files.ts";

/** Files kept in a table, by path. */
export function filesOf(table: Readonly<Record<string, string>>): ModuleFiles {
  const texts = new Map(Object.entries(table));
  return { read: async (path) => texts.get(path) };
}

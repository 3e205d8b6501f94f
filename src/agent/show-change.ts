/** What `--diff` prints: unified diffs of contents, old and new values of other fields. */
import type { Change } from "../engine/resource.ts";

/** @returns a printer of changes; loads what it needs once */
export async function createChangePrinter(
  write: (text: string) => void,
): Promise<(origin: string, change: Change) => void> {
  const { unifiedDiff } = await import("./unified-diff.ts");
  return (origin, change) => {
    if (change.kind === "field") {
      write(`${origin}: ${change.field}: ${change.before} -> ${change.after}\n`);
      return;
    }
    const { path, before, after } = change;
    if (before === undefined || after === undefined) {
      write(`${origin}: content: binary or large content differs\n`);
      return;
    }
    write(unifiedDiff(path, before, after));
  };
}

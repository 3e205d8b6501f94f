/** What `--diff` prints: unified diffs of contents, old and new values of other fields. */
import type { Change } from "../engine/resource.ts";

/** @returns a printer of changes; loads what it needs once */
export async function createChangePrinter(
  write: (text: string) => void,
): Promise<(origin: string, change: Change) => void> {
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
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
    const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
    write(createTwoFilesPatch(path, path, before, after, "is", "should be", options));
  };
}

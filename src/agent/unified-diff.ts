/** Differences of texts as `patch` reads them. Loads the package `diff`: import this file only where a diff is asked for. */
import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatch, structuredPatch } from "diff";

/**
 * How many lines may differ for the smallest difference to be looked for, which takes time that grows with their
 * square: half a second for these.
 */
const maximumEdits = 2000;

/** @returns a unified diff; of texts that differ in very many lines, all of the one and all of the other */
export function unifiedDiff(path: string, before: string, after: string): string {
  const options = { context: 3, maxEditLength: maximumEdits };
  const patch =
    structuredPatch(path, path, before, after, "is", "should be", options) ??
    replacement(path, before, after);
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

function replacement(path: string, before: string, after: string): StructuredPatch {
  const removal = structuredPatch(path, path, before, "", "is", "should be");
  const addition = structuredPatch(path, path, "", after, "is", "should be");
  const [removed, added] = [removal.hunks[0], addition.hunks[0]];
  const hunk = {
    oldStart: 1,
    oldLines: removed?.oldLines ?? 0,
    newStart: 1,
    newLines: added?.newLines ?? 0,
    lines: [...(removed?.lines ?? []), ...(added?.lines ?? [])],
  };
  return { ...removal, hunks: [hunk] };
}

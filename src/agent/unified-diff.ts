/** Differences of texts as `patch` reads them. Loads the package `diff`: import this file only where a diff is asked for. */
import { FILE_HEADERS_ONLY, formatPatch, type StructuredPatch, structuredPatch } from "diff";

/**
 * How many lines may differ for the smallest difference to be looked for, which takes time that grows with their
 * square: half a second for these.
 */
const maximumEdits = 2000;

/**
 * @param names of the two, which the heads tell
 * @returns a unified diff; of texts that differ in very many lines, all of the one and all of the other
 */
export function unifiedDiff(
  path: string,
  before: string,
  after: string,
  names: readonly [string, string] = ["is", "should be"],
): string {
  const [from, to] = names;
  const options = { context: 3, maxEditLength: maximumEdits };
  const patch =
    structuredPatch(path, path, before, after, from, to, options) ?? replacement(path, before, after, names);
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

function replacement(
  path: string,
  before: string,
  after: string,
  [from, to]: readonly [string, string],
): StructuredPatch {
  const removal = structuredPatch(path, path, before, "", from, to);
  const addition = structuredPatch(path, path, "", after, from, to);
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

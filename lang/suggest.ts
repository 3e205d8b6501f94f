/**
 * The candidate that a misspelt word most likely meant, for the help of a diagnostic; nothing if none is close.
 * Of equally close ones the first is taken.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  let best: string | undefined;
  let limit = toleratedEdits(word);
  for (const candidate of all) {
    const distance = editDistance(word, candidate, limit);
    if (distance > limit || distance >= candidate.length) continue;
    best = candidate;
    limit = distance - 1;
    if (limit < 0) break;
  }
  return best ?? shortened(word, all);
}

/** The longest candidate of which the word is a longer form, such as `len` of `length`. */
function shortened(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  for (const candidate of candidates) {
    if (candidate.length < shortestStem || candidate.length <= (best?.length ?? 0)) continue;
    if (word.startsWith(candidate)) best = candidate;
  }
  return best;
}

const shortestStem = 3;

/** How many names are told where none is close to the one that was written. */
const mostListed = 30;

/**
 * The help for a name that there is not: the closest one there is, or else all of them, if they are few.
 * @param introduction of all of them, such as `its fields are`
 */
export function suggestion(
  word: string,
  candidates: Iterable<string>,
  introduction: string,
): string | undefined {
  const all = [...candidates];
  const near = nearest(word, all);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (all.length === 0 || all.length > mostListed) return undefined;
  return `${introduction} ${all.toSorted().join(", ")}`;
}

/** How many mistakes are still taken for a slip: more in longer words. */
function toleratedEdits(word: string): number {
  if (word.length <= 2) return 1;
  return word.length <= 5 ? 2 : 3;
}

/**
 * Insertions, deletions, replacements and swaps of neighbors that turn one text into the other (optimal string
 * alignment), case aside; more than `limit` if it takes more.
 */
function editDistance(from: string, to: string, limit: number): number {
  const a = from.toLowerCase();
  const b = to.toLowerCase();
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        edits = Math.min(edits, at(beforePrevious, column - 2) + 1);
      current.push(edits);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

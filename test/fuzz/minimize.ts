/**
 * Leaves out lines, then characters, for as long as the text stays wrong.
 * @param isWrong asked of each shorter text
 * @returns the shortest text found
 */
export async function minimize(text: string, isWrong: (text: string) => Promise<boolean>): Promise<string> {
  const lines = await reduce(text.split(/(?<=\n)/), isWrong);
  return (await reduce([...lines.join("")], isWrong)).join("");
}

async function reduce(
  pieces: readonly string[],
  isWrong: (text: string) => Promise<boolean>,
): Promise<readonly string[]> {
  let left = pieces;
  for (let size = Math.ceil(pieces.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const shorter = left.toSpliced(at, size);
      if (await isWrong(shorter.join(""))) left = shorter;
      else at += size;
    }
  }
  return left;
}

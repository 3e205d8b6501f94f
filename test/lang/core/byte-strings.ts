/** What functions of module `strings` mean, said in bytes as plainly as possible. */

type Bytes = Uint8Array;

export function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export function concat(...parts: readonly Bytes[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Where `sought` first occurs from an offset on, or -1. */
export function indexOf(text: Bytes, sought: Bytes, from = 0): number {
  for (let at = from; at + sought.length <= text.length; at++) {
    if (equal(text.subarray(at, at + sought.length), sought)) return at;
  }
  return -1;
}

/** How many bytes the character at an offset has; a byte that begins none counts as one. */
function width(text: Bytes, at: number): number {
  for (let size = 1; size <= 4 && at + size <= text.length; size++) {
    try {
      const decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        text.subarray(at, at + size),
      );
      if ([...decoded].length === 1) return size;
    } catch {
      // It may take more bytes.
    }
  }
  return 1;
}

export function characters(text: Bytes): Bytes[] {
  const found: Bytes[] = [];
  for (let at = 0; at < text.length; ) {
    const size = width(text, at);
    found.push(text.subarray(at, at + size));
    at += size;
  }
  return found;
}

export function split(text: Bytes, separator: Bytes): Bytes[] {
  if (separator.length === 0) return characters(text);
  const pieces: Bytes[] = [];
  let from = 0;
  for (let at = indexOf(text, separator); at >= 0; at = indexOf(text, separator, from)) {
    pieces.push(text.subarray(from, at));
    from = at + separator.length;
  }
  return [...pieces, text.subarray(from)];
}

export function join(pieces: readonly Bytes[], separator: Bytes): Bytes {
  return concat(...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece])));
}

export function replaceAll(text: Bytes, old: Bytes, replacement: Bytes): Bytes {
  const empty = new Uint8Array();
  const pieces = old.length === 0 ? [empty, ...characters(text), empty] : split(text, old);
  return join(pieces, replacement);
}

const spaces = new Set(
  "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
);

export function trimSpace(text: Bytes): Bytes {
  const isSpace = (character: Bytes) =>
    spaces.has(new TextDecoder("utf-8", { ignoreBOM: true }).decode(character));
  const all = characters(text);
  const start = all.findIndex((each) => !isSpace(each));
  if (start < 0) return new Uint8Array();
  return concat(...all.slice(start, all.findLastIndex((each) => !isSpace(each)) + 1));
}

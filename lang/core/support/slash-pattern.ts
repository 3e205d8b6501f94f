/**
 * Shell patterns for whole paths: `*` any text, `?` any character, both without `/`, `[a-z]` and `[^a-z]` one
 * character, `\` takes the next one as it is. They are matched byte by byte, as a byte alone may count as a character.
 */
import { encodeBytes, sequenceWidth } from "../../bytes.ts";

/** What a byte that is no text counts as in a range. */
const REPLACEMENT = 0xfffd;

type Piece =
  | { readonly kind: "byte"; readonly byte: number }
  | { readonly kind: "any" }
  | { readonly kind: "star" }
  | {
      readonly kind: "class";
      readonly negated: boolean;
      readonly ranges: readonly (readonly [low: number, high: number])[];
    };

export class PatternError extends Error {
  override readonly name = "PatternError";

  constructor() {
    super("syntax error in pattern");
  }
}

/** @throws PatternError if the pattern is malformed */
export function matchPattern(pattern: string, name: string): boolean {
  return match(parse(pattern), encodeBytes(name));
}

function parse(pattern: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const characters = [...pattern];
  let at = 0;
  /** One end of a range. */
  const bound = (): number => {
    let character = characters[at++];
    if (character === "-" || character === "]") throw new PatternError();
    if (character === "\\") character = characters[at++];
    // A range must go on behind its ends, and they must be characters.
    if (character === undefined || !character.isWellFormed() || at === characters.length)
      throw new PatternError();
    return character.codePointAt(0) ?? 0;
  };
  while (at < characters.length) {
    let character = characters[at++] ?? "";
    if (character === "*") {
      pieces.push({ kind: "star" });
    } else if (character === "?") {
      pieces.push({ kind: "any" });
    } else if (character === "[") {
      const negated = characters[at] === "^";
      if (negated) at++;
      const ranges: (readonly [number, number])[] = [];
      while (ranges.length === 0 || characters[at] !== "]") {
        const low = bound();
        if (characters[at] !== "-") {
          ranges.push([low, low]);
          continue;
        }
        at++;
        ranges.push([low, bound()]);
      }
      at++;
      pieces.push({ kind: "class", negated, ranges });
    } else {
      if (character === "\\") {
        const escaped = characters[at++];
        if (escaped === undefined) throw new PatternError();
        character = escaped;
      }
      for (const byte of encodeBytes(character)) pieces.push({ kind: "byte", byte });
    }
  }
  return pieces;
}

const SLASH = 0x2f;

function match(pieces: readonly Piece[], name: Uint8Array): boolean {
  let piece = 0;
  let at = 0;
  /** The latest star, and how far it reaches so far. */
  let star: { readonly piece: number; readonly reach: number } | undefined;
  for (;;) {
    const current = pieces[piece];
    if (current === undefined && at === name.length) return true;
    if (current?.kind === "star") {
      piece++;
      star = { piece, reach: at };
      continue;
    }
    const width = current === undefined ? 0 : widthOf(current, name, at);
    if (width > 0) {
      piece++;
      at += width;
      continue;
    }
    if (star === undefined || star.reach >= name.length || name[star.reach] === SLASH) return false;
    star = { piece: star.piece, reach: star.reach + 1 };
    piece = star.piece;
    at = star.reach;
  }
}

/** How many bytes of `name` a piece takes; 0 if it does not match. */
function widthOf(piece: Piece, name: Uint8Array, at: number): number {
  const byte = name[at];
  if (byte === undefined || piece.kind === "star") return 0;
  if (piece.kind === "byte") return piece.byte === byte ? 1 : 0;
  if (piece.kind === "any") return byte === SLASH ? 0 : Math.max(1, sequenceWidth(name, at));
  const width = sequenceWidth(name, at);
  const code = width === 0 ? REPLACEMENT : codePoint(name, at, width);
  const isMember = piece.ranges.some(([low, high]) => low <= code && code <= high);
  return isMember === piece.negated ? 0 : Math.max(1, width);
}

function codePoint(bytes: Uint8Array, at: number, width: number): number {
  const lead = bytes[at] ?? 0;
  let code = width === 1 ? lead : lead & (0xff >> (width + 1));
  for (let offset = 1; offset < width; offset++) code = (code << 6) | ((bytes[at + offset] ?? 0) & 0x3f);
  return code;
}

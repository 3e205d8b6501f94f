/** Quoted text and characters as templates write them. */
import { decodeBytes, encodeBytes } from "../../bytes.ts";

const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/** A text in double quotes or backquotes, with its quotes; undefined if it is none. */
export function parseText(quoted: string): string | undefined {
  const inside = quoted.slice(1, -1);
  // What has come through a raw text is taken as it is, but for carriage returns.
  if (quoted.startsWith("`")) return inside.replaceAll("\r", "");
  const pieces = piecesOf(inside, '"');
  return pieces && join(pieces);
}

/** The code of a character in single quotes; or what is wrong. */
export function parseCharacter(quoted: string): bigint | { readonly problem: string } {
  const pieces = piecesOf(quoted.slice(1, -1), "'");
  const [first] = pieces ?? [];
  if (pieces === undefined || first === undefined) return { problem: "invalid syntax" };
  if (pieces.length > 1) return { problem: `malformed character constant: ${quoted}` };
  return BigInt(typeof first === "number" ? first : (first.codePointAt(0) ?? 0));
}

/** Characters and, as numbers, single bytes; undefined if an escape is none. */
function piecesOf(text: string, mark: string): readonly (string | number)[] | undefined {
  const pieces: (string | number)[] = [];
  const piece = /\\(?:([abfnrtv\\'"])|x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))|[^\\]/uy;
  while (piece.lastIndex < text.length) {
    const match = piece.exec(text);
    if (match === null) return undefined;
    const [whole, simple, hex, octal, short, long] = match;
    if (simple !== undefined) {
      if (simple !== mark && (simple === "'" || simple === '"')) return undefined;
      pieces.push(simpleEscapes[simple] ?? simple);
    } else if (hex !== undefined || octal !== undefined) {
      const byte = hex === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hex, 16);
      if (byte > 0xff) return undefined;
      pieces.push(byte);
    } else if (short !== undefined || long !== undefined) {
      const code = Number.parseInt(short ?? long ?? "", 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
      pieces.push(String.fromCodePoint(code));
    } else {
      pieces.push(whole.isWellFormed() ? whole : "\ufffd");
    }
  }
  return pieces;
}

/** Bytes next to each other may be a character together. */
function join(pieces: readonly (string | number)[]): string {
  if (pieces.every((piece) => typeof piece === "string")) return pieces.join("");
  const bytes = pieces.map((piece) =>
    typeof piece === "string" ? encodeBytes(piece) : Uint8Array.of(piece),
  );
  return decodeBytes(Buffer.concat(bytes));
}

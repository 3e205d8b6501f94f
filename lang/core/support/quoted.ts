/** Reads quoted texts back: `"…"` and, for one character or none, `'c'` with escapes, and `` `…` `` as it is. */
import { joinText } from "../../bytes.ts";

const HEX = "[0-9a-fA-F]";
/** Escapes of bytes, and of characters that there are. */
const ESCAPE =
  `[abfnrtv\\\\]|[0-3][0-7]{2}|x${HEX}{2}|u(?![dD][89a-fA-F])${HEX}{4}` +
  `|U(?!0000[dD][89a-fA-F])00(?:0${HEX}|10)${HEX}{4}`;
const DOUBLE = `"(?:[^"\\\\\\n]|\\\\(?:"|${ESCAPE}))*"`;
const SINGLE = `'(?:[^'\\\\\\n]|\\\\(?:'|${ESCAPE}))?'`;
let literal: RegExp | undefined;

/** The quoted literal that `text` begins with, still quoted; undefined if there is none. */
export function quotedPrefix(text: string): string | undefined {
  literal ??= new RegExp(`^(?:\`[^\`]*\`|${DOUBLE}|${SINGLE})`, "u");
  return literal.exec(text)?.[0];
}

/** What a quoted literal stands for; undefined if the text is no such literal. */
export function unquote(text: string): string | undefined {
  if (quotedPrefix(text) !== text) return undefined;
  const inner = text.slice(1, -1);
  if (text.startsWith("`")) return inner.replaceAll("\r", "");
  const parts = inner.match(/\\(?:[0-7]{3}|x..|u.{4}|U.{8}|.)|[^\\]/gu) ?? [];
  return joinText(parts.map((part) => (part.startsWith("\\") ? readEscape(part) : part.toWellFormed())));
}

const characters: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function readEscape(sequence: string): string {
  const kind = sequence.charAt(1);
  if (kind === "u" || kind === "U") return String.fromCodePoint(Number.parseInt(sequence.slice(2), 16));
  if (kind === "x") return byteText(Number.parseInt(sequence.slice(2), 16));
  if (sequence.length === 4) return byteText(Number.parseInt(sequence.slice(1), 8));
  return characters[kind] ?? kind;
}

function byteText(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

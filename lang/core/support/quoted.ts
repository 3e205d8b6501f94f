/** Reads quoted texts back: `"…"` and, for one character or none, `'c'` with escapes, and `` `…` `` as it is. */
import { joinText } from "../../bytes.ts";

/** A literal at the start of a text. */
interface Literal {
  /** Its length, quotes included. */
  readonly length: number;
  /** What it stands for. */
  readonly value: string;
}

/** The quoted literal that `text` begins with, still quoted; undefined if there is none. */
export function quotedPrefix(text: string): string | undefined {
  const literal = read(text);
  return literal === undefined ? undefined : text.slice(0, literal.length);
}

/** What a quoted literal stands for; undefined if the text is no such literal. */
export function unquote(text: string): string | undefined {
  const literal = read(text);
  return literal?.length === text.length ? literal.value : undefined;
}

function read(text: string): Literal | undefined {
  const mark = text.charAt(0);
  if (mark === "`") {
    const end = text.indexOf(mark, 1);
    return end < 0 ? undefined : { length: end + 1, value: text.slice(1, end).replaceAll("\r", "") };
  }
  return mark === '"' || mark === "'" ? readEscaped(text, mark) : undefined;
}

const HEX = "[0-9a-fA-F]";
/** A plain character, or an escape of a byte or of a character that there is. */
const UNIT =
  String.raw`[^\\\n]|\\(?:[abfnrtv\\'"]|[0-3][0-7]{2}|x${HEX}{2}|u(?![dD][89a-fA-F])${HEX}{4}` +
  `|U(?!0000[dD][89a-fA-F])00(?:0${HEX}|10)${HEX}{4})`;

function readEscaped(text: string, mark: string): Literal | undefined {
  // Unit by unit: one expression for all of a long text would run out of stack.
  const unit = new RegExp(UNIT, "uy");
  const otherMark = mark === '"' ? "\\'" : '\\"';
  const parts: string[] = [];
  unit.lastIndex = 1;
  for (let match = unit.exec(text); match !== null; match = unit.exec(text)) {
    const [part] = match;
    if (part === mark) return { length: unit.lastIndex, value: joinText(parts) };
    if (part === otherMark || (mark === "'" && parts.length === 1)) return undefined;
    parts.push(part.startsWith("\\") ? readEscape(part) : part.toWellFormed());
  }
  return undefined;
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

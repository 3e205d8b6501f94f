/** Quoted text and characters, as the verbs `%q`, `%c` and `%U` of templates write them. */
import { quote } from "../../../bytes.ts";
import { isPrintable } from "../../../unicode.ts";

/** What stands for a number or byte that is no character. */
const REPLACEMENT = "\ufffd";
const LARGEST_CODE_POINT = 0x10ffffn;

/** The character of a code point, or U+FFFD if there is none. */
export function characterOf(code: bigint): string {
  const isCharacter = code >= 0n && code <= LARGEST_CODE_POINT && !(code >= 0xd800n && code <= 0xdfffn);
  return isCharacter ? String.fromCodePoint(Number(code)) : REPLACEMENT;
}

/** `U+0041 'A'`; the character only if it can be printed. */
export function codePointText(character: string): string {
  const shown = character.isWellFormed() ? character : REPLACEMENT;
  const code = (shown.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return isPrintable(shown) ? `U+${code} '${shown}'` : `U+${code}`;
}

/** Double-quoted; `isAscii` escapes all that is not ASCII. */
export function quoteText(text: string, isAscii: boolean): string {
  return quote(text, isAscii ? isPrintableAscii : isPrintable);
}

/** In single quotes. */
export function quoteCharacter(character: string, isAscii: boolean): string {
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  return `'${quoteText(character, isAscii).slice(1, -1)}'`;
}

function isPrintableAscii(character: string): boolean {
  return character < "\x80" && isPrintable(character);
}

/** Whether a text can stand between backquotes as it is: one line, no control character but tab. */
export function canBackquote(text: string): boolean {
  return text.isWellFormed() && !/[\x00-\x08\x0a-\x1f`\x7f\ufeff]/.test(text);
}

/**
 * What the language knows of single characters: simple case mappings (one character to one character, unlike those
 * of JavaScript) and white space. What maps characters puts U+FFFD in place of bytes that are none.
 */
import { isKnown } from "../../unicode.ts";

/** Where JavaScript maps to several characters or to none, but Unicode has a simple upper case. */
function simpleUpper(character: string): string {
  const upper = character.toUpperCase();
  if (isSingle(upper)) return isKnown(upper) ? upper : character;
  const code = character.codePointAt(0) ?? 0;
  const hasIotaBelow = code >= 0x1f80 && code <= 0x1faf && (code & 0x8) === 0;
  if (hasIotaBelow) return String.fromCodePoint(code + 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  return character;
}

function simpleLower(character: string): string {
  if (character === "\u0130") return "i";
  const lower = character.toLowerCase();
  return isSingle(lower) && isKnown(lower) && isKnown(character) ? lower : character;
}

function simpleTitle(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const isGeorgian = code >= 0x10d0 && code <= 0x10ff;
  if (isGeorgian) return character;
  // The Latin digraphs come as triples upper, title, lower: DŽ Dž dž.
  if (code >= 0x1c4 && code <= 0x1cc) return String.fromCodePoint(code - ((code - 0x1c4) % 3) + 1);
  if (code >= 0x1f1 && code <= 0x1f3) return "\u01f2";
  return simpleUpper(character);
}

function isSingle(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

function mapCharacters(text: string, change: (character: string) => string): string {
  let out = "";
  for (const character of text) out += change(replaceInvalid(character));
  return out;
}

export function toUpper(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapCharacters(text, simpleUpper);
}

export function toLower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapCharacters(text, simpleLower);
}

export function toTitle(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapCharacters(text, simpleTitle);
}

/** Upper-cases the first letter of each word and leaves the rest. */
export function titleWords(text: string): string {
  let previousSeparates = true;
  return mapCharacters(text, (character) => {
    const changed = previousSeparates ? simpleTitle(character) : character;
    previousSeparates = separatesWords(character);
    return changed;
  });
}

function separatesWords(character: string): boolean {
  return character < "\x80" ? !/\w/.test(character) : isSpace(character);
}

/** Equality under simple case folding. */
export function equalFold(a: string, b: string): boolean {
  return a === b || mapCharacters(a, fold) === mapCharacters(b, fold);
}

function fold(character: string): string {
  // Dotted capital I and dotless i fold only to themselves.
  if (character === "\u0130" || character === "\u0131") return character;
  return simpleLower(simpleUpper(character));
}

/** Unicode white space, which differs from what JavaScript trims. */
export function isSpace(character: string): boolean {
  return /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/.test(character);
}

/** Drops characters from the start as long as `unwanted` says so. */
export function trimStart(text: string, unwanted: (character: string) => boolean): string {
  let start = 0;
  for (const character of text) {
    if (!unwanted(character)) break;
    start += character.length;
  }
  return text.slice(start);
}

/** Drops characters from the end as long as `unwanted` says so. */
export function trimEnd(text: string, unwanted: (character: string) => boolean): string {
  let end = text.length;
  while (end > 0) {
    const character = lastCharacter(text, end);
    if (!unwanted(character)) break;
    end -= character.length;
  }
  return text.slice(0, end);
}

/** The character that ends at the UTF-16 offset `end`; empty at the start. */
export function lastCharacter(text: string, end = text.length): string {
  const isPair = end > 1 && (text.codePointAt(end - 2) ?? 0) > 0xffff;
  return text.slice(Math.max(0, isPair ? end - 2 : end - 1), end);
}

export function trimSpace(text: string): string {
  return trimEnd(trimStart(text, isSpace), isSpace);
}

/** Whether a character is among those of `set`; all bytes that are no characters count as one and the same. */
export function memberOf(set: string): (character: string) => boolean {
  const members = new Set([...set].map(replaceInvalid));
  return (character) => members.has(replaceInvalid(character));
}

function replaceInvalid(character: string): string {
  return character.isWellFormed() ? character : "\ufffd";
}

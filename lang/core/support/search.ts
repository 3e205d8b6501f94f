/**
 * Search in `str` values, exact on bytes. In UTF-8 a whole character is never found inside another one, so text can
 * be searched as it is, unless what is sought holds bytes that are no characters: then both are compared byte by byte.
 */
import { byteLength, decodeBytes, encodeBytes, joinText } from "../../bytes.ts";

/** One UTF-16 unit for each byte. */
function toUnits(text: string): string {
  return Buffer.from(encodeBytes(text)).toString("latin1");
}

function fromUnits(units: string): string {
  return decodeBytes(Buffer.from(units, "latin1"));
}

/** Both texts in a form in which JavaScript's own search is right. */
function comparable(text: string, sought: string): readonly [text: string, sought: string] {
  return sought.isWellFormed() ? [text, sought] : [toUnits(text), toUnits(sought)];
}

export function contains(text: string, sought: string): boolean {
  const [haystack, needle] = comparable(text, sought);
  return haystack.includes(needle);
}

export function hasPrefix(text: string, prefix: string): boolean {
  const [whole, start] = comparable(text, prefix);
  return whole.startsWith(start);
}

export function hasSuffix(text: string, suffix: string): boolean {
  const [whole, end] = comparable(text, suffix);
  return whole.endsWith(end);
}

/** Byte offset of the first occurrence, or -1. */
export function indexOf(text: string, sought: string): number {
  const [haystack, needle] = comparable(text, sought);
  return byteOffset(haystack, haystack.indexOf(needle), sought);
}

/** Byte offset of the last occurrence, or -1. */
export function lastIndexOf(text: string, sought: string): number {
  const [haystack, needle] = comparable(text, sought);
  return byteOffset(haystack, haystack.lastIndexOf(needle), sought);
}

function byteOffset(haystack: string, index: number, sought: string): number {
  if (index < 0) return -1;
  return sought.isWellFormed() ? byteLength(haystack.slice(0, index)) : index;
}

/** Splits at every occurrence; an empty separator gives one element for each character. */
export function split(text: string, separator: string): string[] {
  if (separator === "") return [...text];
  const [whole, mark] = comparable(text, separator);
  const pieces = whole.split(mark);
  return separator.isWellFormed() ? pieces : pieces.map(fromUnits);
}

/**
 * Replaces the first `limit` occurrences, all if `limit` is negative; an empty `old` occurs before every character
 * and at the end.
 */
export function replace(text: string, old: string, replacement: string, limit: bigint): string {
  const pieces = old === "" ? ["", ...text, ""] : split(text, old);
  const occurrences = pieces.length - 1;
  if (limit < 0 || limit >= occurrences) return joinText([pieces.join(replacement)]);
  const replaced = pieces.slice(0, Number(limit) + 1).join(replacement);
  return joinText([replaced, ...pieces.slice(Number(limit) + 1).flatMap((piece) => [old, piece])]);
}

/** Occurrences that do not overlap; an empty text occurs around every character. */
export function count(text: string, sought: string): number {
  return sought === "" ? split(text, "").length + 1 : split(text, sought).length - 1;
}

/** The text without `prefix`, which is taken off once if it is there. */
export function trimPrefix(text: string, prefix: string): string {
  if (!hasPrefix(text, prefix)) return text;
  if (prefix.isWellFormed()) return text.slice(prefix.length);
  return decodeBytes(encodeBytes(text).subarray(byteLength(prefix)));
}

/** The counterpart of {@link trimPrefix}. */
export function trimSuffix(text: string, suffix: string): string {
  if (!hasSuffix(text, suffix)) return text;
  if (suffix.isWellFormed()) return text.slice(0, text.length - suffix.length);
  return decodeBytes(encodeBytes(text).subarray(0, byteLength(text) - byteLength(suffix)));
}

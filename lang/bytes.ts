/**
 * `str` values are byte strings kept as JavaScript text: what is UTF-8 is decoded, and every byte that is not
 * becomes the lone surrogate U+DC00 + byte (U+DC80..U+DCFF), so that any file round-trips byte for byte.
 */
import { isPrintable } from "./unicode.ts";

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes to text; never fails, loses nothing. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLossless(bytes);
  }
}

/** Text to the bytes it stands for; the inverse of {@link decodeBytes}. */
export function encodeBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts: Uint8Array[] = [];
  let plain = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (isPaired(text, index)) {
      index++;
      continue;
    }
    if (unit < 0xdc80 || unit > 0xdcff) continue;
    parts.push(encoder.encode(text.slice(plain, index)), Uint8Array.of(unit - 0xdc00));
    plain = index + 1;
  }
  parts.push(encoder.encode(text.slice(plain)));
  return Buffer.concat(parts);
}

/**
 * Joins texts as bytes: halves of a character that were cut apart become that character again, so that equal
 * bytes are always equal text.
 */
export function joinText(parts: readonly string[]): string {
  const text = parts.join("");
  return text.isWellFormed() ? text : decodeBytes(encodeBytes(text));
}

/** How many bytes the text stands for. */
export function byteLength(text: string): number {
  return text.isWellFormed() ? Buffer.byteLength(text) : encodeBytes(text).length;
}

/** Orders two texts by their bytes: -1, 0 or 1. */
export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  return Math.sign(Buffer.compare(encodeBytes(a), encodeBytes(b)));
}

const escapes: Readonly<Record<string, string>> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

/**
 * Double-quoted and escaped (language specification, section 10.1); bytes that are no text appear as `\xNN`, and so do
 * characters that are not kept.
 */
export function quote(text: string, isKept: (character: string) => boolean = isPrintable): string {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const escaped = escapes[character];
    if (escaped !== undefined) out += escaped;
    else if (code >= 0xdc80 && code <= 0xdcff) out += `\\x${hex(code - 0xdc00, 2)}`;
    else if (isKept(character)) out += character;
    else if (code < 0x80) out += `\\x${hex(code, 2)}`;
    else if (code < 0x10000) out += `\\u${hex(code, 4)}`;
    else out += `\\U${hex(code, 8)}`;
  }
  return `${out}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

function isPaired(text: string, index: number): boolean {
  const high = text.charCodeAt(index);
  const low = text.charCodeAt(index + 1);
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

function decodeLossless(bytes: Uint8Array): string {
  const parts: string[] = [];
  let plain = 0;
  for (let index = 0; index < bytes.length; ) {
    const width = sequenceWidth(bytes, index);
    if (width > 0) {
      index += width;
      continue;
    }
    parts.push(
      strict.decode(bytes.subarray(plain, index)),
      String.fromCharCode(0xdc00 + (bytes[index] ?? 0)),
    );
    index++;
    plain = index;
  }
  parts.push(strict.decode(bytes.subarray(plain)));
  return parts.join("");
}

/** Length of the well-formed UTF-8 sequence at `index` (Unicode table 3-7), or 0 if there is none. */
export function sequenceWidth(bytes: Uint8Array, index: number): number {
  const lead = bytes[index] ?? 0;
  if (lead < 0x80) return 1;
  const width =
    lead >= 0xc2 && lead <= 0xdf
      ? 2
      : lead >= 0xe0 && lead <= 0xef
        ? 3
        : lead >= 0xf0 && lead <= 0xf4
          ? 4
          : 0;
  if (width === 0 || index + width > bytes.length) return 0;
  for (let offset = 1; offset < width; offset++) {
    const byte = bytes[index + offset] ?? 0;
    const low = offset === 1 && lead === 0xe0 ? 0xa0 : offset === 1 && lead === 0xf0 ? 0x90 : 0x80;
    const high = offset === 1 && lead === 0xed ? 0x9f : offset === 1 && lead === 0xf4 ? 0x8f : 0xbf;
    if (byte < low || byte > high) return 0;
  }
  return width;
}

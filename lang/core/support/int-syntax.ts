/** Reads ints as texts spell them. */

/** An int in decimal, perhaps with a sign; undefined if the text is anything else or the int has more than 64 bits. */
export function parseDecimalInt(text: string): bigint | undefined {
  const match = /^([+-]?)0*(\d{1,19})$/.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt(match[2] ?? "0");
  const value = match[1] === "-" ? -magnitude : magnitude;
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** A text that is no number, and why. */
export class NumberError extends Error {
  override readonly name = "NumberError";
}

const INVALID = "invalid syntax";
const OUT_OF_RANGE = "value out of range";

/**
 * An int to the base 2 to 36, or, where `base` is 0, to the one that its prefix tells, with `_` between digits.
 * `bits` is how many it may have, 0 for 64.
 * @throws NumberError
 */
export function parseInteger(text: string, base: bigint, bits: bigint): bigint {
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "") throw new NumberError(INVALID);
  const { digits, radix } = base === 0n ? byPrefix(unsigned) : { digits: unsigned, radix: base };
  if (radix < 2n || radix > 36n) throw new NumberError(`invalid base ${base}`);
  if (bits < 0n || bits > 64n) throw new NumberError(`invalid bit size ${bits}`);
  const width = bits === 0n ? 64n : bits;
  const largest = 2n ** width - 1n;
  let magnitude = 0n;
  for (const digit of digits) {
    if (digit === "_" && base === 0n) continue;
    const value = digitValue(digit);
    if (value >= radix) throw new NumberError(INVALID);
    magnitude = magnitude * radix + value;
    if (magnitude > largest) throw new NumberError(OUT_OF_RANGE);
  }
  if (base === 0n && /^_|__|_$/.test(unsigned)) throw new NumberError(INVALID);
  const isNegative = text.startsWith("-");
  const limit = 2n ** (width - 1n);
  if (magnitude > limit || (magnitude === limit && !isNegative)) throw new NumberError(OUT_OF_RANGE);
  return isNegative ? -magnitude : magnitude;
}

const prefixes: ReadonlyMap<string, bigint> = new Map([
  ["b", 2n],
  ["o", 8n],
  ["x", 16n],
]);

function byPrefix(text: string): { readonly digits: string; readonly radix: bigint } {
  if (!text.startsWith("0")) return { digits: text, radix: 10n };
  const radix = text.length > 2 ? prefixes.get(text.charAt(1).toLowerCase()) : undefined;
  return radix === undefined ? { digits: text.slice(1), radix: 8n } : { digits: text.slice(2), radix };
}

/** 36 and more for what is no digit to any base. */
function digitValue(character: string): bigint {
  if (/^[0-9]$/.test(character)) return BigInt(character);
  return /^[a-z]$/i.test(character) ? BigInt((character.toLowerCase().codePointAt(0) ?? 0) - 87) : 36n;
}

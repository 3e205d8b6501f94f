/** Reads floats: decimal and hexadecimal, with underscores between digits, infinities and NaN. */
import { binary64, type FloatFormat, roundBinary, roundRatio } from "./float/exact.ts";

/**
 * The nearest float of a format. Undefined if the text is no float; an infinity that was not spelled out means it is
 * too large.
 */
export function parseFloatText(
  text: string,
  format: FloatFormat = binary64,
): { readonly value: number; readonly spelledInfinite: boolean } | undefined {
  const word = /^([+-]?)inf(?:inity)?$|^nan$/i.exec(text);
  if (word !== null) {
    const value = word[1] === undefined ? Number.NaN : word[1] === "-" ? -Infinity : Infinity;
    return { value, spelledInfinite: true };
  }
  const value = decimal(text, format) ?? hexadecimal(text, format);
  return value === undefined ? undefined : { value, spelledInfinite: false };
}

// A digit must stand before or behind the point.
const DECIMAL = /^([+-]?)(?=\.?\d)(\d+(?:_\d+)*)?(?:\.(\d+(?:_\d+)*)?)?(?:e([+-]?\d+(?:_\d+)*))?$/i;

function decimal(text: string, format: FloatFormat): number | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  if (format === binary64) return Number(text.replaceAll("_", ""));
  const [, sign, whole = "", fraction = "", exponent = "0"] = match.map((each) => each?.replaceAll("_", ""));
  const value = scaleDecimal(whole + fraction, Number(exponent) - fraction.length, format);
  return sign === "-" ? -value : value;
}

/** `digits` · 10^`exponent`. */
function scaleDecimal(digits: string, exponent: number, format: FloatFormat): number {
  const significant = digits.replace(/^0+/, "");
  const magnitude = significant.length + exponent;
  if (significant === "" || magnitude < -400) return 0;
  if (magnitude > 400) return Infinity;
  const mantissa = BigInt(significant);
  return exponent < 0
    ? roundRatio(mantissa, 10n ** BigInt(-exponent), format)
    : roundBinary(mantissa * 10n ** BigInt(exponent), 0, format);
}

function hexadecimal(text: string, format: FloatFormat): number | undefined {
  const match =
    /^([+-]?)0x_?([\da-f]+(?:_[\da-f]+)*)?(?:\.([\da-f]+(?:_[\da-f]+)*)?)?p([+-]?\d+(?:_\d+)*)$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = ""] = match.map((each) => each?.replaceAll("_", ""));
  if (whole + fraction === "") return undefined;
  const value = roundBinary(BigInt(`0x${whole}${fraction}`), Number(exponent) - 4 * fraction.length, format);
  return sign === "-" ? -value : value;
}

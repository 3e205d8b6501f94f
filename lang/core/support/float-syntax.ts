/**
 * Reads floats as `convert.str_to_float` does: decimal and hexadecimal, with underscores between digits, infinities
 * and NaN.
 */

/** Undefined if the text is no float; an infinity that was not spelled out means it is too large. */
export function parseFloatText(
  text: string,
): { readonly value: number; readonly spelledInfinite: boolean } | undefined {
  const word = /^([+-]?)inf(?:inity)?$|^nan$/i.exec(text);
  if (word !== null) {
    const value = word[1] === undefined ? Number.NaN : word[1] === "-" ? -Infinity : Infinity;
    return { value, spelledInfinite: true };
  }
  const value = decimal(text) ?? hexadecimal(text);
  return value === undefined ? undefined : { value, spelledInfinite: false };
}

function decimal(text: string): number | undefined {
  if (!/^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i.test(text)) {
    return undefined;
  }
  return Number(text.replaceAll("_", ""));
}

function hexadecimal(text: string): number | undefined {
  const match =
    /^([+-]?)0x_?([\da-f]+(?:_[\da-f]+)*)?(?:\.([\da-f]+(?:_[\da-f]+)*)?)?p([+-]?\d+(?:_\d+)*)$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = ""] = match.map((each) => each?.replaceAll("_", ""));
  if (whole + fraction === "") return undefined;
  const value = scale(BigInt(`0x${whole}${fraction}`), Number(exponent) - 4 * fraction.length);
  return sign === "-" ? -value : value;
}

/** `mantissa` · 2^`exponent`, rounded once, halves to even. */
function scale(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  const magnitude = bits + exponent;
  if (magnitude > 1024) return Infinity;
  if (magnitude < -1075) return 0;
  // Below 2^-1022 there are fewer than 53 bits, down to none.
  const drop = bits - Math.min(53, magnitude + 1074);
  const kept = drop > 0 ? roundHalfToEven(mantissa, BigInt(drop)) : mantissa;
  const shift = drop > 0 ? exponent + drop : exponent;
  // Two steps, since 2^shift alone may be out of range although the product is not.
  const half = Math.trunc(shift / 2);
  return Number(kept) * 2 ** half * 2 ** (shift - half);
}

function roundHalfToEven(mantissa: bigint, drop: bigint): bigint {
  const kept = mantissa >> drop;
  const twice = (mantissa - (kept << drop)) << 1n;
  const unit = 1n << drop;
  return twice > unit || (twice === unit && (kept & 1n) === 1n) ? kept + 1n : kept;
}

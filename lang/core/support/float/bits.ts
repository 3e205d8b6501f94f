/** The parts of a 64-bit float, and floats made of parts. */

const float = new Float64Array(1);
const word = new BigUint64Array(float.buffer);

export const SMALLEST_NORMAL = 2 ** -1022;

/** The 64 bits of `x`. */
export function toBits(x: number): bigint {
  float[0] = x;
  return word[0] ?? 0n;
}

/** The float with these 64 bits. */
export function fromBits(bits: bigint): number {
  word[0] = bits;
  return float[0] ?? 0;
}

/** Whether the sign bit is set: of negative numbers and of -0. */
export function isNegative(x: number): boolean {
  return x < 0 || Object.is(x, -0);
}

/** The magnitude of `x` with the sign of `sign`. */
export function copySign(x: number, sign: number): number {
  return isNegative(sign) ? -Math.abs(x) : Math.abs(x);
}

/** A finite `x` other than 0 as `fraction` · 2^`exponent`, 0.5 ≤ |`fraction`| < 1; others with the exponent 0. */
export function split(x: number): { readonly fraction: number; readonly exponent: number } {
  if (x === 0 || !Number.isFinite(x)) return { fraction: x, exponent: 0 };
  const isDenormal = Math.abs(x) < SMALLEST_NORMAL;
  const bits = toBits(isDenormal ? x * 2 ** 52 : x);
  const exponent = Number((bits >> 52n) & 0x7ffn) - 1022 - (isDenormal ? 52 : 0);
  return { fraction: fromBits((bits & ~(0x7ffn << 52n)) | (1022n << 52n)), exponent };
}

/** The `n` with 2^`n` ≤ |`x`| < 2^(`n`+1), for a finite `x` other than 0. */
export function binaryExponent(x: number): number {
  return split(x).exponent - 1;
}

/** `fraction` · 2^`exponent`, rounded once. `exponent` may be any integer. */
export function scaleByPower(fraction: number, exponent: number): number {
  const parts = split(fraction);
  if (parts.fraction === 0 || !Number.isFinite(parts.fraction)) return fraction;
  const total = parts.exponent + exponent;
  if (total > 1024) return copySign(Infinity, fraction);
  if (total < -1074) return copySign(0, fraction);
  // 2^-1074 as a factor of its own, so that all digits are there when the denormal result is rounded.
  if (total < -1021) return parts.fraction * 2 ** (total + 1074) * Number.MIN_VALUE;
  return parts.fraction * 2 * 2 ** (total - 1);
}

/** The float next to `x` in the direction of `y`. */
export function nextAfter(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return x;
  if (x === 0) return copySign(Number.MIN_VALUE, y);
  return fromBits(y > x === x > 0 ? toBits(x) + 1n : toBits(x) - 1n);
}

/** `x` without the lower 32 bits of its mantissa. */
export function withoutLowWord(x: number): number {
  return fromBits(toBits(x) & ~0xffff_ffffn);
}

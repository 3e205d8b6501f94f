/** Arithmetic with one rounding, at the end. */
import { nextAfter, scaleByPower, split, toBits } from "./bits.ts";

/** A binary floating-point format: digits of the mantissa, exponent of the least digit there is, of the greatest number. */
export interface FloatFormat {
  readonly digits: number;
  /** The smallest number is 2^`least`. */
  readonly least: number;
  /** All numbers are below 2^`limit`. */
  readonly limit: number;
}

export const binary64: FloatFormat = { digits: 53, least: -1074, limit: 1024 };
export const binary32: FloatFormat = { digits: 24, least: -149, limit: 128 };

/** `mantissa` · 2^`exponent` in that format, halves to even; infinite if it is too large. `mantissa` is not negative. */
export function roundBinary(mantissa: bigint, exponent: number, format: FloatFormat = binary64): number {
  if (mantissa === 0n) return 0;
  const bits = bitLength(mantissa);
  const magnitude = bits + exponent;
  if (magnitude > format.limit) return Infinity;
  if (magnitude < format.least) return 0;
  // Below the normal numbers there are fewer digits, down to none.
  const drop = bits - Math.min(format.digits, magnitude - format.least);
  const kept = drop > 0 ? roundHalfToEven(mantissa, BigInt(drop)) : mantissa;
  const rounded = scaleByPower(Number(kept), drop > 0 ? exponent + drop : exponent);
  return rounded < 2 ** (format.limit - 1) * 2 ? rounded : Infinity;
}

/** `numerator` / `denominator` in that format, halves to even. Neither is negative. */
export function roundRatio(numerator: bigint, denominator: bigint, format: FloatFormat = binary64): number {
  // Two digits more than the format has, and one that stands for all that follow.
  const shift = format.digits + 2 - (bitLength(numerator) - bitLength(denominator));
  const scaled = shift > 0 ? numerator << BigInt(shift) : numerator;
  const divisor = shift < 0 ? denominator << BigInt(-shift) : denominator;
  const quotient = scaled / divisor;
  const sticky = quotient * divisor === scaled ? 0n : 1n;
  return roundBinary((quotient << 1n) | sticky, -shift - 1, format);
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function roundHalfToEven(mantissa: bigint, drop: bigint): bigint {
  const kept = mantissa >> drop;
  const twice = (mantissa - (kept << drop)) << 1n;
  const unit = 1n << drop;
  return twice > unit || (twice === unit && (kept & 1n) === 1n) ? kept + 1n : kept;
}

/** `x` · `y` + `z`, rounded once. */
export function fusedMultiplyAdd(x: number, y: number, z: number): number {
  if (isModerate(x) && isModerate(y) && isModerate(z)) return fuseModerate(x, y, z);
  if (Number.isFinite(x) && Number.isFinite(y)) {
    if (!Number.isFinite(z)) return z;
    if (x !== 0 && y !== 0) return z === 0 ? x * y : fuseIntegers(x, y, z);
  }
  return x * y + z;
}

/** Whether products and error terms of such numbers neither overflow nor lose digits. */
function isModerate(x: number): boolean {
  const magnitude = Math.abs(x);
  return magnitude > 2 ** -300 && magnitude < 2 ** 300;
}

/** By error-free transformations and rounding to odd (Boldo and Melquiond, 2008). */
function fuseModerate(x: number, y: number, z: number): number {
  const [product, productError] = multiplyExactly(x, y);
  const [low, lowError] = addExactly(z, productError);
  const [high, highError] = addExactly(product, low);
  return high + addToOdd(lowError, highError);
}

/** A sum and its rounding error (Knuth). */
function addExactly(a: number, b: number): readonly [sum: number, error: number] {
  const sum = a + b;
  const rest = sum - a;
  return [sum, a - (sum - rest) + (b - rest)];
}

/** A product and its rounding error (Dekker). */
function multiplyExactly(a: number, b: number): readonly [product: number, error: number] {
  const product = a * b;
  const [aHigh, aLow] = halve(a);
  const [bHigh, bLow] = halve(b);
  return [product, aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)];
}

/** A number as a sum of two with half as many digits (Veltkamp). */
function halve(a: number): readonly [high: number, low: number] {
  const scaled = a * 134_217_729;
  const high = scaled - (scaled - a);
  return [high, a - high];
}

/** A sum whose last digit is odd if it is not exact, so that rounding it again loses nothing. */
function addToOdd(a: number, b: number): number {
  const [sum, error] = addExactly(a, b);
  const isOdd = (toBits(sum) & 1n) === 1n;
  return error === 0 || isOdd ? sum : nextAfter(sum, error > 0 ? Infinity : -Infinity);
}

/** With integers of any size, for finite numbers other than 0. */
function fuseIntegers(x: number, y: number, z: number): number {
  const a = toInteger(x);
  const b = toInteger(y);
  const c = toInteger(z);
  const productExponent = a.exponent + b.exponent;
  const exponent = Math.min(productExponent, c.exponent);
  const sum =
    ((a.mantissa * b.mantissa) << BigInt(productExponent - exponent)) +
    (c.mantissa << BigInt(c.exponent - exponent));
  return sum < 0n ? -roundBinary(-sum, exponent) : roundBinary(sum, exponent);
}

/** A finite number as `mantissa` · 2^`exponent` with an integer of 53 bits. */
function toInteger(x: number): { readonly mantissa: bigint; readonly exponent: number } {
  const { fraction, exponent } = split(x);
  return { mantissa: BigInt(fraction * 2 ** 53), exponent: exponent - 53 };
}

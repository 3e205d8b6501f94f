/** Logarithms, by the methods of FreeBSD's msun (Sun Microsystems, 1993). */
import { binaryExponent, fromBits, split, toBits } from "./bits.ts";
import { LN2_HIGH, LN2_LOW } from "./exponential.ts";
import { polynomial } from "./polynomial.ts";

const ODD_TERMS: readonly number[] = [
  0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586,
];
const EVEN_TERMS: readonly number[] = [0.3999999999940942, 0.22222198432149784, 0.15313837699209373];

/** The natural logarithm. */
export function log(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  const bits = toBits(x);
  // Go on amd64 reads denormal numbers as if they were normal ones.
  let exponent = Number(bits >> 52n) - 1022;
  let fraction = fromBits((bits & MANTISSA) | (1022n << 52n));
  if (fraction < Math.SQRT1_2) {
    fraction *= 2;
    exponent--;
  }
  const f = fraction - 1;
  const s = f / (2 + f);
  const square = s * s;
  const fourth = square * square;
  const series = square * polynomial(fourth, ODD_TERMS) + fourth * polynomial(fourth, EVEN_TERMS);
  const halfSquare = 0.5 * f * f;
  return exponent * LN2_HIGH - (halfSquare - (s * (halfSquare + series) + exponent * LN2_LOW) - f);
}

/** The logarithm to the base 2, exact for powers of 2. */
export function log2(x: number): number {
  const { fraction, exponent } = split(x);
  if (fraction === 0.5) return exponent - 1;
  return log(fraction) * (1 / Math.LN2) + exponent;
}

/** The logarithm to the base 10. */
export function log10(x: number): number {
  return log(x) * Math.LOG10E;
}

const ALL_TERMS: readonly number[] = [
  0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
  0.15313837699209373, 0.14798198605116586,
];

/** The mantissa of √2. */
const SQRT2_MANTISSA = 0x6a09e667f3bcdn;
const MANTISSA = (1n << 52n) - 1n;

/** ln(1 + `x`), exact also where `x` is near 0. */
export function log1p(x: number): number {
  if (x < -1 || Number.isNaN(x)) return Number.NaN;
  if (x === -1) return -Infinity;
  if (x === Infinity) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -54) return x;
  if (magnitude < 2 ** -29) return x - x * x * 0.5;
  const { power, f, error, isNearPower } = reduce(x);
  const halfSquare = 0.5 * f * f;
  if (isNearPower) {
    if (f === 0) return power === 0 ? 0 : power * LN2_HIGH + (error + power * LN2_LOW);
    const rest = halfSquare * (1 - 0.6666666666666666 * f);
    return power === 0 ? f - rest : power * LN2_HIGH - (rest - (power * LN2_LOW + error) - f);
  }
  const s = f / (2 + f);
  const square = s * s;
  const series = square * polynomial(square, ALL_TERMS);
  if (power === 0) return f - (halfSquare - s * (halfSquare + series));
  return power * LN2_HIGH - (halfSquare - (s * (halfSquare + series) + (power * LN2_LOW + error)) - f);
}

/** 1 + `x` as 2^`power` · (1 + `f`), √2/2 < 1 + `f` < √2, with the relative `error` of the sum. */
function reduce(x: number): {
  readonly power: number;
  readonly f: number;
  readonly error: number;
  readonly isNearPower: boolean;
} {
  if (x > -0.2928932188134525 && x < 0.41421356237309503) {
    return { power: 0, f: x, error: 0, isNearPower: false };
  }
  const isLarge = Math.abs(x) >= 2 ** 53;
  const sum = isLarge ? x : 1 + x;
  const exponent = binaryExponent(sum);
  const error = isLarge ? 0 : (exponent > 0 ? 1 - (sum - x) : x - (sum - 1)) / sum;
  const mantissa = toBits(sum) & MANTISSA;
  if (mantissa < SQRT2_MANTISSA) {
    const f = fromBits(mantissa | (1023n << 52n)) - 1;
    return { power: exponent, f, error, isNearPower: mantissa === 0n };
  }
  const f = fromBits(mantissa | (1022n << 52n)) - 1;
  return { power: exponent + 1, f, error, isNearPower: ((1n << 52n) - mantissa) >> 2n === 0n };
}

/**
 * Exponential functions, by published methods, so that results are the same on every machine to the last bit:
 * `exp` is that of N. Shibata ("Efficient evaluation methods of elementary functions suitable for SIMD computation",
 * 2010) with fused multiplications, the others are those of FreeBSD's msun (Sun Microsystems, 1993).
 */

import { scaleByPower } from "./bits.ts";
import { fusedMultiplyAdd } from "./exact.ts";
import { polynomial } from "./polynomial.ts";

/** ln 2 in two parts, of which the first has zeros at its end. */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

/** Above this, e^x is too large. */
const EXP_LIMIT = 7.09782712893384e2;

const EXP_LN2_HIGH = 0.693147180559663;
const EXP_LN2_LOW = 2.8235290563031577e-13;

/** Of (e^r - 1) / r: 1 / (n + 1)!. */
const EXP_SERIES: readonly number[] = [
  1.0, 0.5, 0.16666666666666666, 0.041666666666666664, 0.008333333333333333, 0.001388888888888889,
  1.984126984126984e-4, 2.48015873015873e-5,
];

/** e^`x`. */
export function exp(x: number): number {
  if (Number.isNaN(x) || x > EXP_LIMIT) return x + Infinity;
  if (x < -750) return 0;
  const power = roundHalfToEven(Math.LOG2E * x);
  let rest = fusedMultiplyAdd(-power, EXP_LN2_HIGH, x);
  rest = fusedMultiplyAdd(-power, EXP_LN2_LOW, rest) * 0.0625;
  let series = EXP_SERIES.at(-1) ?? 0;
  for (let at = EXP_SERIES.length - 2; at >= 0; at--) {
    series = fusedMultiplyAdd(series, rest, EXP_SERIES[at] ?? 0);
  }
  // e^(2r) - 1 from e^r - 1, four times; the last time without taking 1 away.
  rest *= series;
  for (let doubling = 0; doubling < 3; doubling++) rest *= rest + 2;
  // Go on amd64 takes the largest power of 2 for an overflow, although the product with what is below 1 is none.
  return power > 1023 ? Infinity : scaleByPower(fusedMultiplyAdd(rest, rest + 2, 1), power);
}

function roundHalfToEven(x: number): number {
  const shifted = x + 3 * 2 ** 51;
  return shifted - 3 * 2 ** 51;
}

/** 2^`x`. */
export function exp2(x: number): number {
  if (Number.isNaN(x) || x > 1023.9999999999999) return x + Infinity;
  if (x < -1074) return 0;
  const power = Math.trunc(x > 0 ? x + 0.5 : x - 0.5);
  const rest = x - power;
  return expOfSum(rest * LN2_HIGH, -rest * LN2_LOW, power);
}

const EXP_REMEZ: readonly number[] = [
  0.16666666666666666, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6,
  4.1381367970572385e-8,
];

/** e^(`high` - `low`) · 2^`power`, where the difference is within ±ln 2 / 2. */
function expOfSum(high: number, low: number, power: number): number {
  const rest = high - low;
  const square = rest * rest;
  const correction = rest - square * polynomial(square, EXP_REMEZ);
  const value = 1 - (low - (rest * correction) / (2 - correction) - high);
  return scaleByPower(value, power);
}

const EXPM1_SERIES: readonly number[] = [
  1, -0.03333333333333313, 0.0015873015872548146, -7.93650757867488e-5, 4.008217827329362e-6,
  -2.0109921818362437e-7,
];

/** e^`x` - 1, exact also where `x` is near 0. */
export function expm1(x: number): number {
  const magnitude = Math.abs(x);
  if (Number.isNaN(x) || x >= 709.782712893384) return x + Infinity;
  if (x <= -56 * Math.LN2) return -1;
  if (magnitude < 2 ** -54) return x;
  const { power, rest, error } = reduce(x);
  const half = 0.5 * rest;
  const halfSquare = rest * half;
  const series = polynomial(halfSquare, EXPM1_SERIES);
  const t = 3 - series * half;
  const quotient = halfSquare * ((series - t) / (6 - rest * t));
  if (power === 0) return rest - (rest * quotient - halfSquare);
  const e = rest * (quotient - error) - error - halfSquare;
  if (power === -1) return 0.5 * (rest - e) - 0.5;
  if (power === 1) return rest < -0.25 ? -2 * (e - (rest + 0.5)) : 1 + 2 * (rest - e);
  if (power <= -2 || power > 56) return scaleByPower(1 - (e - rest), power) - 1;
  const small = 2 ** -power;
  return scaleByPower(power < 20 ? 1 - small - (e - rest) : rest - (e + small) + 1, power);
}

/** `x` as `power` · ln 2 + `rest` + `error`, |`rest`| ≤ ln 2 / 2. */
function reduce(x: number): { readonly power: number; readonly rest: number; readonly error: number } {
  const magnitude = Math.abs(x);
  if (magnitude <= 0.5 * Math.LN2) return { power: 0, rest: x, error: 0 };
  const power = magnitude < 1.5 * Math.LN2 ? Math.sign(x) : Math.trunc(Math.LOG2E * x + (x < 0 ? -0.5 : 0.5));
  const high = x - power * LN2_HIGH;
  const low = power * LN2_LOW;
  const rest = high - low;
  return { power, rest, error: high - rest - low };
}

/** 10^`power`, as a product or quotient of two powers; 0 or infinite where it is out of range. */
export function powerOfTen(power: bigint): number {
  if (power > 308n) return Infinity;
  if (power < -323n) return 0;
  const magnitude = Math.abs(Number(power));
  const small = magnitude % 32;
  const large = magnitude - small;
  return power < 0n
    ? Number(`1e-${large}`) / Number(`1e${small}`)
    : Number(`1e${large}`) * Number(`1e${small}`);
}

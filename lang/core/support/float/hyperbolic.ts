/** Hyperbolic functions: those of Hart and Cheney, Cephes, and, for the inverses, of FreeBSD's msun. */
import { exp } from "./exponential.ts";
import { log, log1p } from "./logarithm.ts";
import { polynomial } from "./polynomial.ts";

const SINE_NUMERATOR: readonly number[] = [
  -630767.3640497717, -89912.72022039509, -2894.211355989564, -26.30563213397497,
];
const SINE_DENOMINATOR: readonly number[] = [-630767.3640497717, 15215.17378790019, -173.6789535582337, 1];

export function sinh(x: number): number {
  if (x === 0) return x;
  const magnitude = Math.abs(x);
  const value = sinhOfPositive(magnitude);
  return x < 0 ? -value : value;
}

function sinhOfPositive(x: number): number {
  if (x > 21) return exp(x) * 0.5;
  if (x > 0.5) {
    const power = exp(x);
    return (power - 1 / power) * 0.5;
  }
  const square = x * x;
  return (polynomial(square, SINE_NUMERATOR) * x) / polynomial(square, SINE_DENOMINATOR);
}

export function cosh(x: number): number {
  const magnitude = Math.abs(x);
  const power = exp(magnitude);
  return magnitude > 21 ? power * 0.5 : (power + 1 / power) * 0.5;
}

const TANGENT_NUMERATOR: readonly number[] = [-1614.6876844170845, -99.28772310019185, -0.9643991794250523];
const TANGENT_DENOMINATOR: readonly number[] = [4844.063053251255, 2235.4883906010045, 112.81167849163293, 1];

export function tanh(x: number): number {
  if (x === 0) return x;
  const magnitude = Math.abs(x);
  if (magnitude > 0.5 * 88.02969193111305) return Math.sign(x);
  if (magnitude >= 0.625) {
    const value = 1 - 2 / (exp(2 * magnitude) + 1);
    return x < 0 ? -value : value;
  }
  const square = x * x;
  return x + (x * square * polynomial(square, TANGENT_NUMERATOR)) / polynomial(square, TANGENT_DENOMINATOR);
}

export function asinh(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const value = asinhOfPositive(Math.abs(x));
  return x < 0 ? -value : value;
}

function asinhOfPositive(x: number): number {
  if (x > 2 ** 28) return log(x) + Math.LN2;
  if (x > 2) return log(2 * x + 1 / (Math.sqrt(x * x + 1) + x));
  if (x < 2 ** -28) return x;
  return log1p(x + (x * x) / (1 + Math.sqrt(1 + x * x)));
}

export function acosh(x: number): number {
  if (!(x >= 1)) return Number.NaN;
  if (x === 1) return 0;
  if (x >= 2 ** 28) return log(x) + Math.LN2;
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const above = x - 1;
  return log1p(above + Math.sqrt(2 * above + above * above));
}

export function atanh(x: number): number {
  if (x === 0) return x;
  const value = atanhOfPositive(Math.abs(x));
  return x < 0 ? -value : value;
}

function atanhOfPositive(x: number): number {
  if (!(x <= 1)) return Number.NaN;
  if (x === 1) return Infinity;
  if (x < 2 ** -28) return x;
  const twice = x + x;
  return 0.5 * log1p(x < 0.5 ? twice + (twice * x) / (1 - x) : twice / (1 - x));
}

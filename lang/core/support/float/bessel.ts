/** Bessel functions of both kinds, by the methods of FreeBSD's msun (Sun Microsystems, 1993). */
import {
  EXPANSIONS_0,
  EXPANSIONS_1,
  type Expansion,
  FIRST_KIND_0,
  FIRST_KIND_1,
  SECOND_KIND_0,
  SECOND_KIND_1,
} from "./bessel-coefficients.ts";
import { log } from "./logarithm.ts";
import { polynomial } from "./polynomial.ts";
import { rational } from "./rational.ts";
import { cos, sin } from "./trigonometry.ts";

const INVERSE_SQRT_PI = 0.5641895835477563;
const TWO_BY_PI = 2 / Math.PI;

/** From here on, the asymptotic expansion is its first term. */
const FAR = 2 ** 129;
const VERY_FAR = 2 ** 302;

/** P and Q of `x` ≥ 2; `first` is the first coefficient of Q. */
function expand(x: number, expansions: readonly Expansion[], first: number): readonly [p: number, q: number] {
  const expansion = expansions.find(({ from }) => x >= from);
  if (expansion === undefined) throw new RangeError("no expansion below 2");
  const inverseSquare = 1 / (x * x);
  return [1 + rational(inverseSquare, expansion.even), (first + rational(inverseSquare, expansion.odd)) / x];
}

/** (P · `a` + Q · `b`) / √(π `x`). */
function oscillate(x: number, a: number, b: number, expansions: readonly Expansion[], first: number): number {
  if (x > FAR) return (INVERSE_SQRT_PI * a) / Math.sqrt(x);
  const [p, q] = expand(x, expansions, first);
  return (INVERSE_SQRT_PI * (p * a + q * b)) / Math.sqrt(x);
}

/** √2 times cosine and sine of `x` - π/4; the one that would lose digits is computed from the other. */
function phase0(x: number): readonly [cosine: number, sine: number] {
  const s = sin(x);
  const c = cos(x);
  if (x >= Number.MAX_VALUE / 2) return [s + c, s - c];
  const product = -cos(x + x);
  return s * c < 0 ? [product / (s - c), s - c] : [s + c, product / (s + c)];
}

/** The same of `x` - 3π/4. */
function phase1(x: number): readonly [cosine: number, sine: number] {
  const s = sin(x);
  const c = cos(x);
  if (x >= Number.MAX_VALUE / 2) return [s - c, -s - c];
  const product = cos(x + x);
  return s * c > 0 ? [product / (-s - c), -s - c] : [s - c, product / (s - c)];
}

const FIRST_0 = -0.125;
const FIRST_1 = 0.375;

export function j0(of: number): number {
  if (Number.isNaN(of)) return of;
  const x = Math.abs(of);
  if (x === Infinity) return 0;
  if (x >= 2) {
    const [cosine, sine] = phase0(x);
    return oscillate(x, cosine, -sine, EXPANSIONS_0, FIRST_0);
  }
  if (x < 2 ** -27) return 1;
  if (x < 2 ** -13) return 1 - 0.25 * x * x;
  const square = x * x;
  const quotient = rational(square, FIRST_KIND_0);
  if (x < 1) return 1 + square * (-0.25 + quotient);
  const half = 0.5 * x;
  return (1 + half) * (1 - half) + square * quotient;
}

export function y0(x: number): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === Infinity) return 0;
  if (x === 0) return -Infinity;
  if (x >= 2) {
    const [cosine, sine] = phase0(x);
    return oscillate(x, sine, cosine, EXPANSIONS_0, FIRST_0);
  }
  if (x <= 2 ** -27) return (SECOND_KIND_0.numerator[0] ?? 0) + TWO_BY_PI * log(x);
  return rational(x * x, SECOND_KIND_0) + TWO_BY_PI * j0(x) * log(x);
}

export function j1(of: number): number {
  if (Number.isNaN(of)) return of;
  const x = Math.abs(of);
  if (x === Infinity) return 0;
  if (x >= 2) {
    const [cosine, sine] = phase1(x);
    const value = oscillate(x, cosine, -sine, EXPANSIONS_1, FIRST_1);
    return of < 0 ? -value : value;
  }
  // Go gives small ones without their sign.
  if (x < 2 ** -27) return 0.5 * x;
  const square = x * x;
  const { numerator, denominator } = FIRST_KIND_1;
  const value = 0.5 * x + (polynomial(square, numerator) * x) / polynomial(square, denominator);
  return of < 0 ? -value : value;
}

export function y1(x: number): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === Infinity) return 0;
  if (x === 0) return -Infinity;
  if (x >= 2) {
    const [cosine, sine] = phase1(x);
    return oscillate(x, sine, cosine, EXPANSIONS_1, FIRST_1);
  }
  if (x <= 2 ** -54) return -TWO_BY_PI / x;
  return x * rational(x * x, SECOND_KIND_1) + TWO_BY_PI * (j1(x) * log(x) - 1 / x);
}

/** The Bessel function of the first kind of order `order`. */
export function jn(order: number, of: number): number {
  if (Number.isNaN(of)) return of;
  if (!Number.isFinite(of)) return 0;
  if (order === 0) return j0(of);
  if (of === 0) return 0;
  const n = Math.abs(order);
  // Of opposite order, and of opposite argument, it is the same but for the sign of odd orders.
  const signed = order < 0 ? -of : of;
  if (n === 1) return j1(signed);
  const x = Math.abs(signed);
  const value = firstKind(n, x);
  return signed < 0 && n % 2 === 1 ? -value : value;
}

/** For `n` ≥ 2, `x` > 0. */
function firstKind(n: number, x: number): number {
  if (n > x) return x < 2 ** -29 ? taylor(n, x) : recurBackward(n, x);
  if (x >= VERY_FAR) {
    const s = sin(x);
    const c = cos(x);
    const phases = [c + s, -c + s, -c - s, c - s];
    return (INVERSE_SQRT_PI * (phases[n % 4] ?? 0)) / Math.sqrt(x);
  }
  let before = j0(x);
  let value = j1(x);
  for (let order = 1; order < n; order++) [before, value] = [value, value * ((order + order) / x) - before];
  return value;
}

/** (x/2)ⁿ / n!, for a tiny `x`. */
function taylor(n: number, x: number): number {
  if (n > 33) return 0;
  const half = x * 0.5;
  let power = half;
  let factorial = 1;
  for (let factor = 2; factor <= n; factor++) {
    factorial *= factor;
    power *= half;
  }
  return power / factorial;
}

/** From orders above `n` downwards, where going upwards would lose all digits. */
function recurBackward(n: number, x: number): number {
  let ratio = 0;
  for (let twice = 2 * (n + fractionLength(n, x)); twice >= n + n; twice -= 2)
    ratio = 1 / (twice / x - ratio);
  let above = ratio;
  let value = 1;
  const isFarOff = n * log((2 / x) * n) >= 709.782712893384;
  for (let order = n - 1; order > 0; order--) {
    [above, value] = [value, (value * (order + order)) / x - above];
    if (isFarOff && value > 1e100) {
      above /= value;
      ratio /= value;
      value = 1;
    }
  }
  return (ratio * j0(x)) / value;
}

/** How many terms of the continued fraction for J(n, x) / J(n-1, x) are needed. */
function fractionLength(n: number, x: number): number {
  const step = 2 / x;
  let before = (n + n) / x;
  let factor = before + step;
  let denominator = before * factor - 1;
  let length = 1;
  while (denominator < 1e9) {
    length++;
    factor += step;
    [before, denominator] = [denominator, factor * denominator - before];
  }
  return length;
}

/** The Bessel function of the second kind of order `order`. */
export function yn(order: number, x: number): number {
  if (x < 0 || Number.isNaN(x)) return Number.NaN;
  if (x === Infinity) return 0;
  if (order === 0) return y0(x);
  const isNegated = order < 0 && order % 2 !== 0;
  if (x === 0) return isNegated ? Infinity : -Infinity;
  const value = secondKind(Math.abs(order), x);
  return isNegated ? -value : value;
}

/** For `n` ≥ 1, `x` > 0. */
function secondKind(n: number, x: number): number {
  if (n > 1 && x >= VERY_FAR) {
    const s = sin(x);
    const c = cos(x);
    const phases = [s - c, -s - c, -s + c, s + c];
    return (INVERSE_SQRT_PI * (phases[n % 4] ?? 0)) / Math.sqrt(x);
  }
  let before = y0(x);
  let value = y1(x);
  for (let order = 1; order < n && value !== -Infinity; order++) {
    [before, value] = [value, ((order + order) / x) * value - before];
  }
  return value;
}

/** The gamma function, by the method of the Cephes library (S. Moshier, 1989). */
import { isNegative } from "./bits.ts";
import { exp } from "./exponential.ts";
import { polynomial } from "./polynomial.ts";
import { pow } from "./power.ts";
import { sin } from "./trigonometry.ts";

/** Γ(2 + x) for x in [0, 1). */
const NUMERATOR: readonly number[] = [
  1, 0.4942148268014971, 0.20744822764843598, 0.04763678004571372, 0.010421379756176158,
  0.0011913514700658638, 1.6011952247675185e-4,
];
const DENOMINATOR: readonly number[] = [
  1, 0.0714304917030273, -0.23459179571824335, 0.035823639860549865, 0.011813978522206043,
  -0.004456419138517973, 5.396055804933034e-4, -2.3158187332412014e-5,
];
/** Of Stirling's formula, in 1/x. */
const STIRLING: readonly number[] = [
  0.08333333333334822, 0.0034722222160545866, -0.0026813261780578124, -2.2954996161337813e-4,
  7.873113957930937e-4,
];
const EULER = 0.5772156649015329;

export function gamma(x: number): number {
  if (Number.isNaN(x) || x === -Infinity || (x < 0 && Number.isInteger(x))) return Number.NaN;
  if (x === Infinity) return x;
  if (x === 0) return isNegative(x) ? -Infinity : Infinity;
  if (Math.abs(x) <= 33) return gammaByRecurrence(x);
  if (x < 0) return gammaByReflection(-x);
  const [first, second] = stirling(x);
  return first * second;
}

/** Γ(`x`) as a product of two, which alone could overflow. */
function stirling(x: number): readonly [number, number] {
  if (x > 200) return [Infinity, 1];
  const inverse = 1 / x;
  const correction = 1 + inverse * polynomial(inverse, STIRLING);
  const scale = 2.5066282746310007 * correction;
  if (x <= 143.01608) return [pow(x, x - 0.5) / exp(x), scale];
  const half = pow(x, 0.5 * x - 0.25);
  return [half, scale * (half / exp(x))];
}

/** Γ(-`x`). */
function gammaByReflection(x: number): number {
  const whole = Math.floor(x);
  const sign = whole % 2 === 0 ? -1 : 1;
  const distance = x - whole > 0.5 ? x - (whole + 1) : x - whole;
  const sine = x * sin(Math.PI * distance);
  if (sine === 0) return sign * Infinity;
  const magnitude = Math.abs(sine);
  const [first, second] = stirling(x);
  const divisor = magnitude * first * second;
  return sign * (Number.isFinite(divisor) ? Math.PI / divisor : Math.PI / magnitude / first / second);
}

function gammaByRecurrence(start: number): number {
  let x = start;
  let product = 1;
  while (x >= 3) {
    x -= 1;
    product *= x;
  }
  while (x < 2) {
    if (Math.abs(x) < 1e-9) {
      return x === 0 ? Infinity : product / ((1 + EULER * x) * x);
    }
    product /= x;
    x += 1;
  }
  if (x === 2) return product;
  x -= 2;
  return (product * polynomial(x, NUMERATOR)) / polynomial(x, DENOMINATOR);
}

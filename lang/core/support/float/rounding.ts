/** Rounding and comparing, with the rules of IEEE 754 for zeros, infinities and NaN. */
import { copySign, isNegative } from "./bits.ts";

/** To the nearest whole number, halves away from 0. */
export function round(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 2 ** 52)) return x;
  const whole = Math.floor(magnitude);
  return copySign(magnitude - whole >= 0.5 ? whole + 1 : whole, x);
}

/** To the nearest whole number, halves to the even one. */
export function roundToEven(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 2 ** 52)) return x;
  return copySign(magnitude + 2 ** 52 - 2 ** 52, x);
}

/** `x` - `y`, but not below 0. */
export function positiveDifference(x: number, y: number): number {
  return Math.max(x - y, 0);
}

/** The larger one; an infinity decides before NaN does. */
export function maximum(x: number, y: number): number {
  return x === Infinity || y === Infinity ? Infinity : Math.max(x, y);
}

/** The smaller one; an infinity decides before NaN does. */
export function minimum(x: number, y: number): number {
  return x === -Infinity || y === -Infinity ? -Infinity : Math.min(x, y);
}

/** What is left of `x` after the nearest multiple of `y`, halves to the even one. */
export function remainder(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y) || !Number.isFinite(x) || y === 0) return Number.NaN;
  if (!Number.isFinite(y)) return x;
  const divisor = Math.abs(y);
  let rest = Math.abs(x);
  // Of two multiples, the nearest even one is then at 0 or at twice the divisor.
  if (divisor <= Number.MAX_VALUE / 2) rest %= divisor + divisor;
  if (isMoreThanHalf(rest, divisor)) {
    rest -= divisor;
    if (!isMoreThanHalf(divisor - rest, divisor)) rest -= divisor;
  }
  return isNegative(x) ? -rest : rest;
}

/** Whether `x` > `y` / 2, exact also where half of `y` is not. */
function isMoreThanHalf(x: number, y: number): boolean {
  return x > y - x;
}

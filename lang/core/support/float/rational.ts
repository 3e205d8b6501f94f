import { polynomial } from "./polynomial.ts";

/** A quotient of two polynomials, the coefficients of x⁰ first. */
export interface Rational {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

export function rational(x: number, { numerator, denominator }: Rational): number {
  return polynomial(x, numerator) / polynomial(x, denominator);
}

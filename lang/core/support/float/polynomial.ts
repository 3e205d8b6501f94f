/** The polynomial with these coefficients, that of x⁰ first, by Horner's rule. */
export function polynomial(x: number, coefficients: readonly number[]): number {
  let power = coefficients.length - 1;
  let sum = coefficients[power] ?? 0;
  while (--power >= 0) sum = sum * x + (coefficients[power] ?? 0);
  return sum;
}

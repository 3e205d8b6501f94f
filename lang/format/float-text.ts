/** The shortest decimal that means this number, with digits on both sides of the point and no exponent. */
export function floatText(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  const [, sign = "", first = "", rest = "", exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text.includes(".") ? text : `${text}.0`;
  const digits = first + rest;
  const shift = Number(exponent);
  // JavaScript writes an exponent only for numbers without a fraction, or without a whole part.
  return shift > 0
    ? `${sign}${digits.padEnd(shift + 1, "0")}.0`
    : `${sign}0.${"0".repeat(-shift - 1)}${digits}`;
}

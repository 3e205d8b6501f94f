/** An int in decimal, perhaps with a sign; undefined if the text is anything else or the int has more than 64 bits. */
export function parseDecimalInt(text: string): bigint | undefined {
  const match = /^([+-]?)0*(\d{1,19})$/.exec(text);
  if (match === null) return undefined;
  const magnitude = BigInt(match[2] ?? "0");
  const value = match[1] === "-" ? -magnitude : magnitude;
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

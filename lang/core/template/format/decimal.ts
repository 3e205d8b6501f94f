/** Floats as decimal digits: the fewest that read back the same, or as many as wanted, rounded half to even. */

/** 0.DIGITS · 10^point; digits have no zeros at either end, and zero has none at all. */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** A float taken apart: mantissa · 2^exponent. */
export interface Binary {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Of a finite float without its sign. */
export function binaryOf(magnitude: number): Binary {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

/** The fewest digits that read back as the same float; it is finite and has no sign. */
export function shortest(magnitude: number): Decimal {
  const [, whole = "", fraction = "", exponent = "0"] =
    /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(magnitude)) ?? [];
  return trimmed(whole + fraction, whole.length + Number(exponent));
}

/**
 * Rounds to `count` digits, which `digits` gives from the point; negative keeps none.
 * The float is finite and has no sign.
 */
export function rounded(magnitude: number, digits: (point: number) => number): Decimal {
  const all = exact(magnitude);
  const count = digits(all.point);
  if (count >= all.digits.length) return all;
  if (count < 0) return { digits: "", point: 0 };
  const kept = all.digits.slice(0, count);
  if (!roundsUp(kept, all.digits.slice(count))) return trimmed(kept, all.point);
  const next = String(BigInt(kept === "" ? "0" : kept) + 1n).padStart(count, "0");
  return trimmed(next, all.point + next.length - count);
}

function roundsUp(kept: string, rest: string): boolean {
  const first = rest.charAt(0);
  if (first !== "5" || /[1-9]/.test(rest.slice(1))) return first >= "5";
  return /[13579]$/.test(kept);
}

/** All digits of a float. */
function exact(magnitude: number): Decimal {
  const { mantissa, exponent } = binaryOf(magnitude);
  if (exponent >= 0) {
    const text = String(mantissa << BigInt(exponent));
    return trimmed(text, text.length);
  }
  const text = String(mantissa * 5n ** BigInt(-exponent));
  return trimmed(text, text.length + exponent);
}

function trimmed(digits: string, point: number): Decimal {
  const start = digits.search(/[1-9]/);
  if (start < 0) return { digits: "", point: 0 };
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return { digits: digits.slice(start, end), point: point - start };
}

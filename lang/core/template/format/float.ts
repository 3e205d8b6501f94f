/** Floats as the verbs `e E f F g G b x X v` write them. */
import { binaryOf, type Decimal, rounded, shortest } from "./decimal.ts";
import { type Flags, pad } from "./flags.ts";

export type FloatVerb = "e" | "E" | "f" | "g" | "G" | "b" | "x" | "X";

/** Where the shortest form turns to an exponent. */
const SHORTEST_EXPONENT = 6;
/** Between these the shortest form is that of JavaScript. */
const SMALLEST_FIXED = 1e-4;
const SMALLEST_EXPONENT = 10 ** SHORTEST_EXPONENT;

/** With sign, padding and all that flags ask for; `precision` is for verbs that have one by default. */
export function formatFloat(value: number, verb: FloatVerb, flags: Flags, precision?: number): string {
  const wanted = flags.precision ?? precision;
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  if (Number.isNaN(value)) return pad(`${flags.plus ? "+" : flags.space ? " " : ""}NaN`, flags, false);
  if (!Number.isFinite(value)) {
    return pad(`${isNegative ? "-" : flags.space && !flags.plus ? " " : "+"}Inf`, flags, false);
  }
  const plain = floatText(Math.abs(value), verb, wanted);
  const text = flags.sharp && verb !== "b" ? withPoint(plain, verb, wanted) : plain;
  if (sign !== "" && flags.zero && !flags.minus) {
    return sign + text.padStart((flags.width ?? 0) - 1, "0");
  }
  return pad(sign + text, flags);
}

/** As `{{ .X }}` shows a float. */
export function floatToText(value: number): string {
  if (!Number.isFinite(value)) return formatFloat(value, "g", {});
  const magnitude = Math.abs(value);
  if (magnitude >= SMALLEST_FIXED && magnitude < SMALLEST_EXPONENT) return String(value);
  const text = floatText(magnitude, "g", undefined);
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

/** @param precision undefined: as many digits as it takes to read back the same float */
function floatText(magnitude: number, verb: FloatVerb, precision: number | undefined): string {
  switch (verb) {
    case "b": {
      const { mantissa, exponent } = binaryOf(magnitude);
      return `${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
    }
    case "x":
      return hexadecimal(magnitude, precision);
    case "X":
      return hexadecimal(magnitude, precision).toUpperCase();
    case "e":
    case "E": {
      const decimal = precision === undefined ? shortest(magnitude) : rounded(magnitude, () => precision + 1);
      return scientific(decimal, verb, precision ?? Math.max(decimal.digits.length - 1, 0));
    }
    case "f": {
      if (precision !== undefined && canRoundFast(magnitude, precision)) return magnitude.toFixed(precision);
      const decimal =
        precision === undefined ? shortest(magnitude) : rounded(magnitude, (point) => point + precision);
      return fixed(decimal, precision ?? Math.max(decimal.digits.length - decimal.point, 0));
    }
    default:
      return general(magnitude, verb, precision);
  }
}

/** Whether `toFixed` rounds right: it takes the upper of two neighbors that are equally near, not the even one. */
function canRoundFast(magnitude: number, precision: number): boolean {
  // Only a number that ends with this bit can lie in the middle.
  const halves = magnitude * 2 ** (precision + 1);
  return magnitude < 1e21 && precision <= 100 && !(Number.isInteger(halves) && halves % 2 === 1);
}

function general(magnitude: number, verb: "g" | "G", precision: number | undefined): string {
  const wanted = precision === undefined ? undefined : Math.max(precision, 1);
  const decimal = wanted === undefined ? shortest(magnitude) : rounded(magnitude, () => wanted);
  const { digits, point } = decimal;
  const isLong = wanted !== undefined && wanted > digits.length && digits.length >= point;
  const limit = wanted === undefined ? SHORTEST_EXPONENT : isLong ? digits.length : wanted;
  if (point - 1 < -4 || point - 1 >= limit) {
    const shown = Math.min(wanted ?? digits.length, digits.length);
    return scientific(decimal, verb === "g" ? "e" : "E", Math.max(shown - 1, 0));
  }
  return fixed(decimal, Math.max(digits.length - point, 0));
}

function scientific({ digits, point }: Decimal, mark: "e" | "E", precision: number): string {
  const shown = digits.padEnd(precision + 1, "0");
  const fraction = precision > 0 ? `.${shown.slice(1, precision + 1)}` : "";
  const exponent = digits === "" ? 0 : point - 1;
  const exponentDigits = String(Math.abs(exponent)).padStart(2, "0");
  return `${shown.charAt(0)}${fraction}${mark}${exponent < 0 ? "-" : "+"}${exponentDigits}`;
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (precision === 0) return whole;
  const fraction = point >= 0 ? digits.slice(point) : "0".repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, "0")}`;
}

/** Digits after the point of a hexadecimal float that has all of them. */
const HEX_DIGITS = 13;

function hexadecimal(magnitude: number, precision: number | undefined): string {
  let { mantissa, exponent } = binaryOf(magnitude);
  if (mantissa === 0n) exponent = 0;
  else {
    exponent += 52;
    for (; mantissa < 1n << 52n; exponent--) mantissa <<= 1n;
  }
  if (precision !== undefined && precision < HEX_DIGITS) {
    const drop = BigInt(4 * (HEX_DIGITS - precision));
    const unit = 1n << drop;
    const rest = mantissa % unit;
    mantissa -= rest;
    const isOdd = (mantissa & unit) !== 0n;
    if (rest * 2n > unit || (rest * 2n === unit && isOdd)) mantissa += unit;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const all = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(HEX_DIGITS, "0");
  const fraction =
    precision === undefined ? all.replace(/0+$/, "") : all.slice(0, precision).padEnd(precision, "0");
  const point = fraction === "" ? "" : `.${fraction}`;
  const exponentDigits = String(Math.abs(exponent)).padStart(2, "0");
  return `0x${mantissa >> 52n}${point}p${exponent < 0 ? "-" : "+"}${exponentDigits}`;
}

/** `#`: always with a point, and the zeros that `g` leaves out. */
function withPoint(text: string, verb: FloatVerb, precision: number | undefined): string {
  const isHex = verb === "x" || verb === "X";
  const tailAt = text.search(isHex ? /p/i : /e/i);
  const head = tailAt < 0 ? text : text.slice(0, tailAt);
  const tail = tailAt < 0 ? "" : text.slice(tailAt);
  const hasPoint = head.includes(".");
  const keepsZeros = verb === "g" || verb === "G" || verb === "x";
  const significant = head.replace(".", "").replace(/^0+/, "").length;
  const isZero = !hasPoint && head === "0";
  const missing = keepsZeros ? (precision ?? 6) - significant - (isZero ? 1 : 0) : 0;
  return `${head}${hasPoint ? "" : "."}${"0".repeat(Math.max(missing, 0))}${tail}`;
}

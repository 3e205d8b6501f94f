/** Powers, roots and lengths. */
import { fromBits, isNegative, SMALLEST_NORMAL, scaleByPower, split, toBits } from "./bits.ts";
import { exp } from "./exponential.ts";
import { log } from "./logarithm.ts";

/** `x`^`y`: the whole part of `y` by repeated squaring, the rest by logarithm. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return powerOfExtreme(x, y);
  if (y === 0.5) return Math.sqrt(x);
  if (y === -0.5) return 1 / Math.sqrt(x);
  const magnitude = Math.abs(y);
  let whole = Math.trunc(magnitude);
  let rest = magnitude - whole;
  if (rest !== 0 && x < 0) return Number.NaN;
  // So large a power is even, and out of range but for 1 and -1.
  if (whole >= 2 ** 63) return powerOfExtreme(x, y > 0 ? Infinity : -Infinity);
  let result = 1;
  let exponent = 0;
  if (rest !== 0) {
    if (rest > 0.5) {
      rest--;
      whole++;
    }
    result = exp(rest * log(x));
  }
  let { fraction: square, exponent: squareExponent } = split(x);
  for (let left = BigInt(whole); left !== 0n; left >>= 1n) {
    if (Math.abs(squareExponent) > 2 ** 12) {
      exponent += squareExponent;
      break;
    }
    if ((left & 1n) === 1n) {
      result *= square;
      exponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  return y < 0 ? scaleByPower(1 / result, -exponent) : scaleByPower(result, exponent);
}

/** Where one of the two is infinite or the base is 0. */
function powerOfExtreme(x: number, y: number): number {
  if (!Number.isFinite(y)) {
    if (x === -1) return 1;
    return Math.abs(x) < 1 === y > 0 ? 0 : Infinity;
  }
  const isOdd = Math.abs(y % 2) === 1;
  const size = (x === 0) === y > 0 ? 0 : Infinity;
  return isOdd && isNegative(x) ? -size : size;
}

/** The cube root, by the method of FreeBSD's msun (Sun Microsystems, 1993). */
export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const magnitude = Math.abs(x);
  // Dividing the exponent by three gives five bits.
  let root =
    magnitude < SMALLEST_NORMAL
      ? fromBits(toBits(magnitude * 2 ** 54) / 3n + (696_219_795n << 32n))
      : fromBits(toBits(magnitude) / 3n + (715_094_163n << 32n));
  const ratio = (root * root) / magnitude;
  const s = 0.5428571428571428 + ratio * root;
  root *= 0.35714285714285715 + 1.6071428571428572 / (s + 1.4142857142857144 + -0.7053061224489796 / s);
  // 22 bits, above the root, so that the square is exact.
  root = fromBits((toBits(root) & (0xf_ffff_fffcn << 28n)) + (1n << 30n));
  const quotient = magnitude / (root * root);
  root += root * ((quotient - root) / (root + root + quotient));
  return x < 0 ? -root : root;
}

/** √(`x`² + `y`²) without overflow. */
export function hypot(x: number, y: number): number {
  const a = Math.abs(x);
  const b = Math.abs(y);
  if (a === Infinity || b === Infinity) return Infinity;
  const longer = Math.max(a, b);
  if (longer === 0 || Number.isNaN(longer)) return longer;
  const ratio = Math.min(a, b) / longer;
  return longer * Math.sqrt(1 + ratio * ratio);
}

/** Trigonometric functions and their inverses, by the methods of the Cephes library (S. Moshier, 1989). */
import { copySign, isNegative, toBits } from "./bits.ts";
import { polynomial } from "./polynomial.ts";

/** π/4 in three parts, of which the first two have zeros at their ends. */
const QUARTER_PI_HIGH = 0.7853981256484985;
const QUARTER_PI_MIDDLE = 3.774894707930798e-8;
const QUARTER_PI_LOW = 2.6951514290790595e-15;

const SINE: readonly number[] = [
  -0.1666666666666663, 0.008333333333322118, -1.984126982958954e-4, 2.7557313621385722e-6,
  -2.5050747762857807e-8, 1.5896230157654656e-10,
];
const COSINE: readonly number[] = [
  0.041666666666666595, -0.0013888888888873056, 2.4801587288851704e-5, -2.755731417929674e-7,
  2.087570084197473e-9, -1.1358536521387682e-11,
];

/** Where an angle stands: `octant` is even, 0 to 6, and `rest` within ±π/4 of its start. */
interface Reduced {
  readonly octant: number;
  readonly rest: number;
}

/** Takes whole eighths of a circle off an angle that is not negative. */
function reduce(angle: number): Reduced {
  if (angle >= 2 ** 29) return reduceLarge(angle);
  let eighths = Math.trunc(angle * (4 / Math.PI));
  if (eighths % 2 === 1) eighths++;
  const rest = angle - eighths * QUARTER_PI_HIGH - eighths * QUARTER_PI_MIDDLE - eighths * QUARTER_PI_LOW;
  return { octant: eighths % 8, rest };
}

/** As many bits of 4/π behind the point as the largest float needs. */
const FOUR_BY_PI_BITS = 1216;
let fourByPi: bigint | undefined;

/** By Machin's formula, with some bits more for its rounding errors. */
function computeFourByPi(): bigint {
  const one = 1n << BigInt(FOUR_BY_PI_BITS + 64);
  const arctangentOfInverse = (inverse: bigint): bigint => {
    let power = one / inverse;
    let sum = 0n;
    for (let odd = 1n; power !== 0n; odd += 2n) {
      sum += odd % 4n === 1n ? power / odd : -(power / odd);
      power /= inverse * inverse;
    }
    return sum;
  };
  const quarterPi = 4n * arctangentOfInverse(5n) - arctangentOfInverse(239n);
  return ((one * one) / quarterPi) >> 64n;
}

/** The method of M. Payne and R. Hanek: only those bits of 4/π are multiplied that matter for the result. */
function reduceLarge(angle: number): Reduced {
  fourByPi ??= computeFourByPi();
  const bits = toBits(angle);
  const exponent = Number(bits >> 52n) - 1075;
  const mantissa = (bits & ((1n << 52n) - 1n)) | (1n << 52n);
  // 192 bits, the first of which stands for 2^(61 - exponent).
  const window = BigInt.asUintN(192, fourByPi >> BigInt(FOUR_BY_PI_BITS - exponent - 189));
  const product = BigInt.asUintN(128, (window * mantissa) >> 64n);
  const eighths = Number(product >> 125n);
  // 64 bits of the fraction, behind which Go puts the lower half as it is, although three bits of it are there already.
  const fraction = truncatedFraction(((product >> 61n) % 2n ** 64n) * 2n ** 64n + (product % 2n ** 64n), 128);
  const isOdd = eighths % 2 === 1;
  return {
    octant: isOdd ? (eighths + 1) % 8 : eighths,
    rest: (isOdd ? fraction - 1 : fraction) * (Math.PI / 4),
  };
}

/** `numerator` / 2^`places`, cut off after 53 digits. */
function truncatedFraction(numerator: bigint, places: number): number {
  const surplus = Math.max(0, numerator.toString(2).length - 53);
  return Number(numerator >> BigInt(surplus)) * 2 ** (surplus - places);
}

function sineSeries(x: number): number {
  const square = x * x;
  return x + x * square * polynomial(square, SINE);
}

function cosineSeries(x: number): number {
  const square = x * x;
  return 1 - 0.5 * square + square * square * polynomial(square, COSINE);
}

export function sin(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const value = octant % 4 === 2 ? cosineSeries(rest) : sineSeries(rest);
  return octant > 3 !== x < 0 ? -value : value;
}

export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const value = octant % 4 === 2 ? sineSeries(rest) : cosineSeries(rest);
  return octant === 2 || octant === 4 ? -value : value;
}

const TANGENT_NUMERATOR: readonly number[] = [-1.7956525197648488e7, 1153516.6483858742, -13093.693918138379];
const TANGENT_DENOMINATOR: readonly number[] = [
  -5.3869575592945464e7, 2.500838018233579e7, -1320892.3444021097, 13681.296347069296, 1,
];

export function tan(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const square = rest * rest;
  const value =
    square > 1e-14
      ? rest +
        rest * ((square * polynomial(square, TANGENT_NUMERATOR)) / polynomial(square, TANGENT_DENOMINATOR))
      : rest;
  const quotient = octant % 4 === 2 ? -1 / value : value;
  return x < 0 ? -quotient : quotient;
}

const ARCTANGENT_NUMERATOR: readonly number[] = [
  -64.85021904942025, -122.88666844901361, -75.00855792314705, -16.157537187333652, -0.8750608600031904,
];
const ARCTANGENT_DENOMINATOR: readonly number[] = [
  194.5506571482614, 485.3903996359137, 432.88106049129027, 165.02700983169885, 24.858464901423062, 1,
];

/** The arctangent within [0, 0.66]. */
function arctangentSeries(x: number): number {
  const square = x * x;
  const quotient =
    (square * polynomial(square, ARCTANGENT_NUMERATOR)) / polynomial(square, ARCTANGENT_DENOMINATOR);
  return x * quotient + x;
}

/** What π/2 as a float lacks. */
const HALF_PI_LOW = 6.123233995736766e-17;

/** The arctangent of what is not negative. */
function arctangentOfPositive(x: number): number {
  if (x <= 0.66) return arctangentSeries(x);
  // Above tan(3π/8).
  if (x > 2.414213562373095) return Math.PI / 2 - arctangentSeries(1 / x) + HALF_PI_LOW;
  return Math.PI / 4 + arctangentSeries((x - 1) / (x + 1)) + 0.5 * HALF_PI_LOW;
}

export function atan(x: number): number {
  if (x === 0) return x;
  return x > 0 ? arctangentOfPositive(x) : -arctangentOfPositive(-x);
}

export function asin(x: number): number {
  if (x === 0) return x;
  const magnitude = Math.abs(x);
  if (!(magnitude <= 1)) return Number.NaN;
  const other = Math.sqrt(1 - magnitude * magnitude);
  const angle =
    magnitude > 0.7
      ? Math.PI / 2 - arctangentOfPositive(other / magnitude)
      : arctangentOfPositive(magnitude / other);
  return x < 0 ? -angle : angle;
}

export function acos(x: number): number {
  return Math.PI / 2 - asin(x);
}

/** The angle of the point (`x`, `y`), from -π to π. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(y) || Number.isNaN(x)) return Number.NaN;
  if (y === 0) return copySign(isNegative(x) ? Math.PI : 0, y);
  if (x === 0) return copySign(Math.PI / 2, y);
  if (!Number.isFinite(x)) {
    if (Number.isFinite(y)) return copySign(x > 0 ? 0 : Math.PI, y);
    return copySign(x > 0 ? Math.PI / 4 : (3 * Math.PI) / 4, y);
  }
  if (!Number.isFinite(y)) return copySign(Math.PI / 2, y);
  const angle = atan(y / x);
  if (x > 0) return angle;
  return angle <= 0 ? angle + Math.PI : angle - Math.PI;
}

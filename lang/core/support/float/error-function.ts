/**
 * The error function, by the method of FreeBSD's msun (Sun Microsystems, 1993), and its inverse, by algorithm AS 241
 * (M. Wichura, "The percentage points of the normal distribution", 1988).
 */
import { withoutLowWord } from "./bits.ts";
import { exp } from "./exponential.ts";
import { log } from "./logarithm.ts";
import { polynomial } from "./polynomial.ts";
import { type Rational, rational } from "./rational.ts";

/** erf(1), in 24 bits. */
const ERF_OF_ONE = 0.8450629115104675;
/** 2/√π - 1. */
const SLOPE = 0.1283791670955126;
const SLOPE_8 = 1.0270333367641007;

/** (erf(x) - x) / x in x², for x below 0.84375. */
const NEAR_ZERO: Rational = {
  numerator: [
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
    -2.3763016656650163e-5,
  ],
  denominator: [
    1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 1.3249473800432164e-4,
    -3.960228278775368e-6,
  ],
};
/** erf(x) - erf(1) in x - 1, for x below 1.25. */
const NEAR_ONE: Rational = {
  numerator: [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175,
    -0.11089469428239668, 0.035478304325618236, -0.002166375594868791,
  ],
  denominator: [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
};
/** ln(x · erfc(x)) + x² + 0.5625 in 1/x², for x below 1/0.35. */
const MIDDLE: Rational = {
  numerator: [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  denominator: [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
};
/** The same for x above 1/0.35. */
const TAIL: Rational = {
  numerator: [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  denominator: [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
  ],
};

/** erfc(`x`) for 1.25 ≤ `x` < 28. */
function tail(x: number): number {
  const coarse = withoutLowWord(x);
  const series = rational(1 / (x * x), x < 1 / 0.35 ? MIDDLE : TAIL);
  return (exp(-coarse * coarse - 0.5625) * exp((coarse - x) * (coarse + x) + series)) / x;
}

export function erf(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  const value = erfOfPositive(Math.abs(x));
  return x < 0 ? -value : value;
}

function erfOfPositive(x: number): number {
  // Multiplied by 8 so that no denormal number is rounded twice.
  if (x < 2.848094538889218e-306) return 0.125 * (8 * x + SLOPE_8 * x);
  if (x < 2 ** -28) return x + SLOPE * x;
  if (x < 0.84375) return x + x * rational(x * x, NEAR_ZERO);
  if (x < 1.25) return ERF_OF_ONE + rational(x - 1, NEAR_ONE);
  return x >= 6 ? 1 : 1 - tail(x);
}

/** 1 - erf(`x`), exact also where that is near 0. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude < 0.84375) {
    const value = erfNearZero(magnitude);
    return x < 0 ? 1 + value : 1 - value;
  }
  if (magnitude < 1.25) {
    const rest = rational(magnitude - 1, NEAR_ONE);
    return x < 0 ? 1 + ERF_OF_ONE + rest : 1 - ERF_OF_ONE - rest;
  }
  if (x < 0) return magnitude > 6 ? 2 : 2 - tail(magnitude);
  return magnitude < 28 ? tail(magnitude) : 0;
}

/** As `erfc` takes it from 1. */
function erfNearZero(x: number): number {
  if (x < 2 ** -56) return x;
  const quotient = rational(x * x, NEAR_ZERO);
  return x < 0.25 ? x + x * quotient : 0.5 + (x * quotient + (x - 0.5));
}

/** x · …, in 0.180625 - x²/4, for x up to 0.85. */
const INVERSE_CENTER: Rational = {
  numerator: [
    1.1975323115670913, 47.07268811238398, 697.062665343896, 4854.886889384388, 16235.862515167575,
    23782.041382114385, 11819.493347062295, 887.0940696254552,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
/** In √(ln 2 - ln(1 - x)) - 1.6, up to 3.4. */
const INVERSE_MIDDLE: Rational = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 7.745450142783414e-4,
  ],
  denominator: [
    Math.SQRT2,
    2.9036514445419948,
    2.3707661626024534,
    0.9754783200178743,
    0.2094506521051275,
    0.021494160384252878,
    7.744145906515771e-4,
    1.4859850019840355e-9,
  ],
};
/** In √(ln 2 - ln(1 - x)) - 5, above 0. */
const INVERSE_TAIL: Rational = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  denominator: [
    Math.SQRT2,
    0.8482908416595164,
    0.19364809469506591,
    0.02103693768272069,
    0.0011128009970788597,
    2.6110884050805935e-5,
    2.010321207683943e-7,
    2.8910246058729655e-15,
  ],
};

/** The number whose error function is `x`. */
export function inverseErf(x: number): number {
  if (x === 0) return x;
  const magnitude = Math.abs(x);
  if (!(magnitude <= 1)) return Number.NaN;
  if (magnitude === 1) return x * Infinity;
  const value = inverseErfOfPositive(magnitude);
  return x < 0 ? -value : value;
}

function inverseErfOfPositive(x: number): number {
  if (x <= 0.85) {
    const r = 0.180625 - 0.25 * x * x;
    return (x * polynomial(r, INVERSE_CENTER.numerator)) / polynomial(r, INVERSE_CENTER.denominator);
  }
  const r = Math.sqrt(Math.LN2 - log(1 - x));
  return r <= 5 ? rational(r - 1.6, INVERSE_MIDDLE) : rational(r - 5, INVERSE_TAIL);
}

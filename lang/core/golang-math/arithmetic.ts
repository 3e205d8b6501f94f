/** Rounding, remainders, comparison, and the parts of a float. */
import { arg, pure, t } from "../define.ts";
import * as bits from "../support/float/bits.ts";
import { fusedMultiplyAdd } from "../support/float/exact.ts";
import * as rounding from "../support/float/rounding.ts";
import { binary, module, query, unary } from "./declare.ts";

export const abs = unary("abs", "`x` without its sign.", { "math.abs(-2.5)": "2.5" }, Math.abs);

export const ceil = unary(
  "ceil",
  "The least whole number that is not below `x`.",
  { "math.ceil(1.2)": "2", "math.ceil(-0.5)": "-0" },
  Math.ceil,
);

export const floor = unary(
  "floor",
  "The greatest whole number that is not above `x`.",
  { "math.floor(-1.2)": "-2" },
  Math.floor,
);

export const trunc = unary("trunc", "`x` without its fraction.", { "math.trunc(-1.7)": "-1" }, Math.trunc);

export const round = unary(
  "round",
  "The nearest whole number; halves go away from 0.",
  { "math.round(2.5)": "3", "math.round(-2.5)": "-3" },
  rounding.round,
);

export const roundToEven = unary(
  "round_to_even",
  "The nearest whole number; halves go to the even one.",
  { "math.round_to_even(2.5)": "2", "math.round_to_even(3.5)": "4" },
  rounding.roundToEven,
);

export const mod = binary(
  "mod",
  ["x", "y"],
  "The remainder of `x` / `y`, with the sign of `x`; NaN for `y` = 0.",
  { "math.mod(-7.0, 4.0)": "-3" },
  (x, y) => x % y,
);

export const remainder = binary(
  "remainder",
  ["x", "y"],
  "What is left of `x` after the nearest multiple of `y`; NaN for `y` = 0.",
  { "math.remainder(100.0, 30.0)": "10", "math.remainder(5.0, 3.0)": "-1" },
  rounding.remainder,
);

export const dim = binary(
  "dim",
  ["x", "y"],
  "`x` - `y`, but not below 0.",
  { "math.dim(4.0, 2.5)": "1.5", "math.dim(2.5, 4.0)": "0" },
  rounding.positiveDifference,
);

export const max = binary(
  "max",
  ["x", "y"],
  "The larger one; NaN if one is NaN, unless the other is +Inf.",
  { "math.max(1.5, 2.0)": "2" },
  rounding.maximum,
);

export const min = binary(
  "min",
  ["x", "y"],
  "The smaller one; NaN if one is NaN, unless the other is -Inf.",
  { "math.min(1.5, 2.0)": "1.5" },
  rounding.minimum,
);

export const fma = pure({
  module,
  name: "fma",
  summary: "`x` times `y` plus `z`, rounded once.",
  args: [arg("x", t.float), arg("y", t.float), arg("z", t.float)],
  returns: t.float,
  examples: { "math.fma(2.0, 3.0, 0.5)": "6.5" },
  call: fusedMultiplyAdd,
});

export const nextafter = binary(
  "nextafter",
  ["x", "y"],
  "The float next to `x` in the direction of `y`.",
  { "math.nextafter(1.0, 2.0)": "1.0000000000000002" },
  bits.nextAfter,
);

export const ldexp = pure({
  module,
  name: "ldexp",
  summary: "`frac` times 2 to the power of `exp`.",
  args: [arg("frac", t.float), arg("exp", t.int)],
  returns: t.float,
  examples: { "math.ldexp(0.5, 4)": "8" },
  call: (fraction, exponent) => bits.scaleByPower(fraction, Number(exponent)),
});

export const logb = unary(
  "logb",
  "The binary exponent of `x`; -Inf for 0.",
  { "math.logb(10.0)": "3" },
  (x) => {
    if (x === 0) return -Infinity;
    return Number.isFinite(x) ? bits.binaryExponent(x) : Math.abs(x);
  },
);

export const ilogb = query(
  "ilogb",
  "x",
  t.int,
  "The binary exponent of `x` as an int; -2147483648 for 0, 2147483647 for Inf and NaN.",
  { "math.ilogb(10.0)": "3", "math.ilogb(0.0)": "-2147483648" },
  (x) => {
    if (x === 0) return -(2n ** 31n);
    return Number.isFinite(x) ? BigInt(bits.binaryExponent(x)) : 2n ** 31n - 1n;
  },
);

export const copysign = binary(
  "copysign",
  ["f", "sign"],
  "The magnitude of `f` with the sign of `sign`.",
  { "math.copysign(3.5, -1.0)": "-3.5" },
  bits.copySign,
);

export const signbit = query(
  "signbit",
  "x",
  t.bool,
  "Whether `x` is negative or -0.",
  { "math.signbit(-0.5)": "true" },
  bits.isNegative,
);

export const inf = pure({
  module,
  name: "inf",
  summary: "+Inf if `sign` is 0 or more, else -Inf.",
  args: [arg("sign", t.int)],
  returns: t.float,
  examples: { "math.inf(1)": "+Inf", "math.inf(-1)": "-Inf" },
  call: (sign) => (sign >= 0n ? Infinity : -Infinity),
});

export const isInf = pure({
  module,
  name: "is_inf",
  summary: "Whether `f` is +Inf (`sign` above 0), -Inf (below 0), or one of both (0).",
  args: [arg("f", t.float), arg("sign", t.int)],
  returns: t.bool,
  examples: { "math.is_inf(math.inf(-1), 0)": "true", "math.is_inf(math.inf(-1), 1)": "false" },
  call: (f, sign) => (sign >= 0n && f === Infinity) || (sign <= 0n && f === -Infinity),
});

export const notANumber = pure({
  module,
  name: "na_n",
  summary: "NaN, which is not a number.",
  args: [],
  returns: t.float,
  examples: { "math.na_n()": "NaN" },
  call: () => Number.NaN,
});

export const isNotANumber = query(
  "is_na_n",
  "f",
  t.bool,
  "Whether `f` is NaN.",
  { "math.is_na_n(math.sqrt(-1.0))": "true" },
  Number.isNaN,
);

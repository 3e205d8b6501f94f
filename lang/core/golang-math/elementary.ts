/** Powers, exponentials, logarithms, angles. What is out of the domain of a function gives NaN. */
import { arg, pure, t } from "../define.ts";
import * as exponential from "../support/float/exponential.ts";
import * as hyperbolic from "../support/float/hyperbolic.ts";
import * as logarithm from "../support/float/logarithm.ts";
import * as power from "../support/float/power.ts";
import * as trigonometry from "../support/float/trigonometry.ts";
import { binary, module, unary } from "./declare.ts";

export const sqrt = unary("sqrt", "The square root.", { "math.sqrt(2.25)": "1.5" }, Math.sqrt);

export const cbrt = unary("cbrt", "The cube root.", { "math.cbrt(-27.0)": "-3" }, power.cbrt);

export const hypot = binary(
  "hypot",
  ["p", "q"],
  "The length of the vector (`p`, `q`), without overflow on the way.",
  { "math.hypot(3.0, 4.0)": "5" },
  power.hypot,
);

export const pow = binary(
  "pow",
  ["x", "y"],
  "`x` to the power of `y`.",
  { "math.pow(2.0, 10.0)": "1024", "math.pow(-8.0, 0.5)": "NaN" },
  power.pow,
);

export const pow10 = pure({
  module,
  name: "pow_10",
  summary: "10 to the power of `n`; 0 below -323, +Inf above 308.",
  args: [arg("n", t.int)],
  returns: t.float,
  examples: { "math.pow_10(-2)": "0.01", "math.pow_10(309)": "+Inf" },
  call: exponential.powerOfTen,
});

export const exp = unary(
  "exp",
  "The number e to the power of `x`.",
  { "math.exp(1.0)": "2.718281828459045" },
  exponential.exp,
);

export const exp2 = unary(
  "exp_2",
  "2 to the power of `x`.",
  { "math.exp_2(10.0)": "1024" },
  exponential.exp2,
);

export const expm1 = unary(
  "expm_1",
  "The number e to the power of `x`, minus 1, exact also near 0.",
  { "math.expm_1(0.0)": "0" },
  exponential.expm1,
);

export const log = unary(
  "log",
  "The natural logarithm.",
  { "math.log(10.0)": "2.302585092994046", "math.log(0.0)": "-Inf", "math.log(-1.0)": "NaN" },
  logarithm.log,
);

export const log10 = unary(
  "log_10",
  "The logarithm to the base 10.",
  { "math.log_10(100.0)": "2" },
  logarithm.log10,
);

export const log2 = unary(
  "log_2",
  "The logarithm to the base 2.",
  { "math.log_2(256.0)": "8" },
  logarithm.log2,
);

export const log1p = unary(
  "log_1_p",
  "The natural logarithm of 1 + `x`, exact also near 0.",
  { "math.log_1_p(0.0)": "0" },
  logarithm.log1p,
);

export const sin = unary(
  "sin",
  "The sine of an angle in radians.",
  { "math.sin(0.0)": "0" },
  trigonometry.sin,
);

export const cos = unary(
  "cos",
  "The cosine of an angle in radians.",
  { "math.cos(0.0)": "1" },
  trigonometry.cos,
);

export const tan = unary(
  "tan",
  "The tangent of an angle in radians.",
  { "math.tan(0.0)": "0" },
  trigonometry.tan,
);

export const asin = unary(
  "asin",
  "The angle from -π/2 to π/2 whose sine is `x`.",
  { "math.asin(1.0)": "1.5707963267948966", "math.asin(2.0)": "NaN" },
  trigonometry.asin,
);

export const acos = unary(
  "acos",
  "The angle from 0 to π whose cosine is `x`.",
  { "math.acos(-1.0)": "3.141592653589793" },
  trigonometry.acos,
);

export const atan = unary(
  "atan",
  "The angle from -π/2 to π/2 whose tangent is `x`.",
  { "math.atan(1.0)": "0.7853981633974483" },
  trigonometry.atan,
);

export const atan2 = binary(
  "atan_2",
  ["y", "x"],
  "The angle of the point (`x`, `y`), from -π to π.",
  { "math.atan_2(1.0, -1.0)": "2.356194490192345" },
  trigonometry.atan2,
);

export const sinh = unary("sinh", "The hyperbolic sine.", { "math.sinh(0.0)": "0" }, hyperbolic.sinh);

export const cosh = unary("cosh", "The hyperbolic cosine.", { "math.cosh(0.0)": "1" }, hyperbolic.cosh);

export const tanh = unary("tanh", "The hyperbolic tangent.", { "math.tanh(50.0)": "1" }, hyperbolic.tanh);

export const asinh = unary(
  "asinh",
  "The inverse of the hyperbolic sine.",
  { "math.asinh(0.0)": "0" },
  hyperbolic.asinh,
);

export const acosh = unary(
  "acosh",
  "The inverse of the hyperbolic cosine.",
  { "math.acosh(1.0)": "0", "math.acosh(0.5)": "NaN" },
  hyperbolic.acosh,
);

export const atanh = unary(
  "atanh",
  "The inverse of the hyperbolic tangent.",
  { "math.atanh(1.0)": "+Inf" },
  hyperbolic.atanh,
);

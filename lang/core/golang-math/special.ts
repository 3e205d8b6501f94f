/** Functions of probability and physics. */
import { arg, type CoreFunction, FatalError, pure, t } from "../define.ts";
import * as bessel from "../support/float/bessel.ts";
import * as errorFunction from "../support/float/error-function.ts";
import * as gammaFunction from "../support/float/gamma.ts";
import { module, unary } from "./declare.ts";

export const erf = unary(
  "erf",
  "The error function.",
  { "math.erf(1.0)": "0.8427007929497149" },
  errorFunction.erf,
);

export const erfc = unary(
  "erfc",
  "1 minus the error function, exact also where that is near 0.",
  { "math.erfc(0.0)": "1" },
  errorFunction.erfc,
);

export const erfinv = unary(
  "erfinv",
  "The number whose error function is `x`.",
  { "math.erfinv(1.0)": "+Inf", "math.erfinv(2.0)": "NaN" },
  errorFunction.inverseErf,
);

export const erfcinv = unary(
  "erfcinv",
  "The number of which 1 minus the error function is `x`.",
  { "math.erfcinv(1.0)": "0" },
  (x) => errorFunction.inverseErf(1 - x),
);

export const gamma = unary(
  "gamma",
  "The gamma function, the factorial of `x` - 1.",
  { "math.gamma(5.0)": "24", "math.gamma(-1.0)": "NaN" },
  gammaFunction.gamma,
);

export const j0 = unary(
  "j_0",
  "The Bessel function of the first kind of order 0.",
  { "math.j_0(0.0)": "1" },
  bessel.j0,
);

export const j1 = unary(
  "j_1",
  "The Bessel function of the first kind of order 1.",
  { "math.j_1(0.0)": "0" },
  bessel.j1,
);

export const y0 = unary(
  "y_0",
  "The Bessel function of the second kind of order 0.",
  { "math.y_0(0.0)": "-Inf", "math.y_0(-1.0)": "NaN" },
  bessel.y0,
);

export const y1 = unary(
  "y_1",
  "The Bessel function of the second kind of order 1.",
  { "math.y_1(0.0)": "-Inf" },
  bessel.y1,
);

/** Time and loss of digits grow with the order. */
const HIGHEST_ORDER = 10_000_000n;

function ofOrder(
  name: string,
  summary: string,
  examples: Readonly<Record<string, string>>,
  call: (order: number, x: number) => number,
): CoreFunction {
  return pure({
    module,
    name,
    summary,
    args: [arg("n", t.int), arg("x", t.float)],
    returns: t.float,
    errors: `Fatal: an order below -${HIGHEST_ORDER} or above ${HIGHEST_ORDER}.`,
    examples,
    call: (order, x) => {
      if (order < -HIGHEST_ORDER || order > HIGHEST_ORDER) {
        throw new FatalError(`order must be from -${HIGHEST_ORDER} to ${HIGHEST_ORDER}, got: ${order}`);
      }
      return call(Number(order), x);
    },
  });
}

export const jn = ofOrder(
  "jn",
  "The Bessel function of the first kind of order `n`.",
  { "math.jn(2, 0.0)": "0" },
  bessel.jn,
);

export const yn = ofOrder(
  "yn",
  "The Bessel function of the second kind of order `n`.",
  { "math.yn(2, 0.0)": "-Inf" },
  bessel.yn,
);

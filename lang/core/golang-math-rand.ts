/** Module `golang/math/rand` (functions specification, section 10): one generator for the whole process, unseeded. */
import { byteLength } from "../bytes.ts";
import { arg, FatalError, impure, t } from "./define.ts";

const module = "golang/math/rand";

/** Of 63 random bits. */
function random63(): bigint {
  const [word = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return word >> 1n;
}

/** @throws FatalError */
function below(limit: bigint): bigint {
  if (limit <= 0n) throw new FatalError(`limit must be above 0, got: ${limit}`);
  // What is past the last whole multiple would make some numbers likelier than others.
  const usable = 2n ** 63n - (2n ** 63n % limit);
  for (;;) {
    const value = random63();
    if (value < usable) return value % limit;
  }
}

/** From 0 on, below 1. */
function uniform(): number {
  return Number(random63() >> 10n) * 2 ** -53;
}

export const float64 = impure({
  module,
  name: "float_64",
  summary: "A random number from 0 on, below 1, each equally likely.",
  args: [],
  returns: t.float,
  examples: { "rand.float_64()": null, "rand.float_64() < 1.0": "true" },
  call: uniform,
});

export const expFloat64 = impure({
  module,
  name: "exp_float_64",
  summary: "A random number of the exponential distribution with rate 1.",
  args: [],
  returns: t.float,
  examples: { "rand.exp_float_64()": null, "rand.exp_float_64() >= 0.0": "true" },
  call: () => -Math.log(1 - uniform()),
});

export const normFloat64 = impure({
  module,
  name: "norm_float_64",
  summary: "A random number of the normal distribution with mean 0 and standard deviation 1.",
  args: [],
  returns: t.float,
  examples: { "rand.norm_float_64()": null },
  // The method of Box and Muller.
  call: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
});

export const int63 = impure({
  module,
  name: "int_63",
  summary: "A random int that is not negative.",
  args: [],
  returns: t.int,
  examples: { "rand.int_63()": null, "rand.int_63() >= 0": "true" },
  call: random63,
});

export const int63n = impure({
  module,
  name: "int_63_n",
  summary: "A random int from 0 on, below `n`.",
  args: [arg("n", t.int)],
  returns: t.int,
  errors: "Fatal: an `n` of 0 or below.",
  examples: { "rand.int_63_n(6)": null, "rand.int_63_n(1)": "0" },
  call: below,
});

export const intn = impure({
  module,
  name: "intn",
  summary: "A random int from 0 on, below `n`.",
  args: [arg("n", t.int)],
  returns: t.int,
  errors: "Fatal: an `n` of 0 or below.",
  examples: { "rand.intn(6)": null, "rand.intn(1)": "0" },
  call: below,
});

export const read = impure({
  module,
  name: "read",
  summary: "How many random bytes would fill `p`: its length. The bytes themselves are lost.",
  args: [arg("p", t.str)],
  returns: t.int,
  examples: { 'rand.read("abc")': "3" },
  call: (p) => BigInt(byteLength(p)),
});

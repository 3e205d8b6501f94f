/** Module `math`. */

import type { Type } from "../types/type.ts";
import { arg, CatchableError, FatalError, pure, t } from "./define.ts";
import { pow as power } from "./support/float/power.ts";

const module = "math";

function numeric(name: string, type: Type | undefined): string | undefined {
  if (type?.kind === "int" || type?.kind === "float") return undefined;
  return `${name} works on int and float, got: ${type?.kind}`;
}

/** @throws CatchableError if a result is not a finite number */
function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  const shown = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  throw new CatchableError(`${name} has no finite result: ${shown}`);
}

export const fortytwo = pure({
  module,
  name: "fortytwo",
  summary: "42, as int or float, whichever is asked for.",
  args: [],
  returns: t.parameter("1"),
  examples: { "math.fortytwo() + 1": "43", "math.fortytwo() + 0.5": "42.5" },
  check: (type) => numeric("fortytwo", type.result),
  bind: (context) => {
    const answer = context.type.result.kind === "int" ? 42n : 42;
    return () => answer;
  },
});

export const minus1 = pure({
  module,
  name: "minus1",
  summary: "One less; wraps at 64 bits.",
  args: [arg("x", t.int)],
  returns: t.int,
  examples: { "math.minus1(1)": "0" },
  call: (x) => BigInt.asIntN(64, x - 1n),
});

export const mod = pure({
  module,
  name: "mod",
  summary: "The remainder of a division, with the sign of the dividend.",
  args: [arg("x", t.parameter("1")), arg("y", t.parameter("1"))],
  returns: t.parameter("1"),
  errors: "Catchable: a divisor of 0, an infinite dividend.",
  examples: { "math.mod(-5, 3)": "-2", "math.mod(5.5, 2.0)": "1.5", "math.mod(1, 0) <|> 7": "7" },
  check: (type) => numeric("mod", type.args[0]?.type),
  call: (x, y) => {
    if (typeof x === "bigint" && typeof y === "bigint") {
      if (y === 0n) throw new CatchableError("mod has no finite result: NaN");
      return x % y;
    }
    if (typeof x === "number" && typeof y === "number") return finite("mod", x % y);
    throw new FatalError("mod works on int and float");
  },
});

export const pow = pure({
  module,
  name: "pow",
  summary: "`x` to the power of `y`.",
  args: [arg("x", t.float), arg("y", t.float)],
  returns: t.float,
  errors: "Catchable: a result that is not a finite number.",
  examples: { "math.pow(2.0, 3.0)": "8", "math.pow(0.0, -1.0) <|> 0.0": "0" },
  call: (x, y) => finite("pow", power(x, y)),
});

export const sqrt = pure({
  module,
  name: "sqrt",
  summary: "The square root.",
  args: [arg("x", t.float)],
  returns: t.float,
  errors: "Catchable: a negative number, an infinite one, NaN.",
  examples: { "math.sqrt(2.25)": "1.5", "math.sqrt(-1.0) <|> 0.0": "0" },
  call: (x) => finite("sqrt", Math.sqrt(x)),
});

/** Module `iter`: the functions that take no function. */
import type { Value } from "../value.ts";
import { type Argument, arg, FatalError, InferError, pure, t } from "./define.ts";
import { checkSize } from "./support/limits.ts";

const module = "iter";
const anyList = t.list(t.parameter("1"));

export const flatten = pure({
  module,
  name: "flatten",
  summary: "The elements of a list of lists, one level taken off.",
  args: [arg("inputs", t.list(anyList))],
  returns: anyList,
  examples: { "iter.flatten([[1, 2], [], [3]])": "[1, 2, 3]" },
  call: (inputs): readonly Value[] => inputs.flat(1),
});

const bounds: readonly Argument<bigint>[] = [
  arg("start", t.int, "first element, 0 if left out"),
  arg("stop", t.int, "not included"),
  arg("step", t.int, "1 if left out"),
];

export const range = pure({
  module,
  name: "range",
  summary: "The ints from `start` up to, not including, `stop`, in steps of `step`.",
  args: bounds,
  returns: t.list(t.int),
  notes: "Forms: range(stop), range(start, stop), range(start, stop, step). A negative step counts down.",
  errors: "Fatal: a step of 0.",
  examples: {
    "iter.range(3)": "[0, 1, 2]",
    "iter.range(2, 4)": "[2, 3]",
    "iter.range(5, 0, -2)": "[5, 3, 1]",
    "iter.range(4, 2)": "[]",
  },
  infer: ({ args }) => {
    if (args.length < 1 || args.length > 3) {
      throw new InferError(`must have one to three args, got: ${args.length}`);
    }
    const names = args.length === 1 ? ["stop"] : ["start", "stop", "step"];
    return {
      args: names.slice(0, args.length).map((name) => ({ name, type: t.int.type })),
      result: t.list(t.int).type,
    };
  },
  call: (...given) => {
    const [start = 0n, stop = 0n, step = 1n] = given.length === 1 ? [0n, ...given] : given;
    if (step === 0n) throw new FatalError("step of range must not be 0");
    const span = step > 0n ? stop - start : start - stop;
    if (span <= 0n) return [];
    const width = step > 0n ? step : -step;
    const length = checkSize((span + width - 1n) / width);
    return Array.from({ length }, (_, index) => start + BigInt(index) * step);
  },
});

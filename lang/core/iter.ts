/** Module `iter`. */
import type { Value } from "../value.ts";
import { type Argument, arg, each, FatalError, fold, pure, t } from "./define.ts";

const module = "iter";
const anyList = t.list(t.parameter("1"));

const element = t.parameter("1");
const result = t.parameter("2");

export const map = each({
  module,
  name: "map",
  summary: "What a function returns for each element, in order.",
  args: [arg("inputs", anyList), arg("function", t.func({ element }, result))],
  returns: t.list(result),
  notes: "Every element keeps a computation of its own for as long as the list has the same length.",
  examples: { "iter.map([1, 2], func($x) { $x * 2 })": "[2, 4]" },
  collect: (_, results) => results,
});

export const filter = each({
  module,
  name: "filter",
  summary: "The elements for which a function returns true, in order.",
  args: [arg("inputs", anyList), arg("function", t.func({ element }, t.bool))],
  returns: anyList,
  examples: { "iter.filter([1, 9, 4], func($x) { $x > 3 })": "[9, 4]" },
  collect: ([inputs = []], kept) => inputs.filter((_, index) => kept[index] === true),
});

export const zip = each({
  module,
  name: "zip",
  summary:
    "What a function returns for the elements of two lists taken in pairs; stops with the shorter list.",
  args: [
    arg("inputs1", t.list(t.parameter("1"))),
    arg("inputs2", t.list(t.parameter("2"))),
    arg("function", t.func({ first: t.parameter("1"), second: t.parameter("2") }, t.parameter("3"))),
  ],
  returns: t.list(t.parameter("3")),
  examples: { 'iter.zip([1, 2, 3], ["a", "b"], func($n, $s) { $s })': '["a", "b"]' },
  collect: (_, results) => results,
});

const step = t.func({ accumulator: element, element }, element);

export const reduce = fold({
  module,
  name: "reduce",
  summary: "Folds a list from the left: calls a function with what it returned last and the next element.",
  args: [arg("initval", element), arg("inputs", anyList), arg("function", step)],
  otherForms: [["inputs", "function"]],
  returns: element,
  notes: "Without an initial value it starts with the first element.",
  errors: "Fatal: an empty list without an initial value.",
  examples: {
    "iter.reduce(10, [1, 2], func($a, $b) { $a + $b })": "13",
    "iter.reduce([7], func($a, $b) { $a + $b })": "7",
  },
});

export const flatten = pure({
  module,
  name: "flatten",
  summary: "The elements of a list of lists, one level taken off.",
  args: [arg("inputs", t.list(anyList))],
  returns: anyList,
  examples: { "iter.flatten([[1, 2], [], [3]])": "[1, 2, 3]" },
  call: (inputs): readonly Value[] => inputs.flat(1),
});

/** Longer lists would take gigabytes. */
const MOST_ELEMENTS = 1n << 24n;

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
  otherForms: [["stop"], ["start", "stop"]],
  returns: t.list(t.int),
  notes: "A negative step counts down.",
  errors: "Fatal: a step of 0.",
  examples: {
    "iter.range(3)": "[0, 1, 2]",
    "iter.range(2, 4)": "[2, 3]",
    "iter.range(5, 0, -2)": "[5, 3, 1]",
    "iter.range(4, 2)": "[]",
  },
  call: (...given) => {
    const [start = 0n, stop = 0n, step = 1n] = given.length === 1 ? [0n, ...given] : given;
    if (step === 0n) throw new FatalError("step of range must not be 0");
    const span = step > 0n ? stop - start : start - stop;
    if (span <= 0n) return [];
    const width = step > 0n ? step : -step;
    const length = (span + width - 1n) / width;
    if (length > MOST_ELEMENTS) {
      throw new FatalError(`a list of ${length} elements is too long, at most ${MOST_ELEMENTS} can be made`);
    }
    return Array.from({ length: Number(length) }, (_, index) => start + BigInt(index) * step);
  },
});

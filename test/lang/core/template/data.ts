/** What the templates of the tables are given. */
import { MapValue, StructValue, type Value } from "../../../../lang/value.ts";

export function struct(fields: Readonly<Record<string, Value>>): StructValue {
  return new StructValue(Object.keys(fields), Object.values(fields));
}

export function map(...entries: readonly (readonly [Value, Value])[]): MapValue {
  return new MapValue(entries);
}

/** A value of each type. */
export const everything = struct({
  s: "hé<llo",
  i: 7n,
  neg: -3n,
  zero: 0n,
  f: 2.5,
  big: 1234567,
  b: true,
  no: false,
  e: "",
  l: ["x", "y", "z"],
  n: [1n, 2n, 3n],
  none: [],
  m: map(["b", 2n], ["a", 1n]),
  im: map([2n, "two"], [1n, "one"]),
  st: struct({ a: 1n, b: "q" }),
  ls: [struct({ name: "n1", v: 1n }), struct({ name: "n2", v: 2n })],
  lm: [map(["k", "v"])],
  sk: map([struct({ x: 2n, y: "b" }), 1n], [struct({ x: 10n, y: "a" }), 2n]),
  ll: [[1n, 2n], [3n]],
  bm: map([true, 1n], [false, 0n]),
  fm: map([1.5, "x"], [-2, "y"]),
  fl: [1, 2.5, 1e6],
  bl: [true, false],
  bytes: "a\udcff\udc80é",
});

import { expect, test } from "bun:test";
import { toJson } from "../../../lang/output/json.ts";
import { MapValue, StructValue, type Value } from "../../../lang/value.ts";

const rows: readonly [Value, unknown][] = [
  [true, true],
  ["text", "text"],
  [42n, 42],
  [9007199254740993n, "9007199254740993"],
  [-9007199254740993n, "-9007199254740993"],
  [1.5, 1.5],
  [Number.POSITIVE_INFINITY, "+Inf"],
  [
    ["a", 1n],
    ["a", 1],
  ],
  [new MapValue([["k", [1n]]]), { k: [1] }],
  [new MapValue([[7n, "x"]]), { "7": "x" }],
  [new StructValue(["a", "b"], [1n, "x"]), { a: 1, b: "x" }],
];

for (const [value, json] of rows) {
  test(JSON.stringify(json), () => expect<unknown>(toJson(value)).toEqual(json));
}

/** Module `map`. */
import { mapLookup } from "./builtin.ts";
import { arg, type CoreFunction, pure, t } from "./define.ts";

const module = "map";
const args = [arg("x", t.map(t.parameter("1"), t.parameter("2")))] as const;

export const keys = pure({
  module,
  name: "keys",
  summary: "The keys, in ascending order.",
  args,
  returns: t.list(t.parameter("1")),
  examples: { 'map.keys({"b" => 1, "a" => 2})': '["a", "b"]' },
  call: (map) => [...map.entries()].map(([key]) => key),
});

export const values = pure({
  module,
  name: "values",
  summary: "The values, in ascending order of their keys.",
  args,
  returns: t.list(t.parameter("2")),
  examples: { 'map.values({"b" => 1, "a" => 2})': "[2, 1]" },
  call: (map) => [...map.entries()].map(([, value]) => value),
});

export const lookup: CoreFunction = {
  ...mapLookup,
  module,
  name: "lookup",
  examples: { 'map.lookup({"k" => 1}, "z") <|> 0': "0" },
};

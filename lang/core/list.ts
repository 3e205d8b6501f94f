/** Module `list`. */
import type { Value } from "../value.ts";
import { listLookup } from "./builtin.ts";
import { type Argument, arg, type CoreFunction, pure, repeated, t } from "./define.ts";

const module = "list";
const anyList = t.list(t.parameter("1"));
const lists: readonly Argument<readonly Value[]>[] = [repeated(arg("lists", anyList))];

export const concat = pure({
  module,
  name: "concat",
  summary: "Any number of lists of one type, joined in order.",
  args: lists,
  returns: anyList,
  examples: { "list.concat([1], [2, 3], [])": "[1, 2, 3]" },
  call: (...parts) => parts.flat(1),
});

export const lookup: CoreFunction = {
  ...listLookup,
  module,
  name: "lookup",
  examples: { 'list.lookup(["a"], 9) <|> "d"': '"d"' },
};

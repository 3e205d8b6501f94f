import type { SyntaxFailure } from "../syntax-failure.ts";
import type { Slip } from "./slip.ts";

const list = "a list type is written `[]T`, such as `[]str`";
const map = "a map type is written `map{K: V}`, such as `map{str: int}`";

/** What other languages call types, and what they are called here. */
const names: Readonly<Record<string, string>> = {
  string: "write `str`",
  text: "write `str`",
  char: "write `str`",
  boolean: "write `bool`",
  integer: "write `int`",
  long: "write `int`",
  uint: "write `int`",
  number: "write `int` or `float`",
  double: "write `float`",
  real: "write `float`",
  list,
  array: list,
  tuple: list,
  set: list,
  dict: map,
  hash: map,
  object: map,
  any: "every value has one definite type; leave the type out and it is inferred",
  void: "every function has a result",
};

/** Types as other languages write them. */
export const foreignTypes: readonly Slip[] = [
  {
    when: (it) => it.kind() === "IDENTIFIER" && standsForType(it) && Object.hasOwn(names, it.text()),
    message: (it) => `there is no type \`${it.text()}\``,
    help: (it) => names[it.text()] ?? "",
  },
  {
    when: (it) => it.kind() === "IDENTIFIER" && standsForType(it) && it.kind(-1) !== "IDENTIFIER",
    message: (it) => `there is no type \`${it.text()}\``,
    help: () => "types are bool, str, int, float, []T, map{K: V}, struct{a T; b U} and func($a T) U",
  },
  {
    when: (it) => it.kind() === "[" && it.kind(-1) === "map",
    help: () => map,
  },
  {
    when: (it) => it.kind() === ":" && it.expected.includes("a type") && it.kind(-1) === "IDENTIFIER",
    help: (it) => `a type follows the name as it is: \`${it.text(-1)} TYPE\``,
  },
  {
    when: (it) => it.kind() === "," && it.expects(";"),
    help: () => "the fields of a struct type are separated by `;`: `struct{a int; b str}`",
  },
  {
    when: (it) => it.kind() === "->" && it.expects("{") && it.kind(-1) === ")",
    help: () => "the type of the result follows the parameters as it is: `func f($a str) str { … }`",
  },
  {
    when: (it) => it.kind() === ":" && it.expects("{") && it.kind(-1) === ")",
    help: () => "the type of the result follows the parameters as it is: `func f($a str) str { … }`",
  },
];

/** Whether a type could stand at the culprit. */
function standsForType(failure: SyntaxFailure): boolean {
  if (failure.expected.includes("a type")) return true;
  return failure.kind(-1) === "IDENTIFIER" && failure.kind(-2) === "$" && !failure.expects("NEWLINE");
}

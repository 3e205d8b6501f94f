/** The formatter trusts nobody, least of all itself. */
import { expect, test } from "bun:test";
import { Source } from "../../../lang/diagnostic.ts";
import { FormatDefect } from "../../../lang/format/format-defect.ts";
import { verify } from "../../../lang/format/verify.ts";
import { parseText } from "../syntax/support.ts";

function verifying(before: string, after: string): () => void {
  return () => verify(parseText(before), new Source("main.mcl", after));
}

test("the same program in canonical form is what is wanted", () => {
  expect(verifying("$x=[1,2] # c\n", "$x = [1, 2] # c\n")).not.toThrow();
});

for (const [title, before, after, harm] of [
  ["another value", "$x=1\n", "$x = 2\n", "change what the program means"],
  ["another type of the value", "$x=1\n", "$x = 1.0\n", "change what the program means"],
  ["another zero", "$x=-0.0\n", "$x = 0.0\n", "change what the program means"],
  ["a statement less", "$x=1\n$y=2\n", "$x = 1\n", "change what the program means"],
  ["a statement more", "$x=1\n", "$x = 1\n$y = 2\n", "change what the program means"],
  ["parentheses lost", "$x=1+(2*3)\n", "$x = 1 + 2 * 3\n", "change what the program means"],
  ["parentheses of a class lost", "class c(){}\n", "class c {}\n", "change what the program means"],
  [
    "the name of an argument in a type",
    "$x func($a int)int=$y\n",
    "$x func($b int) int = $y\n",
    "change what the program means",
  ],
  ["an annotation lost", "$x int=1\n", "$x = 1\n", "change what the program means"],
  ["a comment lost", "$x=1 # c\n", "$x = 1\n", "change its comments"],
  ["a comment changed", "$x=1 # c\n", "$x = 1 # d\n", "change its comments"],
  ["comments in another order", "# a\n# b\n", "# b\n# a\n", "change its comments"],
  ["no program", "$x=1\n", "$x =\n", "is no program"],
  ["not in canonical form", "$x=1\n", "$x =  1\n", "formats differently again"],
] as const) {
  test(`${title} is a defect`, () => {
    expect(verifying(before, after)).toThrow(FormatDefect);
    expect(verifying(before, after)).toThrow(harm);
    expect(verifying(before, after)).toThrow("defect in mgmt");
  });
}

import { expect, test } from "bun:test";
import { applyPatch } from "diff";
import { unifiedDiff } from "../../src/agent/unified-diff.ts";

test("three lines of context around what differs", () => {
  const lines = Array.from({ length: 10 }, (_, index) => `line ${index}\n`);
  const after = lines.with(5, "other\n").join("");
  expect(unifiedDiff("a.mcl", lines.join(""), after)).toBe(
    `--- a.mcl\tis
+++ a.mcl\tshould be
@@ -3,7 +3,7 @@
 line 2
 line 3
 line 4
-line 5
+other
 line 6
 line 7
 line 8
`,
  );
});

const long = Array.from({ length: 5000 }, (_, index) => `    line ${index}\n`).join("");

for (const [title, before, after] of [
  ["a newline that is missing at the end", "a\nb", "a\nb\n"],
  ["out of nothing", "", "a\n"],
  ["into nothing", "a\n", ""],
  ["every line of a long text", long, long.replaceAll("    ", "\t")],
  ["every line of a long text without a newline at its end", long.trimEnd(), long.replaceAll("    ", "\t")],
] as const) {
  test(`what it says leads from one text to the other: ${title}`, () => {
    expect(applyPatch(before, unifiedDiff("a.mcl", before, after))).toBe(after);
  });
}

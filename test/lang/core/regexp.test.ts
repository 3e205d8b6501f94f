import { describe, expect, test } from "bun:test";
import { match } from "../../../lang/core/regexp.ts";
import { outcome } from "./call.ts";

type Rows = readonly (readonly [pattern: string, matching: readonly string[], others?: readonly string[]])[];

/** Each topic of the functions specification, section 9. */
const topics: Readonly<Record<string, Rows>> = {
  "search is not anchored": [
    ["b", ["abc"], ["acd", ""]],
    ["", ["", "a"]],
    ["^a+$", ["aa"], ["baa", "aab", ""]],
  ],
  groups: [
    ["(ab)+c", ["ababc"], ["abac c"]],
    ["(?:ab)+c", ["abc"], ["c"]],
    ["(?P<name>a)b", ["ab"], ["b"]],
    ["(?<name>a)b", ["ab"], ["b"]],
    ["^(|a)*$", ["", "aa"], ["b"]],
  ],
  flags: [
    ["a(?i)b", ["aB"], ["Ab"]],
    ["(?i-s:a.)b", ["Axb"], ["A\nb", "AxB"]],
    ["(?s)^a.b$", ["a\nb"]],
    ["(?m)^b$", ["a\nb\nc"], ["a\rb", "a\u2028b"]],
    ["(?U)^a+?$", ["aa"]],
  ],
  "the dot": [["^.$", ["a", "é", "😀", "\r", "\u2028", "\udcff"], ["\n", "ab", ""]]],
  anchors: [
    ["^b", ["b"], ["a\nb"]],
    ["a$", ["a"], ["a\n", "a\nb"]],
    ["(?m)\\Ab", ["b"], ["a\nb"]],
    ["(?m)a\\z", ["a"], ["a\n"]],
  ],
  "short classes are ASCII": [
    ["^\\d$", ["7"], ["٣", "a"]],
    ["^\\w$", ["_", "a"], ["é", "-"]],
    ["^\\s$", ["\t", "\n", "\f", "\r", " "], ["\v", "\u00a0", "\u0085"]],
    ["a\\b", ["a", "aé"], ["ab"]],
    ["a\\B", ["ab"], ["a", "aé"]],
  ],
  classes: [
    ["^[[:alpha:]]$", ["a"], ["1", "é"]],
    ["^[[:^alpha:]]$", ["1"], ["a"]],
    ["^\\pL$", ["é", "日"], ["1"]],
    ["^\\PL$", ["1"], ["é"]],
    ["^\\p{Greek}$", ["α"], ["a"]],
    ["^\\P{Greek}$", ["a"], ["α"]],
    ["^\\p{^Greek}$", ["a"], ["α"]],
    ["^\\p{Lu}$", ["É"], ["é"]],
    ["^[]a]$", ["]", "a"], ["b"]],
    ["^[^]a]$", ["b", "\n"], ["]"]],
    ["^[a-]$", ["-", "a"], ["b"]],
    ["^[\\d-]$", ["-", "1"], ["a"]],
  ],
  escapes: [
    ["^\\a\\f\\t\\n\\r\\v$", ["\x07\f\t\n\r\v"]],
    ["^\\123\\x7f\\x{1F600}$", ["S\x7f😀"]],
    ["^\\Qa+b\\E+$", ["a+b", "a+bb"], ["aab"]],
    ["^\\Qa.", ["a."], ["ab"]],
    ["^\\.\\-\\_\\!$", [".-_!"]],
  ],
  braces: [
    ["^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]],
    ["^a{2,}$", ["aaaa"], ["a"]],
    ["^x{,3}$", ["x{,3}"], ["xxx", ""]],
    ["^a{1$", ["a{1"]],
    ["^}]$", ["}]"]],
    ["^a{1000}$", ["a".repeat(1000)], ["a".repeat(999)]],
    ["^(?:a{10}){100}$", ["a".repeat(1000)]],
  ],
  "case folding is that of Unicode": [
    ["(?i)^k$", ["k", "K", "\u212a"], ["l"]],
    ["(?i)^\u212a$", ["k", "K"]],
    ["(?i)^s$", ["ſ", "S"]],
    ["(?i)^σ$", ["ς", "Σ"]],
    ["(?i)^ß$", ["ẞ"], ["ss", "SS"]],
    ["(?i)^[a-z]$", ["K", "\u212a"]],
  ],
  "units are characters, and bytes that are none": [
    ["^.{2}$", ["😀é", "\udcc3\udcff"], ["é"]],
    ["^\ufffd$", ["\udcff", "\ufffd"]],
    ["^[^a]$", ["\udcff"]],
    ["^\\x{fffd}{3}$", ["\udce2\udc82\udcff"]],
  ],
};

for (const [topic, rows] of Object.entries(topics)) {
  describe(topic, () => {
    for (const [pattern, matching, others = []] of rows) {
      test(pattern, () => {
        for (const text of matching) expect([text, outcome(match, [pattern, text])]).toEqual([text, "true"]);
        for (const text of others) expect([text, outcome(match, [pattern, text])]).toEqual([text, "false"]);
      });
    }
  });
}

describe("what is no regular expression", () => {
  test.each([
    "(?=a)",
    "(?!a)",
    "(?<=a)b",
    "(?<!a)b",
    "(a)\\1",
    "(?>a)",
    "a**",
    "a++",
    "a{2}{3}",
    "(?x)a",
    "\\Z",
    "\\G",
    "\\C",
    "\\e",
    "\\h",
    "\\u0041",
    "\\cA",
    "a{1001}",
    "(?:a{10}){101}",
    "a{2,1}",
    "\\x{110000}",
    "\\é",
    "\\",
    "(",
    ")",
    "[",
    "[]",
    "[b-a]",
    "*",
    "\\p{Nothing}",
    "(?P<1-2>a)",
    "(".repeat(5000) + ")".repeat(5000),
    "\udcff",
  ])("%s", (pattern) => {
    expect(outcome(match, [pattern, "a"])).toStartWith("FatalError: invalid regular expression ");
  });

  test("the error shows the pattern and says why", () => {
    expect(outcome(match, ["a{1001}", ""])).toBe(
      'FatalError: invalid regular expression "a{1001}": invalid repeat count: `{1001}`',
    );
    expect(outcome(match, ["\udcff", ""])).toBe(
      'FatalError: invalid regular expression "\\xff": it is not UTF-8',
    );
  });
});

test("patterns that make others take exponential time", () => {
  const text = "a".repeat(100_000);
  for (const pattern of ["(a*)*[bc]", "(a|a)*[bc]", "(a+a+)+[bc]", "(?:a?){50}a{50}[bc]", "(.*){20}[bc]"]) {
    expect(outcome(match, [pattern, text])).toBe("false");
  }
});

test("more patterns than are kept, in turn", () => {
  for (let round = 0; round < 2; round++) {
    for (let count = 1; count < 100; count++) {
      expect(outcome(match, [`^a{${count}}$`, "a".repeat(count)])).toBe("true");
    }
  }
});

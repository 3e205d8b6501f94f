import { describe, expect, test } from "bun:test";
import { Source } from "../../../lang/diagnostic.ts";
import { lex } from "../../../lang/syntax/lexer.ts";
import { maximumNesting } from "../../../lang/syntax/nesting.ts";
import { reservedWords, tokenKind } from "../../../lang/syntax/token.ts";

/** Each token as `KIND text`, or as its text alone where that is its kind. */
function tokens(text: string): readonly string[] {
  const { codes, spans } = lex(new Source("main.mcl", text));
  return spans.map(({ start, end }, index) => {
    const kind = tokenKind(codes.charAt(index));
    const token = text.slice(start, end);
    return kind === token ? token : `${kind} ${token}`;
  });
}

function errorOf(text: string): string | undefined {
  const { error } = lex(new Source("main.mcl", text));
  return error === undefined ? undefined : `${error.code} ${error.span?.start}-${error.span?.end}`;
}

describe("tokens", () => {
  test.each([
    [
      "operators",
      "= == => -> - + * / < <= <|> > >= != ?: : ; , . $",
      "= == => -> - + * / < <= <|> > >= != ?: : ; , . $",
    ],
    ["brackets", "(){}[]", "( ) { } [ ]"],
    ["the longest match", "<=>===->", "<= >= == ->"],
  ])("%s", (_, text, expected) => expect(tokens(text)).toEqual(expected.split(" ")));

  test.each<[string, string[]]>([
    ["a", ["IDENTIFIER a"]],
    ["a_b_9", ["IDENTIFIER a_b_9"]],
    ["a__b", ["IDENTIFIER a__b"]],
    ["fooBar", ["IDENTIFIER foo", "CAPITALIZED Bar"]],
    ["TEST", ["CAPITALIZED T", "CAPITALIZED E", "CAPITALIZED S", "CAPITALIZED T"]],
    ["File_2", ["CAPITALIZED File_2"]],
    ["foo_", ["IDENTIFIER foo", "ERROR _"]],
    ["foo__ ", ["IDENTIFIER foo", "ERROR _"]],
    ["_foo", ["ERROR _"]],
    ["9lives", ["INTEGER 9", "IDENTIFIER lives"]],
    ["true false trueish", ["BOOL true", "BOOL false", "IDENTIFIER trueish"]],
    [
      "int8 iffy inside format",
      ["IDENTIFIER int8", "IDENTIFIER iffy", "IDENTIFIER inside", "IDENTIFIER format"],
    ],
    ["fmt . printf", ["IDENTIFIER fmt", ".", "IDENTIFIER printf"]],
    ["$ x", ["$", "IDENTIFIER x"]],
  ])("names: %s", (text, expected) => expect(tokens(text)).toEqual(expected));

  test("each reserved word is a token of its own", () => {
    for (const [word, kind] of reservedWords)
      expect(tokens(word)).toEqual([kind === word ? word : `${kind} ${word}`]);
  });

  test.each<[string, string[]]>([
    ["0644", ["INTEGER 0644"]],
    ["-5", ["INTEGER -5"]],
    ["- 5", ["-", "INTEGER 5"]],
    ["1-2", ["INTEGER 1", "INTEGER -2"]],
    ["$a-1", ["$", "IDENTIFIER a", "INTEGER -1"]],
    ["3.14", ["FLOAT 3.14"]],
    ["-0.5", ["FLOAT -0.5"]],
    ["1.", ["INTEGER 1", "."]],
    [".5", [".", "INTEGER 5"]],
    ["1.2.3", ["FLOAT 1.2", ".", "INTEGER 3"]],
    ["1e5", ["INTEGER 1", "IDENTIFIER e5"]],
    ["9223372036854775807", ["INTEGER 9223372036854775807"]],
    ["-9223372036854775808", ["INTEGER -9223372036854775808"]],
    ["00000000000000000000000001", ["INTEGER 00000000000000000000000001"]],
  ])("numbers: %s", (text, expected) => expect(tokens(text)).toEqual(expected));

  test.each<[string, string[]]>([
    ['"a"', ['STRING "a"']],
    ['""', ['STRING ""']],
    ['"a\nb"', ['STRING "a\nb"']],
    ['"a\\"b"', ['STRING "a\\"b"']],
    ['"a\\\\" "b"', ['STRING "a\\\\"', 'STRING "b"']],
    ['"a # b"', ['STRING "a # b"']],
    ['"ünï 😀"', ['STRING "ünï 😀"']],
  ])("strings: %s", (text, expected) => expect(tokens(text)).toEqual(expected));
});

test("blanks separate, newlines are tokens, comments are kept aside", () => {
  const { comments } = lex(new Source("main.mcl", "# one\n$x\t=  1 #two#\n#"));
  expect(comments.map(({ text, span }) => [text, span.start, span.end])).toEqual([
    [" one", 0, 5],
    ["two#", 14, 19],
    ["", 20, 21],
  ]);
  expect(tokens("a # b\n\nc")).toEqual(["IDENTIFIER a", "NEWLINE \n", "NEWLINE \n", "IDENTIFIER c"]);
});

describe("errors", () => {
  test.each([
    ["a @ b", "unrecognized-character 2-3"],
    ["a 😀 b", "unrecognized-character 2-4"],
    ["é", "unrecognized-character 0-1"],
    ["!a", "unrecognized-character 0-1"],
    ["a ? b", "unrecognized-character 2-3"],
    ["<| ", "unrecognized-character 1-2"],
    ["'a'", "unrecognized-character 0-1"],
    ["a\r\n", "carriage-return 1-2"],
    ['a "b', "unterminated-string 2-3"],
    ['"b\\"', "unterminated-string 0-1"],
    ['"b\\', "unterminated-string 0-1"],
    ["9223372036854775808", "integer-overflow 0-19"],
    ["-9223372036854775809", "integer-overflow 0-20"],
    [`1${"0".repeat(1000)}`, "integer-overflow 0-1001"],
    [`1${"0".repeat(400)}.0`, "float-overflow 0-403"],
    [`${"[".repeat(maximumNesting + 1)}`, `nesting-too-deep ${maximumNesting}-${maximumNesting + 1}`],
  ])("%s", (text, expected) => expect(errorOf(text)).toBe(expected));

  test("what came before is there, the error is the last token", () => {
    expect(tokens("$x = 1 @ 2")).toEqual(["$", "IDENTIFIER x", "=", "INTEGER 1", "ERROR @"]);
  });

  test("brackets side by side are not nested", () => {
    expect(errorOf("[]".repeat(maximumNesting + 1))).toBeUndefined();
  });
});

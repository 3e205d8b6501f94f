import { expect, test } from "bun:test";
import grammar from "../../docs/editors/mcl.tmLanguage.json" with { type: "json" };
import { reservedWords } from "../../lang/syntax/token.ts";

test("the TextMate grammar highlights exactly the reserved words", () => {
  const words = grammar.repository.word.patterns.flatMap(({ match }) =>
    match.slice("\\b(?:".length, -")\\b".length).split("|"),
  );
  expect(words.toSorted()).toEqual([...reservedWords.keys()].sort());
});

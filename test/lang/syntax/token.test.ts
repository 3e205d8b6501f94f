import { expect, test } from "bun:test";
import { reservedWords, tokenCode, tokenKind } from "../../../lang/syntax/token.ts";

test("every kind of token has a character of its own", () => {
  const codes: readonly string[] = Object.values(tokenCode);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => code.length !== 1)).toEqual([]);
  for (const [kind, code] of Object.entries(tokenCode))
    expect<string | undefined>(tokenKind(code)).toBe(kind);
});

test("the reserved words are those of the specification", () => {
  const words =
    "if else for forkv true false and or not in bool str int float map struct func class include import as variant panic collect";
  expect([...reservedWords.keys()].sort()).toEqual(words.split(" ").sort());
});

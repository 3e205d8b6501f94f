import { expect, test } from "bun:test";
import { nearest } from "../../lang/suggest.ts";

test.each([
  ["noop", ["noop", "nope"], "noop"],
  ["nope", ["retry", "noop", "poll"], "noop"],
  ["retyr", ["retry", "retryreset"], "retry"],
  ["contnet", ["state", "content", "source"], "content"],
  ["Before", ["before"], "before"],
  ["fmtt", ["fmt", "format"], "fmt"],
  ["conten", ["content", "contents"], "content"],
  ["ab", ["xy", "ba"], "ba"],
  ["aab", ["aac", "aad"], "aac"],
  ["after", ["before", "depend", "notify", "listen"], undefined],
  ["x", ["a", "b"], undefined],
  ["completely", ["different"], undefined],
  ["anything", [], undefined],
])("%s among %j", (word, candidates, expected) => expect(nearest(word, candidates)).toBe(expected));

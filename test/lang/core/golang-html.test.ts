import { expect, test } from "bun:test";
import fc from "fast-check";
import { call } from "./call.ts";

function decode(text: string): unknown {
  return call("golang/html.unescape_string", [text]);
}

const rows: readonly (readonly [text: string, expected: string])[] = [
  ["&lt;a href=&#39;x&#34;&gt;&amp;", "<a href='x\">&"],
  ["&eacute;&NotEqualTilde;&fjlig;&CounterClockwiseContourIntegral;", "é≂̸fj∳"],
  ["&copy &ampx &notit; &notin; &para &parallel;", "© &x ¬it; ∉ ¶ ∥"],
  ["&amp=&amp", "&=&"],
  ["&nosuch; & &; &&lt;", "&nosuch; & &; &<"],
  ["&AMP;&Amp;", "&&Amp;"],
  ["&#65;&#x41;&#X4a;&#65 &#065x", "AAJA Ax"],
  ["&#0;&#xD800;&#x110000;&#1114112;", "\ufffd\ufffd\ufffd\ufffd"],
  ["&#128;&#x9f;&#129;", "€Ÿ\x81"],
  ["&#1;&#;&#x;&#xg;&#", "\x01&#;\ufffd&#xg;&#"],
  ["&#1 &#x", "&#1 &#x"],
  ["\udcff&lt\udcff", "\udcff<\udcff"],
];
test.each(rows)("unescape_string(%j)", (text, expected) => {
  expect(decode(text)).toBe(expected);
});

test("what is escaped is unescaped to the same", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "&", "<", ">", "'", '"', ";", "#", "lt", "é") }),
      (text) => {
        const escaped = String(call("golang/html.escape_string", [text]));
        expect(escaped).not.toMatch(/[<>'"]/);
        expect(decode(escaped)).toBe(text);
      },
    ),
  );
});

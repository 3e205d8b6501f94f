/** How much a template does, counted: what it reads, what it calls, what it is cut into. */
import { describe, expect, test } from "bun:test";
import { compileTemplate } from "../../../../lang/core/template/compile.ts";
import { lex } from "../../../../lang/core/template/lexer.ts";
import { predefined } from "../../../../lang/core/template/predefined.ts";
import { Slice, type TemplateValue, type View } from "../../../../lang/core/template/value.ts";

/** What a template did with a list of texts, besides its output. */
function work(text: string, length: number) {
  let shown = 0;
  let called = 0;
  let looked = 0;
  const element: View = {
    type: { kind: "string" },
    show: (value) => {
      shown++;
      return typeof value === "string" ? value : null;
    },
  };
  const list = new Slice({ kind: "slice", element: element.type }, element, Array(length).fill("a"));
  const tick = { parameters: [], call: (): TemplateValue => `${++called}` };
  const run = compileTemplate(text, (name) => {
    looked++;
    return name === "tick" ? tick : predefined.get(name);
  });
  const output = run(list);
  return { shown, called, looked, output };
}

describe("work", () => {
  test("a loop reads each element once", () => {
    for (const length of [10, 1000, 10_000]) {
      const { shown, called, output } = work(
        "{{ range $i, $e := . }}{{ $e }}{{ $e }}{{ tick }};{{ end }}",
        length,
      );
      expect([shown, called, output.split(";").length - 1]).toEqual([length, length, length]);
    }
  });

  test("what is not read is not made", () => {
    expect(work("{{ len . }}{{ if . }}{{ index . 5 }}{{ end }}{{ len (slice . 1) }}", 10_000)).toMatchObject({
      shown: 1,
      output: "10000a9999",
    });
  });

  test("a loop that is left reads no further", () => {
    expect(work("{{ range . }}{{ tick }}{{ break }}{{ end }}", 10_000)).toMatchObject({
      shown: 1,
      called: 1,
    });
  });

  test("a template is compiled once, however often it runs", () => {
    const once = work(
      '{{ define "t" }}{{ tick }}{{ end }}{{ range . }}{{ template "t" }}{{ end }}',
      1,
    ).looked;
    const { looked, called } = work(
      '{{ define "t" }}{{ tick }}{{ end }}{{ range . }}{{ template "t" }}{{ end }}',
      1000,
    );
    expect([looked, called]).toEqual([once, 1000]);
  });

  test("tokens grow with the text", () => {
    const tokens = (count: number) => lex("text {{ .A | print 1 }}\n".repeat(count)).length;
    expect(tokens(20_000) - tokens(10_000)).toBe(1000 * (tokens(20) - tokens(10)));
  });
});

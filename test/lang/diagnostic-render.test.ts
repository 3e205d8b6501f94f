import { expect, test } from "bun:test";
import { diagnostic, Source } from "../../lang/diagnostic.ts";
import { failureData, renderDiagnostic } from "../../lang/diagnostic-render.ts";

const source = new Source("main.mcl", 'test "é" {\n\tint8 => "x",\n}\n');

function at(text: string, end = text) {
  const start = source.text.indexOf(text);
  return { source, start, end: source.text.indexOf(end, start) + end.length };
}

test("the line of code stands with carets under the culprit", () => {
  const found = diagnostic("type", "type-mismatch", "expected int, got str", at('"x"'), {
    notes: ["a note"],
    help: "write a number",
  });
  expect(renderDiagnostic(found, { directory: "site/" })).toBe(
    [
      "error[type-mismatch]: expected int, got str",
      " --> site/main.mcl:2:10",
      "  |",
      '2 | \tint8 => "x",',
      "  | \t        ^^^",
      "  = note: a note",
      "  = help: write a number",
    ].join("\n"),
  );
});

test("a culprit of several lines is shown by its ends", () => {
  const lines = renderDiagnostic(diagnostic("output", "x", "bad", at("test", "}"))).split("\n");
  expect(lines.slice(3)).toEqual(['1 | test "é" {', "  | ^ from here ...", "3 | }", "  | ^ ... to here"]);
});

test("columns count characters, and ends are exclusive", () => {
  const { error } = failureData([diagnostic("parse", "x", "bad", at("{"))]);
  expect(error).toMatchObject({
    file: "main.mcl",
    start: { line: 1, column: 10 },
    end: { line: 1, column: 11 },
  });
});

test("what has no place in the program is said without one", () => {
  expect(renderDiagnostic(diagnostic("scope", "no-such-input", "nothing there"))).toBe(
    "error[no-such-input]: nothing there",
  );
});

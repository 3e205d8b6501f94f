import { expect, test } from "bun:test";
import { diagnostic, Source } from "../../lang/diagnostic.ts";
import { diagnosticData, failureData, renderDiagnostic } from "../../lang/diagnostic-render.ts";

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

test("the carets stand under what exactly is to blame", () => {
  const source = new Source("main.mcl", 'if 1 {\n\tnoop "a" {}\n}\n');
  const span = { source, start: 0, end: source.text.length - 1 };
  const found = diagnostic("type", "type-mismatch", "must be bool", span, {
    focus: { source, start: 3, end: 4 },
  });
  expect(renderDiagnostic(found).split("\n").slice(1)).toEqual([
    " --> main.mcl:1:4",
    "  |",
    "1 | if 1 {",
    "  |    ^",
  ]);
  expect(diagnosticData(found)).toMatchObject({
    start: { line: 1, column: 1 },
    focus: { start: { line: 1, column: 4 }, end: { line: 1, column: 5 } },
  });
});

test("of a long line, what is around the culprit is shown", () => {
  const source = new Source("main.mcl", `${"a".repeat(5000)}é@${"b".repeat(5000)}\n`);
  const found = diagnostic("parse", "unrecognized-character", "c".repeat(10_000), {
    source,
    start: 5001,
    end: 5002,
  });
  const [message = "", place, , line = "", carets = ""] = renderDiagnostic(found).split("\n");
  expect(place).toBe(" --> main.mcl:1:5002");
  expect(Math.max(message.length, line.length)).toBeLessThan(3000);
  expect(line).toContain("aé@b");
  expect(carets.indexOf("^")).toBe(line.indexOf("@"));
});

test("columns behind long stretches of a line count characters", () => {
  const source = new Source("main.mcl", `\n${"𝄞".repeat(3000)}@\n`);
  expect(source.position(1 + 6000)).toEqual({ line: 2, column: 3001 });
  expect(source.position(1 + 2048)).toEqual({ line: 2, column: 1025 });
});

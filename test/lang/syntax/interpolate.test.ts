import { describe, expect, test } from "bun:test";
import { type Diagnostic, DiagnosticError, place, Source } from "../../../lang/diagnostic.ts";
import type { Block, Statement } from "../../../lang/syntax/ast.ts";
import { interpolate } from "../../../lang/syntax/interpolate.ts";
import { parse } from "../../../lang/syntax/parse.ts";
import type { Template } from "../../../lang/syntax/template.ts";

function interpolateText(text: string) {
  return interpolate(parse(new Source("main.mcl", text)));
}

function templateOf(raw: string): Template | undefined {
  return [...interpolateText(`$x = "${raw}"\n`).strings.values()][0];
}

function diagnosticsOf(text: string): readonly Diagnostic[] {
  try {
    interpolateText(text);
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

describe("what a string says", () => {
  const cases: readonly (readonly [raw: string, template: Template])[] = [
    ["", [""]],
    ["plain", ["plain"]],
    [String.raw`\a\b\f\n\r\t\v\\\"\$`, ['\x07\b\f\n\r\t\v\\"$']],
    ["two\nlines", ["two\nlines"]],
    [String.raw`\${x}`, ["${x}"]],
    ["$x", ["$x"]],
    ["$ {", ["$ {"]],
    ["$$", ["$$"]],
    ["{x}", ["{x}"]],
    ["}", ["}"]],
    ["ends in $", ["ends in $"]],
    ["${x}", [{ name: "x", start: 2 }]],
    ["$${x}", ["$", { name: "x", start: 3 }]],
    ["a${b}c${d.e_f.g1}", ["a", { name: "b", start: 3 }, "c", { name: "d.e_f.g1", start: 8 }]],
    [
      "${a}${b}",
      [
        { name: "a", start: 2 },
        { name: "b", start: 6 },
      ],
    ],
    ["\\\\${x}", ["\\", { name: "x", start: 4 }]],
    ["é ☃ 𝄞", ["é ☃ 𝄞"]],
  ];
  test.each(cases)("%j", (raw, template) => {
    expect(templateOf(raw)).toEqual(template);
  });
});

describe("strings that mean nothing", () => {
  const open = "$" + "{";
  const cases: readonly (readonly [raw: string, code: string, message: string, help: string])[] = [
    [String.raw`\d`, "unknown-escape", String.raw`unknown escape sequence: \d`, "escapes are"],
    [String.raw`\0`, "unknown-escape", String.raw`unknown escape sequence: \0`, "escapes are"],
    ["\\é", "unknown-escape", "unknown escape sequence: \\é", "escapes are"],
    [`${open}}`, "malformed-interpolation", `cannot parse string: ${open}}`, "name a variable"],
    [`${open} x }`, "malformed-interpolation", `cannot parse string: ${open} x }`, `write \`${open}x}\``],
    [`${open}$x}`, "malformed-interpolation", `cannot parse string: ${open}$x}`, `write \`${open}x}\``],
    [`${open}x + 1}`, "malformed-interpolation", `cannot parse string: ${open}x + 1}`, "bind the value"],
    [`${open}f()}`, "malformed-interpolation", `cannot parse string: ${open}f()}`, "bind the value"],
    [`${open}42}`, "malformed-interpolation", `cannot parse string: ${open}42}`, "bind the value"],
    [`${open}a..b}`, "malformed-interpolation", `cannot parse string: ${open}a..b}`, "bind the value"],
    [`${open}a.}`, "malformed-interpolation", `cannot parse string: ${open}a.}`, "bind the value"],
    [`${open}X}`, "malformed-interpolation", `cannot parse string: ${open}X}`, "bind the value"],
    [`ok ${open}x`, "malformed-interpolation", `cannot parse string: ${open}x`, "`}` ends it"],
    [`${open}a__b}`, "double-underscore", "var name contains multiple underscores: a__b", "rename"],
  ];
  test.each(cases)("%j", (raw, code, message, help) => {
    const [found] = diagnosticsOf(`$before = 1\n$x = ["ok", "${raw}"]\n`);
    expect(found).toMatchObject({ phase: "interpolate", code, message });
    expect(found?.help).toContain(help);
    expect(found?.span && place(found.span)).toBe("main.mcl:2:13");
  });

  test("all of them are reported, wherever they are, in source order", () => {
    const text = [
      "class never {",
      String.raw`	test "\q" {`,
      String.raw`		Meta:noop => "\q" == "",`,
      String.raw`		Before => Test["\q"],`,
      "	}",
      "}",
      String.raw`$f = func($x) { {"\q" => "\q"} }`,
      "class never {}",
      "",
    ].join("\n");
    expect(diagnosticsOf(text).map((each) => each.span && place(each.span))).toEqual([
      "main.mcl:2:7",
      "main.mcl:3:16",
      "main.mcl:4:18",
      "main.mcl:7:18",
      "main.mcl:7:26",
      "main.mcl:8:1",
    ]);
  });

  test("the path of an import is no string", () => {
    expect(diagnosticsOf('import "a\\q/"\n')).toEqual([]);
  });
});

describe("classes with colons", () => {
  /** Classes as `name(…)`, other statements by their kind. */
  function outline(block: Block): string {
    return block.statements.map(outlineStatement).join(" ");
  }
  function outlineStatement(statement: Statement): string {
    if (statement.kind === "class") return `${statement.name.text}(${outline(statement.body)})`;
    if (statement.kind === "if") return `if(${outline(statement.consequent)})`;
    return statement.kind;
  }

  const cases: readonly (readonly [text: string, outline: string])[] = [
    ["class a {}\nclass a:b {}\n", "a(b())"],
    ["class a:b {}\nclass a {\n\t$x = 1\n}\n", "a(bind b())"],
    ["class a:b:c {}\nclass a:b {}\nclass a {}\n", "a(b(c()))"],
    ["class a:b:c {}\nclass a {}\n", "a(b:c())"],
    ["class a:b {}\n", "a:b()"],
    ["class a:a {}\nclass a {}\n", "a(a())"],
    ["if true {\n\tclass a {}\n\tclass a:b {}\n}\nclass a:c {}\n", "if(a(b())) a:c()"],
  ];
  test.each(cases)("%j", (text, expected) => {
    expect(outline(interpolateText(text).program)).toBe(expected);
  });

  const duplicates: readonly (readonly [text: string, place: string])[] = [
    ["class a {}\nclass a {}\n", "main.mcl:2:1"],
    ["class a {\n\tclass b {}\n}\nclass a:b {}\n", "main.mcl:4:1"],
    ["class a:b {}\nclass a {}\nclass a:b {}\n", "main.mcl:3:1"],
    ["class x:y {}\nclass x:y {}\n", "main.mcl:2:1"],
    ["if true {\n\tclass a {}\n\tclass a {}\n}\n", "main.mcl:3:2"],
  ];
  test.each(duplicates)("twice the same name: %j", (text, where) => {
    const found = diagnosticsOf(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ phase: "interpolate", code: "duplicate-class" });
    expect(found[0]?.span && place(found[0].span)).toBe(where);
  });

  test("a program in which nothing moves stays the same tree", () => {
    const program = parse(new Source("main.mcl", "class a {\n\tclass b {}\n}\n"));
    expect(interpolate(program).program).toBe(program);
  });
});

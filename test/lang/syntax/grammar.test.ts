import { describe, expect, test } from "bun:test";
import type { EdgeHalf, ResourceLine, Statement } from "../../../lang/syntax/ast.ts";
import { parseText, show, statement, textOf } from "./support.ts";

/** A statement in one line, without its spans. */
function outline(parsed: Statement): string {
  switch (parsed.kind) {
    case "bind":
      return `$${parsed.name.text} = ${show(parsed.value)}`;
    case "panic":
      return `panic(${parsed.args.map(show).join(", ")})`;
    case "resource":
      return `${parsed.resource.text} ${show(parsed.name)} {${parsed.lines.map(outlineLine).join(" ")}}`;
    case "collect":
      return `collect ${outline(parsed.resource)}`;
    case "edges":
      return parsed.halves.map(outlineHalf).join(" -> ");
    case "send":
      return `${outlineHalf(parsed.from)}.${parsed.output.text} -> ${outlineHalf(parsed.to)}.${parsed.input.text}`;
    case "if": {
      const otherwise = parsed.alternative === undefined ? "" : ` else ${outlineBlock(parsed.alternative)}`;
      return `if ${show(parsed.condition)} ${outlineBlock(parsed.consequent)}${otherwise}`;
    }
    case "for":
      return `for $${parsed.index.text}, $${parsed.value.text} in ${show(parsed.list)} ${outlineBlock(parsed.body)}`;
    case "forkv":
      return `forkv $${parsed.key.text}, $${parsed.value.text} in ${show(parsed.map)} ${outlineBlock(parsed.body)}`;
    case "func":
      return `func ${parsed.name.text}${outlineParameters(parsed.parameters)} {${show(parsed.body)}}`;
    case "class":
      return `class ${parsed.name.text}${outlineParameters(parsed.parameters)} ${outlineBlock(parsed.body)}`;
    case "include": {
      const args = parsed.args === undefined ? "" : `(${parsed.args.map(show).join(", ")})`;
      return `include ${parsed.class.text}${args}${outlineAlias(parsed.alias)}`;
    }
    case "import":
      return `import ${parsed.path.text}${outlineAlias(parsed.alias)}`;
  }
}

function outlineBlock({ statements }: { readonly statements: readonly Statement[] }): string {
  return `{${statements.map(outline).join("; ")}}`;
}

function outlineHalf({ resource, name }: EdgeHalf): string {
  return `${resource.text}[${show(name)}]`;
}

function outlineLine(line: ResourceLine): string {
  const condition = line.condition === undefined ? "" : `${show(line.condition)} ?: `;
  switch (line.kind) {
    case "field":
      return `${line.field.text} => ${condition}${show(line.value)},`;
    case "edge":
      return `@${line.property.text} => ${condition}${outlineHalf(line.half)},`;
    case "meta":
      return `@meta${line.param === undefined ? "" : `:${line.param.text}`} => ${condition}${show(line.value)},`;
  }
}

function outlineParameters(parameters: readonly { readonly name: { readonly text: string } }[] = []): string {
  return parameters.length === 0 ? "()" : `(${parameters.map(({ name }) => `$${name.text}`).join(", ")})`;
}

function outlineAlias(alias: { readonly text: string } | undefined): string {
  return alias === undefined ? "" : ` as ${alias.text}`;
}

const statements: readonly (readonly [string, string])[] = [
  ["$x = 1", "$x = 1"],
  ["$map []str = []", "$map = []"],
  ["panic(true)", "panic(true)"],
  ["panic(\n\t$c,\n\t$m,\n)", "panic($c, $m)"],
  ['test "t" {}', 'test "t" {}'],
  ['test "t" {\n\n}', 'test "t" {}'],
  ['test "t" { a => 1, b => 2, }', 'test "t" {a => 1, b => 2,}'],
  ['http : server "a" {\n\n\ta => $c ?: 1,\n\n\tb => 2,\n}', 'http:server "a" {a => $c ?: 1, b => 2,}'],
  ["file [$a, $b] {}", "file [$a, $b] {}"],
  ["file fmt.printf(1) {}", "file fmt.printf(1) {}"],
  [
    'test "t" { Before => Test["a"], Notify => $c ?: Http:Server[["a", "b"]], }',
    'test "t" {@before => test["a"], @notify => $c ?: http:server[["a", "b"]],}',
  ],
  [
    'test "t" { Meta:noop => true, Meta:retry => $c ?: 1, }',
    'test "t" {@meta:noop => true, @meta:retry => $c ?: 1,}',
  ],
  [
    'test "t" { Meta => $s, Meta => $c ?: struct{noop => true}, }',
    'test "t" {@meta => $s, @meta => $c ?: struct{noop => true},}',
  ],
  ['collect file "a" { x => 1, }', 'collect file "a" {x => 1,}'],
  ['Test["a"]', 'test["a"]'],
  ['Http:Server["a"] -> Test[$b] -> Test["c"]', 'http:server["a"] -> test[$b] -> test["c"]'],
  ['Test["a"].out -> Test["b"].in_put', 'test["a"].out -> test["b"].in_put'],
  ["if $c {}", "if $c {}"],
  ["if $c {\n\t$x = 1\n\n\t$y = 2\n} else {\n\t$z = 3\n}", "if $c {$x = 1; $y = 2} else {$z = 3}"],
  ["for $i, $v in [1] {\n}", "for $i, $v in [1] {}"],
  ["for $map, $collect in $l {\n\t$x = $v\n}", "for $map, $collect in $l {$x = $v}"],
  ["forkv $k, $v in $m {}", "forkv $k, $v in $m {}"],
  ["func f() { 1 }", "func f() {1}"],
  ["func f__g($a, $b []int) str {\n\t$a\n}", "func f__g($a, $b) {$a}"],
  ["class c {}", "class c() {}"],
  ["class a:b:c($x str) {\n\tinclude d\n}", "class a:b:c($x) {include d}"],
  ["include a . map", "include a.map"],
  ["include a.b(1, 2) as i", "include a.b(1, 2) as i"],
  ["include c(\n\t1,\n)", "include c(1)"],
  ['import "golang/strings"', "import golang/strings"],
  ['import "a\\n" as *', "import a\\n as *"],
  ['import "fmt" as f', "import fmt as f"],
];

test.each(statements)("%s", (text, expected) => {
  const parsed = statement(text);
  expect(outline(parsed)).toBe(expected);
  expect(textOf(parsed.span)).toBe(text);
});

test("parentheses that were not written are not there", () => {
  const [without, withEmpty] = parseText("class c {}\nclass c() {}\n").statements;
  expect(without).not.toHaveProperty("parameters");
  expect(withEmpty).toHaveProperty("parameters", []);
  const [bare, called] = parseText("include c\ninclude c()\n").statements;
  expect(bare).not.toHaveProperty("args");
  expect(called).toHaveProperty("args", []);
});

test.each([[""], ["\n\n"], ["# only a comment"], ["# one\n\n# two\n"], [" \t\n"]])(
  "%j has no statements",
  (text) => expect(parseText(text).statements).toEqual([]),
);

test("comments are with the program", () => {
  const { comments, span } = parseText("# a\n$x = [ # b\n\t1, # c\n]\n");
  expect(comments.map(({ text }) => text)).toEqual([" a", " b", " c"]);
  expect([span.start, span.end]).toEqual([0, 25]);
});

describe("the span of each part is its text", () => {
  test("of a resource", () => {
    const parsed = statement(
      'collect file "a" {\n\tx => $c ?: 1 ,\n\tBefore => Test["a"],\n\tMeta:noop => true,\n}',
    );
    if (parsed.kind !== "collect") throw new Error("not a collect");
    expect(textOf(parsed.resource.resource.span)).toBe("file");
    expect(parsed.resource.lines.map(({ span }) => textOf(span))).toEqual([
      "x => $c ?: 1 ,",
      'Before => Test["a"],',
      "Meta:noop => true,",
    ]);
  });

  test("of a definition", () => {
    const parsed = statement("class a : b($x []str, $y) {\n}");
    if (parsed.kind !== "class") throw new Error("not a class");
    expect(textOf(parsed.name.span)).toBe("a : b");
    expect(parsed.parameters?.map(({ span }) => textOf(span))).toEqual(["$x []str", "$y"]);
    expect(textOf(parsed.body.span)).toBe("{\n}");
  });
});

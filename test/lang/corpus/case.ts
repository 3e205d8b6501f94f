/**
 * Rows of the corpus: a program, and what the language specification says becomes of it. Programs are written
 * indented by spaces; that indentation and the line break after the opening quote are not part of them. A program
 * that is written on one line is taken as it stands, with a newline at the end unless it ends with one.
 */
import { expect, test } from "bun:test";
import { type Diagnostic, Source } from "../../../lang/diagnostic.ts";
import type { ResourceGraph } from "../../../lang/output/resource-graph.ts";
import { parse } from "../../../lang/syntax/parse.ts";
import { print } from "../../../lang/value.ts";
import { firstGraph } from "../programs.ts";

/** Further files by path, indented like programs. */
export type Files = Readonly<Record<string, string>>;

/** Where a program may stand without meaning anything else. */
const surroundings: readonly ((program: string) => string)[] = [
  (program) => program,
  lastStatementFirst,
  (program) => `if false {\n} else {\n${program}}\n`,
  (program) => `class surroundings {\n${program}}\ninclude surroundings\n`,
];

/**
 * The program comes to a graph, and to the same one in other surroundings.
 * @param graph a line for each resource, `test[a] int8=4 Meta:noop=true`, fields and metaparameters sorted by name;
 *   and for each edge: `test[a] -> test[b]`, `=>` if it notifies; and `test[a].hello -> test[b].str` for what is sent
 */
export function sound(title: string, program: string, graph: string, files: Files = {}): void {
  const expected = graph
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .sort();
  test(title, async () => {
    for (const surround of surroundings) {
      const text = surround(programText(program));
      const outcome = await firstGraph(text, fileTexts(files));
      const found =
        outcome.kind === "graph" ? linesOf(outcome.graph) : outcome.diagnostics.map(describeDiagnostic);
      expect(found.toSorted(), text).toEqual(expected);
    }
  });
}

/**
 * The program is wrong.
 * @param where phase and start of the culprit, `type 2:3`; the column, or the whole position, may be left out, and a
 *   culprit in another file is `scope other.mcl:2:3`
 */
export function wrong(
  title: string,
  program: string,
  where: string,
  message: RegExp,
  files: Files = {},
): void {
  test(title, async () => {
    const outcome = await firstGraph(programText(program), fileTexts(files));
    const [first] = outcome.kind === "error" ? outcome.diagnostics : [];
    const found = first === undefined ? "no error" : describeDiagnostic(first);
    expect(found.replace(/^(\w+) main\.mcl:/, "$1 ")).toMatch(
      new RegExp(`^${where.replaceAll(".", "\\.")}(?![0-9])`),
    );
    expect(first?.message).toMatch(message);
  });
}

export function programText(program: string): string {
  if (!program.startsWith("\n")) return program === "" || program.endsWith("\n") ? program : `${program}\n`;
  const lines = program.slice(1).replace(/ *$/, "").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/[^ ]/));
  const common = Math.min(...indents);
  return lines.map((line) => line.slice(common)).join("\n");
}

/** The order of statements does not matter. */
function lastStatementFirst(program: string): string {
  const { statements } = parse(new Source("main.mcl", program));
  return statements
    .toReversed()
    .map(({ span }) => `${program.slice(span.start, span.end)}\n`)
    .join("");
}

function fileTexts(files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, programText(text)]));
}

/** `phase file:line:column message` */
function describeDiagnostic({ phase, span, message }: Diagnostic): string {
  if (span === undefined) return `${phase} - ${message}`;
  const { line, column } = span.source.position(span.start);
  return `${phase} ${span.source.path}:${line}:${column} ${message}`;
}

/** A line for each vertex, edge and sent value, as {@link sound} takes them. */
export function linesOf({ resources, edges }: ResourceGraph): readonly string[] {
  const key = (index: number): string => `${resources[index]?.kind}[${resources[index]?.name}]`;
  const vertices = resources.map(({ fields, meta }, index) => {
    const settings = [
      ...[...fields].map(([name, value]) => `${name}=${print(value)}`),
      ...[...meta].map(([name, value]) => `Meta:${name}=${print(value)}`),
    ];
    return [key(index), ...settings.toSorted()].join(" ");
  });
  const arrows = edges.map(({ from, to, notify }) => `${key(from)} ${notify ? "=>" : "->"} ${key(to)}`);
  const sent = resources.flatMap(({ receives }, index) =>
    [...receives].map(
      ([field, sender]) => `${sender.kind}[${sender.name}].${sender.field} -> ${key(index)}.${field}`,
    ),
  );
  return [...vertices, ...arrows, ...sent];
}

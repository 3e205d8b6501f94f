import { coreCatalogue } from "../../lang/core/index.ts";
import { Source } from "../../lang/diagnostic.ts";
import { typeText } from "../../lang/format/type-text.ts";
import type { Parameter, Program, Statement } from "../../lang/syntax/ast.ts";
import { parse } from "../../lang/syntax/parse.ts";

/** Something that a core module defines in mcl. */
export interface MclDefinition {
  /** Without what tells its kind: `module.name`. */
  readonly name: string;
  /** How programs name it: `module.name(…)`, `$module.name`, `include module.name(…)`, `include outer.inner(…)`. */
  readonly use: string;
  /** The comment above it. */
  readonly summary: string;
}

/** What a core module defines in mcl, in the order of its file. */
export function mclDefinitions(module: string): readonly MclDefinition[] {
  const text = coreCatalogue.sources.get(`${module}/main.mcl`);
  if (text === undefined) return [];
  const program = parse(new Source(`${module}/main.mcl`, text));
  return program.statements.flatMap((statement) => {
    if (statement.kind !== "bind" && statement.kind !== "func" && statement.kind !== "class") return [];
    const name = `${module.split("/").at(-1)}.${statement.name.text}`;
    return [{ name, use: useOf(name, statement), summary: commentAbove(program, statement.span.start) }];
  });
}

type Definition = Extract<Statement, { kind: "bind" | "func" | "class" }>;

function useOf(name: string, statement: Definition): string {
  switch (statement.kind) {
    case "bind":
      return `$${name}`;
    case "func":
      return `${name}(${parameters(statement.parameters)})`;
    case "class": {
      const { parameters: taken } = statement;
      // `class a:b` is inside of `a`: programs have it from `include MODULE.a as a`.
      const path = statement.name.text.includes(":") ? statement.name.text.replaceAll(":", ".") : name;
      return `include ${path}${taken === undefined ? "" : `(${parameters(taken)})`}`;
    }
  }
}

function parameters(taken: readonly Parameter[]): string {
  return taken
    .map(
      ({ name, annotation }) =>
        `$${name.text}${annotation === undefined ? "" : ` ${typeText(annotation.type)}`}`,
    )
    .join(", ");
}

/** The lines of comment that end where a statement begins. */
function commentAbove({ comments }: Program, start: number): string {
  const lines: string[] = [];
  let below = start;
  for (const { text, span } of comments.toReversed()) {
    const between = span.source.text.slice(span.end, below);
    if (span.end > below || between !== "\n") continue;
    lines.push(text.trim());
    below = span.start;
  }
  return lines.reverse().join(" ");
}

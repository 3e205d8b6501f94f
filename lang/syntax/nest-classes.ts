/** Nesting of classes that are written with colons (language specification, 5.7). */
import { type Diagnostic, diagnostic, place, type Span } from "../diagnostic.ts";
import type { Block, ClassStatement, Statement } from "./ast.ts";

/**
 * Moves `class a:b` to the end of the class `a` of the same block, under the name `b`, and so on inward. A class
 * whose first chunk names no class of its block stays as it is, out of reach. Parts of the tree in which nothing
 * moves are shared with the result.
 *
 * @param diagnostics receives one for each class whose name its block already has
 */
export function nestClasses<B extends Block>(block: B, diagnostics: Diagnostic[]): B {
  const owners = new Map<string, ClassStatement>();
  for (const statement of block.statements)
    if (statement.kind === "class" && !owners.has(statement.name.text))
      owners.set(statement.name.text, statement);

  const moved = new Map<ClassStatement, ClassStatement[]>();
  const staying: Statement[] = [];
  for (const statement of block.statements) {
    const owner = statement.kind === "class" ? ownerOf(statement, owners) : undefined;
    if (statement.kind !== "class" || owner === undefined) {
      staying.push(statement);
      continue;
    }
    const inner: ClassStatement = { ...statement, name: withoutFirstChunk(statement.name) };
    const siblings = moved.get(owner);
    if (siblings === undefined) moved.set(owner, [inner]);
    else siblings.push(inner);
  }

  reportDuplicates(staying, diagnostics);
  let changed = moved.size > 0;
  const statements = staying.map((statement) => {
    const inner = statement.kind === "class" ? moved.get(statement) : undefined;
    const nested = nestWithin(inner === undefined ? statement : adopt(statement, inner), diagnostics);
    changed ||= nested !== statement;
    return nested;
  });
  return changed ? { ...block, statements } : block;
}

function ownerOf(
  statement: ClassStatement,
  owners: ReadonlyMap<string, ClassStatement>,
): ClassStatement | undefined {
  const colon = statement.name.text.indexOf(":");
  return colon < 0 ? undefined : owners.get(statement.name.text.slice(0, colon));
}

function withoutFirstChunk(name: { readonly text: string; readonly span: Span }): typeof name {
  return { text: name.text.slice(name.text.indexOf(":") + 1), span: name.span };
}

function adopt(statement: Statement, inner: readonly ClassStatement[]): Statement {
  if (statement.kind !== "class") return statement;
  const body = { ...statement.body, statements: [...statement.body.statements, ...inner] };
  return { ...statement, body };
}

function nestWithin(statement: Statement, diagnostics: Diagnostic[]): Statement {
  switch (statement.kind) {
    case "if": {
      const consequent = nestClasses(statement.consequent, diagnostics);
      const alternative =
        statement.alternative === undefined ? undefined : nestClasses(statement.alternative, diagnostics);
      if (consequent === statement.consequent && alternative === statement.alternative) return statement;
      return { ...statement, consequent, ...(alternative === undefined ? {} : { alternative }) };
    }
    case "for":
    case "forkv":
    case "class": {
      const body = nestClasses(statement.body, diagnostics);
      return body === statement.body ? statement : { ...statement, body };
    }
    default:
      return statement;
  }
}

function reportDuplicates(statements: readonly Statement[], diagnostics: Diagnostic[]): void {
  const first = new Map<string, Span>();
  for (const statement of statements) {
    if (statement.kind !== "class") continue;
    const name = statement.name.text;
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, statement.span);
      continue;
    }
    diagnostics.push(
      diagnostic("interpolate", "duplicate-class", `duplicate class name of: \`${name}\``, statement.span, {
        notes: [`\`${name}\` is first defined at ${place(other)}`],
        help: "rename one of them",
      }),
    );
  }
}

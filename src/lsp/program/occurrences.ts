/** Finds every word of a program that means something, and what it means. */
import type { Source, Span } from "../../../lang/diagnostic.ts";
import { isMetaParameter } from "../../../lang/meta.ts";
import type { LoadedFile } from "../../../lang/modules/loaded-program.ts";
import type { Mention } from "../../../lang/scope/observer.ts";
import type { Scope } from "../../../lang/scope/scope.ts";
import type { ClassDefinition, ScopedBlock } from "../../../lang/scope/scoped.ts";
import type { EdgeHalf, Expression, ResourceStatement } from "../../../lang/syntax/ast.ts";
import { halvesOf, walk } from "../../../lang/syntax/walk.ts";
import type { Recording } from "./recording.ts";
import { definitionOf, type Target } from "./target.ts";

/** A word and what it stands for. */
export interface Occurrence {
  readonly span: Span;
  readonly target: Target;
  readonly role: "definition" | "reference";
  /** The expression that has the type of what is meant. */
  readonly expression?: Span;
}

/** All occurrences, in no particular order. */
export function* occurrencesOf({ program, scopes, mentions }: Recording): Iterable<Occurrence> {
  for (const file of program?.files ?? []) yield* written(file);
  const classes = new Map<ScopedBlock, ClassDefinition>();
  for (const { scope } of scopes)
    for (const { definition } of scope.classes.values()) classes.set(definition.body, definition);
  for (const { scope } of scopes) yield* defined(scope, classes);
  for (const mention of mentions) yield* mentioned(mention);
}

function* defined(scope: Scope, classes: ReadonlyMap<ScopedBlock, ClassDefinition>): Iterable<Occurrence> {
  for (const { definition } of scope.variables.values())
    if (definition.kind !== "builtin") yield definitionAt({ kind: "variable", definition });
  for (const entry of scope.functions.values())
    if (entry.kind === "defined") yield definitionAt({ kind: "function", definition: entry.definition });
  for (const { definition } of scope.classes.values()) {
    yield definitionAt({ kind: "class", definition });
    yield* around(definition, classes);
  }
  for (const alias of scope.aliases.values())
    if (alias.statement.alias !== undefined) yield definitionAt({ kind: "alias", alias });
}

function definitionAt(target: Target): Occurrence {
  const span = definitionOf(target);
  if (span === undefined) throw new Error(`a ${target.kind} has no definition`);
  return { span, target, role: "definition" };
}

/** The classes that the name of a class mentions before its last colon. */
function* around(
  definition: ClassDefinition,
  classes: ReadonlyMap<ScopedBlock, ClassDefinition>,
): Iterable<Occurrence> {
  const { source, start, end } = definition.nameSpan;
  const chunks = source.text.slice(start, end).split(":");
  const own = definition.name.split(":").length;
  let outer = classes.get(definition.block);
  let at = end - chunks.slice(-own).join(":").length;
  for (const chunk of chunks.slice(0, -own).reverse()) {
    if (outer === undefined) return;
    at -= ":".length + chunk.length;
    const from = at + (chunk.length - chunk.trimStart().length);
    const span = { source, start: from, end: from + chunk.trim().length };
    yield { span, target: { kind: "class", definition: outer }, role: "reference" };
    outer = classes.get(outer.block);
  }
}

function* mentioned({ name, span, found }: Mention): Iterable<Occurrence> {
  const parts = chunksOf(name.text, name.span);
  const { aliases } = found;
  const last = parts.length === aliases.length + 1 ? parts.at(-1) : undefined;
  if (last !== undefined)
    for (const [index, alias] of aliases.entries()) {
      const part = parts[index];
      if (part !== undefined) yield { span: part, target: { kind: "alias", alias }, role: "reference" };
    }
  yield { span: last ?? name.span, target: targetOf(found.entry), role: "reference", expression: span };
}

function targetOf(entry: Mention["found"]["entry"]): Target {
  if ("statement" in entry) return { kind: "class", definition: entry.definition };
  if (!("kind" in entry)) {
    const { definition } = entry;
    return definition.kind === "builtin" ? { kind: "builtin", definition } : { kind: "variable", definition };
  }
  return entry.kind === "core"
    ? { kind: "core", function: entry.function }
    : { kind: "function", definition: entry.definition };
}

/** Where the chunks of a dotted name are; there may be blanks around the dots. */
function chunksOf(name: string, { source, start, end }: Span): readonly Span[] {
  if (!name.includes(".")) return [{ source, start, end }];
  let at = start;
  return name.split(".").map((chunk) => {
    const from = source.text.indexOf(chunk, at);
    at = from + chunk.length;
    return { source, start: from, end: at };
  });
}

/** What needs no scopes to be understood. */
function written(file: LoadedFile): readonly Occurrence[] {
  const found: Occurrence[] = [];
  const refer = (span: Span, target: Target): void => {
    found.push({ span, target, role: "reference" });
  };
  const name = (kind: string, expression: Expression, role: Occurrence["role"]): void => {
    for (const each of expression.kind === "list" ? expression.elements : [expression]) {
      const text = literal(each, file);
      if (text !== undefined)
        found.push({ span: each.span, target: { kind: "resource", resource: kind, name: text }, role });
    }
  };
  const half = ({ resource, name: expression }: EdgeHalf): void => {
    refer(resource.span, { kind: "kind", name: resource.text });
    name(resource.text, expression, "reference");
  };
  const resource = ({ resource: kind, name: expression, lines }: ResourceStatement): void => {
    refer(kind.span, { kind: "kind", name: kind.text });
    name(kind.text, expression, "definition");
    for (const line of lines) {
      if (line.kind === "field")
        refer(line.field.span, { kind: "field", resource: kind.text, name: line.field.text });
      if (line.kind === "meta" && line.param !== undefined && isMetaParameter(line.param.text))
        refer(line.param.span, { kind: "meta", name: line.param.text });
    }
  };
  walk(file.program, {
    statement(statement) {
      for (const each of halvesOf(statement)) half(each);
      if (statement.kind === "resource") resource(statement);
      if (statement.kind === "send") {
        const { from, output, to, input } = statement;
        refer(output.span, { kind: "output", resource: from.resource.text, name: output.text });
        refer(input.span, { kind: "field", resource: to.resource.text, name: input.text });
      }
      if (statement.kind === "import") {
        const module = file.imports.get(statement);
        if (module !== undefined) refer(statement.path.span, { kind: "module", module });
      }
    },
  });
  return found;
}

/** The text of a string without variables. */
export function literal(
  expression: Expression,
  { strings }: Pick<LoadedFile, "strings">,
): string | undefined {
  if (expression.kind !== "string") return undefined;
  const [only, ...more] = strings.get(expression) ?? [];
  return typeof only === "string" && more.length === 0 ? only : undefined;
}

/** Occurrences by the source that they are in, each sorted by where it begins. */
export function bySource(occurrences: Iterable<Occurrence>): ReadonlyMap<Source, readonly Occurrence[]> {
  const sorted = new Map<Source, Occurrence[]>();
  for (const occurrence of occurrences) {
    const { source } = occurrence.span;
    const list = sorted.get(source);
    if (list === undefined) sorted.set(source, [occurrence]);
    else list.push(occurrence);
  }
  for (const list of sorted.values()) list.sort((a, b) => a.span.start - b.span.start);
  return sorted;
}

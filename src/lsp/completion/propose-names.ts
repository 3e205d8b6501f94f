/** Proposals that depend on what is defined and imported. */
import { CompletionItemKind } from "vscode-languageserver";
import { coreCatalogue } from "../../../lang/core/index.ts";
import { readImportPath } from "../../../lang/modules/import-path.ts";
import type { FunctionEntry, VariableEntry } from "../../../lang/scope/scope.ts";
import { printType } from "../../../lang/types/type.ts";
import { signatures } from "../../cli/reference.ts";
import { headline } from "../describe.ts";
import type { Document } from "../document.ts";
import type { NamesAt } from "../names-at.ts";
import type { View } from "../view.ts";
import type { Proposal } from "./proposal.ts";

/** Where names are proposed. */
export interface NamesContext {
  readonly document: Document;
  readonly view: View | undefined;
  /** Undefined where nothing is known of the document; then there is what every program has. */
  readonly names: NamesAt | undefined;
}

/**
 * @param written what is there of the name, without a dollar
 * @param sign what stands before the names that are proposed: `$`, or nothing
 */
export function* proposeVariables(
  written: string,
  sign: string,
  { view, names }: NamesContext,
): Iterable<Proposal> {
  const prefix = prefixOf(written);
  const members = prefix === undefined ? names?.visible("variables") : names?.members("variables", prefix);
  for (const member of members ?? []) {
    const name = qualified(prefix, member);
    const entry = names?.variable(name);
    if (entry !== undefined) yield variable(sign + name, entry, view);
  }
  if (prefix !== undefined) return;
  for (const [name, alias] of names?.aliases() ?? [])
    if (alias.kind !== "core" || coreCatalogue.constants(alias.module).size > 0)
      yield { text: sign + name, kind: CompletionItemKind.Module };
}

export function* proposeFunctions(written: string, context: NamesContext): Iterable<Proposal> {
  const { document, view, names } = context;
  const prefix = prefixOf(written);
  if (prefix === undefined) {
    const visible = names?.visible("functions") ?? coreCatalogue.names("");
    for (const name of visible) {
      const core = coreCatalogue.get("", name);
      const entry = names?.function(name) ?? (core && ({ kind: "core", function: core } as const));
      if (entry !== undefined && !name.startsWith("_")) yield functionProposal(name, entry, view);
    }
    for (const alias of names?.aliases().keys() ?? []) yield { text: alias, kind: CompletionItemKind.Module };
    return;
  }
  const members = names?.members("functions", prefix);
  for (const member of members ?? []) {
    const name = qualified(prefix, member);
    const entry = names?.function(name);
    if (entry !== undefined) yield functionProposal(name, entry, view);
  }
  if (members !== undefined) return;
  for (const module of modulesCalled(prefix))
    for (const member of coreCatalogue.names(module)) {
      const found = coreCatalogue.get(module, member);
      if (found === undefined) continue;
      const proposal = functionProposal(qualified(prefix, member), { kind: "core", function: found }, view);
      yield { ...proposal, elsewhere: importOf(module, document) };
    }
}

export function* proposeClasses(written: string, { names }: NamesContext): Iterable<Proposal> {
  const prefix = prefixOf(written);
  const members = prefix === undefined ? names?.visible("classes") : names?.members("classes", prefix);
  for (const member of members ?? []) {
    const name = qualified(prefix, member);
    const definition = names?.class(name)?.definition;
    if (definition === undefined) continue;
    yield {
      text: name,
      kind: CompletionItemKind.Class,
      detail: headline({ kind: "class", definition }, []),
    };
  }
  if (prefix !== undefined) return;
  for (const alias of names?.aliases().keys() ?? []) yield { text: alias, kind: CompletionItemKind.Module };
}

/** The fields of a variable that holds a struct. */
export function* proposeStructFields(name: string, { view, names }: NamesContext): Iterable<Proposal> {
  const definition = names?.variable(name)?.definition;
  if (definition === undefined || definition.kind === "builtin" || view === undefined) return;
  for (const type of view.typesOfTarget({ kind: "variable", definition }))
    if (type.kind === "struct")
      for (const field of type.fields)
        yield { text: field.name, kind: CompletionItemKind.Field, detail: printType(field.type) };
}

function variable(text: string, { definition }: VariableEntry, view: View | undefined): Proposal {
  if (definition.kind === "builtin")
    return { text, kind: CompletionItemKind.Constant, detail: printType(definition.type) };
  const types = view?.typesOfTarget({ kind: "variable", definition }) ?? [];
  const detail = types.map((type) => printType(type)).join(" or ");
  return { text, kind: CompletionItemKind.Variable, ...(detail === "" ? {} : { detail }) };
}

function functionProposal(text: string, entry: FunctionEntry, view: View | undefined): Proposal {
  const call = { text, template: `${text}($0)`, kind: CompletionItemKind.Function };
  if (entry.kind === "core")
    return {
      ...call,
      detail: signatures(entry.function).join(" or "),
      documentation: entry.function.summary,
    };
  const target = { kind: "function", definition: entry.definition } as const;
  return { ...call, detail: headline(target, view?.typesOfTarget(target) ?? []) };
}

function prefixOf(written: string): string | undefined {
  const dot = written.lastIndexOf(".");
  return dot < 0 ? undefined : written.slice(0, dot);
}

function qualified(prefix: string | undefined, name: string): string {
  return prefix === undefined ? name : `${prefix}.${name}`;
}

/** Core modules that are imported under a name. */
function modulesCalled(alias: string): readonly string[] {
  return [...coreCatalogue.modules].filter((module) => {
    const path = readImportPath(module);
    return path.kind !== "invalid" && path.alias === alias;
  });
}

/** The line that imports a module, before all others. */
function importOf(module: string, { text, lines }: Document): NonNullable<Proposal["elsewhere"]> {
  const first = /^import\b/m.exec(text)?.index ?? 0;
  return { range: lines.range(first, first), newText: `import "${module}"\n` };
}

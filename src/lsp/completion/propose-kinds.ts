/** Proposals about resources. */
import { CompletionItemKind } from "vscode-languageserver";
import { metaNames, metaParameters } from "../../../lang/meta.ts";
import { edgeProperties } from "../../../lang/syntax/edge-property.ts";
import { reservedWords } from "../../../lang/syntax/token.ts";
import { printType } from "../../../lang/types/type.ts";
import { print } from "../../../lang/value.ts";
import { describeMetaParameter, describeParameter } from "../../cli/reference.ts";
import type { Catalogue } from "../../resources/catalogue.ts";
import type { View } from "../view.ts";
import type { Proposal } from "./proposal.ts";

/** The kinds, at the beginning of a resource. */
export function* proposeKinds(kinds: Catalogue): Iterable<Proposal> {
  for (const name of kinds.names) yield kind(name, `${name} "$1" {\n\t$0\n}`, name, kinds);
}

/** The kinds as edges write them. */
export function* proposeEdgeKinds(kinds: Catalogue): Iterable<Proposal> {
  for (const name of kinds.names) {
    const text = name.split(":").map(capitalized).join(":");
    yield kind(text, `${text}["$1"]$0`, name, kinds);
  }
}

function kind(text: string, template: string, name: string, kinds: Catalogue): Proposal {
  const { summary, isBuilt = true } = kinds.get(name) ?? {};
  return {
    text,
    template,
    kind: CompletionItemKind.Struct,
    ...(isBuilt ? {} : { detail: "not built yet" }),
    ...(summary === undefined ? {} : { documentation: summary }),
  };
}

/** What a line of a resource can begin with. */
export function* proposeLines(
  resource: string,
  fields: ReadonlySet<string>,
  kinds: Catalogue,
): Iterable<Proposal> {
  for (const proposal of proposeFields(resource, kinds))
    if (!fields.has(proposal.text)) yield { ...proposal, template: `${proposal.text} => $0,` };
  for (const property of edgeProperties) {
    const text = capitalized(property);
    yield { text, template: `${text} => $0,`, kind: CompletionItemKind.Keyword };
  }
  yield { text: "Meta", template: "Meta:$0", kind: CompletionItemKind.Keyword };
}

/** The parameters of a kind. */
export function* proposeFields(resource: string, kinds: Catalogue): Iterable<Proposal> {
  for (const parameter of kinds.get(resource)?.parameters ?? []) {
    const { name, type } = parameter;
    if (reservedWords.has(name)) continue;
    yield {
      text: name,
      kind: CompletionItemKind.Field,
      detail: printType(type),
      documentation: describeParameter(parameter),
    };
  }
}

/** What a kind sends. */
export function* proposeOutputs(resource: string, kinds: Catalogue): Iterable<Proposal> {
  for (const [text, { type }] of kinds.get(resource)?.sends ?? [])
    yield { text, kind: CompletionItemKind.Field, detail: printType(type) };
}

/** What can follow `Meta:`. */
export function* proposeMetaParameters(): Iterable<Proposal> {
  for (const text of metaNames)
    yield {
      text,
      template: `${text} => $0,`,
      kind: CompletionItemKind.Property,
      detail: printType(metaParameters[text].type),
      documentation: describeMetaParameter(text),
    };
}

/** The names of resources of a kind that the program writes out. */
export function* proposeResourceNames(resource: string, view: View | undefined): Iterable<Proposal> {
  const found = new Set<string>();
  for (const file of view?.index.files.values() ?? [])
    for (const { target } of view?.index.occurrencesIn(file) ?? [])
      if (target.kind === "resource" && target.resource === resource) found.add(target.name);
  for (const text of found) yield { text, kind: CompletionItemKind.Value };
}

/** `$const.res.…` */
export function* proposeConstants(sign: string, kinds: Catalogue): Iterable<Proposal> {
  for (const name of kinds.names)
    for (const [parameter, values] of Object.entries(kinds.get(name)?.constants ?? {}))
      for (const [constant, value] of Object.entries(values ?? {}))
        yield {
          text: `${sign}const.res.${name}.${parameter}.${constant}`,
          kind: CompletionItemKind.Constant,
          detail: print(value),
        };
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

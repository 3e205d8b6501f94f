import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Position,
} from "vscode-languageserver";
import type { Catalogue } from "../resources/catalogue.ts";
import { type Cursor, cursorAt } from "./completion/cursor.ts";
import type { Proposal } from "./completion/proposal.ts";
import { proposeImports } from "./completion/propose-imports.ts";
import {
  proposeConstants,
  proposeEdgeKinds,
  proposeFields,
  proposeKinds,
  proposeLines,
  proposeMetaParameters,
  proposeOutputs,
  proposeResourceNames,
} from "./completion/propose-kinds.ts";
import {
  type NamesContext,
  proposeClasses,
  proposeFunctions,
  proposeStructFields,
  proposeVariables,
} from "./completion/propose-names.ts";
import type { Document } from "./document.ts";
import { NamesAt } from "./names-at.ts";
import type { View } from "./view.ts";

/** Characters after which there is something new to propose. */
export const completionTriggers = ["$", ".", "{", ":", ">", '"', "["];

/** What can begin a statement, besides kinds. */
const statementWords = ["class", "collect", "for", "forkv", "func", "if", "import", "include", "panic"];
/** What can begin an expression, besides names. */
const expressionWords = ["true", "false", "if", "not", "func", "struct"];
const types = ["bool", "str", "int", "float", "[]str", "[]int", "map{str: str}"];

export interface CompletionContext {
  readonly document: Document;
  readonly view: View | undefined;
  readonly kinds: Catalogue;
  /** Whether the editor can fill in templates. */
  readonly templates: boolean;
}

/** What can be written at a position. */
export async function completion(context: CompletionContext, position: Position): Promise<CompletionItem[]> {
  const { document, kinds } = context;
  await kinds.load(kinds.names);
  const { lines, text } = document;
  const offset = lines.offset(position);
  const cursor = cursorAt(text, offset);
  const range = lines.range(cursor.word.start, offset);
  // Where something follows already, a template would say it twice.
  const isAlone = /^[ \t]*(?:$|[\])},"])/m.test(text.slice(offset, lines.end(position.line)));
  const proposals = await proposalsAt(cursor, offset, context);
  return [...proposals].map((proposal) => itemOf(proposal, range, context.templates && isAlone));
}

function itemOf(
  { text, template, kind, detail, documentation, elsewhere }: Proposal,
  range: { start: Position; end: Position },
  templates: boolean,
): CompletionItem {
  const filledIn = templates ? template : undefined;
  return {
    label: text,
    kind,
    textEdit: { range, newText: filledIn ?? text },
    ...(filledIn === undefined ? {} : { insertTextFormat: InsertTextFormat.Snippet }),
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined
      ? {}
      : { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
    ...(elsewhere === undefined ? {} : { additionalTextEdits: [elsewhere] }),
  };
}

async function proposalsAt(
  { place, word }: Cursor,
  offset: number,
  { document, view, kinds }: CompletionContext,
): Promise<Iterable<Proposal>> {
  const context = { document, view, names: NamesAt.of(view, offset) };
  switch (place.kind) {
    case "statement":
      return /^[A-Z]/.test(word.text)
        ? proposeEdgeKinds(kinds)
        : [...keywords(statementWords), ...proposeKinds(kinds)];
    case "collected":
      return proposeKinds(kinds);
    case "resource-line":
      return proposeLines(place.resource, place.fields, kinds);
    case "meta":
      return proposeMetaParameters();
    case "edge":
      return proposeEdgeKinds(kinds);
    case "output":
      return proposeOutputs(place.resource, kinds);
    case "input":
      return proposeFields(place.resource, kinds);
    case "resource-name":
      return proposeResourceNames(place.resource, view);
    case "class":
      return proposeClasses(word.text, context);
    case "import":
      return proposeImports(word.text, document.path);
    case "interpolation":
      return variables(word.text, "", context, kinds);
    case "type":
      return types.map((text) => ({ text, kind: CompletionItemKind.TypeParameter }));
    case "struct-field":
      return proposeStructFields(place.variable, context);
    case "variable":
      return variables(word.text.slice(1), "$", context, kinds);
    case "expression":
      return word.text.includes(".")
        ? proposeFunctions(word.text, context)
        : [
            ...proposeVariables("", "$", context),
            ...proposeFunctions(word.text, context),
            ...keywords(expressionWords),
          ];
    case "nothing":
      return [];
  }
}

function variables(
  written: string,
  sign: string,
  context: NamesContext,
  kinds: Catalogue,
): readonly Proposal[] {
  const isOther = written.includes(".") && !written.startsWith("const.");
  return [...proposeVariables(written, sign, context), ...(isOther ? [] : proposeConstants(sign, kinds))];
}

function keywords(words: readonly string[]): readonly Proposal[] {
  return words.map((text) => ({ text, kind: CompletionItemKind.Keyword }));
}

/** What can be written at a position. */
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Position,
} from "vscode-languageserver";
import { coreCatalogue } from "../../lang/core/index.ts";
import { metaNames, metaParameters } from "../../lang/meta.ts";
import { edgeProperties } from "../../lang/syntax/edge-property.ts";
import { reservedWords } from "../../lang/syntax/token.ts";
import { printType } from "../../lang/types/type.ts";
import { print } from "../../lang/value.ts";
import { describeMetaParameter, describeParameter } from "../cli/reference.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import { type Cursor, cursorAt } from "./cursor.ts";
import type { Document } from "./document.ts";
import { importPaths } from "./import-paths.ts";
import { type Proposal, type Proposals, proposeNames } from "./propose-names.ts";
import type { View } from "./view.ts";

/** Characters after which there is something new to propose. */
export const triggerCharacters = ["$", ".", "{", ":", ">", '"', "["];

const statementWords = [
  "class",
  "collect",
  "for",
  "forkv",
  "func",
  "if",
  "import",
  "include",
  "panic",
] as const;
const expressionWords = ["true", "false", "if", "not", "func", "struct"] as const;
const types = ["bool", "str", "int", "float", "[]str", "[]int", "map{str: str}", "struct{}", "func() str"];

export interface CompletionContext {
  readonly document: Document;
  readonly view: View | undefined;
  readonly kinds: Catalogue;
  /** Whether the editor can fill in templates. */
  readonly snippets: boolean;
}

export async function completion(
  context: CompletionContext,
  position: Position,
): Promise<CompletionItem[]> {
  const { document, kinds } = context;
  await kinds.load(kinds.names);
  const offset = document.lines.offset(position);
  const cursor = cursorAt(document.text, offset);
  const range = document.lines.range(cursor.word.start, offset);
  const proposals = await proposalsAt(cursor, context, offset);
  return [...proposals].map(({ text, snippet, detail, documentation, kind, additional }): CompletionItem => {
    const isSnippet = snippet !== undefined && context.snippets;
    return {
      label: text,
      kind,
      textEdit: { range, newText: isSnippet ? snippet : text },
      ...(isSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
      ...(detail === undefined ? {} : { detail }),
      ...(documentation === undefined
        ? {}
        : { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
      ...(additional === undefined ? {} : { additionalTextEdits: [additional] }),
    };
  });
}

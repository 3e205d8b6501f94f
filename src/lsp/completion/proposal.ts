import type { CompletionItemKind, TextEdit } from "vscode-languageserver";

/** Something that could be written where the cursor is. */
export interface Proposal {
  /** What it is called, and what is written in place of the word that is there already. */
  readonly text: string;
  /** The same as a template with places to fill in, for editors that can. */
  readonly template?: string;
  readonly kind: CompletionItemKind;
  /** In a line of code: its type. */
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** What has to be written elsewhere for it to mean something. */
  readonly elsewhere?: TextEdit;
}

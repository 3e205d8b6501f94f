import type { Position, Range } from "vscode-languageserver";
import type { Span } from "../../lang/diagnostic.ts";
import type { Scope } from "../../lang/scope/scope.ts";
import type { Type } from "../../lang/types/type.ts";
import type { Document } from "./document.ts";
import type { Occurrence } from "./occurrences.ts";
import type { IndexedFile, ProgramIndex } from "./program-index.ts";
import { TextChange } from "./text-change.ts";
import { typesOf } from "./types-of.ts";

/** A document together with what is known of it, which may be of an earlier text. */
export class View {
  readonly #change: TextChange;
  readonly #typed: ProgramIndex | undefined;

  /** @param typed the last index that knew types */
  constructor(
    readonly document: Document,
    readonly index: ProgramIndex,
    readonly file: IndexedFile,
    typed: ProgramIndex | undefined,
  ) {
    this.#change = new TextChange(file.text, document.text);
    this.#typed = typed;
  }

  /** Whether what is known is of the text as it is, all of it. */
  get isCurrent(): boolean {
    return this.file.source.text === this.document.text;
  }

  occurrenceAt(position: Position): Occurrence | undefined {
    const offset = this.document.lines.offset(position);
    return this.index.occurrenceAt(this.file, this.#change.backward(offset));
  }

  /** @param offset in the document */
  scopeAt(offset: number): Scope | undefined {
    return this.index.scopeAt(this.file, this.#change.backward(offset));
  }

  /** @param span in this document's file */
  range({ start, end }: Span): Range {
    return this.document.lines.range(this.#change.forward(start), this.#change.forward(end));
  }

  /** The types of what a word stands for; where they are not known now, those that were known last. */
  typesOf(occurrence: Occurrence): readonly Type[] {
    const types = typesOf(occurrence, this.index);
    if (types.length > 0 || this.index.isTyped || this.#typed === undefined) return types;
    const path = this.index.pathOf(occurrence.span);
    const now = this.index.files.get(path);
    const before = this.#typed.files.get(path);
    if (now === undefined || before === undefined) return [];
    const start = new TextChange(now.text, before.text).forward(occurrence.span.start);
    const earlier = this.#typed.occurrenceAt(before, start);
    const isSame = earlier !== undefined && earlier.target.kind === occurrence.target.kind;
    return isSame ? typesOf(earlier, this.#typed) : [];
  }
}

import type { Position, Range } from "vscode-languageserver";
import type { Span } from "../../lang/diagnostic.ts";
import type { Scope } from "../../lang/scope/scope.ts";
import type { Type } from "../../lang/types/type.ts";
import type { Document } from "./document.ts";
import type { Occurrence } from "./program/occurrences.ts";
import type { IndexedFile, ProgramIndex } from "./program/program-index.ts";
import { definitionOf, type Target } from "./program/target.ts";
import { typesOf, typesOfTarget } from "./program/types-of.ts";
import { TextChange } from "./text/text-change.ts";

/** A document together with what is known of it, which may be of an earlier text. */
export class View {
  readonly #change: TextChange;
  readonly #typed: ProgramIndex | undefined;
  /** From a file as it is known to what it was when types were known. */
  readonly #earlier = new Map<IndexedFile, TextChange>();

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
    return types.length > 0 ? types : this.#earlierTypes(occurrence);
  }

  /** As {@link typesOf}, for something that is defined in the program. */
  typesOfTarget(target: Target): readonly Type[] {
    const types = typesOfTarget(target, this.index);
    const span = definitionOf(target);
    return types.length > 0 || span === undefined ? types : this.#earlierTypes({ target, span });
  }

  #earlierTypes({ target, span }: Pick<Occurrence, "target" | "span">): readonly Type[] {
    if (this.index.isTyped || this.#typed === undefined) return [];
    const path = this.index.pathOf(span);
    const now = this.index.files.get(path);
    const before = this.#typed.files.get(path);
    if (now === undefined || before === undefined) return [];
    const start = this.#toTyped(now, before).forward(span.start);
    const earlier = this.#typed.occurrenceAt(before, start);
    return earlier !== undefined && earlier.target.kind === target.kind ? typesOf(earlier, this.#typed) : [];
  }

  #toTyped(now: IndexedFile, before: IndexedFile): TextChange {
    let change = this.#earlier.get(now);
    if (change === undefined) {
      change = new TextChange(now.text, before.text);
      this.#earlier.set(now, change);
    }
    return change;
  }
}

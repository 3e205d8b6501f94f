import type { Comment } from "../syntax/ast.ts";
import type { SourceLayout } from "./source-layout.ts";

/**
 * Puts lines together: indentation, blank lines and comments (language specification, section 14, rules 1 to 3).
 * Whoever writes says at each line break which place of the source comes next; every comment before that place is
 * written first, so comments stay in their order, and none is lost.
 */
export class LineWriter {
  readonly #layout: SourceLayout;
  readonly #comments: readonly Comment[];
  #nextComment = 0;
  /** Comments whose place has been printed without them; they come at the next line break. */
  #displaced: Comment[] = [];
  #text = "";
  #depth = 0;
  #lineHasComment = false;

  constructor(layout: SourceLayout, comments: readonly Comment[]) {
    this.#layout = layout;
    this.#comments = comments;
  }

  write(text: string): void {
    this.#text += text;
  }

  /** Ends a line with a bracket; what follows is one level deeper. */
  open(bracket: string): void {
    this.#text += bracket;
    this.#depth++;
  }

  /** Begins the line of a closing bracket, one level higher than what was before it. */
  close(bracket: string, at: number): void {
    this.#writeComments(at);
    this.#depth--;
    this.#breakLine(this.#layout.followsBlankLine(at));
    this.#text += bracket;
  }

  /** Begins the line of what stands at this place of the source. */
  line(at: number): void {
    this.#writeComments(at);
    this.#breakLine(this.#layout.followsBlankLine(at));
  }

  /** For what is printed on one line whatever stands in it: its comments come after the line. */
  displaceComments(end: number): void {
    for (let next = this.#takeComment(end); next !== undefined; next = this.#takeComment(end))
      this.#displaced.push(next);
  }

  /** @returns the whole text, with the comments that stand at the end of the source */
  finish(): string {
    this.#writeComments(Number.POSITIVE_INFINITY);
    return this.#text === "" ? "" : `${this.#text}\n`;
  }

  #writeComments(before: number): void {
    for (const comment of this.#displaced) this.#writeComment(comment, false);
    this.#displaced = [];
    for (let next = this.#takeComment(before); next !== undefined; next = this.#takeComment(before))
      this.#writeComment(next, this.#layout.followsBlankLine(next.span.start));
  }

  #writeComment({ text, span }: Comment, afterBlankLine: boolean): void {
    if (!this.#lineHasComment && !this.#layout.startsLine(span.start)) this.#text += " ";
    else this.#breakLine(afterBlankLine);
    this.#text += `#${text}`;
    this.#lineHasComment = true;
  }

  #takeComment(before: number): Comment | undefined {
    const next = this.#comments[this.#nextComment];
    if (next === undefined || next.span.start >= before) return undefined;
    this.#nextComment++;
    return next;
  }

  #breakLine(afterBlankLine: boolean): void {
    this.#lineHasComment = false;
    if (this.#text === "") return;
    this.#text += (afterBlankLine ? "\n\n" : "\n") + "\t".repeat(this.#depth);
  }
}

/**
 * What the formatter keeps of how a program was laid out. Since newlines and comments stand only where the grammar
 * has a newline, each question is about the blanks around one place; none looks at more of the text than these.
 */
export class SourceLayout {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether only blanks stand before this place in its line. */
  startsLine(at: number): boolean {
    const before = this.#blanksBefore(at);
    return before === 0 || this.#text.charAt(before - 1) === "\n";
  }

  /** Whether the line before that of this place, which must start its line, is blank. */
  followsBlankLine(at: number): boolean {
    const before = this.#blanksBefore(at);
    return before > 0 && this.#text.charAt(before - 1) === "\n" && this.startsLine(before - 1);
  }

  /** Where the next token is that is neither a newline nor a comma; comments are not tokens. */
  nextToken(from: number): number {
    for (let at = from; ; at++) {
      switch (this.#text.charAt(at)) {
        case " ":
        case "\t":
        case "\n":
        case ",":
          break;
        case "#":
          at = this.#text.indexOf("\n", at);
          break;
        default:
          return at;
      }
    }
  }

  /** Whether a comment stands between two places that have no string between them. */
  hasComment(from: number, to: number): boolean {
    return this.#text.slice(from, to).includes("#");
  }

  #blanksBefore(at: number): number {
    let start = at;
    while (this.#text.charAt(start - 1) === " " || this.#text.charAt(start - 1) === "\t") start--;
    return start;
  }
}

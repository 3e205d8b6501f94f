import type { Span } from "../diagnostic.ts";
import { describeKind, type TokenKind, type Tokens, tokenKind } from "./token.ts";

/** The place where the grammar stopped, and the tokens around it. */
export class SyntaxFailure {
  /**
   * @param at the number of the first token that could not be, the culprit
   * @param expected what could have been there instead, as the grammar names it
   */
  constructor(
    readonly tokens: Tokens,
    readonly at: number,
    readonly expected: readonly string[],
  ) {}

  /** Whether a token of this kind could have been there. */
  expects(kind: TokenKind): boolean {
    return this.expected.includes(describeKind(kind));
  }

  /** The kind of the culprit, or of a token so many places after (or, negative, before) it; nothing past the ends. */
  kind(offset = 0): TokenKind | undefined {
    return this.kindAt(this.at + offset);
  }

  kindAt(at: number): TokenKind | undefined {
    return tokenKind(this.tokens.codes.charAt(at));
  }

  /** As {@link kind}; past the end it is the end of the text. */
  span(offset = 0): Span {
    return this.spanAt(this.at + offset);
  }

  spanAt(at: number): Span {
    const { source, spans } = this.tokens;
    return spans[at] ?? { source, start: source.text.length, end: source.text.length };
  }

  text(offset = 0): string {
    return this.textAt(this.at + offset);
  }

  textAt(at: number): string {
    const { start, end } = this.spanAt(at);
    return this.tokens.source.text.slice(start, end);
  }

  /** The innermost bracket that is open at the culprit, or just before another token. */
  openBracket(before = this.at): number | undefined {
    let closed = 0;
    for (let at = before - 1; at >= 0; at--) {
      switch (this.kindAt(at)) {
        case ")":
        case "]":
        case "}":
          closed++;
          break;
        case "(":
        case "[":
        case "{":
          if (closed-- === 0) return at;
      }
    }
    return undefined;
  }

  /** The first token of the line of a resource that the culprit would have ended, if it is directly in one. */
  resourceLine(): number | undefined {
    const body = this.openBracket();
    if (body === undefined || this.kindAt(body) !== "{" || this.kindAt(body - 1) === "struct")
      return undefined;
    let line = body + 1;
    let nesting = 0;
    for (let at = body + 1; at < this.at; at++) {
      const kind = this.kindAt(at);
      if (kind === "(" || kind === "[" || kind === "{") nesting++;
      else if (kind === ")" || kind === "]" || kind === "}") nesting--;
      else if (nesting === 0 && (kind === "," || kind === "NEWLINE")) line = at + 1;
    }
    const arrow = this.kindAt(line + (this.kindAt(line + 1) === ":" ? 3 : 1));
    const begins = this.kindAt(line) === "IDENTIFIER" || this.kindAt(line) === "CAPITALIZED";
    return begins && arrow === "=>" ? line : undefined;
  }
}

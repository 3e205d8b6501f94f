/** The tokens before a cursor, also in texts that are broken. */
import { Source } from "../../../lang/diagnostic.ts";
import { lex } from "../../../lang/syntax/lexer.ts";
import { type TokenKind, tokenKind } from "../../../lang/syntax/token.ts";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What stands before a cursor, and what the cursor is in that is no token yet. */
export interface TokensBefore {
  readonly tokens: readonly Token[];
  /** Where the string that the cursor is in begins, after its quote. */
  readonly openString: number | undefined;
  readonly isInComment: boolean;
}

/** How many characters that begin no token are passed over. */
const maximumPassedOver = 20;

export function tokensBefore(text: string, offset: number): TokensBefore {
  let before = text.slice(0, offset);
  for (let count = 0; ; count++) {
    const { codes, spans, comments, error } = lex(new Source("", before));
    const wrong = error?.span;
    if (wrong !== undefined && error?.code !== "unterminated-string" && count < maximumPassedOver) {
      before = before.slice(0, wrong.start) + " ".repeat(wrong.end - wrong.start) + before.slice(wrong.end);
      continue;
    }
    const tokens = spans.flatMap(({ start, end }, index): Token[] => {
      const kind = tokenKind(codes.charAt(index));
      return kind === undefined || kind === "ERROR"
        ? []
        : [{ kind, text: before.slice(start, end), start, end }];
    });
    const isInString = error?.code === "unterminated-string";
    const comment = comments.at(-1);
    return {
      tokens,
      openString: isInString && wrong !== undefined ? wrong.end : undefined,
      isInComment: comment !== undefined && comment.span.end === before.length,
    };
  }
}

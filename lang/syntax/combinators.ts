/**
 * What the grammar is made of besides Parsimmon's own combinators: parsers for single tokens, and choices made by
 * looking at the next token, so that nothing is ever parsed twice.
 */
import P from "parsimmon";
import { type Diagnostic, DiagnosticError, type Span } from "../diagnostic.ts";
import { maximumNesting, nestingTooDeep } from "./nesting.ts";
import { closingBracket, describeKind, type TokenKind, type Tokens, tokenCode, tokenKind } from "./token.ts";

/** What stood between two brackets, and the brackets. */
export interface Enclosed<T> {
  readonly items: readonly T[];
  readonly open: Span;
  readonly close: Span;
}

const nothing: string[] = [];

/** The parsers for one lexed program; the text they read is its `codes`. */
export class Combinators {
  /** Mistakes that did not stop the parser. */
  readonly problems: Diagnostic[] = [];
  /** `NL { NL }` */
  readonly newlines: P.Parser<undefined>;
  /** `{ NL }` */
  readonly anyNewlines: P.Parser<undefined>;
  /** Fails without having expected anything. */
  readonly stop: P.Parser<never> = P<never>((_, at) => P.makeFailure(at, nothing));
  readonly #tokens: Tokens;
  readonly #peek: P.Parser<TokenKind | undefined>;
  readonly #enter: P.Parser<undefined>;
  readonly #leave: P.Parser<undefined>;
  #depth = 0;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
    const { codes } = tokens;
    this.#peek = P((_, at) => P.makeSuccess(at, tokenKind(codes.charAt(at))));
    this.anyNewlines = P((_, at) => P.makeSuccess(afterNewlines(codes, at), undefined));
    const description = [describeKind("NEWLINE")];
    this.newlines = P((_, at) => {
      const end = afterNewlines(codes, at);
      return end > at ? P.makeSuccess(end, undefined) : P.makeFailure(at, description);
    });
    this.#enter = P((_, at) => {
      if (++this.#depth > maximumNesting)
        throw new DiagnosticError([...this.problems, nestingTooDeep(this.#span(at))]);
      return P.makeSuccess(at, undefined);
    });
    this.#leave = P((_, at) => {
      this.#depth--;
      return P.makeSuccess(at, undefined);
    });
  }

  /** One token of a kind. */
  token(kind: TokenKind): P.Parser<Span> {
    return this.#token(kind, [describeKind(kind)]);
  }

  /** Like {@link token}, for what may always come next and so is not worth naming among what was expected. */
  quiet(kind: TokenKind): P.Parser<Span> {
    return this.#token(kind, nothing);
  }

  /** One token of any of the kinds, not named among what was expected. */
  oneOf<K extends TokenKind>(kinds: readonly K[]): P.Parser<{ readonly kind: K; readonly span: Span }> {
    const kindOf = new Map<string, K>(kinds.map((kind) => [tokenCode[kind], kind]));
    return P((input, at) => {
      const kind = kindOf.get(input.charAt(at));
      return kind === undefined
        ? P.makeFailure(at, nothing)
        : P.makeSuccess(at + 1, { kind, span: this.#span(at) });
    });
  }

  /** The parser for the kind of the next token, or else the other one. */
  byToken<T>(
    parsers: Readonly<Partial<Record<TokenKind, P.Parser<T>>>>,
    otherwise: P.Parser<T>,
  ): P.Parser<T> {
    return this.#peek.chain((kind) => (kind === undefined ? otherwise : (parsers[kind] ?? otherwise)));
  }

  /** What the parser yields if the next token is of the kind that it begins with. */
  optional<T>(kind: TokenKind, parser: P.Parser<T>): P.Parser<T | undefined> {
    return this.byToken<T | undefined>({ [kind]: parser }, P.of(undefined));
  }

  /**
   * One parser if the next token is of one of the kinds and the token after it one of those that can follow, else the
   * other: for what is mostly a single token, and need not go through everything that it could be besides.
   */
  byPair<T>(
    first: readonly TokenKind[],
    second: readonly TokenKind[],
    parser: P.Parser<T>,
    otherwise: P.Parser<T>,
  ): P.Parser<T> {
    const firsts = new Set<string>(first.map((kind) => tokenCode[kind]));
    const seconds = new Set<string>(second.map((kind) => tokenCode[kind]));
    const look = P((input, at) =>
      P.makeSuccess(at, firsts.has(input.charAt(at)) && seconds.has(input.charAt(at + 1))),
    );
    return look.chain((found) => (found ? parser : otherwise));
  }

  /** `open seq(item) close`, with `seq` as in section 4 of the language specification. */
  enclosed<T>(bracket: keyof typeof closingBracket, item: P.Parser<T>): P.Parser<Enclosed<T>> {
    const close = closingBracket[bracket];
    const comma = this.token(",");
    const items = this.byToken<readonly T[]>(
      {
        NEWLINE: this.newlines.then(item.skip(comma).skip(this.newlines).many()),
        [close]: P.of<readonly T[]>([]),
      },
      item.sepBy1(comma).or(P.fail(describeKind(close))),
    );
    return P.seqMap(this.token(bracket), items, this.token(close), (open, between, end) => ({
      items: between,
      open,
      close: end,
    }));
  }

  /** Guards a recursion that no bracket bounds; those in brackets are bounded by the lexer. */
  nested<T>(parser: P.Parser<T>): P.Parser<T> {
    return P.seqMap(this.#enter, parser, this.#leave, (_, value) => value);
  }

  /** The text of a token. */
  text(span: Span): string {
    return this.#tokens.source.text.slice(span.start, span.end);
  }

  #token(kind: TokenKind, expected: string[]): P.Parser<Span> {
    const code = tokenCode[kind].charCodeAt(0);
    return P((input, at) =>
      input.charCodeAt(at) === code ? P.makeSuccess(at + 1, this.#span(at)) : P.makeFailure(at, expected),
    );
  }

  #span(at: number): Span {
    const { source, spans } = this.#tokens;
    return spans[at] ?? { source, start: source.text.length, end: source.text.length };
  }
}

const newlineCode = tokenCode.NEWLINE.charCodeAt(0);

function afterNewlines(codes: string, from: number): number {
  let at = from;
  while (codes.charCodeAt(at) === newlineCode) at++;
  return at;
}

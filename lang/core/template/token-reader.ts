/** Reads the tokens of a template one after the other, and says what is wrong with them. */
import { quote } from "../../bytes.ts";
import { TemplateParseError } from "./errors.ts";
import { isKeyword, type Token, type TokenKind } from "./token.ts";

/** The name of the template that a call is about. */
export const MAIN = "template";

/** What the readers of all templates in one text share. */
export interface TokenTape {
  readonly tokens: readonly Token[];
  /** The next one. */
  at: number;
}

export class TokenReader {
  readonly #tape: TokenTape;
  /** The last token that this reader has looked at, which its messages name the line of. */
  #furthest = -1;
  /** The line on which the action begins that is being read. */
  actionLine: number | undefined;

  constructor(tape: TokenTape) {
    this.#tape = tape;
  }

  peek(): Token {
    const { tokens, at } = this.#tape;
    this.#furthest = Math.max(this.#furthest, at);
    return tokens[at] ?? { kind: "EOF", text: "EOF", at: 0, line: this.#line };
  }

  next(): Token {
    const token = this.peek();
    this.#tape.at++;
    return token;
  }

  backup(): void {
    this.#tape.at--;
  }

  peekNonSpace(): Token {
    let token = this.peek();
    while (token.kind === "space") {
      this.#tape.at++;
      token = this.peek();
    }
    return token;
  }

  nextNonSpace(): Token {
    const token = this.peekNonSpace();
    this.#tape.at++;
    return token;
  }

  /** @throws TemplateParseError unless the next token is of the kind */
  expect(kind: TokenKind, context: string): void {
    const token = this.nextNonSpace();
    if (token.kind !== kind) this.unexpected(token, context);
  }

  /** @throws TemplateParseError */
  unexpected(token: Token, context: string): never {
    if (token.kind !== "error") return this.fail(`unexpected ${showToken(token)} in ${context}`);
    const line = this.actionLine;
    if (line === undefined || line === token.line) return this.fail(token.text);
    const inAction = token.text.endsWith(" action") ? "" : " in action";
    return this.fail(`${token.text}${inAction} started at ${MAIN}:${line}`);
  }

  /** @throws TemplateParseError */
  fail(message: string): never {
    throw new TemplateParseError(`template: ${MAIN}:${this.#line}: ${message}`);
  }

  get #line(): number {
    const { tokens } = this.#tape;
    return (tokens[this.#furthest] ?? tokens.at(-1))?.line ?? 1;
  }
}

/** How many characters of a token messages show. */
const LONGEST_SHOWN = 10;

function showToken({ kind, text }: Token): string {
  if (kind === "EOF") return "EOF";
  if (kind === "." || isKeyword(kind)) return `<${text}>`;
  if (Buffer.byteLength(text) <= LONGEST_SHOWN) return quote(text);
  return `${quote([...text].slice(0, LONGEST_SHOWN).join(""))}...`;
}

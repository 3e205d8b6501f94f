/** Cuts a template into tokens: text, and what stands between delimiters (functions specification, section 7). */
import { quote } from "../../bytes.ts";
import { codePointText } from "./format/quoting.ts";
import { isKeyword, type Token, type TokenKind } from "./token.ts";

const LEFT = "{{";
const RIGHT = "}}";

/** Ends with a token of the kind EOF or error. */
export function lex(template: string): readonly Token[] {
  return new Lexer(template).run();
}

class Lexer {
  readonly #tokens: Token[] = [];
  #at = 0;
  /** The line of the last token, and where it ends. */
  #line = 1;
  #lineEnd: number;
  #openParens = 0;

  constructor(readonly template: string) {
    this.#lineEnd = template.indexOf("\n");
  }

  run(): readonly Token[] {
    while (this.#text() && this.#action()) {
      // Each turn passes a text and an action.
    }
    return this.#tokens;
  }

  /** Text up to and with the next left delimiter; false at the end. */
  #text(): boolean {
    for (;;) {
      const start = this.#at;
      const found = this.template.indexOf(LEFT, start);
      if (found < 0) {
        if (start < this.template.length) this.#emit("text", start, this.template.length);
        this.#emit("EOF", this.template.length, this.template.length, "EOF");
        return false;
      }
      const inside = found + LEFT.length;
      const trims = this.template[inside] === "-" && isSpace(this.template[inside + 1]);
      const end = trims ? this.#endWithoutSpace(start, found) : found;
      if (end > start) this.#emit("text", start, end);
      const afterMarker = trims ? inside + 2 : inside;
      if (!this.template.startsWith("/*", afterMarker)) {
        this.#emit("left delimiter", found, inside);
        this.#at = afterMarker;
        return true;
      }
      if (!this.#comment(afterMarker)) return false;
    }
  }

  #endWithoutSpace(start: number, end: number): number {
    let at = end;
    while (at > start && isSpace(this.template[at - 1])) at--;
    return at;
  }

  #comment(start: number): boolean {
    const close = this.template.indexOf("*/", start + 2);
    if (close < 0) return this.#fail(start, "unclosed comment");
    const end = close + 2;
    const delimiter = this.#rightDelimiter(end);
    if (delimiter === undefined) return this.#fail(start, "comment ends before closing delimiter");
    this.#at = delimiter.trims ? this.#startWithoutSpace(delimiter.end) : delimiter.end;
    return true;
  }

  #startWithoutSpace(start: number): number {
    let at = start;
    while (isSpace(this.template[at])) at++;
    return at;
  }

  /** The right delimiter at an offset, perhaps with a trim mark before it. */
  #rightDelimiter(
    at: number,
  ): { readonly start: number; readonly end: number; readonly trims: boolean } | undefined {
    const trims = isSpace(this.template[at]) && this.template.startsWith(`-${RIGHT}`, at + 1);
    const start = trims ? at + 2 : at;
    if (!trims && !this.template.startsWith(RIGHT, at)) return undefined;
    return { start, end: start + RIGHT.length, trims };
  }

  /** The tokens up to and with the right delimiter; false if there was an error. */
  #action(): boolean {
    this.#openParens = 0;
    for (;;) {
      const delimiter = this.#rightDelimiter(this.#at);
      if (delimiter !== undefined) {
        if (this.#openParens > 0) return this.#fail(this.#at, "unclosed left paren");
        this.#emit("right delimiter", delimiter.start, delimiter.end);
        if (delimiter.trims) this.#at = this.#startWithoutSpace(delimiter.end);
        return true;
      }
      if (!this.#insideAction()) return false;
    }
  }

  /** One token; false if there was an error. */
  #insideAction(): boolean {
    const start = this.#at;
    const character = this.#character(start);
    switch (character) {
      case "":
        return this.#fail(start, "unclosed action");
      case " ":
      case "\t":
      case "\r":
      case "\n":
        return this.#space(start);
      case "=":
        return this.#emit("assign", start, start + 1);
      case ":":
        if (this.template[start + 1] !== "=") return this.#fail(start, "expected :=");
        return this.#emit("declare", start, start + 2);
      case "|":
        return this.#emit("pipe", start, start + 1);
      case '"':
        return this.#quoted(start, '"', "string", "unterminated quoted string");
      case "'":
        return this.#quoted(start, "'", "char", "unterminated character constant");
      case "`": {
        const close = this.template.indexOf("`", start + 1);
        if (close < 0) return this.#fail(start, "unterminated raw quoted string");
        return this.#emit("raw string", start, close + 1);
      }
      case "$":
        return this.#name(start, "variable");
      case "(":
        this.#openParens++;
        return this.#emit("left paren", start, start + 1);
      case ")":
        this.#openParens--;
        if (this.#openParens < 0) return this.#fail(start, "unexpected right paren");
        return this.#emit("right paren", start, start + 1);
      case ".":
        if (start + 1 < this.template.length && !/^\d/.test(this.#character(start + 1))) {
          return this.#name(start, "field");
        }
        return this.#number(start);
    }
    if (/^[+\-\d]$/.test(character)) return this.#number(start);
    if (isAlphanumeric(character)) return this.#word(start);
    if (character > " " && character < "\x7f") return this.#emit("other", start, start + 1);
    return this.#fail(start, `unrecognized character in action: ${codePointText(character)}`);
  }

  #space(start: number): boolean {
    const end = this.#startWithoutSpace(start);
    // The last blank belongs to a trim mark that follows it.
    if (this.#rightDelimiter(end - 1) === undefined) return this.#emit("space", start, end);
    this.#at = end - 1;
    return end - start === 1 || this.#emit("space", start, end - 1);
  }

  /** Up to the closing quote, on one line. */
  #quoted(start: number, mark: string, kind: TokenKind, unterminated: string): boolean {
    for (let at = start + 1; at < this.template.length; at++) {
      const character = this.template[at];
      if (character === mark) return this.#emit(kind, start, at + 1);
      if (character === "\\") at++;
      if (this.template[at] === "\n") break;
    }
    return this.#fail(start, unterminated);
  }

  /** A dot or dollar sign, alone or with a name. */
  #name(start: number, kind: "field" | "variable"): boolean {
    if (this.#isTerminator(start + 1)) return this.#emit(kind === "field" ? "." : kind, start, start + 1);
    const end = this.#endOfWord(start + 1);
    return this.#isTerminator(end) ? this.#emit(kind, start, end) : this.#badCharacter(start, end);
  }

  #word(start: number): boolean {
    const end = this.#endOfWord(start);
    if (!this.#isTerminator(end)) return this.#badCharacter(start, end);
    const word = this.template.slice(start, end);
    if (isKeyword(word)) return this.#emit(word, start, end);
    return this.#emit(word === "true" || word === "false" ? "bool" : "identifier", start, end);
  }

  #endOfWord(start: number): number {
    const word = /[\p{L}\p{Nd}_]*/uy;
    word.lastIndex = start;
    return start + (word.exec(this.template)?.[0].length ?? 0);
  }

  /** Whether what stands here may follow a word. */
  #isTerminator(at: number): boolean {
    const character = this.template[at];
    return (
      character === undefined ||
      isSpace(character) ||
      ".,|:()".includes(character) ||
      this.template.startsWith(RIGHT, at)
    );
  }

  #badCharacter(start: number, at: number): boolean {
    return this.#fail(start, `bad character ${codePointText(this.#character(at))}`);
  }

  /** A number as it looks; whether it is one is for the parser to say. */
  #number(start: number): boolean {
    let end = this.#endOfNumber(start);
    let kind: TokenKind = "number";
    if (end.isWhole && (this.template[end.at] === "+" || this.template[end.at] === "-")) {
      end = this.#endOfNumber(end.at);
      if (this.template[end.at - 1] !== "i") end = { at: end.at, isWhole: false };
      kind = "complex";
    }
    if (end.isWhole) return this.#emit(kind, start, end.at);
    return this.#fail(start, `bad number syntax: ${quote(this.template.slice(start, end.at))}`);
  }

  #endOfNumber(start: number): { readonly at: number; readonly isWhole: boolean } {
    const number =
      /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)i?/y;
    number.lastIndex = start;
    const at = start + (number.exec(this.template)?.[0].length ?? 0);
    const next = this.#character(at);
    return isAlphanumeric(next) ? { at: at + next.length, isWhole: false } : { at, isWhole: true };
  }

  /** The character at an offset; empty at the end. */
  #character(at: number): string {
    const code = this.template.codePointAt(at);
    return code === undefined ? "" : String.fromCodePoint(code);
  }

  #emit(kind: TokenKind, at: number, end: number, text = this.template.slice(at, end)): true {
    this.#tokens.push({ kind, text, at, line: this.#lineAt(at) });
    this.#at = end;
    return true;
  }

  #fail(at: number, message: string): false {
    this.#emit("error", at, at, message);
    return false;
  }

  /** Offsets only grow, so that each line break is counted once. */
  #lineAt(at: number): number {
    while (this.#lineEnd >= 0 && this.#lineEnd < at) {
      this.#line++;
      this.#lineEnd = this.template.indexOf("\n", this.#lineEnd + 1);
    }
    return this.#line;
  }
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\r" || character === "\n";
}

function isAlphanumeric(character: string): boolean {
  return /^[\p{L}\p{Nd}_]$/u.test(character);
}

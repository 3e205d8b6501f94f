/** From text to tokens (language specification, section 2), in one pass. */
import { type Diagnostic, diagnostic, type Source, type Span } from "../diagnostic.ts";
import type { Comment } from "./ast.ts";
import { maximumNesting, nestingTooDeep } from "./nesting.ts";
import { reservedWords, type TokenKind, type Tokens, tokenCode } from "./token.ts";

const digitZero = 48;
const digitNine = 57;
const lowerA = 97;
const lowerZ = 122;
const upperA = 65;
const upperZ = 90;
const underscore = 95;
const quotationMark = 34;
const backslash = 92;
const dot = 46;

const minimumInteger = -(2n ** 63n);
const maximumInteger = 2n ** 63n - 1n;
/** How many significant digits a 64-bit integer can have. */
const maximumDigits = 19;

/**
 * Splits a source into tokens. The first character that starts none ends the work: what came before is returned
 * together with the error, since a syntax error before that place is reported instead.
 */
export function lex(source: Source): Tokens {
  const { text } = source;
  const codes: string[] = [];
  const spans: Span[] = [];
  const comments: Comment[] = [];
  let error: Diagnostic | undefined;
  let nesting = 0;
  let at = 0;

  const emit = (kind: TokenKind, end: number): void => {
    codes.push(tokenCode[kind]);
    spans.push({ source, start: at, end });
    at = end;
  };
  const stop = (end: number, explain: (span: Span) => Diagnostic): void => {
    const span = { source, start: at, end };
    error = explain(span);
    codes.push(tokenCode.ERROR);
    spans.push(span);
  };
  const open = (kind: "(" | "[" | "{"): void => {
    if (++nesting > maximumNesting) stop(at + 1, nestingTooDeep);
    else emit(kind, at + 1);
  };
  const close = (kind: ")" | "]" | "}"): void => {
    nesting--;
    emit(kind, at + 1);
  };
  const unrecognized = (): void => {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const doubled = character === text[at + 1] && /[&|?]/.test(character);
    stop(at + character.length, (span) =>
      diagnostic("parse", "unrecognized-character", `unrecognized ${show(character)}`, span, {
        help: unrecognizedHelp(character, text, at),
        focus: doubled ? { ...span, end: span.end + 1 } : undefined,
      }),
    );
  };
  const number = (): void => {
    let end = digitsEnd(text, at + 1);
    if (text.charCodeAt(end) === dot && isDigit(text.charCodeAt(end + 1))) {
      end = digitsEnd(text, end + 1);
      if (Number.isFinite(Number(text.slice(at, end)))) emit("FLOAT", end);
      else stop(end, (span) => overflow("float", text.slice(at, end), span));
    } else if (fitsInteger(text, at, end)) emit("INTEGER", end);
    else stop(end, (span) => overflow("integer", text.slice(at, end), span));
  };

  while (at < text.length && error === undefined) {
    const code = text.charCodeAt(at);
    if (code >= lowerA && code <= lowerZ) {
      const end = nameEnd(text, at);
      emit(reservedWords.get(text.slice(at, end)) ?? "IDENTIFIER", end);
      continue;
    }
    const next = text.charAt(at + 1);
    switch (text.charAt(at)) {
      case " ":
      case "\t":
        at++;
        break;
      case "\n":
        emit("NEWLINE", at + 1);
        break;
      case "#": {
        const newline = text.indexOf("\n", at);
        const end = newline < 0 ? text.length : newline;
        comments.push({ text: text.slice(at + 1, end), span: { source, start: at, end } });
        at = end;
        break;
      }
      case '"': {
        const end = stringEnd(text, at);
        if (end !== undefined) emit("STRING", end);
        else stop(at + 1, unterminatedString);
        break;
      }
      case "$":
        emit("$", at + 1);
        break;
      case ",":
        emit(",", at + 1);
        break;
      case ";":
        emit(";", at + 1);
        break;
      case ":":
        emit(":", at + 1);
        break;
      case ".":
        emit(".", at + 1);
        break;
      case "(":
        open("(");
        break;
      case "[":
        open("[");
        break;
      case "{":
        open("{");
        break;
      case ")":
        close(")");
        break;
      case "]":
        close("]");
        break;
      case "}":
        close("}");
        break;
      case "+":
        emit("+", at + 1);
        break;
      case "*":
        emit("*", at + 1);
        break;
      case "/":
        emit("/", at + 1);
        break;
      case "-":
        if (next === ">") emit("->", at + 2);
        else if (isDigit(next.charCodeAt(0))) number();
        else emit("-", at + 1);
        break;
      case "=":
        if (next === ">") emit("=>", at + 2);
        else if (next === "=") emit("==", at + 2);
        else emit("=", at + 1);
        break;
      case "<":
        if (next === "=") emit("<=", at + 2);
        else if (text.startsWith("|>", at + 1)) emit("<|>", at + 3);
        else emit("<", at + 1);
        break;
      case ">":
        if (next === "=") emit(">=", at + 2);
        else emit(">", at + 1);
        break;
      case "!":
        if (next === "=") emit("!=", at + 2);
        else unrecognized();
        break;
      case "?":
        if (next === ":") emit("?:", at + 2);
        else unrecognized();
        break;
      case "\r":
        stop(at + 1, carriageReturn);
        break;
      default:
        if (isDigit(code)) number();
        else if (code >= upperA && code <= upperZ) emit("CAPITALIZED", nameEnd(text, at));
        else unrecognized();
    }
  }
  return { source, codes: codes.join(""), spans, comments, error };
}

function isDigit(code: number): boolean {
  return code >= digitZero && code <= digitNine;
}

function digitsEnd(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** Where the name that starts at `from` ends; underscores at its end do not belong to it. */
function nameEnd(text: string, from: number): number {
  let end = from + 1;
  for (;;) {
    const code = text.charCodeAt(end);
    if (!((code >= lowerA && code <= lowerZ) || isDigit(code) || code === underscore)) break;
    end++;
  }
  while (text.charCodeAt(end - 1) === underscore) end--;
  return end;
}

/** Just after the closing quote of the string that starts at `from`, if it has one. */
function stringEnd(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quotationMark) return at + 1;
    if (code === backslash) at++;
  }
  return undefined;
}

function fitsInteger(text: string, start: number, end: number): boolean {
  if (end - start <= maximumDigits - 1) return true;
  const literal = text.slice(start, end);
  if (literal.replace(/^-?0*/, "").length > maximumDigits) return false;
  const value = BigInt(literal);
  return value >= minimumInteger && value <= maximumInteger;
}

function overflow(type: "integer" | "float", literal: string, span: Span): Diagnostic {
  const range =
    type === "integer"
      ? `from ${minimumInteger} to ${maximumInteger}`
      : `up to ${Number.MAX_VALUE} either way`;
  return diagnostic("parse", `${type}-overflow`, `${type} overflow: \`${shorten(literal)}\``, span, {
    notes: [`a number of this type goes ${range}`],
  });
}

function shorten(literal: string): string {
  return literal.length <= 40 ? literal : `${literal.slice(0, 37)}...`;
}

function unterminatedString(span: Span): Diagnostic {
  return diagnostic("parse", "unterminated-string", 'unrecognized `"`: the string is never closed', span, {
    help: 'close it with `"`; write a quote inside a string as `\\"`',
  });
}

function carriageReturn(span: Span): Diagnostic {
  return diagnostic("parse", "carriage-return", "unrecognized carriage return", span, {
    help: "save the file with Unix line endings",
  });
}

/** Characters that cannot be seen are told by their code point. */
function show(character: string): string {
  const byte = character.charCodeAt(0);
  if (byte >= 0xdc80 && byte <= 0xdcff)
    return `byte 0x${(byte - 0xdc00).toString(16)}, which is not UTF-8 text`;
  if (!/[\p{Z}\p{C}]/u.test(character)) return `character \`${character}\``;
  return `character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function unrecognizedHelp(character: string, text: string, at: number): string | undefined {
  if (character === "\ufeff") return "save the file as UTF-8 without a byte order mark";
  if (/[\udc80-\udcff]/.test(character)) return "save the file as UTF-8";
  if (/[\p{Z}\p{C}]/u.test(character)) return "only spaces, tabs and newlines can stand between words";
  switch (character) {
    case "_":
      if (isDigit(text.charCodeAt(at - 1)) && isDigit(text.charCodeAt(at + 1)))
        return "the digits of a number stand without a `_` between them";
      return "names begin with a letter and end with a letter or a digit";
    case "'":
    case "`":
    case "“":
    case "”":
    case "„":
    case "‘":
    case "’":
    case "«":
    case "»":
      return quotedHelp(text, at);
    case "!":
      return "negation is written `not`";
    case "&":
      return "conjunction is written `and`";
    case "|":
      return "disjunction is written `or`";
    case "~":
      if (text[at + 1] === ">")
        return "an edge is written `->`; to notify as well, write `Notify => Kind[…],` in the resource before it";
      return 'texts are joined with `+`, or in a string: `"${a}${b}"`';
    case "?":
      if (text[at + 1] === "?") return "what may fail has its fallback after `<|>`";
      return "there is no `?` operator: write `if … { … } else { … }`";
    case "%":
      return "for a remainder there is `math.mod`";
    case "^":
      return "for powers there is `math.pow`";
    default:
      return undefined;
  }
}

/** @param at where a quote stands that is none here */
function quotedHelp(text: string, at: number): string {
  const [, quoted] = /^['`]([^'`"\n\\]*)['`]/.exec(text.slice(at, at + 80)) ?? [];
  const example = quoted === undefined ? '`"`' : `\`"${quoted}"\``;
  return `strings are written between double quotes: ${example}`;
}

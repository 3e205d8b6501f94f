/** Reads JSON without losing anything: numbers stay text, so that every int is exact. */

import { quote } from "../../bytes.ts";

export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** Keys in their order; of a key written twice, the value written last. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A number as it was written. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Text that is no JSON; the message says where and why. */
export class JsonSyntaxError extends Error {}

/** Bounds the recursion of the reader and of those who walk what it made. */
const DEEPEST = 1000;

/**
 * The first value in a text; what follows it is not looked at.
 * @throws JsonSyntaxError
 */
export function readJson(text: string): JsonValue {
  return new Reader(text).value(0);
}

const words: ReadonlyMap<string, null | boolean> = new Map([
  ["null", null],
  ["true", true],
  ["false", false],
]);

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > DEEPEST) this.#fail(`nested more than ${DEEPEST} levels deep`);
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(depth);
      case "[":
        return this.#array(depth);
      case '"':
        return this.#string();
    }
    const start = this.#at;
    const number = this.#take(/(?:-|(?=\d))(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?\d*)?/y);
    if (/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(number)) return new JsonNumber(number);
    if (number !== "") {
      this.#at = start;
      this.#fail(`\`${number}\` is no number`);
    }
    const word = this.#take(/null|true|false/y);
    const value = words.get(word);
    return value === undefined ? this.#unexpected("a value") : value;
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, JsonValue>();
    this.#at++;
    if (this.#takes("}")) return members;
    do {
      this.#skipSpace();
      if (this.#next() !== '"') this.#unexpected("a key in double quotes");
      const key = this.#string();
      if (!this.#takes(":")) this.#unexpected("`:`");
      members.set(key, this.value(depth + 1));
    } while (this.#takes(","));
    if (!this.#takes("}")) this.#unexpected("`,` or `}`");
    return members;
  }

  #array(depth: number): readonly JsonValue[] {
    const elements: JsonValue[] = [];
    this.#at++;
    if (this.#takes("]")) return elements;
    do elements.push(this.value(depth + 1));
    while (this.#takes(","));
    if (!this.#takes("]")) this.#unexpected("`,` or `]`");
    return elements;
  }

  /** What is no text becomes U+FFFD: bytes that are no characters, and halves of surrogate pairs. */
  #string(): string {
    const parts: string[] = [];
    this.#at++;
    for (;;) {
      parts.push(this.#take(/[^"\\\x00-\x1f]*/y).toWellFormed());
      switch (this.#next()) {
        case '"':
          this.#at++;
          return parts.length === 1 ? (parts[0] ?? "") : parts.join("").toWellFormed();
        case "\\":
          parts.push(this.#escape());
          break;
        case "":
          return this.#fail("a string is not closed");
        default:
          return this.#fail(`${this.#show()} must be escaped in a string`);
      }
    }
  }

  #escape(): string {
    const unicode = this.#take(/\\u[\da-fA-F]{4}/y);
    if (unicode !== "") return String.fromCharCode(Number.parseInt(unicode.slice(2), 16));
    const escaped = escapes[this.#text.charAt(this.#at + 1)];
    if (escaped === undefined) return this.#fail("no such escape in a string");
    this.#at += 2;
    return escaped;
  }

  #next(): string {
    return this.#text.charAt(this.#at);
  }

  #skipSpace(): void {
    this.#take(/[ \t\r\n]*/y);
  }

  /** Goes past a mark, and space before it, if it is next. */
  #takes(mark: string): boolean {
    this.#skipSpace();
    if (this.#next() !== mark) return false;
    this.#at++;
    return true;
  }

  /** Goes past what a sticky pattern matches here; empty if it does not. */
  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #unexpected(wanted: string): never {
    return this.#fail(`expected ${wanted}, got ${this.#show()}`);
  }

  #show(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? "the end" : quote(String.fromCodePoint(code));
  }

  #fail(why: string): never {
    const before = this.#text.slice(0, this.#at);
    const line = before.split("\n").length;
    const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
    throw new JsonSyntaxError(`line ${line}, column ${column}: ${why}`);
  }
}

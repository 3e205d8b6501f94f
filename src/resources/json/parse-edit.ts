/** One change of a JSON document: what is at a path becomes a value, or goes. */
export interface Edit {
  /** Keys, the outermost first; at least one. */
  readonly path: readonly string[];
  /** The JSON text to set, digits as they were written; undefined deletes. */
  readonly json: string | undefined;
}

/**
 * Reads `PATH = JSON` or `del(PATH)` (resources-system 3.10).
 * @returns the edit, or what is wrong with the text
 */
export function parseEdit(text: string): Edit | string {
  const reader = new Reader(text);
  try {
    return reader.edit();
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}

class Malformed extends Error {}

class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  }

  edit(): Edit {
    if (/^del(?![A-Za-z0-9_])/.test(this.#text)) {
      this.#at = 3;
      this.#expect("(", "expected `(` after `del`");
      const path = this.#path();
      this.#expect(")", "expected `)` after delete path");
      this.#skipBlanks();
      if (this.#rest() !== "") throw new Malformed("delete expression contains trailing data");
      return { path, json: undefined };
    }
    const path = this.#path();
    this.#expect("=", "expected `=`");
    this.#skipBlanks();
    return { path, json: checkedJson(this.#rest()) };
  }

  #path(): readonly string[] {
    const keys: string[] = [];
    this.#expect(".", "edit must start with `.`");
    keys.push(this.#keyAfterDot());
    for (;;) {
      this.#skipBlanks();
      if (this.#take(".")) keys.push(this.#keyAfterDot());
      else if (this.#take("[")) keys.push(this.#keyInBrackets());
      else return keys;
    }
  }

  #keyAfterDot(): string {
    this.#skipBlanks();
    if (this.#take("[")) return this.#keyInBrackets();
    const [key] = /^[A-Za-z_][A-Za-z0-9_]*/.exec(this.#rest()) ?? [];
    if (key === undefined) throw new Malformed("expected object identifier");
    this.#at += key.length;
    return key;
  }

  #keyInBrackets(): string {
    this.#skipBlanks();
    const rest = this.#rest();
    if (!rest.startsWith('"')) throw new Malformed("bracket key must be a JSON string");
    const [quoted] = /^"(?:[^"\\]|\\.)*"/s.exec(rest) ?? [];
    if (quoted === undefined) throw new Malformed("unterminated bracket key");
    let key: unknown;
    try {
      key = JSON.parse(quoted);
    } catch (error) {
      throw new Malformed(`invalid bracket key: ${reasonOf(error)}`);
    }
    if (key === "") throw new Malformed("object key is empty");
    this.#at += quoted.length;
    this.#expect("]", "expected `]`");
    return String(key);
  }

  #expect(token: string, otherwise: string): void {
    this.#skipBlanks();
    if (!this.#take(token)) throw new Malformed(otherwise);
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #skipBlanks(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.#at))) this.#at++;
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }
}

/** @throws Malformed unless the text is exactly one JSON value */
function checkedJson(text: string): string {
  if (text === "") throw new Malformed("missing JSON value");
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const first = firstValue(text);
    if (first.length < text.length && isJson(first))
      throw new Malformed("the JSON value contains trailing data");
    throw new Malformed(`could not parse JSON value: ${reasonOf(error)}`);
  }
}

/** As much of a text as one value would take, if it is one. */
function firstValue(text: string): string {
  let depth = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s{}[\]",:]+/gs)) {
    if (/^[{[]/.test(token[0])) depth++;
    if (/^[}\]]/.test(token[0])) depth--;
    if (depth <= 0) return text.slice(0, token.index + token[0].length);
  }
  return text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

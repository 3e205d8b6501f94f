/**
 * What a string literal says: text with its escapes decoded, and the variables in it (language specification,
 * section 3).
 */

/** Literal text and names of variables, in order; never two texts in a row, and no empty text beside others. */
export type Template = readonly TemplatePart[];

export type TemplatePart = string | TemplateVariable;

/** `${name}`; the name may be dotted. */
export interface TemplateVariable {
  readonly name: string;
  /** UTF-16 offset of the name in the raw text. */
  readonly start: number;
}

/** Why a string literal means nothing. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";

  constructor(
    /** Machine-readable name of the mistake. */
    readonly code: "unknown-escape" | "malformed-interpolation" | "double-underscore",
    message: string,
    /** What to write instead. */
    readonly help: string,
    /** UTF-16 offsets of the culprit in the raw text. */
    readonly start: number,
    readonly end: number,
  ) {
    super(message);
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
  $: "$",
};

const opening = "${";
const namePattern = /^[a-z](?:[a-z0-9_]|\.[a-z0-9_])*$/;

/**
 * Reads the raw text between the quotes of a string literal.
 * @throws TemplateError
 */
export function readTemplate(raw: string): Template {
  if (!raw.includes("\\") && !raw.includes("${")) return [raw];
  const parts: TemplatePart[] = [];
  let text = "";
  let at = 0;
  while (at < raw.length) {
    const special = nextSpecial(raw, at);
    text += raw.slice(at, special);
    if (special === raw.length) break;
    if (raw[special] === "\\") {
      text += decodeEscape(raw, special);
      at = special + 2;
    } else {
      const variable = readVariable(raw, special);
      if (text !== "") parts.push(text);
      text = "";
      parts.push({ name: variable.name, start: special + opening.length });
      at = variable.end;
    }
  }
  if (text !== "" || parts.length === 0) parts.push(text);
  return parts;
}

/** The next backslash or `${` from `from` on, or the end. */
function nextSpecial(raw: string, from: number): number {
  for (let at = from; at < raw.length; at++) {
    const character = raw[at];
    if (character === "\\" || (character === "$" && raw[at + 1] === "{")) return at;
  }
  return raw.length;
}

function decodeEscape(raw: string, backslash: number): string {
  const codePoint = raw.codePointAt(backslash + 1);
  if (codePoint === undefined)
    throw new TemplateError(
      "unknown-escape",
      "cannot parse string: it ends in a lone backslash",
      "write `\\\\` for a backslash",
      backslash,
      backslash + 1,
    );
  const character = String.fromCodePoint(codePoint);
  const decoded = Object.hasOwn(escapes, character) ? escapes[character] : undefined;
  if (decoded === undefined)
    throw new TemplateError(
      "unknown-escape",
      `unknown escape sequence: \\${character === "\n" ? " at the end of a line" : character}`,
      'the escapes are \\a \\b \\f \\n \\r \\t \\v \\\\ \\" \\$; write `\\\\` for a backslash',
      backslash,
      backslash + 1 + character.length,
    );
  return decoded;
}

function readVariable(raw: string, dollar: number): { readonly name: string; readonly end: number } {
  const close = raw.indexOf("}", dollar);
  if (close < 0)
    throw new TemplateError(
      "malformed-interpolation",
      `cannot parse string: ${firstLine(raw.slice(dollar))}`,
      `\`\${\` begins a variable and \`}\` ends it; write \`\\\${\` for the characters themselves`,
      dollar,
      dollar + opening.length,
    );
  const name = raw.slice(dollar + opening.length, close);
  if (!namePattern.test(name))
    throw new TemplateError(
      "malformed-interpolation",
      `cannot parse string: ${firstLine(raw.slice(dollar, close + 1))}`,
      explain(name),
      dollar,
      close + 1,
    );
  if (name.includes("__"))
    throw new TemplateError(
      "double-underscore",
      `var name contains multiple underscores: ${name}`,
      "a variable with `__` in its name cannot be read: rename it",
      dollar,
      close + 1,
    );
  return { name, end: close + 1 };
}

/** What to write in place of `${inside}`. */
function explain(inside: string): string {
  const bare = inside.trim().replace(/^\$\s*/, "");
  if (bare === "")
    return `name a variable between the braces, or write \`\\\${}\` for the characters themselves`;
  if (namePattern.test(bare)) return `write \`\${${bare}}\`, with nothing but the name between the braces`;
  return `only the name of a variable can stand in \`\${…}\`: bind the value to one, such as \`$value = …\`, and write \`\${value}\``;
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? text : `${text.slice(0, end)}…`;
}

/** What can be written at a place, as far as the text before it tells. */
import type { TokenKind } from "../../../lang/syntax/token.ts";
import { dottedNameAt, type Frame, kindName, openFrames } from "../text/brackets.ts";
import { type Token, tokensBefore } from "../text/tokens-before.ts";

export interface Cursor {
  readonly place: Place;
  /** The part of a name that is there already: from `start` to the cursor. Of variables, with the dollar. */
  readonly word: { readonly start: number; readonly text: string };
}

export type Place =
  | { readonly kind: "statement" }
  /** After `collect`. */
  | { readonly kind: "collected" }
  | { readonly kind: "resource-line"; readonly resource: string; readonly fields: ReadonlySet<string> }
  /** After `Meta:`. */
  | { readonly kind: "meta" }
  /** The capitalized kind of an edge. */
  | { readonly kind: "edge" }
  /** After `Kind["name"].` */
  | { readonly kind: "output" | "input"; readonly resource: string }
  | { readonly kind: "resource-name"; readonly resource: string }
  | { readonly kind: "class" }
  | { readonly kind: "import" }
  /** In a string, after `${`. */
  | { readonly kind: "interpolation" }
  | { readonly kind: "type" }
  /** After `$variable->`. */
  | { readonly kind: "struct-field"; readonly variable: string }
  | { readonly kind: "variable" }
  | { readonly kind: "expression" }
  /** Nothing that could be named. */
  | { readonly kind: "nothing" };

/** Tokens after which an operand follows. */
const beforeOperand: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "=",
  "=>",
  "?:",
  "<|>",
  "<",
  ">",
  "<=",
  ">=",
  "==",
  "!=",
  "+",
  "-",
  "*",
  "/",
  "and",
  "or",
  "not",
  "in",
  "if",
  "else",
  ":",
]);

export function cursorAt(text: string, offset: number): Cursor {
  const { tokens, openString, isInComment } = tokensBefore(text, offset);
  if (isInComment) return { place: { kind: "nothing" }, word: { start: offset, text: "" } };
  if (openString !== undefined) return inString(tokens, text.slice(openString, offset), openString);

  const typed =
    /\$?(?:[A-Za-z][A-Za-z0-9_.:]*)?$/.exec(text.slice(wordStart(text, offset), offset))?.[0] ?? "";
  const meta = /^Meta:/.exec(typed)?.[0] ?? "";
  const start = offset - typed.length + meta.length;
  const word = { start, text: typed.slice(meta.length) };
  const before = tokens.filter((token) => token.start < offset - typed.length);
  const frame = openFrames(before).at(-1) ?? { kind: "block", line: [] };
  if (word.text.startsWith("$")) return { place: { kind: "variable" }, word };
  if (meta !== "") return { place: { kind: frame.kind === "resource" ? "meta" : "nothing" }, word };
  return { place: placeAfter(before, frame), word };
}

/** Where what could be a name, with a dollar, begins before an offset: searched from its end, for a text may be long. */
function wordStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && /[A-Za-z0-9_.:]/.test(text.charAt(start - 1))) start--;
  return start > 0 && text[start - 1] === "$" ? start - 1 : start;
}

function inString(before: readonly Token[], written: string, start: number): Cursor {
  const end = start + written.length;
  if (before.at(-1)?.kind === "import") return { place: { kind: "import" }, word: { start, text: written } };
  const name = /(?:^|[^\\])\$\{([a-z0-9_.]*)$/.exec(written)?.[1];
  if (name !== undefined)
    return { place: { kind: "interpolation" }, word: { start: end - name.length, text: name } };
  const [bracket, resource] = [before.at(-1), edgeKind(before.slice(0, -1))];
  if (bracket?.kind === "[" && resource !== undefined)
    return { place: { kind: "resource-name", resource }, word: { start, text: written } };
  return { place: { kind: "nothing" }, word: { start: end, text: "" } };
}

function placeAfter(before: readonly Token[], frame: Frame): Place {
  const { line } = frame;
  const last = line.at(-1);
  const half = last?.kind === "." ? halfBefore(before.slice(0, -1)) : undefined;
  if (half !== undefined) {
    const isReceiver = line.some((token) => token.kind === "->");
    return { kind: isReceiver ? "input" : "output", resource: half };
  }
  if (last?.kind === "->") {
    if (line[0]?.kind === "CAPITALIZED") return { kind: "edge" };
    const dotted = dottedNameAt(line.slice(0, -1));
    const isVariable = dotted !== undefined && line[dotted.first - 1]?.kind === "$";
    return isVariable ? { kind: "struct-field", variable: dotted.name } : { kind: "nothing" };
  }
  if (endsWithAnnotatedName(line)) return { kind: "type" };
  switch (frame.kind) {
    case "block":
      if (last === undefined) return { kind: "statement" };
      if (line.length === 1 && last.kind === "include") return { kind: "class" };
      if (line.length === 1 && last.kind === "collect") return { kind: "collected" };
      break;
    case "resource": {
      const { resource, fields } = frame;
      if (last === undefined) return { kind: "resource-line", resource, fields };
      const isEdge = line[0]?.kind === "CAPITALIZED" && line[0].text !== "Meta";
      if (isEdge && (last.kind === "=>" || last.kind === "?:")) return { kind: "edge" };
      break;
    }
    case "call":
    case "group":
      if (last === undefined) return { kind: "expression" };
  }
  const isNameOfResource = frame.kind === "block" && line[0]?.kind === "IDENTIFIER" && line.length === 1;
  const isOperand = last !== undefined && beforeOperand.has(last.kind);
  return { kind: isOperand || isNameOfResource ? "expression" : "nothing" };
}

/** Whether the tokens end with `$name`, or a line is `$name []`, of which the closed bracket is left. */
function endsWithAnnotatedName(line: readonly Token[]): boolean {
  const name = line.findLastIndex((token) => token.kind !== "]");
  if (line[name]?.kind !== "IDENTIFIER" || line[name - 1]?.kind !== "$") return false;
  return name === line.length - 1 || name === 1;
}

/** The kind of `Kind["name"]` that the tokens end with. */
function halfBefore(tokens: readonly Token[]): string | undefined {
  if (tokens.at(-1)?.kind !== "]") return undefined;
  let depth = 0;
  for (let at = tokens.length - 1; at >= 0; at--) {
    const kind = tokens[at]?.kind;
    if (kind === "]") depth++;
    if (kind === "[" && --depth === 0) return edgeKind(tokens.slice(0, at));
  }
  return undefined;
}

/** The capitalized kind that the tokens end with. */
function edgeKind(tokens: readonly Token[]): string | undefined {
  let first = tokens.length - 1;
  if (tokens[first]?.kind !== "CAPITALIZED") return undefined;
  while (tokens[first - 1]?.kind === ":" && tokens[first - 2]?.kind === "CAPITALIZED") first -= 2;
  return kindName(tokens.slice(first));
}

/** Which brackets are open at a place, and what they belong to: all that a broken text tells reliably. */
import type { TokenKind } from "../../../lang/syntax/token.ts";
import type { Token } from "./tokens-before.ts";

/** A bracket that is open, or the file. */
export type Frame =
  /** A file, a branch, a loop body, a class body. */
  | { readonly kind: "block"; readonly line: readonly Token[] }
  | {
      readonly kind: "resource";
      readonly resource: string;
      /** Of the line that the cursor is in. */
      readonly line: readonly Token[];
      /** Fields that lines before have set. */
      readonly fields: ReadonlySet<string>;
    }
  | {
      readonly kind: "call";
      readonly callee: Callee;
      readonly argument: number;
      readonly line: readonly Token[];
    }
  /** Any other bracket. */
  | { readonly kind: "group"; readonly line: readonly Token[] };

export interface Callee {
  readonly kind: "function" | "variable" | "class";
  /** Dotted; without a dollar. */
  readonly name: string;
  readonly start: number;
}

/** The frames that are open after the last token, outermost first. `line` is what stands in each since its last comma or statement. */
export function openFrames(tokens: readonly Token[]): readonly Frame[] {
  const open: Draft[] = [new Draft("block")];
  for (const token of tokens) {
    const top = open.at(-1) ?? new Draft("block");
    switch (token.kind) {
      case "{":
        open.push(braces(top));
        break;
      case "(": {
        const callee = calleeOf(top.line);
        open.push(new Draft(callee === undefined ? "group" : "call", { callee }));
        break;
      }
      case "[":
        open.push(new Draft("group"));
        break;
      case "}":
      case ")":
      case "]":
        if (open.length > 1) open.pop();
        open.at(-1)?.line.push(token);
        break;
      case "NEWLINE":
        if (top.kind === "block") top.line.length = 0;
        else if (top.kind === "resource" && top.line.at(-1)?.kind !== "=>") top.endLine();
        break;
      case ",":
        if (top.kind === "resource") top.endLine();
        else if (top.kind === "call" || top.kind === "group") top.endArgument();
        else top.line.push(token);
        break;
      default:
        top.line.push(token);
    }
  }
  return open.map((draft) => draft.frame);
}

class Draft {
  readonly line: Token[] = [];
  readonly #fields = new Set<string>();
  #argument = 0;

  constructor(
    readonly kind: Frame["kind"],
    readonly of: { readonly resource?: string; readonly callee?: Callee | undefined } = {},
  ) {}

  endLine(): void {
    const [first] = this.line;
    if (first?.kind === "IDENTIFIER") this.#fields.add(first.text);
    this.line.length = 0;
  }

  endArgument(): void {
    this.#argument++;
    this.line.length = 0;
  }

  get frame(): Frame {
    const { kind, line } = this;
    const { resource = "", callee } = this.of;
    if (kind === "resource") return { kind, resource, line, fields: this.#fields };
    if (kind === "call" && callee !== undefined) return { kind, callee, argument: this.#argument, line };
    return { kind: kind === "block" ? "block" : "group", line };
  }
}

/** What a brace opens, after what stands before it. */
function braces(around: Draft): Draft {
  const [first, second] = around.line;
  if (around.kind !== "block" || first === undefined) return new Draft("group");
  switch (first.kind) {
    case "class":
    case "if":
      return new Draft("block");
    case "for":
    case "forkv":
      return new Draft(around.line.at(-1)?.kind === "in" ? "group" : "block");
    case "IDENTIFIER":
      return new Draft("resource", { resource: kindName(around.line) });
    case "collect":
      return second?.kind === "IDENTIFIER"
        ? new Draft("resource", { resource: kindName(around.line.slice(1)) })
        : new Draft("group");
    default:
      return new Draft("group");
  }
}

/** The name with its colons that the tokens begin with. */
export function kindName(tokens: readonly Token[]): string {
  let name = tokens[0]?.text ?? "";
  for (let at = 1; tokens[at]?.kind === ":"; at += 2) name += `:${tokens[at + 1]?.text ?? ""}`;
  return name.toLowerCase();
}

const nameTokens: ReadonlySet<TokenKind> = new Set<TokenKind>(["IDENTIFIER", "map", "collect"]);

/** The dotted name that the tokens end with. */
export function dottedNameAt(
  tokens: readonly Token[],
): { readonly name: string; readonly first: number } | undefined {
  let first = tokens.length - 1;
  if (!isName(tokens[first])) return undefined;
  while (tokens[first - 1]?.kind === "." && isName(tokens[first - 2])) first -= 2;
  const name = tokens
    .slice(first)
    .map((token) => token.text)
    .join("");
  return { name, first };
}

function isName(token: Token | undefined): boolean {
  return token !== undefined && nameTokens.has(token.kind);
}

/** What a parenthesis calls, after what stands before it. */
function calleeOf(line: readonly Token[]): Callee | undefined {
  const last = line.at(-1);
  if (last?.kind === "panic") return { kind: "function", name: "panic", start: last.start };
  const dotted = dottedNameAt(line);
  if (dotted === undefined) return undefined;
  const { name, first } = dotted;
  const before = line[first - 1];
  const start = line[first]?.start ?? 0;
  switch (before?.kind) {
    case "$":
      return { kind: "variable", name, start };
    case "include":
      return { kind: "class", name, start };
    case "func":
    case "class":
    case ":":
      return undefined;
    default:
      return { kind: "function", name, start };
  }
}

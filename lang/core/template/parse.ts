/**
 * From text to templates (functions specification, section 7). Messages are those of Go's text/template, which people
 * know and search for.
 */
import { quote } from "../../bytes.ts";
import { trimSpace } from "../support/characters.ts";
import { unquote } from "../support/quoted.ts";
import type {
  Action,
  Branch,
  Chain,
  Command,
  Field,
  Identifier,
  Invocation,
  Operand,
  Pipeline,
  Statement,
  Template,
  Variable,
} from "./ast.ts";
import { show } from "./ast.ts";
import { parseCharacter } from "./character.ts";
import { TemplateParseError } from "./errors.ts";
import { lex } from "./lexer.ts";

import { type NumberLiteral, parseComplex, parseNumber } from "./number.ts";
import { isKeyword, type Token, type TokenKind } from "./token.ts";
import { type Declared, Variables } from "./variables.ts";

/** The name of the template that a call is about. */
export const MAIN = "template";

/** How deep parentheses may be nested. */
const DEEPEST_PARENTHESES = 10_000;

/**
 * All templates that a text defines, {@link MAIN} among them.
 * @param isFunction which names functions have
 * @throws TemplateParseError
 */
export function parse(text: string, isFunction: (name: string) => boolean): ReadonlyMap<string, Template> {
  const source: Source = { tokens: lex(text), at: 0, isFunction, templates: new Map() };
  const parser = new TemplateParser(source, MAIN);
  try {
    parser.parseMain();
  } catch (error) {
    if (error instanceof RangeError) return parser.fail("max expression depth exceeded");
    throw error;
  }
  return source.templates;
}

/** What the parsers of all templates in one text share. */
interface Source {
  readonly tokens: readonly Token[];
  at: number;
  readonly isFunction: (name: string) => boolean;
  readonly templates: Map<string, Template>;
}

type Context =
  | "command"
  | "if"
  | "with"
  | "range"
  | "parenthesized pipeline"
  | "block clause"
  | "template clause";
type End = "end" | "else";

class TemplateParser {
  readonly #source: Source;
  #name: string;
  readonly #variables = new Variables();
  /** The last token that this parser has looked at, which its messages name the line of. */
  #furthest = -1;
  /** The line on which the action begins that is being read. */
  #actionLine: number | undefined;
  #rangeDepth = 0;
  #parenDepth = 0;

  constructor(source: Source, name: string) {
    this.#source = source;
    this.#name = name;
  }

  parseMain(): void {
    const body: Statement[] = [];
    while (this.#peek().kind !== "EOF") {
      if (this.#peek().kind === "left delimiter") {
        const { at } = this.#source;
        this.#next();
        if (this.#nextNonSpace().kind === "define") {
          new TemplateParser(this.#source, "").#parseDefinition();
          continue;
        }
        this.#source.at = at;
      }
      const statement = this.#textOrAction();
      if (statement === "end" || statement === "else") this.fail(`unexpected {{${statement}}}`);
      body.push(statement);
    }
    this.#add(body);
  }

  #parseDefinition(): void {
    const context = "define clause";
    const token = this.#nextNonSpace();
    this.#name = this.#templateName(token, context);
    this.#expect("right delimiter", context);
    this.#parseBody(context, this);
  }

  /** @param outer which parser complains about an end that is none */
  #parseBody(context: string, outer: TemplateParser): void {
    const { statements, end } = this.#list();
    if (end !== "end") outer.fail(`unexpected {{${end}}} in ${context}`);
    this.#add(statements);
  }

  #add(body: readonly Statement[]): void {
    const { templates } = this.#source;
    const earlier = templates.get(this.#name);
    if (earlier !== undefined && !isBlank(earlier.body)) {
      if (isBlank(body)) return;
      this.fail(`template: multiple definition of template ${quote(this.#name)}`);
    }
    templates.set(this.#name, { name: this.#name, body, slots: this.#variables.slots });
  }

  #list(): { readonly statements: readonly Statement[]; readonly end: End } {
    const statements: Statement[] = [];
    while (this.#peekNonSpace().kind !== "EOF") {
      const statement = this.#textOrAction();
      if (statement === "end" || statement === "else") return { statements, end: statement };
      statements.push(statement);
    }
    return this.fail("unexpected EOF");
  }

  #textOrAction(): Statement | End {
    const token = this.#nextNonSpace();
    if (token.kind === "text") return { kind: "text", at: token.at, text: token.text };
    if (token.kind !== "left delimiter") this.#unexpected(token, "input");
    this.#actionLine = token.line;
    const statement = this.#action();
    this.#actionLine = undefined;
    return statement;
  }

  #action(): Statement | End {
    const token = this.#nextNonSpace();
    switch (token.kind) {
      case "block":
        return this.#block();
      case "break":
      case "continue":
        return this.#jump(token, token.kind);
      case "else": {
        // What follows `else` is read by the branch that it belongs to.
        const { kind } = this.#peekNonSpace();
        if (kind !== "if" && kind !== "with") this.#expect("right delimiter", "else");
        return "else";
      }
      case "end":
        this.#expect("right delimiter", "end");
        return "end";
      case "if":
      case "range":
      case "with":
        return this.#branch(token.kind);
      case "template":
        return this.#invocation();
    }
    this.#backup();
    const { at } = this.#peek();
    return { kind: "action", at, pipeline: this.#pipeline("command", "right delimiter") } satisfies Action;
  }

  #jump({ at }: Token, kind: "break" | "continue"): Statement {
    const token = this.#nextNonSpace();
    if (token.kind !== "right delimiter") this.#unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, at };
  }

  #branch(kind: Branch["kind"]): Branch {
    const outside = this.#variables.mark;
    const pipeline = this.#pipeline(kind, "right delimiter");
    const inside = this.#variables.mark;
    if (kind === "range") this.#rangeDepth++;
    const { statements: body, end } = this.#list();
    if (kind === "range") this.#rangeDepth--;
    this.#variables.forgetValues(inside);
    const alternative = end === "else" ? this.#alternative(kind) : undefined;
    this.#variables.drop(outside);
    return { kind, at: pipeline.at, pipeline, body, alternative };
  }

  /** `else if` and `else with` share the end of the branch that they continue. */
  #alternative(kind: Branch["kind"]): readonly Statement[] {
    if (kind !== "range" && this.#peek().kind === kind) {
      this.#next();
      return [this.#branch(kind)];
    }
    const { statements, end } = this.#list();
    if (end !== "end") this.fail(`expected end; found {{${end}}}`);
    return statements;
  }

  #block(): Invocation {
    const context = "block clause";
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipeline = this.#pipeline(context, "right delimiter");
    new TemplateParser(this.#source, name).#parseBody(context, this);
    return { kind: "template", at: token.at, name, pipeline };
  }

  #invocation(): Invocation {
    const context = "template clause";
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    if (this.#nextNonSpace().kind === "right delimiter") return { kind: "template", at: token.at, name };
    this.#backup();
    return { kind: "template", at: token.at, name, pipeline: this.#pipeline(context, "right delimiter") };
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== "string" && token.kind !== "raw string") this.#unexpected(token, context);
    return unquote(token.text) ?? this.fail("invalid syntax");
  }

  #pipeline(context: Context, end: "right delimiter" | "right paren"): Pipeline {
    const { at } = this.#peekNonSpace();
    const { targets, declared, isAssignment } = this.#targets(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.kind === end) break;
      if (!beginsOperand(token.kind)) this.#unexpected(token, context);
      this.#backup();
      commands.push(this.#command());
    }
    this.#checkCommands(commands, context);
    for (const each of declared) this.#variables.define(each);
    return { kind: "pipeline", at, targets, isAssignment, commands };
  }

  /** The variables that a pipeline declares or sets; declared ones have their value only after it. */
  #targets(context: Context): {
    readonly targets: readonly Variable[];
    readonly declared: readonly Declared[];
    readonly isAssignment: boolean;
  } {
    const tokens: Token[] = [];
    let isAssignment = false;
    for (let more = true; more; ) {
      const token = this.#peekNonSpace();
      if (token.kind !== "variable") break;
      const start = this.#source.at;
      this.#next();
      const next = this.#peekNonSpace();
      more = next.kind === "other" && next.text === ",";
      if (!more && next.kind !== "assign" && next.kind !== "declare") {
        this.#source.at = start;
        break;
      }
      this.#nextNonSpace();
      tokens.push(token);
      if (more) this.#checkMoreTargets(context, tokens.length);
      else isAssignment = next.kind === "assign";
    }
    const targets = tokens.map(({ text, at }): Variable => {
      const slot = this.#variables.slotOf(text);
      return { kind: "variable", at, name: text, names: [], slot };
    });
    const declared = tokens.map(({ text }) => this.#variables.declare(text));
    if (isAssignment) return { targets, declared: [], isAssignment };
    return {
      targets: targets.map((target, index) => ({ ...target, slot: declared[index]?.slot })),
      declared,
      isAssignment,
    };
  }

  #checkMoreTargets(context: Context, count: number): void {
    if (context !== "range" || count >= 2) this.fail(`too many declarations in ${context}`);
    const { kind } = this.#peekNonSpace();
    if (kind !== "variable" && kind !== "right delimiter" && kind !== "right paren") {
      this.fail("range can only initialize variables");
    }
  }

  #checkCommands(commands: readonly Command[], context: Context): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    for (const [index, command] of commands.entries()) {
      const { kind } = command.operands[0];
      const isExecutable = !["bool", "dot", "nil", "number", "string"].includes(kind);
      if (index > 0 && !isExecutable) this.fail(`non executable command in pipeline stage ${index + 1}`);
    }
  }

  #command(): Command {
    const { at } = this.#peekNonSpace();
    const operands: Operand[] = [];
    for (let more = true; more; ) {
      this.#peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#next();
      more = token.kind === "space";
      if (token.kind === "right delimiter" || token.kind === "right paren") this.#backup();
      else if (!more && token.kind !== "pipe") this.#unexpected(token, "operand");
    }
    const [first, ...rest] = operands;
    if (first === undefined) return this.fail("empty command");
    return { kind: "command", at, operands: [first, ...rest] };
  }

  /** A term and the fields that follow it. */
  #operand(): Operand | undefined {
    const term = this.#term();
    const { kind, at } = this.#peek();
    if (term === undefined || kind !== "field") return term;
    const names: string[] = [];
    while (this.#peek().kind === "field") names.push(this.#next().text.slice(1));
    switch (term.kind) {
      case "field":
        return { ...term, at, names: [...term.names, ...names] } satisfies Field;
      case "variable":
        return { ...term, at, names } satisfies Variable;
      case "identifier":
      case "pipeline":
        return { kind: "chain", at, base: term, names } satisfies Chain;
      default:
        return this.fail(`unexpected . after term ${quote(show(term))}`);
    }
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const { kind, text, at } = token;
    switch (kind) {
      case "identifier":
        if (!this.#source.isFunction(text)) this.fail(`function ${quote(text)} not defined`);
        return { kind, at, name: text } satisfies Identifier;
      case ".":
        return { kind: "dot", at };
      case "nil":
        return { kind, at };
      case "variable":
        if (!this.#variables.isKnown(text)) this.fail(`undefined variable ${quote(text)}`);
        return { kind, at, name: text, names: [], slot: this.#variables.slotOf(text) };
      case "field":
        return { kind, at, names: [text.slice(1)] };
      case "bool":
        return { kind, at, value: text === "true" };
      case "char":
      case "complex":
      case "number":
        return { kind: "number", at, value: this.#number(kind, text), text };
      case "left paren":
        return this.#parenthesized();
      case "string":
      case "raw string":
        return { kind: "string", at, value: unquote(text) ?? this.fail("invalid syntax"), quoted: text };
    }
    this.#backup();
    return undefined;
  }

  #number(kind: "char" | "complex" | "number", text: string): NumberLiteral {
    if (kind === "char") {
      const code = parseCharacter(text);
      return typeof code === "bigint" ? { int: code, float: Number(code) } : this.fail(code.problem);
    }
    const number = kind === "complex" ? parseComplex(text) : parseNumber(text);
    return "problem" in number ? this.fail(number.problem) : number;
  }

  #parenthesized(): Pipeline {
    if (this.#parenDepth >= DEEPEST_PARENTHESES) this.fail("max expression depth exceeded");
    this.#parenDepth++;
    const pipeline = this.#pipeline("parenthesized pipeline", "right paren");
    this.#parenDepth--;
    return pipeline;
  }

  #expect(kind: TokenKind, context: string): void {
    const token = this.#nextNonSpace();
    if (token.kind !== kind) this.#unexpected(token, context);
  }

  #next(): Token {
    const token = this.#peek();
    this.#source.at++;
    return token;
  }

  #peek(): Token {
    const { tokens, at } = this.#source;
    this.#furthest = Math.max(this.#furthest, at);
    return tokens[at] ?? { kind: "EOF", text: "EOF", at: 0, line: this.#line() };
  }

  #backup(): void {
    this.#source.at--;
  }

  #nextNonSpace(): Token {
    const token = this.#peekNonSpace();
    this.#source.at++;
    return token;
  }

  #peekNonSpace(): Token {
    let token = this.#peek();
    while (token.kind === "space") {
      this.#source.at++;
      token = this.#peek();
    }
    return token;
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind !== "error") return this.fail(`unexpected ${showToken(token)} in ${context}`);
    const line = this.#actionLine;
    if (line === undefined || line === token.line) return this.fail(token.text);
    const inAction = token.text.endsWith(" action") ? "" : " in action";
    return this.fail(`${token.text}${inAction} started at ${MAIN}:${line}`);
  }

  #line(): number {
    const { tokens } = this.#source;
    return (tokens[this.#furthest] ?? tokens.at(-1))?.line ?? 1;
  }

  /** @throws TemplateParseError */
  fail(message: string): never {
    throw new TemplateParseError(`template: ${MAIN}:${this.#line()}: ${message}`);
  }
}

const operandBeginnings: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ".",
  "bool",
  "char",
  "complex",
  "field",
  "identifier",
  "left paren",
  "nil",
  "number",
  "raw string",
  "string",
  "variable",
]);

function beginsOperand(kind: TokenKind): boolean {
  return operandBeginnings.has(kind);
}

/** How many characters of a token messages show. */
const LONGEST_SHOWN = 10;

function showToken({ kind, text }: Token): string {
  if (kind === "EOF") return "EOF";
  if (kind === "." || isKeyword(kind)) return `<${text}>`;
  if (Buffer.byteLength(text) <= LONGEST_SHOWN) return quote(text);
  return `${quote([...text].slice(0, LONGEST_SHOWN).join(""))}...`;
}

/** A body of nothing but space does not replace another one. */
function isBlank(body: readonly Statement[]): boolean {
  return body.every((statement) => statement.kind === "text" && trimSpace(statement.text) === "");
}

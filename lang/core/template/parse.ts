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
import { lex } from "./lexer.ts";
import { type NumberLiteral, parseComplex, parseNumber } from "./number.ts";
import type { Token, TokenKind } from "./token.ts";
import { MAIN, TokenReader, type TokenTape } from "./token-reader.ts";
import { type Declared, Variables } from "./variables.ts";

/** How deep parentheses may be nested. */
const DEEPEST_PARENTHESES = 10_000;

/**
 * All templates that a text defines, {@link MAIN} among them.
 * @param isFunction which names functions have
 * @throws TemplateParseError
 */
export function parse(text: string, isFunction: (name: string) => boolean): ReadonlyMap<string, Template> {
  const source: Source = { tape: { tokens: lex(text), at: 0 }, isFunction, templates: new Map() };
  const parser = new TemplateParser(source, MAIN);
  try {
    parser.parseMain();
  } catch (error) {
    if (error instanceof RangeError) return parser.tokens.fail("max expression depth exceeded");
    throw error;
  }
  return source.templates;
}

/** What the parsers of all templates in one text share. */
interface Source {
  readonly tape: TokenTape;
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
  readonly tokens: TokenReader;
  readonly #source: Source;
  #name: string;
  readonly #variables = new Variables();
  #rangeDepth = 0;
  #parenDepth = 0;

  constructor(source: Source, name: string) {
    this.tokens = new TokenReader(source.tape);
    this.#source = source;
    this.#name = name;
  }

  parseMain(): void {
    const body: Statement[] = [];
    while (this.tokens.peek().kind !== "EOF") {
      if (this.tokens.peek().kind === "left delimiter") {
        const { at } = this.#source.tape;
        this.tokens.next();
        if (this.tokens.nextNonSpace().kind === "define") {
          new TemplateParser(this.#source, "").#parseDefinition();
          continue;
        }
        this.#source.tape.at = at;
      }
      const statement = this.#textOrAction();
      if (statement === "end" || statement === "else") this.tokens.fail(`unexpected {{${statement}}}`);
      body.push(statement);
    }
    this.#add(body);
  }

  #parseDefinition(): void {
    const context = "define clause";
    const token = this.tokens.nextNonSpace();
    this.#name = this.#templateName(token, context);
    this.tokens.expect("right delimiter", context);
    this.#parseBody(context, this);
  }

  /** @param outer which parser complains about an end that is none */
  #parseBody(context: string, outer: TemplateParser): void {
    const { statements, end } = this.#list();
    if (end !== "end") outer.tokens.fail(`unexpected {{${end}}} in ${context}`);
    this.#add(statements);
  }

  #add(body: readonly Statement[]): void {
    const { templates } = this.#source;
    const earlier = templates.get(this.#name);
    if (earlier !== undefined && !isBlank(earlier.body)) {
      if (isBlank(body)) return;
      this.tokens.fail(`template: multiple definition of template ${quote(this.#name)}`);
    }
    templates.set(this.#name, { name: this.#name, body, slots: this.#variables.slots });
  }

  #list(): { readonly statements: readonly Statement[]; readonly end: End } {
    const statements: Statement[] = [];
    while (this.tokens.peekNonSpace().kind !== "EOF") {
      const statement = this.#textOrAction();
      if (statement === "end" || statement === "else") return { statements, end: statement };
      statements.push(statement);
    }
    return this.tokens.fail("unexpected EOF");
  }

  #textOrAction(): Statement | End {
    const token = this.tokens.nextNonSpace();
    if (token.kind === "text") return { kind: "text", at: token.at, text: token.text };
    if (token.kind !== "left delimiter") this.tokens.unexpected(token, "input");
    this.tokens.actionLine = token.line;
    const statement = this.#action();
    this.tokens.actionLine = undefined;
    return statement;
  }

  #action(): Statement | End {
    const token = this.tokens.nextNonSpace();
    switch (token.kind) {
      case "block":
        return this.#block();
      case "break":
      case "continue":
        return this.#jump(token, token.kind);
      case "else": {
        // What follows `else` is read by the branch that it belongs to.
        const { kind } = this.tokens.peekNonSpace();
        if (kind !== "if" && kind !== "with") this.tokens.expect("right delimiter", "else");
        return "else";
      }
      case "end":
        this.tokens.expect("right delimiter", "end");
        return "end";
      case "if":
      case "range":
      case "with":
        return this.#branch(token.kind);
      case "template":
        return this.#invocation();
    }
    this.tokens.backup();
    const { at } = this.tokens.peek();
    return { kind: "action", at, pipeline: this.#pipeline("command", "right delimiter") } satisfies Action;
  }

  #jump({ at }: Token, kind: "break" | "continue"): Statement {
    const token = this.tokens.nextNonSpace();
    if (token.kind !== "right delimiter") this.tokens.unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.tokens.fail(`{{${kind}}} outside {{range}}`);
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
    if (kind !== "range" && this.tokens.peek().kind === kind) {
      this.tokens.next();
      return [this.#branch(kind)];
    }
    const { statements, end } = this.#list();
    if (end !== "end") this.tokens.fail(`expected end; found {{${end}}}`);
    return statements;
  }

  #block(): Invocation {
    const context = "block clause";
    const token = this.tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const pipeline = this.#pipeline(context, "right delimiter");
    new TemplateParser(this.#source, name).#parseBody(context, this);
    return { kind: "template", at: token.at, name, pipeline };
  }

  #invocation(): Invocation {
    const context = "template clause";
    const token = this.tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    if (this.tokens.nextNonSpace().kind === "right delimiter")
      return { kind: "template", at: token.at, name };
    this.tokens.backup();
    return { kind: "template", at: token.at, name, pipeline: this.#pipeline(context, "right delimiter") };
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== "string" && token.kind !== "raw string") this.tokens.unexpected(token, context);
    return unquote(token.text) ?? this.tokens.fail("invalid syntax");
  }

  #pipeline(context: Context, end: "right delimiter" | "right paren"): Pipeline {
    const { at } = this.tokens.peekNonSpace();
    const { targets, declared, isAssignment } = this.#targets(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.tokens.nextNonSpace();
      if (token.kind === end) break;
      if (!beginsOperand(token.kind)) this.tokens.unexpected(token, context);
      this.tokens.backup();
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
      const token = this.tokens.peekNonSpace();
      if (token.kind !== "variable") break;
      const start = this.#source.tape.at;
      this.tokens.next();
      const next = this.tokens.peekNonSpace();
      more = next.kind === "other" && next.text === ",";
      if (!more && next.kind !== "assign" && next.kind !== "declare") {
        this.#source.tape.at = start;
        break;
      }
      this.tokens.nextNonSpace();
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
    if (context !== "range" || count >= 2) this.tokens.fail(`too many declarations in ${context}`);
    const { kind } = this.tokens.peekNonSpace();
    if (kind !== "variable" && kind !== "right delimiter" && kind !== "right paren") {
      this.tokens.fail("range can only initialize variables");
    }
  }

  #checkCommands(commands: readonly Command[], context: Context): void {
    if (commands.length === 0) this.tokens.fail(`missing value for ${context}`);
    for (const [index, command] of commands.entries()) {
      const { kind } = command.operands[0];
      const isExecutable = !["bool", "dot", "nil", "number", "string"].includes(kind);
      if (index > 0 && !isExecutable)
        this.tokens.fail(`non executable command in pipeline stage ${index + 1}`);
    }
  }

  #command(): Command {
    const { at } = this.tokens.peekNonSpace();
    const operands: Operand[] = [];
    for (let more = true; more; ) {
      this.tokens.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.tokens.next();
      more = token.kind === "space";
      if (token.kind === "right delimiter" || token.kind === "right paren") this.tokens.backup();
      else if (!more && token.kind !== "pipe") this.tokens.unexpected(token, "operand");
    }
    const [first, ...rest] = operands;
    if (first === undefined) return this.tokens.fail("empty command");
    return { kind: "command", at, operands: [first, ...rest] };
  }

  /** A term and the fields that follow it. */
  #operand(): Operand | undefined {
    const term = this.#term();
    const { kind, at } = this.tokens.peek();
    if (term === undefined || kind !== "field") return term;
    const names: string[] = [];
    while (this.tokens.peek().kind === "field") names.push(this.tokens.next().text.slice(1));
    switch (term.kind) {
      case "field":
        return { ...term, at, names: [...term.names, ...names] } satisfies Field;
      case "variable":
        return { ...term, at, names } satisfies Variable;
      case "identifier":
      case "pipeline":
        return { kind: "chain", at, base: term, names } satisfies Chain;
      default:
        return this.tokens.fail(`unexpected . after term ${quote(show(term))}`);
    }
  }

  #term(): Operand | undefined {
    const token = this.tokens.nextNonSpace();
    const { kind, text, at } = token;
    switch (kind) {
      case "identifier":
        if (!this.#source.isFunction(text)) this.tokens.fail(`function ${quote(text)} not defined`);
        return { kind, at, name: text } satisfies Identifier;
      case ".":
        return { kind: "dot", at };
      case "nil":
        return { kind, at };
      case "variable":
        if (!this.#variables.isKnown(text)) this.tokens.fail(`undefined variable ${quote(text)}`);
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
        return {
          kind: "string",
          at,
          value: unquote(text) ?? this.tokens.fail("invalid syntax"),
          quoted: text,
        };
    }
    this.tokens.backup();
    return undefined;
  }

  #number(kind: "char" | "complex" | "number", text: string): NumberLiteral {
    if (kind === "char") {
      const code = parseCharacter(text);
      return typeof code === "bigint" ? { int: code, float: Number(code) } : this.tokens.fail(code.problem);
    }
    const number = kind === "complex" ? parseComplex(text) : parseNumber(text);
    return "problem" in number ? this.tokens.fail(number.problem) : number;
  }

  #parenthesized(): Pipeline {
    if (this.#parenDepth >= DEEPEST_PARENTHESES) this.tokens.fail("max expression depth exceeded");
    this.#parenDepth++;
    const pipeline = this.#pipeline("parenthesized pipeline", "right paren");
    this.#parenDepth--;
    return pipeline;
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

/** A body of nothing but space does not replace another one. */
function isBlank(body: readonly Statement[]): boolean {
  return body.every((statement) => statement.kind === "text" && trimSpace(statement.text) === "");
}

import type {
  Block,
  EdgeHalf,
  Expression,
  Name,
  Parameter,
  ResourceLine,
  ResourceStatement,
  Statement,
} from "../syntax/ast.ts";
import type { ExpressionPrinter } from "./expression-printer.ts";
import type { LineWriter } from "./line-writer.ts";
import type { SourceLayout } from "./source-layout.ts";

/** Writes statements (language specification, section 14, rules 7, 8 and 12). */
export class StatementPrinter {
  readonly #writer: LineWriter;
  readonly #layout: SourceLayout;
  readonly #expressions: ExpressionPrinter;

  constructor(writer: LineWriter, layout: SourceLayout, expressions: ExpressionPrinter) {
    this.#writer = writer;
    this.#layout = layout;
    this.#expressions = expressions;
  }

  /** One to a line. */
  statements(statements: readonly Statement[]): void {
    for (const statement of statements) {
      this.#writer.line(statement.span.start);
      this.#statement(statement);
    }
  }

  #statement(statement: Statement): void {
    const writer = this.#writer;
    const expressions = this.#expressions;
    switch (statement.kind) {
      case "bind":
        writer.write(`$${statement.name.text}`);
        expressions.annotation(statement.annotation);
        writer.write(" = ");
        expressions.expression(statement.value);
        break;
      case "panic":
        writer.write("panic");
        expressions.args(statement.args, statement.span.start + "panic".length);
        break;
      case "resource":
        this.#resource(statement);
        break;
      case "collect":
        writer.write("collect ");
        this.#resource(statement.resource);
        break;
      case "edges":
        for (const half of statement.halves) {
          if (half !== statement.halves[0]) writer.write(" -> ");
          this.#half(half);
        }
        break;
      case "send":
        this.#half(statement.from);
        writer.write(`.${statement.output.text} -> `);
        this.#half(statement.to);
        writer.write(`.${statement.input.text}`);
        break;
      case "if":
        writer.write("if ");
        expressions.expression(statement.condition);
        this.#block(statement.consequent);
        if (statement.alternative === undefined) break;
        writer.write(" else");
        this.#block(statement.alternative);
        break;
      case "for":
        this.#loop("for", statement.index, statement.value, statement.list, statement.body);
        break;
      case "forkv":
        this.#loop("forkv", statement.key, statement.value, statement.map, statement.body);
        break;
      case "func":
        writer.write("func ");
        this.#signature(statement.name, statement.parameters);
        expressions.annotation(statement.result);
        expressions.functionBody(statement.body);
        break;
      case "class":
        writer.write("class ");
        this.#signature(statement.name, statement.parameters);
        this.#block(statement.body);
        break;
      case "include":
        writer.write(`include ${statement.class.text}`);
        if (statement.args !== undefined) expressions.args(statement.args, statement.class.span.end);
        this.#alias(statement.alias);
        break;
      case "import":
        writer.write(`import "${statement.path.text}"`);
        this.#alias(statement.alias);
        break;
    }
  }

  #resource({ resource, name, lines, span }: ResourceStatement): void {
    const writer = this.#writer;
    writer.write(`${resource.text} `);
    this.#expressions.expression(name);
    if (lines.length === 0 && !this.#layout.hasComment(name.span.end, span.end)) {
      writer.write(" {}");
      return;
    }
    writer.open(" {");
    for (const line of lines) {
      writer.line(line.span.start);
      this.#resourceLine(line);
    }
    writer.close("}", span.end - 1);
  }

  #resourceLine(line: ResourceLine): void {
    const writer = this.#writer;
    writer.write(`${lineName(line)} => `);
    if (line.condition !== undefined) {
      this.#expressions.expression(line.condition);
      writer.write(" ?: ");
    }
    if (line.kind === "edge") this.#half(line.half);
    else this.#expressions.expression(line.value);
    writer.write(",");
  }

  #half({ resource, name }: EdgeHalf): void {
    this.#writer.write(`${capitalize(resource.text)}[`);
    this.#expressions.expression(name);
    this.#writer.write("]");
  }

  #loop(keyword: string, first: Name, second: Name, over: Expression, body: Block): void {
    this.#writer.write(`${keyword} $${first.text}, $${second.text} in `);
    this.#expressions.expression(over);
    this.#block(body);
  }

  /** A name, and its parameters where it has any, or an empty list of them. */
  #signature(name: Name, parameters: readonly Parameter[] | undefined): void {
    this.#writer.write(name.text);
    if (parameters !== undefined) this.#expressions.parameters(parameters, name.span.end);
  }

  #alias(alias: Name | undefined): void {
    if (alias !== undefined) this.#writer.write(` as ${alias.text}`);
  }

  #block({ statements, span }: Block): void {
    if (statements.length === 0 && !this.#layout.hasComment(span.start, span.end)) {
      this.#writer.write(" {}");
      return;
    }
    this.#writer.open(" {");
    this.statements(statements);
    this.#writer.close("}", span.end - 1);
  }
}

/** What stands before the `=>`. */
function lineName(line: ResourceLine): string {
  switch (line.kind) {
    case "field":
      return line.field.text;
    case "edge":
      return capitalize(line.property.text);
    case "meta":
      return line.param === undefined ? "Meta" : `Meta:${line.param.text}`;
  }
}

/** `http:server` is `Http:Server` in edges. */
function capitalize(name: string): string {
  return name.replace(/(?<=^|:)./g, (letter) => letter.toUpperCase());
}

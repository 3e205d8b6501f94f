import { isLink, type LinkOf, leftOf, unchain } from "../chain.ts";
import type { Annotation, Expression, IfExpression, Parameter } from "../syntax/ast.ts";
import { floatText } from "./float-text.ts";
import type { LineWriter } from "./line-writer.ts";
import type { SourceLayout } from "./source-layout.ts";
import { typeText } from "./type-text.ts";

/** One of several things between brackets: where it stands in the source, and how it is written. */
interface Item {
  readonly start: number;
  readonly end: number;
  write(): void;
}

type Link = LinkOf<Expression>;
type Operand = Exclude<Expression, Link>;

const closing = { "(": ")", "[": "]", "{": "}" } as const;

/** Writes expressions, and what is around those in definitions (language specification, section 14, rules 4 to 11). */
export class ExpressionPrinter {
  readonly #writer: LineWriter;
  readonly #layout: SourceLayout;

  constructor(writer: LineWriter, layout: SourceLayout) {
    this.#writer = writer;
    this.#layout = layout;
  }

  expression(node: Expression): void {
    const { operand, links } = unchain<Operand, Link>(node, isLink, leftOf);
    this.#operand(operand);
    for (const link of links) this.#link(link);
  }

  /** What a link adds to the chain before it. */
  #link(node: Link): void {
    const writer = this.#writer;
    switch (node.kind) {
      case "binary":
        writer.write(` ${node.operator} `);
        this.expression(node.right);
        break;
      case "index":
        writer.write("[");
        this.expression(node.index);
        writer.write("]");
        break;
      case "field":
        writer.write(`->${node.field.text}`);
        if (node.fallback === undefined) break;
        writer.write(" <|> ");
        this.expression(node.fallback);
        break;
      case "except":
        writer.write(" <|> ");
        this.expression(node.fallback);
        break;
    }
  }

  #operand(node: Operand): void {
    const writer = this.#writer;
    switch (node.kind) {
      case "boolean":
      case "integer":
        writer.write(String(node.value));
        break;
      case "float":
        writer.write(floatText(node.value));
        break;
      case "string":
        writer.write(`"${node.raw}"`);
        break;
      case "variable":
        writer.write(`$${node.name.text}`);
        break;
      case "list":
        this.#enclosed("[", node.span.start, this.#items(node.elements));
        break;
      case "map":
        this.#enclosed(
          "{",
          node.span.start,
          node.entries.map(({ key, value }) => ({
            start: key.span.start,
            end: value.span.end,
            write: () => {
              this.expression(key);
              writer.write(" => ");
              this.expression(value);
            },
          })),
        );
        break;
      case "struct":
        writer.write("struct");
        this.#enclosed(
          "{",
          node.span.start + "struct".length,
          node.fields.map(({ name, value }) => ({
            start: name.span.start,
            end: value.span.end,
            write: () => {
              writer.write(`${name.text} => `);
              this.expression(value);
            },
          })),
        );
        break;
      case "call":
        if (node.callee.kind === "function") {
          writer.write(node.callee.name.text);
          this.args(node.args, node.callee.name.span.end);
        } else {
          this.expression(node.callee);
          this.args(node.args, node.callee.span.end);
        }
        break;
      case "lambda":
        writer.write("func");
        this.parameters(node.parameters, node.span.start + "func".length);
        this.annotation(node.result);
        this.functionBody(node.body);
        break;
      case "if":
        this.#if(node);
        break;
      case "group":
        writer.write("(");
        this.expression(node.inner);
        writer.write(")");
        break;
      case "not":
        writer.write("not ");
        this.expression(node.operand);
        break;
    }
  }

  /** @param from where in the source what is called ends */
  args(args: readonly Expression[], from: number): void {
    this.#enclosed("(", from, this.#items(args));
  }

  /** @param from where in the source what stands before the parameters ends */
  parameters(parameters: readonly Parameter[], from: number): void {
    const items = parameters.map(({ name, annotation, span }) => ({
      start: span.start,
      end: span.end,
      write: () => {
        this.#writer.write(`$${name.text}`);
        this.annotation(annotation);
      },
    }));
    // A comment in the type of a parameter moves to the end of that parameter's line.
    const hasComment = parameters.some(
      ({ annotation }) =>
        annotation !== undefined && this.#layout.hasComment(annotation.span.start, annotation.span.end),
    );
    this.#enclosed("(", from, items, hasComment);
  }

  /** ` type`, if there is one. */
  annotation(annotation: Annotation | undefined): void {
    if (annotation === undefined) return;
    this.#writer.write(` ${typeText(annotation.type)}`);
    this.#writer.displaceComments(annotation.span.end);
  }

  /** ` { expression }` */
  functionBody(body: Expression): void {
    const close = this.#layout.nextToken(body.span.end);
    const isMultiline =
      this.#layout.startsLine(body.span.start) || this.#layout.hasComment(body.span.end, close);
    this.#body(body, close, isMultiline);
  }

  #if({ condition, consequent, alternative }: IfExpression): void {
    this.#writer.write("if ");
    this.expression(condition);
    const firstClose = this.#layout.nextToken(consequent.span.end);
    const lastClose = this.#layout.nextToken(alternative.span.end);
    const isMultiline =
      this.#layout.startsLine(consequent.span.start) ||
      this.#layout.hasComment(consequent.span.end, alternative.span.start) ||
      this.#layout.hasComment(alternative.span.end, lastClose);
    this.#body(consequent, firstClose, isMultiline);
    this.#writer.write(" else");
    this.#body(alternative, lastClose, isMultiline);
  }

  #body(body: Expression, close: number, isMultiline: boolean): void {
    const writer = this.#writer;
    if (isMultiline) {
      writer.open(" {");
      writer.line(body.span.start);
      this.expression(body);
      writer.close("}", close);
    } else {
      writer.write(" { ");
      this.expression(body);
      writer.write(" }");
    }
  }

  #items(expressions: readonly Expression[]): readonly Item[] {
    return expressions.map((each) => ({
      start: each.span.start,
      end: each.span.end,
      write: () => this.expression(each),
    }));
  }

  /**
   * @param from where in the source the opening bracket is, or what stands before it ends
   * @param needsLines whether every item gets its line even if they were written on one
   */
  #enclosed(bracket: keyof typeof closing, from: number, items: readonly Item[], needsLines = false): void {
    const writer = this.#writer;
    const [first] = items;
    const inside = this.#layout.nextToken(from) + bracket.length;
    const close = this.#layout.nextToken(items.at(-1)?.end ?? inside);
    const isMultiline =
      first === undefined ? this.#layout.hasComment(inside, close) : this.#layout.startsLine(first.start);
    if (isMultiline || needsLines) {
      writer.open(bracket);
      for (const { start, write } of items) {
        writer.line(start);
        write();
        writer.write(",");
      }
      writer.close(closing[bracket], close);
    } else {
      writer.write(bracket);
      for (const item of items) {
        if (item !== first) writer.write(", ");
        item.write();
      }
      writer.write(closing[bracket]);
    }
  }
}

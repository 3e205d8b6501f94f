/** What the tests of the parser share. */
import { type Diagnostic, DiagnosticError, Source, type Span } from "../../../lang/diagnostic.ts";
import type { BindStatement, Expression, Program, Statement } from "../../../lang/syntax/ast.ts";
import { parse } from "../../../lang/syntax/parse.ts";
import { validate } from "../../../lang/syntax/validate.ts";

export function parseText(text: string): Program {
  return parse(new Source("main.mcl", text));
}

/** The only statement of a program of one statement; the final newline is added. */
export function statement(text: string): Statement {
  const { statements } = parseText(`${text}\n`);
  const [only, ...more] = statements;
  if (only === undefined || more.length > 0) throw new Error(`not one statement: ${text}`);
  return only;
}

export function bind(text: string): BindStatement {
  const parsed = statement(text);
  if (parsed.kind !== "bind") throw new Error(`not a bind: ${text}`);
  return parsed;
}

export function expression(text: string): Expression {
  return bind(`$x = ${text}`).value;
}

/** What the parse or, if it passes, the init phase has against a text. */
export function complaints(text: string): readonly Diagnostic[] {
  try {
    validate(parseText(text));
    return [];
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics;
    throw error;
  }
}

/** The first thing that the parse or the init phase has against a text. */
export function complaint(text: string): Diagnostic {
  const [first] = complaints(text);
  if (first === undefined) throw new Error(`nothing is wrong with ${JSON.stringify(text)}`);
  return first;
}

/** The text that a span covers. */
export function textOf({ source, start, end }: Span): string {
  return source.text.slice(start, end);
}

/** Where a diagnostic points to, as `line:column-line:column`. */
export function placeOf({ span }: Diagnostic): string {
  if (span === undefined) return "nowhere";
  const [start, end] = [span.source.position(span.start), span.source.position(span.end)];
  return `${start.line}:${start.column}-${end.line}:${end.column}`;
}

/** An expression with a pair of parentheses around each operation; written ones show as `group(…)`. */
export function show(expression: Expression): string {
  switch (expression.kind) {
    case "boolean":
    case "integer":
    case "float":
      return String(expression.value);
    case "string":
      return `"${expression.raw}"`;
    case "variable":
      return `$${expression.name.text}`;
    case "list":
      return `[${expression.elements.map(show).join(", ")}]`;
    case "map":
      return `{${expression.entries.map(({ key, value }) => `${show(key)} => ${show(value)}`).join(", ")}}`;
    case "struct":
      return `struct{${expression.fields.map(({ name, value }) => `${name.text} => ${show(value)}`).join(", ")}}`;
    case "call": {
      const { callee } = expression;
      const called = callee.kind === "function" ? callee.name.text : show(callee);
      return `${called}(${expression.args.map(show).join(", ")})`;
    }
    case "lambda":
      return `func(${expression.parameters.map(({ name }) => `$${name.text}`).join(", ")}) {${show(expression.body)}}`;
    case "if":
      return `if ${show(expression.condition)} {${show(expression.consequent)}} else {${show(expression.alternative)}}`;
    case "group":
      return `group(${show(expression.inner)})`;
    case "not":
      return `(not ${show(expression.operand)})`;
    case "binary":
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`;
    case "index":
      return `${show(expression.collection)}[${show(expression.index)}]`;
    case "field": {
      const access = `${show(expression.struct)}->${expression.field.text}`;
      return expression.fallback === undefined ? access : `(${access} <|> ${show(expression.fallback)})`;
    }
    case "except":
      return `(${show(expression.primary)} <|> ${show(expression.fallback)})`;
  }
}

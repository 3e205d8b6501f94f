import { isLink, type LinkOf, leftOf, unchain } from "../chain.ts";
import type { Span } from "../diagnostic.ts";
import type { CallExpression, Expression, LambdaExpression, Name, StringExpression } from "../syntax/ast.ts";
import type { TemplateVariable } from "../syntax/template.ts";
import { declareParameters, unresolved } from "./declare.ts";
import type { Node } from "./dependencies.ts";
import type { Lookup } from "./lookup.ts";
import type { Namespaces } from "./namespace.ts";
import type { ScopeObserver } from "./observer.ts";
import { Scope, type Use } from "./scope.ts";
import type {
  ParameterDefinition,
  ScopedCall,
  ScopedExpression,
  ScopedLambda,
  ScopedVariable,
} from "./scoped.ts";

type Operand = Exclude<Expression, LinkOf<Expression>>;

export interface ExpressionContext {
  readonly namespaces: Namespaces;
  readonly lookup: Lookup;
  readonly observer: ScopeObserver | undefined;
  /** Called for each mention of a variable or function that does not exist. */
  onUnknown(namespace: "variables" | "functions", use: Use): void;
}

/** Resolves expressions that stand in one place: in a scope, and within a definition that needs what they mention. */
export class ExpressionResolver {
  readonly #context: ExpressionContext;
  readonly #scope: Scope;
  readonly #owner: Node | undefined;

  constructor(context: ExpressionContext, scope: Scope, owner: Node | undefined) {
    this.#context = context;
    this.#scope = scope;
    this.#owner = owner;
  }

  all(expressions: readonly Expression[]): readonly ScopedExpression[] {
    return expressions.map((each) => this.resolve(each));
  }

  optional(expression: Expression | undefined): ScopedExpression | undefined {
    return expression === undefined ? undefined : this.resolve(expression);
  }

  resolve(expression: Expression): ScopedExpression {
    const { operand, links } = unchain<Operand, LinkOf<Expression>>(expression, isLink, leftOf);
    return links.reduce((left, link) => this.#link(left, link), this.#operand(operand));
  }

  #operand(expression: Operand): ScopedExpression {
    const { span } = expression;
    switch (expression.kind) {
      case "boolean":
      case "integer":
      case "float":
        return { kind: "constant", value: expression.value, span };
      case "string":
        return this.#string(expression);
      case "list":
        return { kind: "list", elements: this.all(expression.elements), span };
      case "map": {
        const entries = expression.entries.map(({ key, value }) => ({
          key: this.resolve(key),
          value: this.resolve(value),
        }));
        return { kind: "map", entries, span };
      }
      case "struct": {
        const fields = expression.fields.map(({ name, value }) => ({
          name: name.text,
          value: this.resolve(value),
        }));
        return { kind: "struct", fields, span };
      }
      case "variable":
        return this.#variable(expression.name, span) ?? unresolved(span);
      case "call":
        return this.#call(expression);
      case "lambda":
        return this.#lambda(expression);
      case "if":
        return {
          kind: "if",
          condition: this.resolve(expression.condition),
          consequent: this.resolve(expression.consequent),
          alternative: this.resolve(expression.alternative),
          span,
        };
      case "group":
        return this.resolve(expression.inner);
      case "not":
        return { kind: "not", operand: this.resolve(expression.operand), span };
    }
  }

  #link(left: ScopedExpression, link: LinkOf<Expression>): ScopedExpression {
    const { span } = link;
    switch (link.kind) {
      case "binary":
        return { kind: "binary", operator: link.operator, left, right: this.resolve(link.right), span };
      case "index":
        return { kind: "index", collection: left, index: this.resolve(link.index), span };
      case "field":
        return {
          kind: "field",
          struct: left,
          field: link.field.text,
          fallback: this.optional(link.fallback),
          span,
        };
      case "except":
        return { kind: "except", primary: left, fallback: this.resolve(link.fallback), span };
    }
  }

  /** The body of a function, in which its parameters hide everything outside. */
  body({ parameters, body, span }: Pick<LambdaExpression, "parameters" | "body" | "span">): {
    readonly parameters: readonly ParameterDefinition[];
    readonly body: ScopedExpression;
  } {
    const { block, file, owner } = this.#scope;
    const inner = new Scope(this.#scope, block, file, owner);
    const definitions = declareParameters(parameters, "function", inner);
    this.#context.observer?.scope(inner, span);
    const resolver = new ExpressionResolver(this.#context, inner, this.#owner);
    return { parameters: definitions, body: resolver.resolve(body) };
  }

  #string(expression: StringExpression): ScopedExpression {
    const { span } = expression;
    const template = this.#scope.file.strings.get(expression);
    if (template === undefined) throw new Error(`a string of ${span.source.path} was not interpolated`);
    const [first] = template;
    if (template.length === 1 && typeof first === "string") return { kind: "constant", value: first, span };
    const parts = template.map((part) =>
      typeof part === "string" ? part : (this.#variable(nameIn(expression, part), span) ?? ""),
    );
    return { kind: "interpolation", parts, span };
  }

  /** @param span what errors about it point at */
  #variable(written: Name, span: Span): ScopedVariable | undefined {
    const { lookup, namespaces, observer, onUnknown } = this.#context;
    const name = written.text;
    const use = this.#use(written, span);
    const found = lookup.find(namespaces.variables, use);
    if (found === undefined) onUnknown("variables", use);
    if (found === undefined || found === "erroneous") return undefined;
    observer?.mention({ name: written, span, found });
    return { kind: "variable", name, definition: found.entry.definition, via: found.via, span };
  }

  #call(expression: CallExpression): ScopedExpression {
    const callee = this.#callee(expression);
    const args = this.all(expression.args);
    const { span } = expression;
    return callee === undefined ? unresolved(span) : { kind: "call", callee, args, span };
  }

  #callee({ callee, span }: CallExpression): ScopedCall["callee"] | undefined {
    if (callee.kind === "lambda") return this.#lambda(callee);
    if (callee.kind === "variable") return this.#variable(callee.name, callee.span);
    const { lookup, namespaces, observer, onUnknown } = this.#context;
    const name = callee.name.text;
    const use = this.#use(callee.name, span);
    const found = lookup.find(namespaces.functions, use);
    if (found === undefined) onUnknown("functions", use);
    if (found === undefined || found === "erroneous") return undefined;
    observer?.mention({ name: callee.name, span, found });
    const { entry, via } = found;
    return entry.kind === "core"
      ? { kind: "core", name, function: entry.function }
      : { kind: "function", name, definition: entry.definition, via };
  }

  #lambda(expression: LambdaExpression): ScopedLambda {
    const { parameters, body } = this.body(expression);
    return { kind: "lambda", parameters, result: expression.result, body, span: expression.span };
  }

  #use({ text, span: nameSpan }: Name, span: Span): Use {
    return { scope: this.#scope, name: text, span, nameSpan, owner: this.#owner };
  }
}

/** A variable in a string, where it stands. */
function nameIn(
  { span: { source, start } }: StringExpression,
  { name, start: offset }: TemplateVariable,
): Name {
  const from = start + '"'.length + offset;
  return { text: name, span: { source, start: from, end: from + name.length } };
}

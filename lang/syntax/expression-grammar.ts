/** The grammar of expressions (language specification, section 4: `expr`, and 4.1). */
import P from "parsimmon";
import { diagnostic, join, type Span } from "../diagnostic.ts";
import type {
  CallExpression,
  Expression,
  FieldExpression,
  GroupExpression,
  IfExpression,
  LambdaExpression,
  ListExpression,
  MapExpression,
  StructExpression,
  VariableExpression,
} from "./ast.ts";
import type { Combinators, Enclosed } from "./combinators.ts";
import type { NameGrammar } from "./name-grammar.ts";
import { applyPrecedence, binaryOperators, type Operation } from "./precedence.ts";
import type { TypeGrammar } from "./type-grammar.ts";

interface ExpressionRules {
  expression: Expression;
  except: Expression;
  operations: Expression;
  operation: Operation;
  unary: Expression;
  not: Expression;
  postfix: Expression;
  suffix: Suffix;
  index: Suffix;
  field: Suffix;
  fallback: Expression | undefined;
  operand: Expression;
  boolean: Expression;
  string: Expression;
  integer: Expression;
  float: Expression;
  list: ListExpression;
  map: MapExpression;
  entry: MapExpression["entries"][number];
  struct: StructExpression;
  structField: StructExpression["fields"][number];
  variable: VariableExpression | CallExpression;
  call: CallExpression;
  args: Enclosed<Expression>;
  lambda: LambdaExpression | CallExpression;
  functionBody: FunctionBody;
  if: IfExpression;
  group: GroupExpression;
}

/** Completes the expression that stands before it. */
type Suffix = (left: Expression) => Expression;

/** `{ expression }` */
export interface FunctionBody {
  readonly expression: Expression;
  readonly close: Span;
}

const literals = ["STRING", "INTEGER", "FLOAT", "BOOL"] as const;
/** Tokens that end an expression. */
const afterExpression = [",", "NEWLINE", "]", "}", ")", "=>", "?:", "{"] as const;

export type ExpressionGrammar = P.TypedLanguage<ExpressionRules>;

export function expressionGrammar(c: Combinators, names: NameGrammar, types: TypeGrammar): ExpressionGrammar {
  return P.createLanguage<ExpressionRules>({
    expression: (r) => c.byPair(literals, afterExpression, r.operand, r.except),

    except: (r) =>
      P.seqMap(r.operations, c.quiet("<|>").then(r.operations).many(), (first, rest) =>
        rest.reduce<Expression>(
          (primary, fallback) => ({
            kind: "except",
            primary,
            fallback,
            span: join(primary.span, fallback.span),
          }),
          first,
        ),
      ),

    operations: (r) =>
      P.seqMap(r.unary, r.operation.many(), (first, rest) =>
        rest.length === 0 ? first : applyPrecedence(first, rest, chainedComparison),
      ),

    operation: (r) =>
      P.seqMap(c.oneOf(binaryOperators), r.unary, ({ kind, span }, operand) => ({
        operator: kind,
        span,
        operand,
      })),

    unary: (r) => c.byToken({ not: r.not }, r.postfix),

    not: (r) =>
      P.seqMap(c.token("not"), c.nested(r.unary), (word, operand) => ({
        kind: "not",
        operand,
        span: join(word, operand.span),
      })),

    postfix: (r) =>
      P.seqMap(r.operand, r.suffix.many(), (operand, suffixes) =>
        suffixes.reduce((left, suffix) => suffix(left), operand),
      ),

    suffix: (r) => c.byToken<Suffix>({ "[": r.index, "->": r.field }, c.stop),

    index: (r) =>
      P.seqMap(c.token("["), r.expression, c.token("]"), (_, index, close) => (collection) => ({
        kind: "index",
        collection,
        index,
        span: join(collection.span, close),
      })),

    field: (r) =>
      P.seqMap(
        c.token("->"),
        names.name,
        r.fallback,
        (_, field, fallback) =>
          (struct): FieldExpression =>
            fallback === undefined
              ? { kind: "field", struct, field, span: join(struct.span, field.span) }
              : { kind: "field", struct, field, fallback, span: join(struct.span, fallback.span) },
      ),

    // Takes the `<|>` after a field away from `expression`, whatever stands around it: the special rule of 4.1.
    fallback: (r) => c.optional("<|>", c.token("<|>").then(c.nested(r.operations))),

    operand: (r) =>
      c.byToken<Expression>(
        {
          BOOL: r.boolean,
          STRING: r.string,
          INTEGER: r.integer,
          FLOAT: r.float,
          "[": r.list,
          "{": r.map,
          struct: r.struct,
          $: r.variable,
          IDENTIFIER: r.call,
          map: r.call,
          collect: r.call,
          func: r.lambda,
          if: r.if,
          "(": r.group,
        },
        P.fail("an expression"),
      ),

    boolean: () => c.token("BOOL").map((span) => ({ kind: "boolean", value: c.text(span) === "true", span })),

    string: () => c.token("STRING").map((span) => ({ kind: "string", raw: c.text(span).slice(1, -1), span })),

    integer: () => c.token("INTEGER").map((span) => ({ kind: "integer", value: BigInt(c.text(span)), span })),

    float: () => c.token("FLOAT").map((span) => ({ kind: "float", value: Number(c.text(span)), span })),

    list: (r) =>
      c.enclosed("[", r.expression).map(({ items, open, close }) => ({
        kind: "list",
        elements: items,
        span: join(open, close),
      })),

    map: (r) =>
      c.enclosed("{", r.entry).map(({ items, open, close }) => ({
        kind: "map",
        entries: items,
        span: join(open, close),
      })),

    entry: (r) => P.seqMap(r.expression, c.token("=>"), r.expression, (key, _, value) => ({ key, value })),

    struct: (r) =>
      P.seqMap(c.token("struct"), c.enclosed("{", r.structField), (word, { items, close }) => ({
        kind: "struct",
        fields: items,
        span: join(word, close),
      })),

    structField: (r) =>
      P.seqMap(names.name, c.token("=>"), r.expression, (name, _, value) => ({ name, value })),

    variable: (r) =>
      P.seqMap(c.token("$"), names.dotted, c.optional("(", r.args), (dollar, name, args) => {
        const variable: VariableExpression = { kind: "variable", name, span: join(dollar, name.span) };
        return args === undefined ? variable : call(variable, variable.span, args);
      }),

    call: (r) =>
      P.seqMap(names.dotted, r.args, (name, args) => call({ kind: "function", name }, name.span, args)),

    args: (r) => c.enclosed("(", r.expression),

    lambda: (r) =>
      P.seqMap(
        c.token("func"),
        types.parameters,
        types.annotation,
        r.functionBody,
        c.optional("(", r.args),
        (word, { items: parameters }, result, { expression: body, close }, args) => {
          const span = join(word, close);
          const lambda: LambdaExpression =
            result === undefined
              ? { kind: "lambda", parameters, body, span }
              : { kind: "lambda", parameters, result, body, span };
          return args === undefined ? lambda : call(lambda, span, args);
        },
      ),

    functionBody: (r) =>
      P.seqMap(
        c.token("{"),
        c.anyNewlines,
        r.expression,
        c.anyNewlines,
        c.token("}"),
        (_open, _before, expression, _after, close) => ({ expression, close }),
      ),

    if: (r) =>
      P.seqMap(
        c.token("if"),
        c.nested(r.expression),
        r.functionBody,
        c.token("else"),
        r.functionBody,
        (word, condition, consequent, _, alternative) => ({
          kind: "if",
          condition,
          consequent: consequent.expression,
          alternative: alternative.expression,
          span: join(word, alternative.close),
        }),
      ),

    group: (r) =>
      P.seqMap(c.token("("), r.expression, c.token(")"), (open, inner, close) => ({
        kind: "group",
        inner,
        span: join(open, close),
      })),
  });

  function chainedComparison({ operator, span }: Operation): void {
    c.problems.push(
      diagnostic(
        "parse",
        "chained-comparison",
        `unexpected \`${operator}\`: comparisons cannot be chained`,
        span,
        {
          help: "compare in pairs and join them with `and`, or use parentheses",
        },
      ),
    );
  }
}

function call(
  callee: CallExpression["callee"],
  start: Span,
  { items, close }: Enclosed<Expression>,
): CallExpression {
  return { kind: "call", callee, args: items, span: join(start, close) };
}

/** The grammar of programs and statements (language specification, section 4). */
import P from "parsimmon";
import { diagnostic, join, type Span } from "../diagnostic.ts";
import { annotationMismatch } from "./annotation-mismatch.ts";
import type {
  BindStatement,
  Block,
  ClassStatement,
  CollectStatement,
  EdgeHalf,
  EdgeStatement,
  Expression,
  FieldLine,
  ForKeyValueStatement,
  ForStatement,
  FunctionStatement,
  IfStatement,
  ImportStatement,
  IncludeStatement,
  Name,
  PanicStatement,
  ResourceLine,
  ResourceStatement,
  SendStatement,
  Statement,
} from "./ast.ts";
import type { Combinators } from "./combinators.ts";
import { isEdgeProperty } from "./edge-property.ts";
import { expressionGrammar } from "./expression-grammar.ts";
import { nameGrammar } from "./name-grammar.ts";
import { typeGrammar } from "./type-grammar.ts";

interface StatementRules {
  program: readonly Statement[];
  block: Block;
  statement: Statement;
  bind: BindStatement;
  panic: PanicStatement;
  collect: CollectStatement;
  resource: ResourceStatement;
  line: ResourceLine;
  field: FieldLine;
  property: ResourceLine;
  metaParameter: PropertyLine;
  edgeOrMeta: PropertyLine;
  conditional: Conditional<Value>;
  conditionalTarget: Conditional<Target>;
  target: Target;
  half: EdgeHalf;
  edge: EdgeStatement | SendStatement;
  send: EdgeTail;
  edges: EdgeTail;
  if: IfStatement;
  for: ForStatement;
  forkv: ForKeyValueStatement;
  func: FunctionStatement;
  class: ClassStatement;
  include: IncludeStatement;
  import: ImportStatement;
}

interface Value {
  readonly value: Expression;
}

/** What stands to the right of `Property =>`. */
type Target = Value | { readonly half: EdgeHalf };

/** `[ condition "?:" ] T` */
type Conditional<T> = T & { readonly condition?: Expression };

/** Completes a line of a resource that begins with a capitalized word. */
type PropertyLine = (property: Name, span: Span) => ResourceLine;

/** Completes a statement that begins with half an edge. */
type EdgeTail = (first: EdgeHalf) => EdgeStatement | SendStatement;

/** The parser of whole programs, for the tokens that `c` was made for. */
export function grammar(c: Combinators): P.Parser<readonly Statement[]> {
  const names = nameGrammar(c);
  const types = typeGrammar(c, names);
  const expressions = expressionGrammar(c, names, types);
  const { expression } = expressions;

  return P.createLanguage<StatementRules>({
    program: (r) => c.anyNewlines.then(r.statement.skip(c.newlines).many()),

    block: (r) =>
      P.seqMap(c.token("{"), r.program, c.token("}"), (open, statements, close) => ({
        statements,
        span: join(open, close),
      })),

    statement: (r) =>
      c.byToken<Statement>(
        {
          $: r.bind,
          panic: r.panic,
          collect: r.collect,
          IDENTIFIER: r.resource,
          CAPITALIZED: r.edge,
          if: r.if,
          for: r.for,
          forkv: r.forkv,
          func: r.func,
          class: r.class,
          include: r.include,
          import: r.import,
        },
        P.fail("a statement"),
      ),

    bind: () =>
      P.seqMap(
        names.variable,
        types.annotation,
        c.token("="),
        expression,
        ({ name, span: start }, annotation, _, value) => {
          const span = join(start, value.span);
          if (annotation === undefined) return { kind: "bind", name, value, span };
          const problem = annotationMismatch(name, annotation, value);
          if (problem !== undefined) c.problems.push(problem);
          return { kind: "bind", name, annotation, value, span };
        },
      ),

    panic: () =>
      P.seqMap(c.token("panic"), expressions.args, (word, { items, close }) => ({
        kind: "panic",
        args: items,
        span: join(word, close),
      })),

    collect: (r) =>
      P.seqMap(c.token("collect"), r.resource, (word, resource) => ({
        kind: "collect",
        resource,
        span: join(word, resource.span),
      })),

    resource: (r) =>
      P.seqMap(
        names.kind,
        expression,
        c.token("{"),
        c.anyNewlines,
        r.line.skip(c.anyNewlines).many(),
        c.token("}"),
        (resource, name, _open, _newlines, lines, close) => ({
          kind: "resource",
          resource,
          name,
          lines,
          span: join(resource.span, close),
        }),
      ),

    line: (r) => c.byToken<ResourceLine>({ IDENTIFIER: r.field, CAPITALIZED: r.property }, P.fail("a field")),

    field: (r) =>
      P.seqMap(names.name, c.token("=>"), r.conditional, c.token(","), (field, _, value, comma) => ({
        kind: "field",
        field,
        ...value,
        span: join(field.span, comma),
      })),

    property: (r) =>
      P.seqMap(
        c.token("CAPITALIZED"),
        c.byToken({ ":": r.metaParameter }, r.edgeOrMeta),
        c.token(","),
        (word, line, comma) => {
          const property = { text: c.text(word).toLowerCase(), span: word };
          return line(property, join(word, comma));
        },
      ),

    metaParameter: (r) =>
      P.seqMap(c.token(":"), names.name, c.token("=>"), r.conditional, (_, param, _arrow, value) => {
        return (property, span) => {
          requireMeta(property, span);
          return { kind: "meta", param, ...value, span };
        };
      }),

    edgeOrMeta: (r) =>
      P.seqMap(c.token("=>"), r.conditionalTarget, (_, target) => (property, span) => {
        if ("half" in target) return { kind: "edge", property, ...target, span };
        requireMeta(property, span);
        return { kind: "meta", ...target, span };
      }),

    conditional: () =>
      P.seqMap(expression, c.optional("?:", c.token("?:").then(expression)), (first, second) =>
        second === undefined ? { value: first } : { condition: first, value: second },
      ),

    conditionalTarget: (r) =>
      c.byToken<Conditional<Target>>(
        { CAPITALIZED: r.target },
        P.seqMap(expression, c.optional("?:", c.token("?:").then(r.target)), (first, second) =>
          second === undefined ? { value: first } : { condition: first, ...second },
        ),
      ),

    target: (r) =>
      c.byToken<Target>(
        { CAPITALIZED: r.half.map((half) => ({ half })) },
        expression.map((value) => ({ value })),
      ),

    half: () =>
      P.seqMap(names.edgeKind, c.token("["), expression, c.token("]"), (resource, _, name, close) => ({
        resource,
        name,
        span: join(resource.span, close),
      })),

    edge: (r) => P.seqMap(r.half, c.byToken({ ".": r.send }, r.edges), (first, tail) => tail(first)),

    send: (r) =>
      P.seqMap(
        c.token("."),
        names.name,
        c.token("->"),
        r.half,
        c.token("."),
        names.name,
        (_, output, _arrow, to, _dot, input) => (from) => ({
          kind: "send",
          from,
          output,
          to,
          input,
          span: join(from.span, input.span),
        }),
      ),

    edges: (r) =>
      c
        .quiet("->")
        .then(r.half)
        .many()
        .map((rest) => (first) => ({
          kind: "edges",
          halves: [first, ...rest],
          span: join(first.span, (rest.at(-1) ?? first).span),
        })),

    if: (r) =>
      P.seqMap(
        c.token("if"),
        expression,
        r.block,
        c.optional("else", c.token("else").then(r.block)),
        (word, condition, consequent, alternative) =>
          alternative === undefined
            ? { kind: "if", condition, consequent, span: join(word, consequent.span) }
            : { kind: "if", condition, consequent, alternative, span: join(word, alternative.span) },
      ),

    for: (r) =>
      P.seqMap(
        c.token("for"),
        names.variable,
        c.token(",").then(names.variable),
        c.token("in"),
        expression,
        r.block,
        (word, index, value, _, list, body) => ({
          kind: "for",
          index: index.name,
          value: value.name,
          list,
          body,
          span: join(word, body.span),
        }),
      ),

    forkv: (r) =>
      P.seqMap(
        c.token("forkv"),
        names.variable,
        c.token(",").then(names.variable),
        c.token("in"),
        expression,
        r.block,
        (word, key, value, _, map, body) => ({
          kind: "forkv",
          key: key.name,
          value: value.name,
          map,
          body,
          span: join(word, body.span),
        }),
      ),

    func: () =>
      P.seqMap(
        c.token("func"),
        names.name,
        types.parameters,
        types.annotation,
        expressions.functionBody,
        (word, name, { items: parameters }, result, { expression: body, close }) => {
          const span = join(word, close);
          return result === undefined
            ? { kind: "func", name, parameters, body, span }
            : { kind: "func", name, parameters, result, body, span };
        },
      ),

    class: (r) =>
      P.seqMap(
        c.token("class"),
        names.kind,
        c.optional("(", types.parameters),
        r.block,
        (word, name, parameters, body) => {
          const span = join(word, body.span);
          return parameters === undefined
            ? { kind: "class", name, body, span }
            : { kind: "class", name, parameters: parameters.items, body, span };
        },
      ),

    include: () =>
      P.seqMap(
        c.token("include"),
        names.dotted,
        c.optional("(", expressions.args),
        c.optional("as", c.token("as").then(names.name)),
        (word, name, args, alias) => ({
          kind: "include",
          class: name,
          ...(args === undefined ? {} : { args: args.items }),
          ...(alias === undefined ? {} : { alias }),
          span: join(word, alias?.span ?? args?.close ?? name.span),
        }),
      ),

    import: () => {
      const everything = c.token("*").map((span) => ({ text: "*", span }));
      return P.seqMap(
        c.token("import"),
        c.token("STRING"),
        c.optional("as", c.token("as").then(c.byToken({ "*": everything }, names.name))),
        (word, string, alias) => {
          const path = { text: c.text(string).slice(1, -1), span: string };
          return alias === undefined
            ? { kind: "import", path, span: join(word, string) }
            : { kind: "import", path, alias, span: join(word, alias.span) };
        },
      );
    },
  }).program;

  function requireMeta({ text, span: word }: Name, line: Span): void {
    if (text === "meta") return;
    const comma = { source: line.source, start: line.end - 1, end: line.end };
    const written = c.text(word);
    c.problems.push(
      diagnostic(
        "parse",
        "unknown-resource-property",
        isEdgeProperty(text)
          ? `resource property \`${written}\` takes a resource`
          : `unknown resource property \`${written}\``,
        comma,
        { help: 'metaparameters are written `Meta:name => value,`, edges `Before => Kind["name"],`' },
      ),
    );
  }
}

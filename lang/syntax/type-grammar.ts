/** The grammar of types and parameters (language specification, section 4: `type`, `param`). */
import P from "parsimmon";
import { diagnostic, join } from "../diagnostic.ts";
import { bool, float, int, isHashable, printType, str, type Type, variant } from "../types/type.ts";
import type { Annotation, Name, Parameter } from "./ast.ts";
import type { Combinators, Enclosed } from "./combinators.ts";
import type { NameGrammar } from "./name-grammar.ts";
import type { TokenKind } from "./token.ts";

interface TypeRules {
  /** `[ type ]` */
  annotation: Annotation | undefined;
  type: Annotation;
  list: Annotation;
  map: Annotation;
  struct: Annotation;
  field: NamedType;
  func: Annotation;
  argument: NamedType;
  parameters: Enclosed<Parameter>;
  parameter: Parameter;
}

/** A field of a struct type, or an argument of a function type; that need not have a name. */
interface NamedType {
  readonly name: Name | undefined;
  readonly type: Type;
}

export type TypeGrammar = P.TypedLanguage<TypeRules>;

export function typeGrammar(c: Combinators, names: NameGrammar): TypeGrammar {
  const basic = (kind: TokenKind, type: Type): P.Parser<Annotation> =>
    c.token(kind).map((span) => ({ type, span }));
  const byFirstToken = (r: TypeGrammar) => ({
    bool: basic("bool", bool),
    str: basic("str", str),
    int: basic("int", int),
    float: basic("float", float),
    variant: basic("variant", variant),
    "[": r.list,
    map: r.map,
    struct: r.struct,
    func: r.func,
  });

  return P.createLanguage<TypeRules>({
    annotation: (r) => c.byToken<Annotation | undefined>(byFirstToken(r), P.of(undefined)),

    type: (r) => c.byToken<Annotation>(byFirstToken(r), P.fail("a type")),

    list: (r) =>
      P.seqMap(c.token("["), c.token("]"), c.nested(r.type), (open, _, element) => ({
        type: { kind: "list", element: element.type },
        span: join(open, element.span),
      })),

    map: (r) =>
      P.seqMap(
        c.token("map"),
        c.token("{"),
        r.type,
        c.token(":"),
        r.type,
        c.token("}"),
        (word, _open, key, _colon, value, close) => {
          if (!isHashable(key.type)) {
            c.problems.push(
              diagnostic(
                "parse",
                "unhashable-map-key",
                `map key type \`${printType(key.type)}\` is not hashable`,
                key.span,
                { help: "keys are `bool`, `str`, `int`, `float`, or structs of these" },
              ),
            );
          }
          return { type: { kind: "map", key: key.type, value: value.type }, span: join(word, close) };
        },
      ),

    struct: (r) =>
      P.seqMap(
        c.token("struct"),
        c.token("{"),
        c.optional("IDENTIFIER", r.field.sepBy1(c.token(";"))),
        c.token("}"),
        (word, _, fields, close) => ({
          type: { kind: "struct", fields: distinct(fields ?? [], "struct field") },
          span: join(word, close),
        }),
      ),

    field: (r) => P.seqMap(names.name, r.type, (name, { type }) => ({ name, type })),

    func: (r) =>
      P.seqMap(c.token("func"), c.enclosed("(", r.argument), c.nested(r.type), (word, args, result) => ({
        type: { kind: "func", args: distinct(args.items, "argument name"), result: result.type },
        span: join(word, result.span),
      })),

    argument: (r) =>
      P.seqMap(c.optional("$", names.variable), r.type, (variable, { type }) => ({
        name: variable?.name,
        type,
      })),

    parameters: (r) => c.enclosed("(", r.parameter),

    parameter: (r) =>
      P.seqMap(names.variable, r.annotation, ({ name, span }, annotation) =>
        annotation === undefined ? { name, span } : { name, annotation, span: join(span, annotation.span) },
      ),
  });

  function distinct(
    members: readonly NamedType[],
    what: "struct field" | "argument name",
  ): { name: string; type: Type }[] {
    const seen = new Set<string>();
    return members.map(({ name, type }) => {
      if (name !== undefined && seen.has(name.text)) {
        const code = `duplicate-${what.replace(" ", "-")}`;
        c.problems.push(diagnostic("parse", code, `duplicate ${what} \`${name.text}\` in a type`, name.span));
      }
      if (name !== undefined) seen.add(name.text);
      return { name: name?.text ?? "", type };
    });
  }
}

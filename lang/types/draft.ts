/**
 * Expressions between the two steps of the type phase: constraints have been generated, types may still be open.
 * Once everything is solved a draft makes its finished expression, as often as copies of it are needed.
 */
import { type Diagnostic, diagnostic, type Span } from "../diagnostic.ts";
import type { Annotation } from "../syntax/ast.ts";
import { finish, type Open, OpenPrinter, openVariables, resolve } from "./open.ts";
import type { Type } from "./type.ts";
import type { Region, TypedExpression, TypedLambda, TypedParameter } from "./typed.ts";
import type { Unit } from "./unit.ts";

export interface Draft {
  readonly type: Open;
  /** @throws Unfinished */
  finish(copy: Copy): TypedExpression;
  /**
   * A new copy of the body, for a call of this expression, when it is the same lambda whatever happens at run time.
   * @throws Unfinished
   */
  lambda?(copy: Copy): TypedLambda | undefined;
}

/** A parameter of a function or lambda, or a loop variable. */
export interface Parameter {
  readonly name: string;
  readonly type: Open;
  readonly annotation: Annotation | undefined;
  readonly span: Span;
  /** Of a loop variable: what decides its type, and where it is bound. Others are bound anew for each copy. */
  readonly loop: { readonly collection: Unit; readonly bound: () => TypedParameter } | undefined;
}

/** The copy of a part of the program that is being made: which parameters are whose, within which region. */
export class Copy {
  readonly #parameters: ReadonlyMap<Parameter, TypedParameter>;

  constructor(
    readonly region: Region,
    parameters: ReadonlyMap<Parameter, TypedParameter> = new Map(),
    readonly outer?: Copy,
  ) {
    this.#parameters = parameters;
  }

  parameter(parameter: Parameter): TypedParameter {
    if (parameter.loop !== undefined) return parameter.loop.bound();
    const bound = this.#parameters.get(parameter) ?? this.outer?.parameter(parameter);
    if (bound === undefined) throw new Error(`parameter $${parameter.name} is used outside of its function`);
    return bound;
  }
}

/** Stops the making of an expression. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";

  /**
   * @param diagnostic absent when the cause has been reported elsewhere
   * @param unlessUnsolved whether the cause may be a mistake somewhere else, if there are any
   */
  constructor(
    readonly diagnostic?: Diagnostic,
    readonly unlessUnsolved = false,
  ) {
    super(diagnostic?.message);
  }
}

/** @throws Unfinished when nothing decides the type. */
export function finishType(type: Open, span: Span): Type {
  return finish(type) ?? ambiguous(type, span);
}

export function ambiguous(type: Open, span: Span): never {
  const unknown = [...openVariables(type)];
  if (unknown.every((variable) => variable.blamed)) throw new Unfinished();
  for (const variable of unknown) variable.blamed = true;
  const at = resolve(type);
  const unclear =
    at.kind === "list"
      ? "the type of this list is ambiguous: nothing says what its elements are"
      : at.kind === "map"
        ? "the type of this map is ambiguous: nothing says what its keys and values are"
        : `the type of this is ambiguous: ${new OpenPrinter().print(type)}`;
  throw new Unfinished(
    diagnostic("type", "ambiguous-type", unclear, span, {
      help: "say what type it has by binding it to a variable: `$name TYPE = …`",
    }),
    true,
  );
}

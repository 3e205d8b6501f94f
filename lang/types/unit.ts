import type { CoreFunction } from "../core/define.ts";
import type { Diagnostic, Span } from "../diagnostic.ts";
import type { ScopedExpression } from "../scope/scoped.ts";
import { Copy, type Draft, Unfinished } from "./draft.ts";
import type { CalleeName, Explanation } from "./explain.ts";
import { type Open, TypeVariable } from "./open.ts";
import type { Func } from "./type.ts";
import type { Region, TypedExpression, TypedLambda } from "./typed.ts";

/** Tells, for an error, how the program comes to the place: innermost first. */
export type Notes = () => readonly string[];

/** Says nothing before all else is solved, and never that something is wrong. */
export interface ReadingConstraint {
  readonly kind: "reading";
  readonly read: NonNullable<CoreFunction["read"]>;
  readonly callee: Func<TypeVariable>;
}

/** One step of solving. */
export type Constraint =
  /** The constraints of another unit come first, unless they have been solved already. */
  | { readonly kind: "unit"; readonly unit: Unit }
  | {
      readonly kind: "equal";
      readonly expected: Open;
      readonly actual: Open;
      readonly explanation: Explanation;
      readonly span: Span;
      /** The expression that has the type which is not wanted, where it is not all of `span`. */
      readonly value?: ScopedExpression;
    }
  | {
      readonly kind: "call";
      readonly call: Func<TypeVariable>;
      readonly callee: Open;
      readonly name: CalleeName;
      readonly args: readonly ScopedExpression[];
      readonly span: Span;
    }
  | ReadingConstraint
  /** Something that cannot be, whatever the types are. */
  | { readonly kind: "fail"; readonly diagnostic: Diagnostic };

/**
 * What is solved together, or not at all: the value of a variable, the body of one function call, one line of a
 * resource. Units mention each other, so that long chains of them are solved without recursion.
 */
export class Unit {
  /** Stands for the type of the unit's expression. */
  readonly type = new TypeVariable();
  /** `failed` also when the unit is in order, but what uses it has been found wrong. */
  state: "waiting" | "active" | "solved" | "failed" = "waiting";
  #generated: { readonly constraints: readonly Constraint[]; readonly draft: Draft | undefined } | undefined;
  readonly #generate: (constraints: Constraint[]) => Draft | undefined;
  readonly #region: Region | undefined;
  readonly notes: Notes | undefined;
  #typed: TypedExpression | undefined;

  /**
   * @param generate adds the constraints of the unit; called once, when it is first reached
   * @param region where the expression is computed; absent where there is none, or others make copies of it
   */
  constructor(
    generate: (constraints: Constraint[]) => Draft | undefined,
    more: { region?: Region | undefined; notes?: Notes | undefined } = {},
  ) {
    this.#generate = generate;
    this.#region = more.region;
    this.notes = more.notes;
  }

  get constraints(): readonly Constraint[] {
    return this.#content.constraints;
  }

  /** What {@link type} stands for, if the unit has an expression. */
  get definition(): Open | undefined {
    return this.#content.draft?.type;
  }

  get #content(): { readonly constraints: readonly Constraint[]; readonly draft: Draft | undefined } {
    if (this.#generated === undefined) {
      const constraints: Constraint[] = [];
      this.#generated = { draft: this.#generate(constraints), constraints };
    }
    return this.#generated;
  }

  /** A new copy of the expression. @throws Unfinished */
  copy(copy: Copy): TypedExpression {
    const { draft } = this.#content;
    if (draft === undefined) throw new Unfinished();
    return draft.finish(copy);
  }

  /** As {@link Draft.lambda}. @throws Unfinished */
  lambda(copy: Copy): TypedLambda | undefined {
    return this.#content.draft?.lambda?.(copy);
  }

  /** Makes the unit's own expression, once everything is solved. @throws Unfinished */
  finish(): void {
    if (this.#region !== undefined) this.#typed = this.copy(new Copy(this.#region));
  }

  /** The unit's own expression, if it has one and that could be made. */
  get expression(): TypedExpression | undefined {
    return this.#typed;
  }

  /** The unit's own expression. @throws Unfinished when it could not be made, which has been reported then */
  get typed(): TypedExpression {
    if (this.#typed === undefined) throw new Unfinished();
    return this.#typed;
  }
}

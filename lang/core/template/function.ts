/** What templates can call. */
import type { Type } from "../../types/type.ts";
import type { TemplateValue } from "./value.ts";

/** What a parameter takes: any value, or values of an mcl type, under the name that messages give it. */
export type Parameter =
  | { readonly kind: "any" }
  | { readonly kind: "typed"; readonly type: Type; readonly name: string };

export interface TemplateFunction {
  readonly parameters: readonly Parameter[];
  /** Takes whatever comes after the parameters. */
  readonly rest?: Parameter;
  /**
   * @param first the first argument as it is written in the template; undefined if it comes through a pipe
   * @throws Error whose message says what is wrong with the call
   */
  call(args: readonly TemplateValue[], first: () => string | undefined): TemplateValue;
}

/** Decides by itself which of its arguments are evaluated; in both cases the first that settles it is the result. */
export interface ShortCircuit {
  readonly kind: "and" | "or";
}

export const anything: Parameter = { kind: "any" };
export const text: Parameter = { kind: "typed", type: { kind: "str" }, name: "string" };

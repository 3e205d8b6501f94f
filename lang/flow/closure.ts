/**
 * A function as a value of a running program: a body together with the environment it was written in. Applying it
 * builds a copy of the body whose parameters are the argument nodes, not their values, so that arguments flow
 * through without rebuilding anything.
 */
import { FunctionValue, type Value } from "../value.ts";
import type { Node } from "./node.ts";
import type { Scope } from "./scope.ts";

export class Closure extends FunctionValue {
  constructor(
    readonly signature: string,
    /** Builds a copy of the body, owned by `scope`; returns the node of its result. */
    readonly instantiate: (args: readonly Node[], scope: Scope) => Node,
  ) {
    super();
  }
}

/** The value as a function; the type phase has seen to it that it is one. */
export function asClosure(value: Value): Closure {
  if (value instanceof Closure) return value;
  throw new Error("a value of function type is not a function of this program");
}

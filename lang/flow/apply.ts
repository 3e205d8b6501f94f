/** The value of a function whose arguments are all there. */
import type { Implementation } from "../core/define.ts";
import type { Span } from "../diagnostic.ts";
import type { Value } from "../value.ts";
import { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";

export class Apply extends Node {
  constructor(
    readonly implementation: Implementation,
    readonly args: readonly Node[],
    span: Span | undefined,
  ) {
    super(span);
  }

  override compute(): Outcome {
    const { args, implementation } = this;
    const [first, second] = args;
    // One and two arguments, which are nearly all there is, need no array.
    if (first !== undefined && args.length === 1) {
      const a = first.outcome;
      return a === pending || a instanceof Failure ? a : implementation.call(a);
    }
    if (first !== undefined && second !== undefined && args.length === 2) {
      const a = first.outcome;
      const b = second.outcome;
      if (a === pending || a instanceof Failure || b === pending || b instanceof Failure) {
        return a instanceof Failure ? a : b instanceof Failure ? b : pending;
      }
      return implementation.call(a, b);
    }
    const values = valuesOf(args);
    return values === pending || values instanceof Failure ? values : implementation.call(...values);
  }
}

/** The values of all nodes, or the first failure among them, or pending. */
export function valuesOf(nodes: readonly Node[]): Value[] | Failure | typeof pending {
  const values: Value[] = [];
  let waiting = false;
  for (const node of nodes) {
    const { outcome } = node;
    if (outcome instanceof Failure) return outcome;
    if (outcome === pending) waiting = true;
    else values.push(outcome);
  }
  return waiting ? pending : values;
}

/** A call of whatever function the callee's value is; the body is built anew only when that is another function. */
import type { Value } from "../value.ts";
import { asClosure } from "./closure.ts";
import { Control } from "./control.ts";
import type { Graph } from "./graph.ts";
import type { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import { StrictArgument } from "./strict-argument.ts";

export class DynamicCall extends Control {
  #called: Value | undefined;

  constructor(
    readonly callee: Node,
    readonly args: readonly Node[],
  ) {
    super();
  }

  override compute(graph: Graph): Outcome {
    const callee = this.callee.outcome;
    if (callee === pending) return pending;
    if (callee instanceof Failure) {
      this.#called = undefined;
      this.drop();
      return callee;
    }
    if (callee !== this.#called) {
      this.#called = callee;
      this.replace(graph, (scope) => {
        for (const each of this.args) StrictArgument.mark(each, scope);
        return asClosure(callee).instantiate(this.args, scope);
      });
    }
    return true;
  }
}

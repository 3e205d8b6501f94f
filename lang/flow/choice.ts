/** `if` as an expression: only the chosen branch exists. */
import { Control } from "./control.ts";
import type { Graph } from "./graph.ts";
import type { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import type { Scope } from "./scope.ts";

export class Choice extends Control {
  #chosen: boolean | undefined;

  constructor(
    readonly condition: Node,
    readonly build: (chosen: boolean, scope: Scope) => Node,
  ) {
    super();
  }

  override compute(graph: Graph): Outcome {
    const condition = this.condition.outcome;
    if (condition === pending) return pending;
    if (condition instanceof Failure) {
      this.#chosen = undefined;
      this.drop();
      return condition;
    }
    const chosen = condition === true;
    if (chosen !== this.#chosen) {
      this.#chosen = chosen;
      this.replace(graph, (scope) => this.build(chosen, scope));
    }
    return true;
  }
}

/** `primary <|> fallback`: the fallback exists only while the primary has failed in a way that can be caught. */
import { Control } from "./control.ts";
import type { Graph } from "./graph.ts";
import type { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import type { Scope } from "./scope.ts";

export class Except extends Control {
  constructor(
    readonly primary: Node,
    readonly buildFallback: (scope: Scope) => Node,
  ) {
    super();
  }

  override compute(graph: Graph): Outcome {
    const primary = this.primary.outcome;
    if (primary === pending) return pending;
    if (primary instanceof Failure && !primary.fatal) {
      if (this.scope === undefined) this.replace(graph, this.buildFallback);
      return true;
    }
    this.drop();
    this.result.attach(this.primary, graph);
    return primary instanceof Failure ? primary : true;
  }
}

/**
 * `primary <|> fallback <|> …`: a fallback exists only while all before it have failed in a way that can be caught.
 *
 * Each alternative but the last has a control node, which makes the next one. All of them share one result: were
 * there one for each, every alternative that is tried would lift all that stand after it.
 */
import { Control } from "./control.ts";
import type { DynamicResult } from "./dynamic-result.ts";
import type { Graph } from "./graph.ts";
import type { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import type { Scope } from "./scope.ts";

/** Builds the next alternative, whose own control node follows suit where there are more. */
export type BuildFallback = (scope: Scope, result: DynamicResult) => Node;

export class Except extends Control {
  /** Its place among the control nodes of the result. */
  #place = 0;

  /** @param shared the result of the alternatives before it; absent for the first */
  constructor(
    readonly primary: Node,
    readonly buildFallback: BuildFallback,
    readonly shared?: DynamicResult,
  ) {
    super(shared);
  }

  /** @returns what stands for the alternatives from this one on: their result, or to a shared one the primary */
  override addTo(scope: Scope, input: Node): Node {
    const { shared } = this;
    if (shared === undefined) return super.addTo(scope, input);
    scope.graph.add(this, scope, [input]);
    this.#place = shared.follow(this, scope.graph);
    return input;
  }

  override compute(graph: Graph): Outcome {
    const primary = this.primary.outcome;
    if (primary === pending) return pending;
    if (primary instanceof Failure && !primary.fatal) {
      if (this.scope === undefined) this.replace(graph, (scope) => this.buildFallback(scope, this.result));
      return true;
    }
    this.drop();
    this.result.attach(this.primary, graph);
    return primary instanceof Failure ? primary : true;
  }

  override release(): void {
    this.shared?.unfollow(this.#place);
    super.release();
  }
}

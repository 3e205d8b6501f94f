/**
 * The value of a construct whose inside changes shape: an `if`, a `<|>`, a call of a function value. A control node
 * decides what is inside; this node stays, so that everything downstream keeps its edges.
 *
 * Invariant: it is higher than its control node and its target, so it is computed after both in the tick in which
 * the control node attaches something else.
 */
import type { Edge } from "./edge.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";

export class DynamicResult extends Node {
  readonly #control: Node;
  #target: Node | undefined;
  #edge: Edge | undefined;

  constructor(control: Node) {
    super(undefined);
    this.#control = control;
  }

  /** Takes the value of `target` from now on. */
  attach(target: Node, graph: Graph): void {
    if (target === this.#target) return;
    this.detach();
    this.#target = target;
    if (target.height >= 0) this.#edge = graph.link(target, this);
    graph.enqueue(this);
  }

  /** Takes no value from anyone, because its target goes away. */
  detach(): void {
    this.#edge?.remove();
    this.#edge = undefined;
    this.#target = undefined;
  }

  override compute(): Outcome {
    const control = this.#control.outcome;
    if (control === pending || control instanceof Failure) return control;
    return this.#target?.outcome ?? pending;
  }
}

/**
 * The value of a construct whose inside changes shape: an `if`, a `<|>`, a call of a function value. A control node
 * decides what is inside; this node stays, so that everything downstream keeps its edges.
 *
 * Invariant: it is higher than its control nodes and its target, so it is computed after them in the tick in which
 * a control node attaches something else.
 */
import type { Edge } from "./edge.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";

export class DynamicResult extends Node {
  /** The first one lives as long as the result; each further one in a scope of the one before it. */
  readonly #controls: Node[];
  /** From the further ones. */
  readonly #followed: Edge[] = [];
  #target: Node | undefined;
  #edge: Edge | undefined;

  constructor(control: Node) {
    super(undefined);
    this.#controls = [control];
  }

  /**
   * Obeys one more control node.
   * @returns its place, for {@link unfollow}
   */
  follow(control: Node, graph: Graph): number {
    this.#followed.push(graph.link(control, this));
    return this.#controls.push(control) - 1;
  }

  /** Forgets the control node in a place, and those after it. */
  unfollow(place: number): void {
    if (this.disposed || place >= this.#controls.length) return;
    this.#controls.length = place;
    while (this.#followed.length >= place) this.#followed.pop()?.remove();
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
    for (const { outcome } of this.#controls) {
      if (outcome === pending || outcome instanceof Failure) return outcome;
    }
    return this.#target?.outcome ?? pending;
  }
}

/**
 * Owns what came into being together and goes together: the program, a branch, an iteration, the body of a call, a
 * bind. A scope made by a control node is owned through that node; the scope of a bind is a child of the scope of its
 * region.
 *
 * Invariant: every node of a scope is higher than the scope's control node, so that within one tick a scope that is
 * no longer wanted is gone before any of its nodes would be computed from inputs it was not made for.
 */
import type { Graph } from "./graph.ts";
import type { Node } from "./node.ts";

export interface Owned {
  /** Of a node that belongs to the scope alone. */
  readonly height?: number;
  /** Ends it; called once. */
  dispose(graph: Graph): void;
  /** Lifts its nodes above the control node of the scope. */
  keepAbove(control: Node, graph: Graph): void;
}

export class Scope {
  #owned: Owned[] = [];
  #children: Set<Scope> | undefined;
  #parent: Scope | undefined;
  #disposed = false;

  constructor(
    readonly graph: Graph,
    /** The node whose value this scope was made for; undefined where nothing can take the scope away. */
    readonly control: Node | undefined,
  ) {}

  /** The least height of a node in this scope. */
  get floor(): number {
    return this.control === undefined ? 0 : this.control.height + 1;
  }

  /** The height of its lowest node. */
  get lowest(): number {
    const heights = this.#owned.map((each) => each.height ?? Number.POSITIVE_INFINITY);
    for (const child of this.#children ?? []) heights.push(child.lowest);
    return heights.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  }

  get isEmpty(): boolean {
    return this.#owned.length === 0;
  }

  /** A scope that goes at the latest when this one goes. */
  child(): Scope {
    const child = new Scope(this.graph, this.control);
    child.#parent = this;
    this.#children ??= new Set();
    this.#children.add(child);
    return child;
  }

  own(owned: Owned): void {
    this.#owned.push(owned);
  }

  keepAbove(control: Node): void {
    for (const each of this.#owned) each.keepAbove(control, this.graph);
    if (this.#children !== undefined) for (const child of this.#children) child.keepAbove(control);
  }

  /** Ends all that it owns, before this returns unless another scope is just being disposed. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#parent !== undefined) this.#parent.#children?.delete(this);
    this.graph.retire(this);
  }

  /** For the graph: the work of {@link dispose}. */
  release(): void {
    const owned = this.#owned;
    this.#owned = [];
    for (let index = owned.length - 1; index >= 0; index--) owned[index]?.dispose(this.graph);
    if (this.#children !== undefined) for (const child of this.#children) child.dispose();
  }
}

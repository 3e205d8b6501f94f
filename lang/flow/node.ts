/**
 * One computation of the function graph.
 *
 * Invariants:
 * - A node is higher than every node it has an edge from, and than the control node of the scope that owns it.
 * - Heights only grow.
 * - `outcome` is what `compute` gave last; it is up to date whenever the node is not queued and no lower node is.
 * - A disposed node is never computed again; its own input edges are gone. Edges to it disappear with its
 *   dependents, which are disposed, or attached elsewhere, in the same tick.
 */
import type { Span } from "../diagnostic.ts";
import type { Edge } from "./edge.ts";
import type { Graph } from "./graph.ts";
import { type Outcome, pending } from "./outcome.ts";
import type { Owned, Scope } from "./scope.ts";

export abstract class Node implements Owned {
  outcome: Outcome = pending;
  height = 0;
  /** Waits in the recompute heap. */
  queued = false;
  disposed = false;
  /** First of the edges that come in; constants have none. */
  inputs: Edge | undefined = undefined;
  /** First of the edges that go out. */
  dependents: Edge | undefined = undefined;

  /** @param span what a failure that begins here is blamed on; a call widens it to its own (2.8) */
  constructor(public span: Span | undefined) {}

  /** Living calls that have it as an argument, which may not fail while nobody reads it. */
  strictUses = 0;

  /** Whether it is a statement: nothing is published while one is pending or failed. */
  get isSink(): boolean {
    return false;
  }

  /** Works out the outcome from those of the inputs, none of which is queued. What it throws is a failure here. */
  abstract compute(graph: Graph): Outcome;

  /** The scopes whose nodes must stay above this one. */
  ownedScopes(): Iterable<Scope> {
    return none;
  }

  /** Ends everything the node keeps going; called once. */
  release(_graph: Graph): void {}

  dispose(graph: Graph): void {
    graph.remove(this);
  }

  keepAbove(control: Node, graph: Graph): void {
    graph.heights.lift(this, control.height + 1);
  }
}

const none: readonly Scope[] = [];

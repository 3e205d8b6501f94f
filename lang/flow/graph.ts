/**
 * The incremental engine, in the manner of Jane Street's Incremental: a tick takes what sources have to say, then
 * computes queued nodes lowest first, each at most once; a node whose outcome did not change wakes nobody. Control
 * nodes build and dispose scopes as they are computed, so a change of shape is over when the tick is.
 *
 * Invariants between ticks: the heap is empty; every node's outcome follows from its inputs' outcomes; `#troubled`
 * holds every node that keeps the state from being published (and maybe some that no longer do).
 */
import { Edge } from "./edge.ts";
import { Heights } from "./heights.ts";
import type { InvariantChecker } from "./invariant-checker.ts";
import type { Node } from "./node.ts";
import { Failure, failureFrom, type Outcome, pending, sameOutcome } from "./outcome.ts";
import { RecomputeHeap } from "./recompute-heap.ts";
import type { Scope } from "./scope.ts";

/** A node that has something to say from outside the graph. */
export interface EventNode extends Node {
  /** Moves the next event to where `compute` takes it; whether more are waiting. */
  advance(): boolean;
}

/** What the last tick cost, and how large the graph is. */
export interface Counters {
  readonly ticks: number;
  /** Nodes computed in the last tick. */
  readonly recomputed: number;
  /** Nodes alive; constants are not nodes of the graph. */
  readonly nodes: number;
}

export class Graph {
  readonly #heap = new RecomputeHeap();
  readonly heights = new Heights();
  readonly #troubled = new Set<Node>();
  #events: EventNode[] = [];
  readonly #retired: Scope[] = [];
  #retiring = false;
  #scheduled = false;
  #ticking = false;
  #ticks = 0;
  #recomputed = 0;
  #nodes = 0;
  /** Grows whenever what statements put out may have changed. */
  outputVersion = 0;
  /** The node added last: a call whose result it is takes the blame for it (2.8). */
  newest: Node | undefined;
  /** How many nodes were ever added. */
  added = 0;

  /** @param schedule runs a tick soon, after the current event; @param onTick called after each one. */
  constructor(
    readonly schedule: (tick: () => void) => void,
    readonly onTick: () => void,
    /** Debugging aid: checks the invariants after each tick. */
    readonly checker?: InvariantChecker,
  ) {}

  get counters(): Counters {
    return { ticks: this.#ticks, recomputed: this.#recomputed, nodes: this.#nodes };
  }

  /** Takes a node into the graph and computes it in the current tick, or the next. */
  add<N extends Node>(node: N, scope: Scope, inputs: readonly Node[]): N {
    this.adopt(node, scope.floor, inputs);
    scope.own(node);
    return node;
  }

  /** {@link add} for a node whose owner is not a scope. */
  adopt(node: Node, floor: number, inputs: readonly Node[]): void {
    node.height = floor;
    for (const input of inputs) {
      if (input.height < 0) continue;
      if (input.height >= node.height) node.height = input.height + 1;
      Edge.between(input, node);
    }
    this.#nodes++;
    this.added++;
    this.newest = node;
    this.checker?.added(node);
    this.#heap.push(node);
  }

  /** Takes a node out of the graph. Nobody who stays may read it any more. */
  remove(node: Node): void {
    if (node.disposed) return;
    node.disposed = true;
    this.#nodes--;
    this.checker?.removed(node);
    for (let edge = node.inputs; edge !== undefined; edge = edge.nextInput) edge.leaveSource();
    node.inputs = undefined;
    this.#troubled.delete(node);
    node.release(this);
  }

  /**
   * Ends what a disposed scope owns. Scopes that go because of it wait for their turn: a chain of them may be longer
   * than the stack is deep.
   */
  retire(scope: Scope): void {
    this.#retired.push(scope);
    if (this.#retiring) return;
    this.#retiring = true;
    for (let next = this.#retired.pop(); next !== undefined; next = this.#retired.pop()) next.release();
    this.#retiring = false;
  }

  /** Makes `target` read `source` from now on. */
  link(source: Node, target: Node): Edge {
    const edge = Edge.between(source, target);
    this.heights.lift(target, source.height + 1);
    this.heights.settle();
    return edge;
  }

  /** Has a node computed in the current tick, which must not have passed it yet, or in the next one. */
  enqueue(node: Node): void {
    if (!node.queued && !node.disposed) this.#heap.push(node);
  }

  /** Something happened outside: there will be a tick in which the node may {@link EventNode.advance}. */
  post(node: EventNode): void {
    this.#events.push(node);
    this.#wake();
  }

  /** Has a node looked at again when it is decided whether the state can be published. */
  review(node: Node): void {
    const { outcome } = node;
    if (outcome instanceof Failure || (outcome === pending && isWanted(node))) this.#troubled.add(node);
  }

  /** Brings the graph up to date with everything that has happened. */
  tick(): void {
    this.#ticking = true;
    this.#recomputed = 0;
    this.#ticks++;
    const events = this.#events;
    this.#events = [];
    for (const node of events) {
      if (node.disposed) continue;
      if (node.advance()) this.#events.push(node);
      this.enqueue(node);
    }
    for (let node = this.#heap.pop(); node !== undefined; node = this.#heap.pop()) this.#recompute(node);
    this.#ticking = false;
    this.checker?.check();
    if (this.#events.length > 0) this.#wake();
    this.onTick();
  }

  /** What keeps the current state from being published. */
  get obstacles(): { readonly failures: readonly Failure[]; readonly pending: readonly Node[] } {
    const failures: Failure[] = [];
    const waiting: Node[] = [];
    for (const node of this.#troubled) {
      const { outcome } = node;
      if (outcome instanceof Failure) {
        if (isUncaught(node, outcome)) failures.push(outcome);
      } else if (outcome !== pending || !isWanted(node)) this.#troubled.delete(node);
      else if (isUnread(node)) waiting.push(node);
    }
    return { failures, pending: waiting };
  }

  #recompute(node: Node): void {
    this.#recomputed++;
    const before = node.outcome;
    const after = this.#outcomeOf(node);
    if (sameOutcome(before, after)) {
      if (after === pending && isWanted(node)) this.#troubled.add(node);
      return;
    }
    node.outcome = after;
    if (after === pending || after instanceof Failure) this.#troubled.add(node);
    else if (before === pending || before instanceof Failure) this.#troubled.delete(node);
    for (let edge = node.dependents; edge !== undefined; edge = edge.nextDependent) {
      const { target } = edge;
      if (!target.queued) this.#heap.push(target);
    }
  }

  #outcomeOf(node: Node): Outcome {
    try {
      return node.compute(this);
    } catch (error) {
      return failureFrom(error, node);
    }
  }

  #wake(): void {
    if (this.#scheduled || this.#ticking) return;
    this.#scheduled = true;
    this.schedule(() => {
      this.#scheduled = false;
      this.tick();
    });
  }
}

/** A fatal failure stands by itself. */
function isUncaught(node: Node, failure: Failure): boolean {
  return (failure.fatal && failure.origin === node) || (isWanted(node) && isUnread(node));
}

/** Whether it has to have a value: a statement, or an argument of a living call. */
function isWanted(node: Node): boolean {
  return node.isSink || node.strictUses > 0;
}

/** Whether no other node takes over its failure, or waits because it does: of an argument only if nobody reads it. */
function isUnread(node: Node): boolean {
  return node.isSink || node.dependents === undefined;
}

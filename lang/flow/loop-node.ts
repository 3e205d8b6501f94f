/**
 * `for` and `forkv`: one copy of the body for each key, which is the index or the key of the map. What is new is
 * built, what is gone is disposed, and a changed element flows into the copy that has it.
 */
import type { Contribution } from "../output/contribution.ts";
import { identity, isList, MapValue, type Value } from "../value.ts";
import { Constant } from "./constant.ts";
import { Element } from "./element.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import type { OutputItem } from "./output-item.ts";
import { Scope } from "./scope.ts";

/** Builds one copy of the body. */
export type BuildIteration = (key: Node, element: Node, scope: Scope) => readonly OutputItem[];

interface Iteration {
  readonly scope: Scope;
  readonly element: Element;
  readonly items: readonly OutputItem[];
}

abstract class LoopNode extends Node implements OutputItem {
  constructor(
    readonly collection: Node,
    readonly build: BuildIteration,
  ) {
    super(undefined);
  }

  protected abstract iterations(): Iterable<Iteration>;

  /** Makes the iterations those of a collection, or of none. */
  protected abstract reconcile(collection: Value | undefined, graph: Graph): void;

  override get isSink(): boolean {
    return true;
  }

  override compute(graph: Graph): Outcome {
    const collection = this.collection.outcome;
    if (collection === pending) return pending;
    if (collection instanceof Failure) {
      this.reconcile(undefined, graph);
      return collection;
    }
    this.reconcile(collection, graph);
    return true;
  }

  override *ownedScopes(): Iterable<Scope> {
    for (const iteration of this.iterations()) yield iteration.scope;
  }

  override release(): void {
    for (const iteration of this.iterations()) iteration.scope.dispose();
  }

  collect(into: Contribution[]): void {
    for (const iteration of this.iterations()) for (const item of iteration.items) item.collect(into);
  }

  protected begin(key: Value, value: Value, graph: Graph): Iteration {
    graph.outputVersion++;
    const scope = new Scope(graph, this);
    const element = graph.add(new Element(value), scope, []);
    return { scope, element, items: this.build(new Constant(key), element, scope) };
  }

  protected end(iteration: Iteration, graph: Graph): void {
    graph.outputVersion++;
    iteration.scope.dispose();
  }
}

export class ForNode extends LoopNode {
  readonly #iterations: Iteration[] = [];

  protected override iterations(): Iterable<Iteration> {
    return this.#iterations;
  }

  protected override reconcile(collection: Value | undefined, graph: Graph): void {
    const list = collection !== undefined && isList(collection) ? collection : [];
    while (this.#iterations.length > list.length) {
      const gone = this.#iterations.pop();
      if (gone !== undefined) this.end(gone, graph);
    }
    for (let index = 0; index < list.length; index++) {
      const value = list[index];
      if (value === undefined) continue;
      const iteration = this.#iterations[index];
      if (iteration === undefined) this.#iterations.push(this.begin(BigInt(index), value, graph));
      else iteration.element.set(value, graph);
    }
  }
}

export class ForKeyValueNode extends LoopNode {
  /** By identity of the key, in the order of the map. */
  #iterations: ReadonlyMap<string, Iteration> = new Map();

  protected override iterations(): Iterable<Iteration> {
    return this.#iterations.values();
  }

  protected override reconcile(collection: Value | undefined, graph: Graph): void {
    const before = this.#iterations;
    const after = new Map<string, Iteration>();
    const entries = collection instanceof MapValue ? collection.entries() : [];
    for (const [key, value] of entries) {
      const id = identity(key);
      const iteration = before.get(id);
      iteration?.element.set(value, graph);
      after.set(id, iteration ?? this.begin(key, value, graph));
    }
    this.#iterations = after;
    for (const [id, iteration] of before) if (!after.has(id)) this.end(iteration, graph);
  }
}

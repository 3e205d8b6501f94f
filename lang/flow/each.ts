/**
 * Calls a function value for each index of some lists (`iter.map` and its like). Calls are kept by index: a changed
 * element flows into the call that has it, a changed length adds or ends calls at the end.
 */
import type { Behavior } from "../core/define.ts";
import { isList, type Value } from "../value.ts";
import { valuesOf } from "./apply.ts";
import { asClosure, type Closure } from "./closure.ts";
import type { Edge } from "./edge.ts";
import { Element } from "./element.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import { Scope } from "./scope.ts";

type Collect = Extract<Behavior, { kind: "each" }>["collect"];

interface Call {
  readonly scope: Scope;
  readonly elements: readonly Element[];
  readonly result: Node;
  readonly edge: Edge | undefined;
}

export class Each extends Node {
  readonly #args: readonly Node[];
  readonly #gather: Gather;
  #function: Closure | undefined;

  /** @param args the lists, then the function */
  constructor(args: readonly Node[], collect: Collect, origin: Node["span"]) {
    super(undefined);
    this.#args = args;
    this.#gather = new Gather(this, collect, origin);
  }

  /** Adds the nodes to the graph. */
  addTo(scope: Scope): Node {
    scope.graph.add(this, scope, this.#args);
    return scope.graph.add(this.#gather, scope, [this]);
  }

  override ownedScopes(): Iterable<Scope> {
    return this.#gather.calls.map((call) => call.scope);
  }

  override release(): void {
    for (const call of this.#gather.calls) call.scope.dispose();
  }

  override compute(graph: Graph): Outcome {
    const values = valuesOf(this.#args);
    if (values === pending) return pending;
    if (values instanceof Failure) {
      this.#function = undefined;
      this.#shrink(0);
      return values;
    }
    const fn = values.pop();
    const lists = values.filter(isList);
    if (fn === undefined) return pending;
    const closure = asClosure(fn);
    if (closure !== this.#function) this.#shrink(0);
    this.#function = closure;

    const length = Math.min(...lists.map((list) => list.length));
    this.#shrink(length);
    this.#gather.calls.forEach((call, index) => {
      call.elements.forEach((element, which) => {
        const value = lists[which]?.[index];
        if (value !== undefined) element.set(value, graph);
      });
    });
    for (let index = this.#gather.calls.length; index < length; index++) {
      this.#gather.calls.push(this.#call(closure, index, lists, graph));
    }
    this.#gather.lists = lists;
    graph.enqueue(this.#gather);
    return true;
  }

  #call(closure: Closure, index: number, lists: readonly (readonly Value[])[], graph: Graph): Call {
    const scope = new Scope(graph, this);
    const elements = lists.flatMap((list) => {
      const value = list[index];
      return value === undefined ? [] : [graph.add(new Element(value), scope, [])];
    });
    const result = closure.instantiate(elements, scope);
    const edge = result.height < 0 ? undefined : graph.link(result, this.#gather);
    return { scope, elements, result, edge };
  }

  #shrink(length: number): void {
    const { calls } = this.#gather;
    while (calls.length > length) {
      const call = calls.pop();
      call?.edge?.remove();
      call?.scope.dispose();
    }
  }
}

/** Makes the result from what the calls returned; higher than all of them. */
class Gather extends Node {
  readonly calls: Call[] = [];
  lists: readonly (readonly Value[])[] = [];

  constructor(
    readonly control: Each,
    readonly collect: Collect,
    span: Node["span"],
  ) {
    super(span);
  }

  override compute(): Outcome {
    const control = this.control.outcome;
    if (control === pending || control instanceof Failure) return control;
    const results = valuesOf(this.calls.map((call) => call.result));
    if (results === pending || results instanceof Failure) return results;
    return this.collect(this.lists, results);
  }
}

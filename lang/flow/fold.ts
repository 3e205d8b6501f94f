/**
 * A left fold with a function value: a chain of calls, one for each element. A changed element is computed through
 * from its place in the chain; a changed length adds or ends calls at the end.
 */
import { FatalError } from "../core/define.ts";
import type { Span } from "../diagnostic.ts";
import { isList } from "../value.ts";
import { asClosure, type Closure } from "./closure.ts";
import { DynamicResult } from "./dynamic-result.ts";
import { Element } from "./element.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import { Scope } from "./scope.ts";

interface Step {
  readonly scope: Scope;
  readonly element: Element;
  /** The accumulator after this element. */
  readonly accumulator: Node;
}

export class Fold extends Node {
  readonly #initial: Node | undefined;
  readonly #list: Node;
  readonly #function: Node;
  readonly #result: DynamicResult;
  readonly #steps: Step[] = [];
  #called: Closure | undefined;

  constructor(initial: Node | undefined, list: Node, fn: Node, span: Span | undefined) {
    super(span);
    this.#initial = initial;
    this.#list = list;
    this.#function = fn;
    this.#result = new DynamicResult(this);
  }

  /** Adds the nodes to the graph. */
  addTo(scope: Scope): Node {
    const inputs = [this.#list, this.#function];
    if (this.#initial !== undefined) inputs.push(this.#initial);
    scope.graph.add(this, scope, inputs);
    return scope.graph.add(this.#result, scope, [this]);
  }

  override ownedScopes(): Iterable<Scope> {
    return this.#steps.map((step) => step.scope);
  }

  override release(): void {
    for (const step of this.#steps) step.scope.dispose();
  }

  override compute(graph: Graph): Outcome {
    const list = this.#list.outcome;
    const fn = this.#function.outcome;
    if (list instanceof Failure || fn instanceof Failure) {
      this.#called = undefined;
      this.#shrink(0);
      return list instanceof Failure ? list : fn;
    }
    const initial = this.#initial?.outcome;
    if (initial instanceof Failure) return initial;
    if (list === pending || fn === pending || initial === pending) return pending;
    const closure = asClosure(fn);
    if (closure !== this.#called) this.#shrink(0);
    this.#called = closure;
    const elements = isList(list) ? list : [];
    this.#shrink(elements.length);
    elements.forEach((value, index) => {
      const step = this.#steps[index];
      if (step !== undefined) {
        step.element.set(value, graph);
        return;
      }
      const scope = new Scope(graph, this);
      const element = graph.add(new Element(value), scope, []);
      const before = index === 0 ? this.#initial : this.#steps[index - 1]?.accumulator;
      const accumulator = before === undefined ? element : closure.instantiate([before, element], scope);
      this.#steps.push({ scope, element, accumulator });
    });
    const last = this.#steps.at(-1)?.accumulator ?? this.#initial;
    if (last === undefined) {
      throw new FatalError("cannot reduce an empty list without an initial value");
    }
    this.#result.attach(last, graph);
    return true;
  }

  #shrink(length: number): void {
    if (this.#steps.length <= length) return;
    this.#result.detach();
    while (this.#steps.length > length) this.#steps.pop()?.scope.dispose();
  }
}

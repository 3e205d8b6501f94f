/**
 * A node that owns a subgraph which depends on its input. While the input has failed there is no subgraph; while it
 * is pending the subgraph stays as it is, for it will probably be wanted again.
 *
 * The outcome of a control node is `true`, or the failure or pending state of what it decides by.
 */
import { DynamicResult } from "./dynamic-result.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Scope } from "./scope.ts";

export abstract class Control extends Node {
  protected scope: Scope | undefined;
  readonly result: DynamicResult;

  /** @param result of which it is a further control node; absent for one of its own */
  constructor(result?: DynamicResult) {
    super(undefined);
    this.result = result ?? new DynamicResult(this);
  }

  /** Adds the control node and its result to the graph. */
  addTo(scope: Scope, input: Node): Node {
    scope.graph.add(this, scope, [input]);
    return scope.graph.add(this.result, scope, [this]);
  }

  override ownedScopes(): Iterable<Scope> {
    return this.scope === undefined ? [] : [this.scope];
  }

  override release(): void {
    this.scope?.dispose();
  }

  /** Builds a subgraph in place of the present one, which goes last so that what both use stays open. */
  protected replace(graph: Graph, build: (scope: Scope) => Node): void {
    const before = this.scope;
    this.scope = new Scope(graph, this);
    this.result.attach(build(this.scope), graph);
    before?.dispose();
  }

  /** Takes the subgraph away, if there is one. */
  protected drop(): void {
    if (this.scope === undefined) return;
    this.result.detach();
    this.scope.dispose();
    this.scope = undefined;
  }
}

/** `if` as a statement: only the statements of the chosen branch exist. */
import type { Contribution } from "../output/contribution.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import type { OutputItem } from "./output-item.ts";
import { Scope } from "./scope.ts";

export class IfStatementNode extends Node implements OutputItem {
  #chosen: boolean | undefined;
  #scope: Scope | undefined;
  #items: readonly OutputItem[] = [];

  constructor(
    readonly condition: Node,
    readonly build: (chosen: boolean, scope: Scope) => readonly OutputItem[],
  ) {
    super(undefined);
  }

  override get isSink(): boolean {
    return true;
  }

  override compute(graph: Graph): Outcome {
    const condition = this.condition.outcome;
    if (condition === pending) return pending;
    const chosen = condition instanceof Failure ? undefined : condition === true;
    if (chosen !== this.#chosen) {
      const before = this.#scope;
      this.#chosen = chosen;
      this.#scope = chosen === undefined ? undefined : new Scope(graph, this);
      this.#items = chosen === undefined || this.#scope === undefined ? [] : this.build(chosen, this.#scope);
      before?.dispose();
      graph.outputVersion++;
    }
    return condition instanceof Failure ? condition : true;
  }

  override ownedScopes(): Iterable<Scope> {
    return this.#scope === undefined ? [] : [this.#scope];
  }

  override release(): void {
    this.#scope?.dispose();
  }

  collect(into: Contribution[]): void {
    for (const item of this.#items) item.collect(into);
  }
}

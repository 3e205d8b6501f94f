/** A statement whose output depends on values: computed when one of them changes. */
import { type Contribution, emptyContribution } from "../output/contribution.ts";
import type { Value } from "../value.ts";
import { valuesOf } from "./apply.ts";
import type { Graph } from "./graph.ts";
import { Node } from "./node.ts";
import { Failure, type Outcome, pending } from "./outcome.ts";
import type { OutputItem } from "./output-item.ts";

/** What a statement puts out for the values of its inputs; may return `previous` when that is still right. */
export type Contribute = (values: readonly Value[], previous: Contribution | undefined) => Contribution;

export class StatementNode extends Node implements OutputItem {
  #contribution: Contribution | undefined;

  constructor(
    readonly inputNodes: readonly Node[],
    readonly contribute: Contribute,
  ) {
    super(undefined);
  }

  override get isSink(): boolean {
    return true;
  }

  override compute(graph: Graph): Outcome {
    const values = valuesOf(this.inputNodes);
    if (values === pending || values instanceof Failure) return values;
    const before = this.#contribution;
    this.#contribution = this.contribute(values, before);
    if (this.#contribution !== before) graph.outputVersion++;
    return true;
  }

  collect(into: Contribution[]): void {
    into.push(this.#contribution ?? emptyContribution);
  }
}

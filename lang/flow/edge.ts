/**
 * `target` reads `source`. Edges are links of two lists at once, the inputs of the target and the dependents of the
 * source, so that linking and unlinking take constant time however many dependents a node has.
 */
import type { Node } from "./node.ts";

export class Edge {
  nextInput: Edge | undefined = undefined;
  previousDependent: Edge | undefined = undefined;
  nextDependent: Edge | undefined;

  private constructor(
    readonly source: Node,
    readonly target: Node,
  ) {
    this.nextDependent = source.dependents;
    if (source.dependents !== undefined) source.dependents.previousDependent = this;
    source.dependents = this;
    this.nextInput = target.inputs;
    target.inputs = this;
  }

  /** Does not look at heights: see `Graph.link`. */
  static between(source: Node, target: Node): Edge {
    return new Edge(source, target);
  }

  /** Takes the edge out of both lists. */
  remove(): void {
    this.leaveSource();
    const { target } = this;
    if (target.inputs === this) {
      target.inputs = this.nextInput;
      return;
    }
    let before = target.inputs;
    while (before !== undefined && before.nextInput !== this) before = before.nextInput;
    if (before !== undefined) before.nextInput = this.nextInput;
  }

  /** Takes the edge out of the dependents of its source only, when the target goes away with all its edges. */
  leaveSource(): void {
    if (this.previousDependent === undefined) this.source.dependents = this.nextDependent;
    else this.previousDependent.nextDependent = this.nextDependent;
    if (this.nextDependent !== undefined) this.nextDependent.previousDependent = this.previousDependent;
  }
}

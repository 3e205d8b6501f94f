/**
 * Arguments of calls are strict: while a call lives, none of its arguments may fail unread. This marks one argument
 * for as long as the body of the call exists.
 */
import type { Graph } from "./graph.ts";
import type { Node } from "./node.ts";
import type { Owned, Scope } from "./scope.ts";

export class StrictArgument implements Owned {
  private constructor(readonly node: Node) {}

  /** Marks the argument for the life of `scope`. */
  static mark(node: Node, scope: Scope): void {
    if (node.height < 0) return;
    node.strictUses++;
    scope.own(new StrictArgument(node));
    scope.graph.review(node);
  }

  dispose(_graph: Graph): void {
    this.node.strictUses--;
  }

  /** It has no node of its own. */
  keepAbove(): void {}
}

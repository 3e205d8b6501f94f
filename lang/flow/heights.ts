/**
 * Restores the order of heights after an edge was added. Raised nodes are looked at in order of their new height:
 * when one's turn comes, all that could raise it further have had theirs, so each is looked at once.
 */
import { HeightQueue } from "./height-queue.ts";
import type { Node } from "./node.ts";

export class Heights {
  readonly #raised = new HeightQueue();

  /** Lifts one node to at least `height`; what must stay above it follows with {@link settle}. */
  lift(node: Node, height: number): void {
    if (node.height >= height) return;
    node.height = height;
    this.#raised.push(node, height);
  }

  /** Lifts everything that must stay above the lifted nodes. */
  settle(): void {
    for (let node = this.#raised.pop(); node !== undefined; node = this.#raised.pop()) {
      if (node.height > this.#raised.lowest) continue;
      for (let edge = node.dependents; edge !== undefined; edge = edge.nextDependent) {
        this.lift(edge.target, node.height + 1);
      }
      for (const scope of node.ownedScopes()) scope.keepAbove(node);
    }
  }
}

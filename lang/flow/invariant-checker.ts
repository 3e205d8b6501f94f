/** Checks what the other files of this folder promise, node by node, and throws at the first broken promise. */
import type { Node } from "./node.ts";

export class InvariantChecker {
  readonly #nodes = new Set<Node>();

  added(node: Node): void {
    this.#nodes.add(node);
  }

  removed(node: Node): void {
    this.#nodes.delete(node);
  }

  /** To be called between ticks. */
  check(): void {
    for (const node of this.#nodes) this.#checkNode(node);
  }

  #checkNode(node: Node): void {
    require(!node.queued, "a node is still queued after a tick", node);
    for (let edge = node.inputs; edge !== undefined; edge = edge.nextInput) {
      require(edge.target === node, "an input edge leads elsewhere", node);
      require(this.#nodes.has(edge.source), "a living node reads one that is gone", node);
      require(edge.source.height < node.height, "a node is not above its input", node);
    }
    for (let edge = node.dependents; edge !== undefined; edge = edge.nextDependent) {
      require(edge.source === node, "an edge to a dependent comes from elsewhere", node);
      require(this.#nodes.has(edge.target), "an edge leads to a node that is gone", node);
      const next = edge.nextDependent;
      require(next === undefined || next.previousDependent === edge, "the dependents are not linked", node);
    }
    for (const scope of node.ownedScopes()) {
      require(scope.lowest > node.height, "a scope is not above its control node", node);
    }
  }
}

function require(holds: boolean, promise: string, node: Node): void {
  if (!holds) throw new Error(`${promise}: ${node.constructor.name} at height ${node.height}`);
}

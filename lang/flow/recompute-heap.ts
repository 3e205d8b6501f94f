/**
 * The nodes that a tick still has to compute, lowest first.
 *
 * Invariant: a node is in the heap exactly while it is `queued`. It may lie below its height when it was raised
 * since; it is put where it belongs when its turn comes.
 */
import { HeightQueue } from "./height-queue.ts";
import type { Node } from "./node.ts";

export class RecomputeHeap {
  readonly #queue = new HeightQueue();

  /** @param node not queued yet */
  push(node: Node): void {
    node.queued = true;
    this.#queue.push(node, node.height);
  }

  /** The next node that is still alive. */
  pop(): Node | undefined {
    for (let node = this.#queue.pop(); node !== undefined; node = this.#queue.pop()) {
      if (node.disposed) continue;
      if (node.height > this.#queue.lowest) {
        this.#queue.push(node, node.height);
        continue;
      }
      node.queued = false;
      return node;
    }
    return undefined;
  }
}

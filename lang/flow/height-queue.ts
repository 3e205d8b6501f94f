/**
 * Nodes by a height: lowest first, first come first served within a height. Heights are small and dense, so buckets
 * beat a comparison heap.
 *
 * Invariant: no bucket below `lowest` holds anything.
 */
import type { Node } from "./node.ts";
import { Queue } from "./queue.ts";

export class HeightQueue {
  readonly #buckets: Queue<Node>[] = [];
  #size = 0;
  /** The height under which the node popped last was pushed. */
  lowest = 0;

  push(node: Node, height: number): void {
    while (this.#buckets.length <= height) this.#buckets.push(new Queue());
    this.#buckets[height]?.put(node);
    if (height < this.lowest) this.lowest = height;
    this.#size++;
  }

  pop(): Node | undefined {
    while (this.#size > 0) {
      const node = this.#buckets[this.lowest]?.take();
      if (node !== undefined) {
        this.#size--;
        return node;
      }
      this.lowest++;
    }
    return undefined;
  }
}

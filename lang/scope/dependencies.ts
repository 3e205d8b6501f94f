/** Which definition needs which, to find those that need themselves (language specification, 6.4). */
import type { Span } from "../diagnostic.ts";

/** Number of a definition in a {@link Dependencies}. */
export type Node = number;

/** A way from one definition to another. */
interface Edge {
  readonly to: Node;
  /** The reference; absent where the definition merely contains the other one. */
  readonly reference: Span | undefined;
}

/** Definitions that need each other in a circle: each needs the next, the last needs the first. */
export interface Cycle {
  /** How each is called. */
  readonly names: readonly string[];
  /** The references that close the circle. */
  readonly references: readonly Span[];
}

export class Dependencies {
  readonly #names: string[] = [];
  readonly #edges: Edge[][] = [];

  /** @param name how messages call the definition: `$x`, `f()` */
  add(name: string): Node {
    this.#edges.push([]);
    return this.#names.push(name) - 1;
  }

  /** The definition `from` needs `to`, because of a reference or because it contains it. */
  need(from: Node, to: Node, reference: Span | undefined): void {
    this.#edges[from]?.push({ to, reference });
  }

  /**
   * One cycle out of each group of definitions that all need each other, in time proportional to the number of
   * references.
   */
  cycles(): readonly Cycle[] {
    return this.#components().flatMap((component) => {
      const [first] = component;
      if (first === undefined) return [];
      const circular = component.length > 1 || this.#outgoing(first).some((edge) => edge.to === first);
      return circular ? [this.#cycleThrough(first, new Set(component))] : [];
    });
  }

  /** Strongly connected components by Tarjan's algorithm, with its recursion unrolled. */
  #components(): readonly (readonly Node[])[] {
    const count = this.#names.length;
    const index = new Int32Array(count).fill(-1);
    const low = new Int32Array(count);
    const onStack = new Uint8Array(count);
    const cursor = new Int32Array(count);
    const stack: Node[] = [];
    const components: Node[][] = [];
    let counter = 0;

    const visit = (root: Node): void => {
      const path: Node[] = [];
      const enter = (node: Node): void => {
        index[node] = low[node] = counter++;
        stack.push(node);
        onStack[node] = 1;
        path.push(node);
      };
      enter(root);
      for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
        const edge = this.#outgoing(node)[cursor[node] ?? 0];
        if (edge !== undefined) {
          cursor[node] = (cursor[node] ?? 0) + 1;
          if (index[edge.to] === -1) enter(edge.to);
          else if (onStack[edge.to] === 1) low[node] = Math.min(low[node] ?? 0, index[edge.to] ?? 0);
          continue;
        }
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[node] ?? 0);
        if (low[node] !== index[node]) continue;
        const component = stack.splice(stack.lastIndexOf(node));
        for (const member of component) onStack[member] = 0;
        components.push(component);
      }
    };
    for (let node = 0; node < count; node++) if (index[node] === -1) visit(node);
    return components;
  }

  /** The shortest way from a node back to itself, by breadth-first search within its component. */
  #cycleThrough(start: Node, component: ReadonlySet<Node>): Cycle {
    const reachedBy = new Map<Node, { readonly from: Node; readonly edge: Edge }>();
    const queue: Node[] = [start];
    for (const from of queue) {
      if (reachedBy.has(start)) break;
      for (const edge of this.#outgoing(from)) {
        if (!component.has(edge.to) || reachedBy.has(edge.to)) continue;
        reachedBy.set(edge.to, { from, edge });
        queue.push(edge.to);
      }
    }
    const names: string[] = [];
    const references: Span[] = [];
    let node = start;
    do {
      const step = reachedBy.get(node);
      if (step === undefined) break;
      if (step.edge.reference !== undefined) references.unshift(step.edge.reference);
      node = step.from;
      names.unshift(this.#names[node] ?? "");
    } while (node !== start);
    return { names, references };
  }

  #outgoing(node: Node): readonly Edge[] {
    return this.#edges[node] ?? [];
  }
}

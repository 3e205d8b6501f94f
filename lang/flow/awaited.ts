import type { Node } from "./node.ts";
import { pending } from "./outcome.ts";

/** What keeps pending nodes from having a value: those among all they depend on that wait for nobody else. */
export function awaited(nodes: readonly Node[]): readonly Node[] {
  const found: Node[] = [];
  const seen = new Set(nodes);
  for (const node of seen) {
    let isFirst = true;
    for (let edge = node.inputs; edge !== undefined; edge = edge.nextInput) {
      if (edge.source.outcome !== pending) continue;
      isFirst = false;
      seen.add(edge.source);
    }
    if (isFirst) found.push(node);
  }
  return found;
}

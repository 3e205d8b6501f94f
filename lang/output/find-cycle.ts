/** Looks for a cycle in a graph given as vertex count and edges; depth first, without recursion. */
import type { DeclaredEdge } from "./resource-graph.ts";

/** The vertices of one cycle, in order, or undefined when there is none. */
export function findCycle(vertices: number, edges: readonly DeclaredEdge[]): readonly number[] | undefined {
  if (edges.length === 0) return undefined;
  const successors = new Map<number, number[]>();
  for (const { from, to } of edges) {
    const known = successors.get(from);
    if (known === undefined) successors.set(from, [to]);
    else known.push(to);
  }
  const finished = new Uint8Array(vertices);
  const onPath = new Uint8Array(vertices);
  for (const start of successors.keys()) {
    if (finished[start] === 1) continue;
    const path = [{ vertex: start, next: 0 }];
    onPath[start] = 1;
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const successor = successors.get(top.vertex)?.[top.next];
      top.next++;
      if (successor === undefined) {
        finished[top.vertex] = 1;
        onPath[top.vertex] = 0;
        path.pop();
      } else if (onPath[successor] === 1) {
        const members = path.map((step) => step.vertex);
        return members.slice(members.indexOf(successor));
      } else if (finished[successor] !== 1) {
        onPath[successor] = 1;
        path.push({ vertex: successor, next: 0 });
      }
    }
  }
  return undefined;
}

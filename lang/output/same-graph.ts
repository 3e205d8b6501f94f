/** Whether two resource graphs mean the same. Resources that did not change are the same objects, so this is cheap. */
import type { ResourceGraph } from "./resource-graph.ts";
import { sameResource } from "./same-resource.ts";

export function sameGraph(a: ResourceGraph, b: ResourceGraph): boolean {
  if (a === b) return true;
  if (a.resources.length !== b.resources.length || a.edges.length !== b.edges.length) return false;
  for (let index = 0; index < a.resources.length; index++) {
    const left = a.resources[index];
    const right = b.resources[index];
    if (left === undefined || right === undefined || !sameResource(left, right)) return false;
  }
  for (let index = 0; index < a.edges.length; index++) {
    const left = a.edges[index];
    const right = b.edges[index];
    if (left?.from !== right?.from || left?.to !== right?.to || left?.notify !== right?.notify) return false;
  }
  return true;
}

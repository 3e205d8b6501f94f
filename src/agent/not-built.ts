import { type Diagnostic, diagnostic } from "../../lang/diagnostic.ts";
import { printKey, type ResourceGraph } from "../../lang/output/resource-graph.ts";
import type { Catalogue } from "../resources/catalogue.ts";
import { notBuiltYet } from "../resources/define.ts";

/** What keeps a graph from being applied: the kinds in it that are declared only, each with the first of its resources. */
export function notBuiltIn(graph: ResourceGraph, kinds: Catalogue): readonly Diagnostic[] {
  const told = new Set<string>();
  const found: Diagnostic[] = [];
  for (const resource of graph.resources) {
    const { kind, span } = resource;
    if (kinds.get(kind)?.isBuilt !== false || told.has(kind)) continue;
    told.add(kind);
    found.push(diagnostic("output", "not-built", `${printKey(resource)}: ${notBuiltYet(kind)}`, span));
  }
  return found;
}

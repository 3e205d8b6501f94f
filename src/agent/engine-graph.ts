/** From what a program declares to what the engine runs. */
import { readMeta } from "../../lang/meta.ts";
import { printKey, type ResourceGraph } from "../../lang/output/resource-graph.ts";
import type { EngineGraph } from "../engine/graph.ts";
import type { Resource } from "../engine/resource.ts";
import type { Catalogue } from "../resources/catalogue.ts";

/**
 * Makes the resources of a graph. Declarations that came up before give the same resource again, so that the engine
 * need not compare them.
 * @param known resources by the declaration they were made from
 */
export function engineGraph(
  graph: ResourceGraph,
  kinds: Catalogue,
  known: WeakMap<object, Resource>,
): EngineGraph {
  const resources = graph.resources.map((declared) => {
    const made = known.get(declared);
    if (made !== undefined) return made;
    const kind = kinds.get(declared.kind);
    if (kind === undefined) throw new Error(`${printKey(declared)}: there is no kind ${declared.kind}`);
    const meta = readMeta(declared.meta);
    if ("error" in meta) throw new Error(`${printKey(declared)}: ${meta.error}`);
    const resource = kind.create(declared.name, declared.fields, meta, declared.receives);
    known.set(declared, resource);
    return resource;
  });
  return { resources, edges: graph.edges };
}

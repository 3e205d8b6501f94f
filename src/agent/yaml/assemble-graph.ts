import type { ExportedResource } from "../../../lang/host.ts";
import type { KindCatalogue } from "../../../lang/kinds.ts";
import { type Assembly, assemble } from "../../../lang/output/assemble.ts";
import type { NamedEdge } from "../../../lang/output/contribution.ts";
import { printKey, type ResourceKey } from "../../../lang/output/resource-graph.ts";
import { collected } from "./collected.ts";
import type { YamlGraph } from "./read-graph.ts";

/** What is exported to this host, by kind. */
export type Exports = ReadonlyMap<string, readonly ExportedResource[]>;

/** The graph while so much is exported, put together as the statements of a program are. */
export function assembleGraph(graph: YamlGraph, exports: Exports, kinds: KindCatalogue): Assembly {
  const resources = [
    ...graph.resources,
    ...graph.collects.map((collect) => collected(collect, exports.get(collect.kind.kind) ?? [])),
  ];
  const declared = new Set(resources.flatMap((each) => each.resources.map(printKey)));
  const collectable = new Set(graph.collects.map(({ kind }) => kind.kind));
  // What others export comes and goes; an edge to it holds for as long as it is there.
  const isThere = (key: ResourceKey): boolean => declared.has(printKey(key)) || !collectable.has(key.kind);
  const edges: readonly NamedEdge[] = graph.edges.filter(({ from, to }) => isThere(from) && isThere(to));
  return assemble([...resources, { resources: [], edges, problems: [] }], kinds);
}

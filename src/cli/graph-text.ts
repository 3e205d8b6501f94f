/** A resource graph, printed (CLI.md section 3). Vertices are sorted by kind and name, edges by from and to. */
import { compareBytes } from "../../lang/bytes.ts";
import { changedMeta } from "../../lang/meta.ts";
import { fieldsToJson, type Json } from "../../lang/output/json.ts";
import { type DeclaredResource, printKey, type ResourceGraph } from "../../lang/output/resource-graph.ts";
import { type EdgeData, edgeData } from "../agent/edge-data.ts";
import * as dot from "../agent/graph-dot.ts";
import type { PlannedEdge } from "../engine/graph.ts";

/** What is printed: what the program declares, and its edges together with the automatic ones. */
export interface PrintedGraph {
  readonly declared: ResourceGraph;
  readonly edges: readonly PlannedEdge[];
}

export function graphData({ declared, edges }: PrintedGraph): {
  readonly vertices: readonly Json[];
  readonly edges: readonly EdgeData[];
} {
  const vertices = [...declared.resources].sort(byKey).map((resource) => ({
    kind: resource.kind,
    name: resource.name,
    fields: fieldsToJson(resource.fields),
    meta: fieldsToJson(changedMeta(resource.meta)),
  }));
  return { vertices, edges: printedEdges(declared, edges) };
}

/** Edges by the names of their ends; an edge that carries several values is listed once for each. */
function printedEdges(declared: ResourceGraph, edges: readonly PlannedEdge[]): readonly EdgeData[] {
  const listed = edges.flatMap(({ from, to, notify, auto }): readonly EdgeData[] => {
    const sender = declared.resources[from];
    const receiver = declared.resources[to];
    if (sender === undefined || receiver === undefined) return [];
    return edgeData({ from: printKey(sender), to: printKey(receiver), notify, auto }, receiver);
  });
  return listed.sort((a, b) => compareBytes(a.from, b.from) || compareBytes(a.to, b.to));
}

export function graphText(graph: PrintedGraph): string {
  const { declared, edges } = graph;
  const vertices = [...declared.resources].sort(byKey).map((each) => `Vertex: ${printKey(each)}`);
  const lines = printedEdges(declared, edges).map(
    ({ from, to, notify, auto, send }) =>
      `Edge: ${from} -> ${to}${notify ? " # notify" : ""}${auto ? " # automatic" : ""}${send === undefined ? "" : ` # ${send.from} -> ${send.to}`}`,
  );
  return [...vertices, ...lines].join("\n");
}

export function graphDot({ declared, edges }: PrintedGraph): string {
  const vertices = [...declared.resources].sort(byKey).map((each) => ({ key: printKey(each), members: [] }));
  return dot.graphDot(vertices, printedEdges(declared, edges));
}

export function graphMermaid(graph: PrintedGraph): string {
  const ids = new Map(
    [...graph.declared.resources].sort(byKey).map((each, index) => [printKey(each), `v${index}`]),
  );
  const quoted = (text: string): string =>
    `"${text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("\n", " ")}"`;
  const vertices = [...ids].map(([key, id]) => `  ${id}[${quoted(key)}]`);
  const edges = printedEdges(graph.declared, graph.edges).map(({ from, to, notify, auto }) => {
    const arrow = auto ? "-.->" : notify ? "==>" : "-->";
    return `  ${ids.get(from)} ${arrow} ${ids.get(to)}`;
  });
  return ["flowchart TD", ...vertices, ...edges].join("\n");
}

function byKey(a: DeclaredResource, b: DeclaredResource): number {
  return compareBytes(a.kind, b.kind) || compareBytes(a.name, b.name);
}

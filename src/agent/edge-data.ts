import { type DeclaredResource, printKey } from "../../lang/output/resource-graph.ts";
import type { EdgeStatus } from "../engine/status.ts";

/** An edge as it is printed (CLI.md section 3): by the names of its ends, with what it carries. */
export interface EdgeData extends EdgeStatus {
  readonly send?: { readonly from: string; readonly to: string };
}

/** An edge, once for each value that it carries, or as it is if it carries none. @param receiver the resource at its end */
export function edgeData(edge: EdgeStatus, receiver: DeclaredResource | undefined): readonly EdgeData[] {
  const sends = [...(receiver?.receives ?? [])].filter(([, sender]) => printKey(sender) === edge.from);
  if (sends.length === 0) return [edge];
  return sends.map(([to, { field: from }]) => ({ ...edge, send: { from, to } }));
}

/** The edges of a running graph. @param declared the resources that it was made from */
export function edgesOfGraph(
  edges: readonly EdgeStatus[],
  declared: readonly DeclaredResource[],
): readonly EdgeData[] {
  const resources = new Map(declared.map((each) => [printKey(each), each]));
  return edges.flatMap((edge) => edgeData(edge, resources.get(edge.to)));
}

/** What one statement adds to the resource graph, with the values it has at the moment. */
import type { Diagnostic, Span } from "../diagnostic.ts";
import type { DeclaredResource, ResourceKey } from "./resource-graph.ts";

/** An edge between resources by name; resolved when all contributions are put together. */
export interface NamedEdge {
  readonly from: ResourceKey;
  readonly to: ResourceKey;
  readonly notify: boolean;
  /** For `A.output -> B.input`. */
  readonly transfer?: { readonly output: string; readonly input: string };
  /** What to blame for the edge. */
  readonly span: Span;
  /** As the focus of a diagnostic: the ends, where they are known. */
  readonly focus?: Span | { readonly from: Span; readonly to: Span };
}

export interface Contribution {
  readonly resources: readonly DeclaredResource[];
  readonly edges: readonly NamedEdge[];
  /** What is wrong with the statement itself. */
  readonly problems: readonly Diagnostic[];
}

export const emptyContribution: Contribution = { resources: [], edges: [], problems: [] };

/**
 * What a program comes to: the resources it declares and the edges between them. A pure value; two equal graphs
 * mean the same. The engine takes these; `graph --format json` prints them.
 */
import type { Span } from "../diagnostic.ts";
import type { MetaSettings } from "../meta.ts";
import type { Value } from "../value.ts";

/** Kind and name of a resource: `file[/etc/motd]`. */
export interface ResourceKey {
  readonly kind: string;
  readonly name: string;
}

export interface DeclaredResource extends ResourceKey {
  /** What the program set, under mcl names, in source order. */
  readonly fields: ReadonlyMap<string, Value>;
  readonly meta: MetaSettings;
  /** By receiving field: where its value comes from. */
  readonly receives: ReadonlyMap<string, Sender>;
  /** The statement that declared it; absent for graphs that come from elsewhere than a program. */
  readonly span?: Span;
  /** Of that, kind and name. */
  readonly head?: Span;
}

/** A field of a resource that sends. */
export interface Sender extends ResourceKey {
  readonly field: string;
}

/** `from` before `to`; indices into {@link ResourceGraph.resources}. */
export interface DeclaredEdge {
  readonly from: number;
  readonly to: number;
  /** Tell `to` when `from` changed something. */
  readonly notify: boolean;
}

/** Acyclic; at most one edge for each ordered pair. */
export interface ResourceGraph {
  readonly resources: readonly DeclaredResource[];
  readonly edges: readonly DeclaredEdge[];
}

/** `kind[name]`, the way messages, logs and reports name a resource. */
export function printKey(key: ResourceKey): string {
  return `${key.kind}[${key.name}]`;
}

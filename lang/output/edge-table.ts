/** The edges of a graph under construction, and what is received along them. */
import { type Diagnostic, diagnostic, type Span } from "../diagnostic.ts";
import { nearest } from "../suggest.ts";
import type { NamedEdge } from "./contribution.ts";
import {
  type DeclaredEdge,
  type DeclaredResource,
  printKey,
  type ResourceKey,
  type Sender,
} from "./resource-graph.ts";
import type { ResourceTable } from "./resource-table.ts";
import { sameSender } from "./same-resource.ts";

/** Of so many ends that do not exist, what may have been meant is searched for: each search looks at every name. */
const searchedEnds = 20;

export class EdgeTable {
  /** At most one for each ordered pair. */
  readonly edges: DeclaredEdge[] = [];
  readonly problems: Diagnostic[] = [];
  readonly #table: ResourceTable;
  /** Index of the edge and the statement it came from, by ordered pair. */
  readonly #byPair = new Map<number, { readonly index: number; readonly span: Span }>();
  /** By index of the receiver, then by its field. */
  readonly #receives = new Map<number, Map<string, Sender>>();

  constructor(table: ResourceTable) {
    this.#table = table;
  }

  add(edge: NamedEdge): void {
    const sources = this.#resolve(edge.from, edge.endSpans?.from ?? edge.span);
    if (sources.length === 0) return;
    const targets = this.#resolve(edge.to, edge.endSpans?.to ?? edge.span);
    for (const from of sources) {
      for (const to of targets) {
        this.#addPair(from, to, edge);
        if (edge.transfer !== undefined) this.#transfer(from, to, edge, edge.transfer);
      }
    }
  }

  /** The resources of the table, with what they receive. */
  resourcesWithReceives(): readonly DeclaredResource[] {
    if (this.#receives.size === 0) return this.#table.resources;
    return this.#table.resources.map((resource, index) => {
      const receives = this.#receives.get(index);
      return receives === undefined ? resource : { ...resource, receives };
    });
  }

  /** The statement that the edge came from first. */
  spanOf(from: number, to: number): Span | undefined {
    return this.#byPair.get(this.#pair(from, to))?.span;
  }

  #resolve(key: ResourceKey, span: Span): readonly number[] {
    const found = this.#table.find(key);
    if (found.length === 0) {
      const candidate =
        this.problems.length < searchedEnds ? nearest(key.name, this.#table.names(key.kind)) : undefined;
      this.problems.push(
        diagnostic(
          "output",
          "dangling-edge",
          `edge cannot find resource kind: ${key.kind} named: \`${key.name}\``,
          span,
          { help: candidate === undefined ? undefined : `did you mean \`${candidate}\`?` },
        ),
      );
    }
    return found;
  }

  #pair(from: number, to: number): number {
    return from * this.#table.resources.length + to;
  }

  #addPair(from: number, to: number, { notify, span }: NamedEdge): void {
    const pair = this.#pair(from, to);
    const known = this.#byPair.get(pair);
    if (known === undefined) {
      this.#byPair.set(pair, { index: this.edges.push({ from, to, notify }) - 1, span });
    } else if (notify) {
      this.edges[known.index] = { from, to, notify };
    }
  }

  #transfer(from: number, to: number, edge: NamedEdge, transfer: { output: string; input: string }): void {
    if (this.#table.resources[from]?.meta.get("hidden") === true) {
      const message = `cannot send from hidden resource: ${printKey(edge.from)}`;
      this.problems.push(diagnostic("output", "hidden-sender", message, edge.span));
      return;
    }
    let fields = this.#receives.get(to);
    if (fields === undefined) {
      fields = new Map();
      this.#receives.set(to, fields);
    }
    const sender = { ...edge.from, field: transfer.output };
    const other = fields.get(transfer.input);
    if (other !== undefined && !sameSender(other, sender)) {
      const message = `resource: \`${printKey(edge.to)}\` has duplicate receive on: \`${transfer.input}\` param`;
      const notes = [`it already receives \`${other.field}\` of ${printKey(other)}`];
      this.problems.push(diagnostic("output", "duplicate-receive", message, edge.span, { notes }));
      return;
    }
    fields.set(transfer.input, sender);
  }
}

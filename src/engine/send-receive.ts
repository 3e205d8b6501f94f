/** Values that flow between running resources (engine specification, 5.4). Senders are found by name at run time. */
import { printKey, type Sender } from "../../lang/output/resource-graph.ts";
import { equal, type Value } from "../../lang/value.ts";
import { explainError } from "../os/errors.ts";
import type { Part } from "./part.ts";
import type { Resource } from "./resource.ts";
import type { Vertex } from "./vertex.ts";

/** What a vertex takes in before a run. */
export type Reception =
  | { readonly kind: "unchanged" }
  | { readonly kind: "changed"; readonly parts: readonly Taking[] }
  /** Senders in noop mode would have sent, so that what is wanted here cannot be known; nor is it applied. */
  | { readonly kind: "unknown"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };

/** New values for one resource, and the resource with them. */
export interface Taking {
  readonly part: Part;
  readonly values: ReadonlyMap<string, Value>;
  readonly resource: Resource;
}

/** A resource of the running graph that may have sent something, and the vertex that runs it. */
export interface PartOfVertex {
  readonly part: Part;
  readonly vertex: Vertex;
}

/**
 * Looks at all senders of a vertex and its members.
 * @param find a resource of the running graph by `kind[name]`; hidden ones do not send
 */
export function receive(vertex: Vertex, find: (key: string) => PartOfVertex | undefined): Reception {
  const problems: string[] = [];
  const unknown: string[] = [];
  const takings: Taking[] = [];
  for (const part of vertex.parts()) {
    const subject = part === vertex ? "" : `${part.key} `;
    const values = new Map<string, Value>();
    for (const [field, wire] of part.receives) {
      const sender = find(printKey(wire));
      const value = sender?.part.sent?.get(wire.field);
      if (value === undefined) {
        const problem = `${subject}cannot receive ${field}: ${whyNothing(wire, sender)}`;
        (sender?.vertex.leftAlone && vertex.noop ? unknown : problems).push(problem);
        continue;
      }
      const before = part.taken.get(field) ?? part.declared.fields.get(field);
      if (before === undefined || !equal(before, value)) values.set(field, value);
    }
    if (values.size === 0) continue;
    const refused = (why: string): number =>
      problems.push(`${subject}${whence(part, values)} will not do: ${why}`);
    try {
      const resource = part.current.with(values);
      const problem = vertex.meta.hidden ? undefined : resource.validate();
      if (problem === undefined) takings.push({ part, values, resource });
      else refused(problem);
    } catch (error) {
      refused(explainError(error));
    }
  }
  if (problems.length > 0) return { kind: "failed", message: problems.join("; ") };
  if (unknown.length > 0) return { kind: "unknown", message: unknown.join("; ") };
  return takings.length === 0 ? { kind: "unchanged" } : { kind: "changed", parts: takings };
}

/** Fields of a sender whose value differs from what it sent before. */
export function changedFields(
  before: ReadonlyMap<string, Value> | undefined,
  after: ReadonlyMap<string, Value>,
): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const field of new Set([...(before?.keys() ?? []), ...after.keys()])) {
    const old = before?.get(field);
    const value = after.get(field);
    if (old === undefined || value === undefined || !equal(old, value)) changed.add(field);
  }
  return changed;
}

/** Whether two resources take the same fields from the same senders. */
export function sameWiring(a: ReadonlyMap<string, Sender>, b: ReadonlyMap<string, Sender>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [field, wire] of a) {
    const other = b.get(field);
    if (other === undefined || other.field !== wire.field) return false;
    if (other.kind !== wire.kind || other.name !== wire.name) return false;
  }
  return true;
}

function whyNothing(wire: Sender, sender: PartOfVertex | undefined): string {
  const key = printKey(wire);
  if (sender === undefined) return `${key} is not in the graph`;
  const { part, vertex } = sender;
  if (part.sent === undefined) {
    return `nothing has been sent yet by ${key}${vertex.noop ? ", which is in noop mode" : ""}`;
  }
  const offered = [...part.sent.keys()].sort().join(", ");
  return `${key} does not send ${wire.field}; it sends ${offered === "" ? "nothing" : offered}`;
}

/** The fields that changed and where from: `content from exec[a].output`. */
export function whence(part: Part, values: ReadonlyMap<string, Value>): string {
  const parts: string[] = [];
  for (const field of values.keys()) {
    const wire = part.receives.get(field);
    if (wire !== undefined) parts.push(`${field} from ${printKey(wire)}.${wire.field}`);
  }
  return parts.join(", ");
}

/** Values that flow between running resources (engine specification, 5.4). Senders are found by name at run time. */
import { printKey, type Sender } from "../../lang/output/resource-graph.ts";
import { equal, type Value } from "../../lang/value.ts";
import { explainError } from "../os/errors.ts";
import type { Resource } from "./resource.ts";
import type { Vertex } from "./vertex.ts";

export type Reception =
  | { readonly kind: "unchanged" }
  | { readonly kind: "changed"; readonly values: ReadonlyMap<string, Value>; readonly resource: Resource }
  /** Senders in noop mode would have sent, so that what is wanted here cannot be known; nor is it applied. */
  | { readonly kind: "unknown"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Looks at all senders of a vertex.
 * @param find a vertex of the running graph by `kind[name]`; hidden ones do not send
 */
export function receive(vertex: Vertex, find: (key: string) => Vertex | undefined): Reception {
  const values = new Map<string, Value>();
  const problems: string[] = [];
  const unknown: string[] = [];
  for (const [field, wire] of vertex.receives) {
    const sender = find(printKey(wire));
    const value = sender?.sent?.get(wire.field);
    if (value === undefined) {
      const problem = `cannot receive ${field}: ${whyNothing(wire, sender)}`;
      (sender?.leftAlone && vertex.noop ? unknown : problems).push(problem);
      continue;
    }
    const before = vertex.taken.get(field) ?? vertex.declared.fields.get(field);
    if (before === undefined || !equal(before, value)) values.set(field, value);
  }
  if (problems.length > 0) return { kind: "failed", message: problems.join("; ") };
  if (unknown.length > 0) return { kind: "unknown", message: unknown.join("; ") };
  if (values.size === 0) return { kind: "unchanged" };
  try {
    const resource = vertex.current.with(values);
    const problem = vertex.meta.hidden ? undefined : resource.validate();
    if (problem === undefined) return { kind: "changed", values, resource };
    return { kind: "failed", message: `${whence(vertex, values)} will not do: ${problem}` };
  } catch (error) {
    return { kind: "failed", message: `${whence(vertex, values)} will not do: ${explainError(error)}` };
  }
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

function whyNothing(wire: Sender, sender: Vertex | undefined): string {
  const key = printKey(wire);
  if (sender === undefined) return `${key} is not in the graph`;
  if (sender.sent === undefined) {
    return `nothing has been sent yet by ${key}${sender.noop ? ", which is in noop mode" : ""}`;
  }
  const offered = [...sender.sent.keys()].sort().join(", ");
  return `${key} does not send ${wire.field}; it sends ${offered === "" ? "nothing" : offered}`;
}

/** The fields that changed and where from: `content from exec[a].output`. */
export function whence(vertex: Vertex, values: ReadonlyMap<string, Value>): string {
  const parts: string[] = [];
  for (const field of values.keys()) {
    const wire = vertex.receives.get(field);
    if (wire !== undefined) parts.push(`${field} from ${printKey(wire)}.${wire.field}`);
  }
  return parts.join(", ");
}

/** Comparing resources: for duplicates, which must be identical, and for graphs, which are emitted when they differ. */
import type { KindSchema } from "../kinds.ts";
import type { MetaName, MetaSettings } from "../meta.ts";
import { compare, equal, isList, print, type Value } from "../value.ts";
import type { DeclaredResource, Sender } from "./resource-graph.ts";

type Values = ReadonlyMap<string, Value>;

/** Whether two resources mean the same; where they were declared does not count. */
export function sameResource(a: DeclaredResource, b: DeclaredResource): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.name === b.name &&
      sameValues(a.fields, b.fields) &&
      sameValues(a.meta, b.meta) &&
      sameReceives(a.receives, b.receives))
  );
}

/**
 * How two resources of one key differ in what counts for duplicates, or undefined when they are identical.
 * `retryreset` and what is received do not count, nor the order of `sema` and `export` (dataflow specification, 4.7).
 */
export function differenceOf(
  a: DeclaredResource,
  b: DeclaredResource,
  schema: KindSchema,
): string | undefined {
  return (
    schema.difference(a.fields, b.fields) ??
    differenceIn(duplicateMeta(a.meta), duplicateMeta(b.meta), { prefix: "Meta:" })
  );
}

/**
 * The parameters of a resource that stands for two which differ in nothing but parameters, and are of a kind that can
 * satisfy both at once; undefined if there is none.
 */
export function mergedFields(
  a: DeclaredResource,
  b: DeclaredResource,
  schema: KindSchema,
): ReadonlyMap<string, Value> | undefined {
  if (differenceIn(duplicateMeta(a.meta), duplicateMeta(b.meta)) !== undefined) return undefined;
  return schema.merge?.(a.fields, b.fields);
}

function duplicateMeta(settings: MetaSettings): Values {
  const counted = new Map<MetaName, Value>();
  for (const [name, value] of settings) {
    if (name === "retryreset") continue;
    const unordered = (name === "sema" || name === "export") && isList(value);
    counted.set(name, unordered ? [...value].sort(compare) : value);
  }
  return counted;
}

/**
 * The first name under which the two have different values, in a clause.
 * @param standard what unset names stand for
 */
export function differenceIn(
  a: Values,
  b: Values,
  { prefix = "", standard }: { readonly prefix?: string; readonly standard?: Values } = {},
): string | undefined {
  if (sameValues(a, b)) return undefined;
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const left = a.get(name) ?? standard?.get(name);
    const right = b.get(name) ?? standard?.get(name);
    if (left === right || (left !== undefined && right !== undefined && equal(left, right))) continue;
    const show = (value: Value | undefined): string => (value === undefined ? "unset" : print(value));
    return `\`${prefix}${name}\` is ${show(left)}, then ${show(right)}`;
  }
  return undefined;
}

function sameValues(a: Values, b: Values): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [name, value] of a) {
    const other = b.get(name);
    if (other === undefined || !equal(value, other)) return false;
  }
  return true;
}

function sameReceives(a: ReadonlyMap<string, Sender>, b: ReadonlyMap<string, Sender>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [field, sender] of a) {
    const other = b.get(field);
    if (other === undefined || !sameSender(sender, other)) return false;
  }
  return true;
}

export function sameSender(a: Sender, b: Sender): boolean {
  return a.kind === b.kind && a.name === b.name && a.field === b.field;
}

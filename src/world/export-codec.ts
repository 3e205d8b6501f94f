/** Exported resources as text: readable JSON, in the form that `value-codec.ts` gives values. */
import { isMetaParameter, type MetaName } from "../../lang/meta.ts";
import { equal, MapValue, StructValue, type Value } from "../../lang/value.ts";
import type { ExportRecord } from "./export-store.ts";
import { decodeValue, encodeValue } from "./value-codec.ts";

/** @throws TypeError for functions, which cannot be exported */
export function encodeRecord(record: ExportRecord): string {
  return encodeValue(toValue(record));
}

/** @returns undefined for text that {@link encodeRecord} did not make */
export function decodeRecord(text: string): ExportRecord | undefined {
  const value = decodeValue(text);
  if (!(value instanceof StructValue)) return undefined;
  const [kind, name, from, to] = ["kind", "name", "from", "to"].map((field) => value.get(field));
  const fields = textMap(value.get("fields"));
  const settings = textMap(value.get("meta"));
  if (typeof kind !== "string" || typeof name !== "string") return undefined;
  if (typeof from !== "string" || typeof to !== "string") return undefined;
  if (fields === undefined || settings === undefined) return undefined;
  const meta = new Map<MetaName, Value>();
  for (const [key, each] of settings) if (isMetaParameter(key)) meta.set(key, each);
  return { kind, name, from, to, fields, meta };
}

/** Whether two records say the same. */
export function sameRecord(a: ExportRecord, b: ExportRecord): boolean {
  return equal(toValue(a), toValue(b));
}

function toValue({ kind, name, from, to, fields, meta }: ExportRecord): StructValue {
  const entries = { kind, name, from, to, fields: new MapValue([...fields]), meta: new MapValue([...meta]) };
  return new StructValue(Object.keys(entries), Object.values(entries));
}

function textMap(value: Value | undefined): ReadonlyMap<string, Value> | undefined {
  if (!(value instanceof MapValue)) return undefined;
  const map = new Map<string, Value>();
  for (const [key, each] of value.entries()) if (typeof key === "string") map.set(key, each);
  return map;
}

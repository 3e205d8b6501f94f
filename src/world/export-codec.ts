/** Exported resources as text: readable JSON, in the form that `value-codec.ts` gives values. */
import { isMetaParameter, type MetaName, type MetaSettings } from "../../lang/meta.ts";
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
  const content = contentOf(value);
  if (typeof kind !== "string" || typeof name !== "string") return undefined;
  if (typeof from !== "string" || typeof to !== "string") return undefined;
  return content && { kind, name, from, to, ...content };
}

/** What a record says, without its key. */
export type ExportContent = Pick<ExportRecord, "fields" | "meta">;

/** @throws TypeError for functions */
export function encodeContent({ fields, meta }: ExportContent): string {
  return encodeValue(structOf(contentEntries(fields, meta)));
}

/** @returns undefined for text that {@link encodeContent} did not make */
export function decodeContent(text: string): ExportContent | undefined {
  const value = decodeValue(text);
  return value instanceof StructValue ? contentOf(value) : undefined;
}

/** Of what only one host can read. */
export function encodeSealed(sealed: Uint8Array): string {
  return JSON.stringify({ sealed: Buffer.from(sealed).toString("base64") });
}

/** @returns undefined for text that {@link encodeSealed} did not make */
export function decodeSealed(text: string): Uint8Array | undefined {
  const [, base64] = /^\{"sealed":"([\w+/=]*)"\}$/.exec(text) ?? [];
  return base64 === undefined ? undefined : Buffer.from(base64, "base64");
}

/** Whether two records say the same. */
export function sameRecord(a: ExportRecord, b: ExportRecord): boolean {
  return equal(toValue(a), toValue(b));
}

function toValue({ kind, name, from, to, fields, meta }: ExportRecord): StructValue {
  return structOf({ kind, name, from, to, ...contentEntries(fields, meta) });
}

function contentEntries(fields: ReadonlyMap<string, Value>, meta: MetaSettings): Record<string, Value> {
  return { fields: new MapValue([...fields]), meta: new MapValue([...meta]) };
}

function structOf(entries: Readonly<Record<string, Value>>): StructValue {
  return new StructValue(Object.keys(entries), Object.values(entries));
}

function contentOf(value: StructValue): ExportContent | undefined {
  const fields = textMap(value.get("fields"));
  const settings = textMap(value.get("meta"));
  if (fields === undefined || settings === undefined) return undefined;
  const meta = new Map<MetaName, Value>();
  for (const [key, each] of settings) if (isMetaParameter(key)) meta.set(key, each);
  return { fields, meta };
}

function textMap(value: Value | undefined): ReadonlyMap<string, Value> | undefined {
  if (!(value instanceof MapValue)) return undefined;
  const map = new Map<string, Value>();
  for (const [key, each] of value.entries()) if (typeof key === "string") map.set(key, each);
  return map;
}

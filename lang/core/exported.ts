/** What `collect` statements read; no program can name it. */
import type { ExportedResource } from "../host.ts";
import { isMetaParameter, type MetaName } from "../meta.ts";
import { type FuncType, str, type Type, variant } from "../types/type.ts";
import { isList, MapValue, StructValue, type Value } from "../value.ts";
import { arg, source, t } from "./define.ts";
import { followed } from "./support/followed.ts";

const settings: Type = { kind: "map", key: str, value: variant };
const parts = [
  { name: "name", type: str },
  { name: "host", type: str },
  { name: "fields", type: settings },
  { name: "meta", type: settings },
] as const;

/** The type of every call. */
export const exportedType: FuncType = {
  kind: "func",
  args: [{ name: "kind", type: str }],
  result: { kind: "list", element: { kind: "struct", fields: parts } },
};

/** All exported resources of a kind that this node may collect, sorted by name and host. */
export const exported = source({
  name: "_exported",
  summary: "The resources of a kind that hosts export to this one.",
  args: [arg("kind", t.str)],
  returns: { type: exportedType.result },
  errors: "Fatal: what is exported cannot be read.",
  examples: {},
  open: (context, kind) => followed(context, context.host.exports, kind, (records) => records.map(toValue)),
});

const fieldNames = parts.map(({ name }) => name);

/** There may be thousands, of which one changes: the others are the same objects as before. */
const values = new WeakMap<ExportedResource, StructValue>();
const resources = new WeakMap<StructValue, ExportedResource>();

function toValue(resource: ExportedResource): Value {
  const known = values.get(resource);
  if (known !== undefined) return known;
  const { name, host, fields, meta } = resource;
  const value = new StructValue(fieldNames, [name, host, new MapValue([...fields]), new MapValue([...meta])]);
  values.set(resource, value);
  return value;
}

/** The resources that a value of {@link exported} stands for. */
export function exportedResources(value: Value | undefined): readonly ExportedResource[] {
  if (value === undefined || !isList(value)) return [];
  return value.flatMap((each) => {
    if (!(each instanceof StructValue)) return [];
    const known = resources.get(each);
    if (known !== undefined) return [known];
    const [name, host, fields, meta] = each.values;
    if (typeof name !== "string" || typeof host !== "string") return [];
    const resource = { name, host, fields: new Map(textEntries(fields)), meta: new Map(metaEntries(meta)) };
    resources.set(each, resource);
    return [resource];
  });
}

function textEntries(value: Value | undefined): readonly (readonly [string, Value])[] {
  if (!(value instanceof MapValue)) return [];
  return [...value.entries()].flatMap(([key, each]) =>
    typeof key === "string" ? [[key, each] as const] : [],
  );
}

function metaEntries(value: Value | undefined): readonly (readonly [MetaName, Value])[] {
  return textEntries(value).flatMap(([key, each]) => (isMetaParameter(key) ? [[key, each] as const] : []));
}

/** Whether a value can be stored in a field of a resource. */
import type { ExportedResource } from "../host.ts";
import type { FieldSchema, KindSchema } from "../kinds.ts";
import { hasType } from "../types/has-type.ts";
import { printType } from "../types/type.ts";
import type { Value } from "../value.ts";
import { outOfRange } from "./native-range.ts";

/** What keeps `value` out of the field (its type, or its size for a native integer), or undefined. */
export function misfitOf(field: FieldSchema, value: Value): string | undefined {
  if (!hasType(value, field.type)) return `it is not of type ${printType(field.type)}`;
  const { range } = field;
  return range && outOfRange(range, value);
}

/** What keeps an exported resource from being one of the kind as it is here: another host may know the kind differently. */
export function misfitOfExported(
  schema: KindSchema | undefined,
  { fields }: ExportedResource,
): string | undefined {
  for (const [name, value] of fields) {
    const field = schema?.fields.get(name);
    if (field === undefined) return `it has a field \`${name}\`, which is unknown here`;
    const reason = misfitOf(field, value);
    if (reason !== undefined) return `the value of \`${name}\` does not fit: ${reason}`;
  }
  return undefined;
}

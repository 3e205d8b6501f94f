/** Whether a value can be stored in a field of a resource. */
import type { FieldSchema } from "../kinds.ts";
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

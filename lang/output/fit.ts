/** Whether a value can be stored in a field of a resource. */
import type { FieldSchema } from "../kinds.ts";
import { hasType } from "../types/has-type.ts";
import { printType } from "../types/type.ts";
import type { Value } from "../value.ts";

/** What keeps `value` out of the field (its type, or its size for a native integer), or undefined. */
export function misfitOf(field: FieldSchema, value: Value): string | undefined {
  if (!hasType(value, field.type)) return `it is not of type ${printType(field.type)}`;
  const { range } = field;
  if (range === undefined || typeof value !== "bigint") return undefined;
  if (range.min === 0n && value < 0n) {
    return `can't store negative int \`${value}\` into unsigned \`${range.native}\` field`;
  }
  if (value < range.min || value > range.max) return `\`${value}\` overflows \`${range.native}\``;
  return undefined;
}

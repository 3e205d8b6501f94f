/** Whether a value can be stored in a field of a resource. */
import type { FieldSchema } from "../kinds.ts";
import { printType, type Type } from "../types/type.ts";
import { FunctionValue, isList, MapValue, StructValue, type Value } from "../value.ts";

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

function hasType(value: Value, type: Type): boolean {
  switch (type.kind) {
    case "variant":
      return true;
    case "bool":
      return typeof value === "boolean";
    case "str":
      return typeof value === "string";
    case "int":
      return typeof value === "bigint";
    case "float":
      return typeof value === "number";
    case "list":
      return isList(value) && value.every((each) => hasType(each, type.element));
    case "map":
      return (
        value instanceof MapValue &&
        [...value.entries()].every(([key, each]) => hasType(key, type.key) && hasType(each, type.value))
      );
    case "struct":
      return (
        value instanceof StructValue &&
        value.names.length === type.fields.length &&
        type.fields.every(({ name, type: each }, index) => {
          const field = value.values[index];
          return value.names[index] === name && field !== undefined && hasType(field, each);
        })
      );
    case "func":
      return value instanceof FunctionValue;
  }
}

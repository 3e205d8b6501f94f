import { isList, MapValue, StructValue, type Value } from "../value.ts";
import type { Type } from "./type.ts";

/** Whether a value can be of a type; functions are not looked into. */
export function hasType(value: Value, type: Type): boolean {
  switch (type.kind) {
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
        type.fields.every((field, index) => {
          const each = value.values[index];
          return value.names[index] === field.name && each !== undefined && hasType(each, field.type);
        })
      );
    default:
      return true;
  }
}

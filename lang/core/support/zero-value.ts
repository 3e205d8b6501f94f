import type { Type } from "../../types/type.ts";
import { MapValue, StructValue, type Value } from "../../value.ts";

/** Whether {@link zeroValue} has a value for the type: it mentions no function, and leaves nothing open. */
export function hasZeroValue(type: Type): boolean {
  switch (type.kind) {
    case "list":
      return hasZeroValue(type.element);
    case "map":
      return hasZeroValue(type.key) && hasZeroValue(type.value);
    case "struct":
      return type.fields.every((field) => hasZeroValue(field.type));
    default:
      return type.kind !== "func" && type.kind !== "variant";
  }
}

/** What stands for nothing: false, `""`, 0, an empty list or map, a struct of such. */
export function zeroValue(type: Type): Value {
  switch (type.kind) {
    case "bool":
      return false;
    case "str":
      return "";
    case "int":
      return 0n;
    case "float":
      return 0;
    case "list":
      return [];
    case "map":
      return new MapValue([]);
    case "struct":
      return new StructValue(
        type.fields.map((field) => field.name),
        type.fields.map((field) => zeroValue(field.type)),
      );
    default:
      throw new Error(`a ${type.kind} has no zero value`);
  }
}

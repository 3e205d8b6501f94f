/** From values in templates to arguments of core functions, and to what messages call their types. */
import type { Type } from "../../types/type.ts";
import { MapValue, StructValue, type Value } from "../../value.ts";
import { integerOf, Mapping, Slice, Structure, type TemplateValue } from "./value.ts";
import { title } from "./view.ts";

/**
 * The mcl value; undefined if the type does not take it. Every integer is an int, and lists and maps of anything are
 * taken if their elements fit.
 */
export function toValue(value: TemplateValue, type: Type): Value | undefined {
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "str":
      return typeof value === "string" ? value : undefined;
    case "int":
      return integerOf(value);
    case "float":
      return typeof value === "number" ? value : undefined;
    case "list":
      if (value === null) return [];
      return value instanceof Slice ? all(value, type.element) : undefined;
    case "map":
      if (value === null) return new MapValue([]);
      return value instanceof Mapping ? toMap(value, type.key, type.value) : undefined;
    case "struct":
      return value instanceof Mapping || value instanceof Structure
        ? toStruct(value, type.fields)
        : undefined;
    default:
      return undefined;
  }
}

/** Whether nil is a value of the type. */
export function takesNil(type: Type): boolean {
  return type.kind === "list" || type.kind === "map";
}

function all(values: Iterable<TemplateValue>, type: Type): readonly Value[] | undefined {
  const converted: Value[] = [];
  for (const each of values) {
    const value = toValue(each, type);
    if (value === undefined) return undefined;
    converted.push(value);
  }
  return converted;
}

function toMap(map: Mapping, keyType: Type, valueType: Type): MapValue | undefined {
  const entries: [Value, Value][] = [];
  for (const [key, each] of map.entries()) {
    const convertedKey = toValue(key, keyType);
    const value = toValue(each, valueType);
    if (convertedKey === undefined || value === undefined) return undefined;
    entries.push([convertedKey, value]);
  }
  return new MapValue(entries);
}

function toStruct(
  from: Mapping | Structure,
  fields: readonly { readonly name: string; readonly type: Type }[],
): StructValue | undefined {
  const values: Value[] = [];
  for (const { name, type } of fields) {
    const field = from.get(title(name));
    const value = field === undefined ? undefined : toValue(field, type);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return new StructValue(
    fields.map(({ name }) => name),
    values,
  );
}

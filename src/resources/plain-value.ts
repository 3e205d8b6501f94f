import type { Type } from "../../lang/types/type.ts";
import { MapValue, StructValue, type Value } from "../../lang/value.ts";

/**
 * Data of JSON or YAML as an mcl value of a type. Integers may be numbers as long as they are exact; keys of maps
 * are text that is read as what they should be.
 * @returns undefined if the data is not of the type
 */
export function toValue(type: Type, data: unknown): Value | undefined {
  switch (type.kind) {
    case "bool":
      return typeof data === "boolean" ? data : undefined;
    case "str":
      return typeof data === "string" ? data : undefined;
    case "int":
      if (typeof data === "bigint") return data;
      return Number.isSafeInteger(data) ? BigInt(Number(data)) : undefined;
    case "float":
      return typeof data === "number" ? data : undefined;
    case "list":
      return Array.isArray(data) ? all(data.map((each: unknown) => toValue(type.element, each))) : undefined;
    case "map": {
      if (!isObject(data)) return undefined;
      const entries = Object.entries(data);
      const keys = all(entries.map(([key]) => readKey(type.key, key)));
      const values = all(entries.map(([, each]) => toValue(type.value, each)));
      return keys && values && new MapValue(keys.flatMap((key, index) => pair(key, values[index])));
    }
    case "struct": {
      const { fields } = type;
      if (!isObject(data) || Object.keys(data).length !== fields.length) return undefined;
      const values = all(fields.map(({ name, type: each }) => toValue(each, data[name])));
      return (
        values &&
        new StructValue(
          fields.map(({ name }) => name),
          values,
        )
      );
    }
    case "func":
      return undefined;
    case "variant":
      return guess(data);
  }
}

/** The value that data most naturally stands for: whole numbers are integers, objects are structs. */
function guess(data: unknown): Value | undefined {
  switch (typeof data) {
    case "boolean":
    case "string":
    case "bigint":
      return data;
    case "number":
      return Number.isSafeInteger(data) ? BigInt(data) : data;
  }
  if (Array.isArray(data)) {
    const kinds = new Set(data.map((each: unknown) => (Array.isArray(each) ? "array" : typeof each)));
    // The elements of a list have one type.
    if (kinds.size > 1) return undefined;
    const floats = data.some((each: unknown) => typeof each === "number" && !Number.isSafeInteger(each));
    return floats ? data.map(Number) : all(data.map(guess));
  }
  if (!isObject(data)) return undefined;
  const values = all(Object.values(data).map(guess));
  return values && new StructValue(Object.keys(data), values);
}

function readKey(type: Type, text: string): Value | undefined {
  switch (type.kind) {
    case "str":
      return text;
    case "bool":
      return text === "true" || text === "false" ? text === "true" : undefined;
    case "int":
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
    case "float":
      return text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
    default:
      return undefined;
  }
}

function isObject(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

/** @returns undefined if one of them is */
function all(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}

function pair(key: Value, value: Value | undefined): readonly (readonly [Value, Value])[] {
  return value === undefined ? [] : [[key, value]];
}

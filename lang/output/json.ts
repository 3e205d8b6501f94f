/** Values as plain JSON, for `graph --format json` and reports (CLI.md sections 3 and 4). */
import { FunctionValue, MapValue, print, printFloat, StructValue, type Value } from "../value.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Integers that a JSON number cannot hold exactly, and floats that JSON has no number for, become strings. */
export function toJson(value: Value): Json {
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "bigint") {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
      ? Number(value)
      : String(value);
  }
  if (typeof value === "number") return Number.isFinite(value) ? value : printFloat(value);
  if (value instanceof MapValue) {
    return Object.fromEntries([...value.entries()].map(([key, each]) => [keyText(key), toJson(each)]));
  }
  if (value instanceof StructValue) {
    return Object.fromEntries(value.names.map((name, index) => [name, toJson(value.values[index] ?? "")]));
  }
  if (value instanceof FunctionValue) return print(value);
  return value.map(toJson);
}

export function fieldsToJson(fields: ReadonlyMap<string, Value>): { readonly [key: string]: Json } {
  return Object.fromEntries([...fields].map(([name, value]) => [name, toJson(value)]));
}

function keyText(key: Value): string {
  return typeof key === "string" ? key : print(key);
}

/** Values on disk: JSON in which every value says its type, so that reading gives back exactly what was written. */
import { FunctionValue, MapValue, StructValue, type Value } from "../../lang/value.ts";

/** @throws TypeError for functions, which cannot be kept */
export function encodeValue(value: Value): string {
  return JSON.stringify(toTagged(value));
}

/** @returns undefined for text that {@link encodeValue} did not make */
export function decodeValue(text: string): Value | undefined {
  try {
    return fromTagged(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function toTagged(value: Value): unknown {
  if (typeof value === "boolean") return { bool: value };
  if (typeof value === "string") return { str: value };
  if (typeof value === "bigint") return { int: String(value) };
  if (typeof value === "number") return { float: Object.is(value, -0) ? "-0" : String(value) };
  if (value instanceof MapValue) {
    return { map: [...value.entries()].map(([key, each]) => [toTagged(key), toTagged(each)]) };
  }
  if (value instanceof StructValue) {
    return { struct: value.names.map((name, index) => [name, toTagged(value.values[index] ?? "")]) };
  }
  if (value instanceof FunctionValue) throw new TypeError("a function cannot be kept");
  return { list: value.map(toTagged) };
}

function fromTagged(data: unknown): Value {
  const [tag, content] = onlyEntry(data);
  switch (tag) {
    case "bool":
      return content === true;
    case "str":
      return String(content);
    case "int":
      return BigInt(String(content));
    case "float":
      return Number(content);
    case "list":
      return listOf(content).map(fromTagged);
    case "map":
      return new MapValue(pairs(content).map(([key, each]) => [fromTagged(key), fromTagged(each)]));
    case "struct": {
      const fields = pairs(content);
      return new StructValue(
        fields.map(([name]) => String(name)),
        fields.map(([, each]) => fromTagged(each)),
      );
    }
    default:
      throw new TypeError(`no value has the tag ${tag}`);
  }
}

function onlyEntry(data: unknown): readonly [string, unknown] {
  const entry = typeof data === "object" && data !== null ? Object.entries(data)[0] : undefined;
  if (entry === undefined) throw new TypeError("not a value");
  return entry;
}

function listOf(data: unknown): readonly unknown[] {
  if (!Array.isArray(data)) throw new TypeError("not a list");
  return data;
}

function pairs(data: unknown): readonly (readonly [unknown, unknown])[] {
  return listOf(data).map((pair) => {
    const [first, second] = listOf(pair);
    return [first, second];
  });
}

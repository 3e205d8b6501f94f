/** The functions `index`, `slice` and `len` of templates. */
import { byteLength, decodeBytes, encodeBytes } from "../../bytes.ts";
import { type TemplateType, typeName } from "./type.ts";
import { Integer, int, integerOf, Mapping, Slice, type TemplateValue, typeOf, type View } from "./value.ts";

/** @throws Error if there is no length */
export function lengthOf(value: TemplateValue): Integer {
  if (typeof value === "string") return int(byteLength(value));
  if (value instanceof Slice) return int(value.length);
  if (value instanceof Mapping) return int(value.size);
  if (value === null) throw new Error("reflect: call of reflect.Value.Type on zero Value");
  throw new Error(`len of type ${nameOf(value)}`);
}

/** One element after the other, each in what the one before gave. @throws Error if there is none */
export function elementAt(container: TemplateValue, indexes: readonly TemplateValue[]): TemplateValue {
  if (container === null) throw new Error("index of untyped nil");
  return indexes.reduce(element, container);
}

function element(container: TemplateValue, index: TemplateValue): TemplateValue {
  if (container === null) throw new Error("index of nil pointer");
  if (container instanceof Mapping) return entry(container, index);
  if (container instanceof Slice) {
    const at = position(index, container.length);
    if (at === container.length) throw new Error("reflect: slice index out of range");
    return container.at(at);
  }
  if (typeof container !== "string") throw new Error(`can't index item of type ${nameOf(container)}`);
  const bytes = encodeBytes(container);
  const byte = bytes[position(index, bytes.length)];
  if (byte === undefined) throw new Error("reflect: string index out of range");
  return new Integer("uint8", BigInt(byte));
}

function entry(map: Mapping, index: TemplateValue): TemplateValue {
  const keyType = map.type.key;
  const wanted = typeName(keyType);
  if (index === null) throw new Error(`value is nil; should be of type ${wanted}`);
  const integer = integerOf(index);
  const key = keyType.kind === "int64" && integer !== undefined ? integer : index;
  if (nameOf(key) !== wanted) throw new Error(`value has type ${nameOf(index)}; should be ${wanted}`);
  return map.get(key) ?? zeroOf(map.type.value);
}

/** What a map gives for a key that it does not have. */
function zeroOf(type: TemplateType): TemplateValue {
  switch (type.kind) {
    case "bool":
      return false;
    case "string":
      return "";
    case "int64":
      return 0n;
    case "float64":
      return 0;
    case "slice":
      return new Slice(type, nothing, []);
    case "map":
      return new EmptyMapping(type);
    default:
      return null;
  }
}

const nothing: View = { type: { kind: "any" }, show: () => null };

class EmptyMapping extends Mapping {
  override readonly size = 0;

  constructor(override readonly type: Mapping["type"]) {
    super();
  }

  override get(): undefined {
    return undefined;
  }

  override entries(): readonly [] {
    return [];
  }
}

/** @throws Error unless it is an integer from 0 up to and with `limit` */
function position(index: TemplateValue, limit: number): number {
  if (index === null) throw new Error("cannot index slice/array with nil");
  const integer = integerOf(index);
  if (integer === undefined) throw new Error(`cannot index slice/array with type ${nameOf(index)}`);
  if (integer < 0n || integer > limit) throw new Error(`index out of range: ${integer}`);
  return Number(integer);
}

/** From an index up to, not including, another one; a third limits what the result can be sliced to. */
export function sliceOf(container: TemplateValue, indexes: readonly TemplateValue[]): TemplateValue {
  if (container === null) throw new Error("slice of untyped nil");
  if (indexes.length > 3) throw new Error(`too many slice indexes: ${indexes.length}`);
  if (typeof container === "string") {
    if (indexes.length === 3) throw new Error("cannot 3-index slice a string");
    const bytes = encodeBytes(container);
    const [from, to] = bounds(indexes, bytes.length, bytes.length);
    return decodeBytes(bytes.subarray(from, to));
  }
  if (!(container instanceof Slice)) throw new Error(`can't slice item of type ${nameOf(container)}`);
  const [from, to, limit] = bounds(indexes, container.length, container.capacity);
  return container.cut(from, to, limit);
}

function bounds(
  indexes: readonly TemplateValue[],
  length: number,
  capacity: number,
): readonly [number, number, number] {
  const [from = 0, to = length, limit = capacity] = indexes.map((index) => position(index, capacity));
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (to > limit) throw new Error(`invalid slice index: ${to} > ${limit}`);
  return [from, to, limit];
}

function nameOf(value: TemplateValue): string {
  return typeName(typeOf(value));
}

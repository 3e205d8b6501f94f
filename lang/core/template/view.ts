/** From mcl values to what templates see of them. */
import { compareBytes } from "../../bytes.ts";
import { printType, type Type } from "../../types/type.ts";
import { compare, isList, MapValue, StructValue, type Value } from "../../value.ts";
import { any, type BasicKind, type MapType, type StructType, string, type TemplateType } from "./type.ts";
import { Mapping, Slice, Structure, type TemplateValue, type View } from "./value.ts";

/** Whether templates can show values of the type. */
export function isShown(type: Type): boolean {
  switch (type.kind) {
    case "list":
      return isShown(type.element);
    case "map":
      return isShown(type.key) && isShown(type.value);
    case "struct":
      return type.fields.every((field) => isShown(field.type));
    case "func":
    case "variant":
      return false;
    default:
      return true;
  }
}

/** How values of the type appear; it must be one that {@link isShown}. */
export function viewOf(type: Type): View {
  switch (type.kind) {
    case "list":
      return typedView(type) ?? sliceView(any, viewOf(type.element));
    case "map":
      return mapView(keyView(type.key), any, viewOf(type.value));
    case "struct":
      return structView(type.fields);
    default:
      return basicView(type) ?? unshown(type);
  }
}

/** How arguments and results of functions appear: what can keep its type does. */
export function functionViewOf(type: Type): View {
  return typedView(type) ?? viewOf(type);
}

const basicKinds: Readonly<Record<string, BasicKind>> = {
  bool: "bool",
  str: "string",
  int: "int64",
  float: "float64",
};

function basicView(type: Type): View | undefined {
  const kind = basicKinds[type.kind];
  return kind && { type: { kind }, show: showBasic };
}

function showBasic(value: Value): TemplateValue {
  switch (typeof value) {
    case "boolean":
    case "string":
    case "bigint":
    case "number":
      return value;
    default:
      return mismatch();
  }
}

/**
 * For what consists of basic types, lists and maps only, all the way down: inside such a list everything keeps its type.
 * Structs of mcl never do, since their fields begin in lower case.
 */
function typedView(type: Type): View | undefined {
  if (type.kind === "list") {
    const element = typedView(type.element);
    return element && sliceView(element.type, element);
  }
  if (type.kind === "map") {
    const key = typedView(type.key);
    const value = typedView(type.value);
    return key && value && mapView(key, value.type, value);
  }
  return basicView(type);
}

function sliceView(elementType: TemplateType, element: View): View {
  const type = { kind: "slice", element: elementType } as const;
  return { type, show: (value) => (isList(value) ? new Slice(type, element, value) : mismatch()) };
}

function mapView(key: View, valueType: TemplateType, value: View): View {
  const type = { kind: "map", key: key.type, value: valueType } as const;
  return {
    type,
    show: (map) => (map instanceof MapValue ? new MapMapping(type, key, value, map) : mismatch()),
  };
}

class MapMapping extends Mapping {
  constructor(
    override readonly type: MapType,
    readonly key: View,
    readonly value: View,
    readonly map: MapValue,
  ) {
    super();
  }

  override get size(): number {
    return this.map.size;
  }

  override get(key: TemplateValue): TemplateValue | undefined {
    const wanted = keyValue(key);
    const found = wanted === undefined ? undefined : this.map.get(wanted);
    return found === undefined ? undefined : this.value.show(found);
  }

  override *entries(): Generator<readonly [TemplateValue, TemplateValue]> {
    const entries =
      this.type.key.kind === "struct"
        ? [...this.map.entries()].sort((a, b) => compareKeys(a[0], b[0]))
        : this.map.entries();
    for (const [key, value] of entries) yield [this.key.show(key), this.value.show(value)];
  }
}

function keyValue(key: TemplateValue): Value | undefined {
  if (key instanceof Structure) return key.value;
  return typeof key === "object" ? undefined : key;
}

/** Field by field. */
function compareKeys(a: Value, b: Value): number {
  if (!(a instanceof StructValue) || !(b instanceof StructValue)) return compare(a, b);
  for (const [index, left] of a.values.entries()) {
    const right = b.values[index];
    const order = right === undefined ? 1 : compareKeys(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

/** A struct that is a key becomes a struct; nothing else does. */
function keyView(type: Type): View {
  if (type.kind !== "struct") return viewOf(type);
  const fields = type.fields.map((field) => keyView(field.type));
  const structType: StructType = {
    kind: "struct",
    fields: type.fields.map(({ name }, index) => ({ name: title(name), type: fields[index]?.type ?? any })),
  };
  return {
    type: structType,
    show: (value) => (value instanceof StructValue ? new Structure(structType, fields, value) : mismatch()),
  };
}

const structAsMap = { kind: "map", key: string, value: any } as const;

interface Field {
  readonly name: string;
  readonly index: number;
  readonly view: View;
}

/** The fields of a struct type, made once for all its values. */
class Shape {
  readonly byName: ReadonlyMap<string, Field>;
  readonly sorted: readonly Field[];

  constructor(fields: readonly { readonly name: string; readonly type: Type }[]) {
    const titled = fields.map(({ name, type }, index) => ({ name: title(name), index, view: viewOf(type) }));
    this.byName = new Map(titled.map((field) => [field.name, field]));
    this.sorted = titled.toSorted((a, b) => compareBytes(a.name, b.name));
  }
}

function structView(fields: readonly { readonly name: string; readonly type: Type }[]): View {
  const shape = new Shape(fields);
  return {
    type: structAsMap,
    show: (value) => (value instanceof StructValue ? new StructMapping(shape, value) : mismatch()),
  };
}

/** A struct, which templates see as a map. */
class StructMapping extends Mapping {
  constructor(
    readonly shape: Shape,
    readonly struct: StructValue,
  ) {
    super();
  }

  override get type(): MapType {
    return structAsMap;
  }

  override get size(): number {
    return this.shape.sorted.length;
  }

  override get(key: TemplateValue): TemplateValue | undefined {
    const field = typeof key === "string" ? this.shape.byName.get(key) : undefined;
    return field && this.#show(field);
  }

  override *entries(): Generator<readonly [TemplateValue, TemplateValue]> {
    for (const field of this.shape.sorted) yield [field.name, this.#show(field)];
  }

  #show({ index, view }: Field): TemplateValue {
    const value = this.struct.values[index];
    return value === undefined ? null : view.show(value);
  }
}

/** The name of a field in a template: `inst_repo` is `Inst_repo`. */
export function title(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function unshown(type: Type): never {
  throw new Error(`templates do not show values of type ${printType(type)}`);
}

function mismatch(): never {
  throw new Error("a value is not of the type that its expression has");
}

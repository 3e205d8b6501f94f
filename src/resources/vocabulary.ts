/**
 * The words in which kinds declare their parameters: ArkType keywords, each with the mcl type it stands for. A
 * declaration is an ArkType definition, and everything is derived from it: the TypeScript type by ArkType's
 * inference, the mcl types and ranges by {@link readDefinition}, checking of foreign data by ArkType itself
 * (`schema.ts`, for data from outside the language, such as graphs in YAML).
 *
 * | definition | means |
 * |---|---|
 * | `"str = 'x'"`, `"bool = false"`, `"uint16 = 64"` | unset is the same as the default |
 * | `"content?": "str"` | unset is something of its own |
 * | `"args?": "str[]"`, `"env?": { "[string]": "str" }` | lists and maps; unset differs from empty |
 * | `{ a: "bool", b: "str" }` | a struct |
 * | `[{ a: "bool", b: "str" }, "[]"]` | a list of structs |
 * | `"any"` | an mcl value of any type |
 */
import type { type as ark } from "arktype";
import type { FieldSchema, NativeRange } from "../../lang/kinds.ts";
import type { Type } from "../../lang/types/type.ts";
import * as types from "../../lang/types/type.ts";
import { isList, MapValue, StructValue, type Value } from "../../lang/value.ts";

/** TypeScript types of the words; 64-bit integers are bigint, narrower ones number. */
export interface Words {
  str: string;
  bool: boolean;
  float: number;
  float32: number;
  int: bigint;
  uint: bigint;
  int8: number;
  int16: number;
  int32: number;
  uint8: number;
  uint16: number;
  uint32: number;
  /** An mcl value of any type: read it with `Handle.fields`. */
  any: unknown;
}

/** A definition that uses only these words; mistakes in it are compile errors. */
export type Definition<D> = ark.validate<D, Words>;
/** The TypeScript type of the parameters that a definition declares. */
export type Params<D> = ark.infer.Out<D, Words>;

/** A parameter as read from a definition. */
export interface Parameter extends FieldSchema {
  readonly name: string;
  /** What unset means; undefined where unset is something of its own. */
  readonly default: Value | undefined;
}

/** What each word means to mcl. */
export const words: Readonly<Record<string, { readonly type: Type; readonly range?: NativeRange }>> = {
  str: { type: types.str },
  bool: { type: types.bool },
  float: { type: types.float },
  float32: {
    type: types.float,
    range: { native: "float32", min: -3.4028234663852886e38, max: 3.4028234663852886e38 },
  },
  any: { type: types.variant },
  int: integer("int64", -(2n ** 63n), 2n ** 63n - 1n),
  uint: integer("uint64", 0n, 2n ** 64n - 1n),
  int8: integer("int8", -128n, 127n),
  int16: integer("int16", -32768n, 32767n),
  int32: integer("int32", -2147483648n, 2147483647n),
  uint8: integer("uint8", 0n, 255n),
  uint16: integer("uint16", 0n, 65535n),
  uint32: integer("uint32", 0n, 4294967295n),
};

function integer(native: string, min: bigint, max: bigint): { type: Type; range: NativeRange } {
  return { type: types.int, range: { native, min, max } };
}

/** Reads the mcl side of a definition. @throws Error on notation that this vocabulary does not have */
export function readDefinition(definition: unknown): readonly Parameter[] {
  if (typeof definition !== "object" || definition === null) throw new Error("a definition is an object");
  return Object.entries(definition).map(([key, notation]) => readParameter(key, notation));
}

function readParameter(key: string, notation: unknown): Parameter {
  const optional = key.endsWith("?");
  const name = optional ? key.slice(0, -1) : key;
  const [word, standard] = typeof notation === "string" ? notation.split(" = ") : [notation, undefined];
  const type = readType(word);
  const range = typeof word === "string" ? words[word]?.range : undefined;
  const scalar = type.kind !== "list" && type.kind !== "map";
  return {
    name,
    type,
    optional: (optional && scalar) || type.kind === "variant",
    default: standard === undefined ? undefined : readDefault(type, standard),
    ...(range === undefined ? {} : { range }),
  };
}

function readType(notation: unknown): Type {
  if (typeof notation === "string") {
    if (notation.endsWith("[]")) return { kind: "list", element: readType(notation.slice(0, -2)) };
    const word = words[notation];
    if (word !== undefined) return word.type;
  } else if (Array.isArray(notation)) {
    const [element, suffix]: readonly unknown[] = notation;
    if (notation.length === 2 && suffix === "[]") return { kind: "list", element: readType(element) };
  } else if (typeof notation === "object" && notation !== null) {
    const entries = Object.entries(notation);
    const [first] = entries;
    if (first !== undefined && first[0] === "[string]") {
      return { kind: "map", key: types.str, value: readType(first[1]) };
    }
    return { kind: "struct", fields: entries.map(([name, each]) => ({ name, type: readType(each) })) };
  }
  throw new Error(`no mcl type for the notation ${JSON.stringify(notation)}`);
}

function readDefault(type: Type, text: string): Value {
  switch (type.kind) {
    case "bool":
      return text === "true";
    case "int":
      return BigInt(text.replace("n", ""));
    case "float":
      return Number(text);
    default:
      return text.slice(1, -1);
  }
}

/**
 * Makes a reader from the fields of a resource to the parameters that its kind sees: narrow integers as number, lists as
 * arrays, maps and structs as objects. Values have been checked against the schema before. Each is read when it is asked
 * for, which of most of thousands of resources is seldom.
 */
export function paramsReader(
  parameters: readonly Parameter[],
): (fields: ReadonlyMap<string, Value>) => Readonly<Record<string, unknown>> {
  class FieldsAsParams {
    readonly [name: string]: unknown;
    readonly #fields: ReadonlyMap<string, Value>;

    constructor(fields: ReadonlyMap<string, Value>) {
      this.#fields = fields;
    }

    static read(params: FieldsAsParams, name: string): Value | undefined {
      return params.#fields.get(name);
    }
  }
  for (const { name, type, range, default: standard } of parameters) {
    const otherwise = standard === undefined ? undefined : toPlain(type, range, standard);
    Object.defineProperty(FieldsAsParams.prototype, name, {
      enumerable: true,
      get(this: FieldsAsParams) {
        const value = FieldsAsParams.read(this, name);
        return value === undefined ? otherwise : toPlain(type, range, value);
      },
    });
  }
  return (fields) => new FieldsAsParams(fields);
}

function toPlain(type: Type, range: NativeRange | undefined, value: Value): unknown {
  if (typeof value === "bigint") return isWide(range) ? value : Number(value);
  if (typeof value !== "object") return value;
  if (type.kind === "list" && isList(value)) {
    const { kind } = type.element;
    if (kind === "str" || kind === "bool" || kind === "float") return value;
    return value.map((each) => toPlain(type.element, undefined, each));
  }
  if (type.kind === "map" && value instanceof MapValue) {
    return Object.fromEntries(
      [...value.entries()].map(([key, each]) => [key, toPlain(type.value, undefined, each)]),
    );
  }
  if (type.kind === "struct" && value instanceof StructValue) {
    return Object.fromEntries(value.names.map((name, index) => [name, value.values[index]]));
  }
  return value;
}

/** 64-bit integers stay bigint: a number could not hold them. */
function isWide(range: NativeRange | undefined): boolean {
  return range === undefined || range.max > 9007199254740991n;
}

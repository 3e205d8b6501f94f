/**
 * mcl types (language specification, section 7). One shape serves three uses, told apart by what may stand
 * at its leaves: {@link Type} is finished, {@link Scheme} is the signature of a polymorphic function with
 * named type parameters in it, and the type checker has its own with unification variables.
 */

export interface Bool {
  readonly kind: "bool";
}
export interface Str {
  readonly kind: "str";
}
export interface Int {
  readonly kind: "int";
}
export interface Float {
  readonly kind: "float";
}
/** Accepts a value of any type; only parameters of resources have it. */
export interface Variant {
  readonly kind: "variant";
}
export interface List<V> {
  readonly kind: "list";
  readonly element: Shape<V>;
}
export interface MapOf<V> {
  readonly kind: "map";
  readonly key: Shape<V>;
  readonly value: Shape<V>;
}
/** Ordered: two structs are the same type only with the same fields in the same order. */
export interface Struct<V> {
  readonly kind: "struct";
  readonly fields: readonly { readonly name: string; readonly type: Shape<V> }[];
}
/** Argument names do not count when types are compared. */
export interface Func<V> {
  readonly kind: "func";
  readonly args: readonly { readonly name: string; readonly type: Shape<V> }[];
  readonly result: Shape<V>;
}

/** A type whose leaves may also be `V`. */
export type Shape<V> = Bool | Str | Int | Float | Variant | List<V> | MapOf<V> | Struct<V> | Func<V> | V;

/** What values can be read from. */
export type Container<V> = List<V> | MapOf<V> | Struct<V>;

/** A finished type: nothing left open. */
export type Type = Shape<never>;
export type FuncType = Func<never>;

/** A named type parameter of a polymorphic signature; printed `?1`, `?2`, … */
export interface TypeParameter {
  readonly kind: "parameter";
  readonly name: string;
}
/** A type that may mention type parameters; each call of the function gets fresh ones. */
export type Scheme = Shape<TypeParameter>;

export const bool: Bool = { kind: "bool" };
export const str: Str = { kind: "str" };
export const int: Int = { kind: "int" };
export const float: Float = { kind: "float" };
export const variant: Variant = { kind: "variant" };

/** The type as messages show it and as type texts write it: `map{str: []int}`. */
export function printType(type: Scheme): string {
  switch (type.kind) {
    case "list":
      return `[]${printType(type.element)}`;
    case "map":
      return `map{${printType(type.key)}: ${printType(type.value)}}`;
    case "struct":
      return `struct{${type.fields.map((field) => `${field.name} ${printType(field.type)}`).join("; ")}}`;
    case "func": {
      const args = type.args.map(
        (arg, index) => `${arg.name === "" ? index : arg.name} ${printType(arg.type)}`,
      );
      return `func(${args.join(", ")}) ${printType(type.result)}`;
    }
    case "parameter":
      return `?${type.name}`;
    default:
      return type.kind;
  }
}

/** Structural equality; names of function arguments are ignored. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === "list" && b.kind === "list") return sameType(a.element, b.element);
  if (a.kind === "map" && b.kind === "map") return sameType(a.key, b.key) && sameType(a.value, b.value);
  if (a.kind === "struct" && b.kind === "struct") {
    if (a.fields.length !== b.fields.length) return false;
    return a.fields.every((field, index) => {
      const other = b.fields[index];
      return other !== undefined && field.name === other.name && sameType(field.type, other.type);
    });
  }
  if (a.kind === "func" && b.kind === "func") {
    if (a.args.length !== b.args.length || !sameType(a.result, b.result)) return false;
    return a.args.every((arg, index) => {
      const other = b.args[index];
      return other !== undefined && sameType(arg.type, other.type);
    });
  }
  return a.kind === b.kind;
}

/** Whether values of a type can be compared: functions cannot, nor can what holds any (10.2). */
export function isComparable(type: Type): boolean {
  switch (type.kind) {
    case "func":
      return false;
    case "list":
      return isComparable(type.element);
    case "map":
      return isComparable(type.value);
    case "struct":
      return type.fields.every((field) => isComparable(field.type));
    default:
      return true;
  }
}

/** Whether values of the type can be keys of a map (section 7). */
export function isHashable(type: Type): boolean {
  switch (type.kind) {
    case "bool":
    case "str":
    case "int":
    case "float":
      return true;
    case "struct":
      return type.fields.every((field) => isHashable(field.type));
    default:
      return false;
  }
}

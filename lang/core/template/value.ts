/**
 * Values as templates see them (functions specification, section 7).
 *
 * | in a template | representation |
 * |---|---|
 * | bool, string, float64 | boolean, string, number |
 * | int64, the int of mcl | bigint |
 * | int, uint8: constants, lengths, indexes, bytes | {@link Integer} |
 * | complex128 | {@link Complex} |
 * | slice, map, struct | {@link Slice}, {@link Mapping}, {@link Structure}: views of mcl values |
 * | nil | null |
 *
 * Views convert an element when it is asked for, so that a template pays for what it reads.
 */
import type { StructValue, Value } from "../../value.ts";
import { any, type MapType, type SliceType, type StructType, type TemplateType } from "./type.ts";

export type TemplateValue =
  | boolean
  | string
  | bigint
  | number
  | null
  | Integer
  | Complex
  | Slice
  | Mapping
  | Structure;

/** An integer that is not an int of mcl. */
export class Integer {
  constructor(
    readonly kind: "int" | "uint8",
    readonly value: bigint,
  ) {}
}

export class Complex {
  constructor(
    readonly real: number,
    readonly imaginary: number,
  ) {}
}

/** How values of one mcl type appear in templates. */
export interface View {
  readonly type: TemplateType;
  show(value: Value): TemplateValue;
}

/** A part of a list; what is left of the list after it can be sliced into again. */
export class Slice {
  constructor(
    readonly type: SliceType,
    readonly element: View,
    readonly list: readonly Value[],
    readonly start = 0,
    readonly length = list.length,
    readonly capacity = list.length - start,
  ) {}

  at(index: number): TemplateValue {
    const value = this.list[this.start + index];
    return value === undefined ? null : this.element.show(value);
  }

  /** From `from` up to, not including, `to`; both within the capacity. */
  cut(from: number, to: number, capacity = this.capacity): Slice {
    const { type, element, list, start } = this;
    return new Slice(type, element, list, start + from, to - from, capacity - from);
  }

  *[Symbol.iterator](): Generator<TemplateValue> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }
}

export abstract class Mapping {
  abstract readonly type: MapType;
  abstract readonly size: number;
  /** Undefined if there is no such key. */
  abstract get(key: TemplateValue): TemplateValue | undefined;
  /** Sorted by key. */
  abstract entries(): Iterable<readonly [TemplateValue, TemplateValue]>;
}

/** A struct with fields, which only keys of maps are. */
export class Structure {
  constructor(
    readonly type: StructType,
    readonly fields: readonly View[],
    readonly value: StructValue,
  ) {}

  /** Undefined if there is no such field. */
  get(name: string): TemplateValue | undefined {
    const index = this.type.fields.findIndex((field) => field.name === name);
    return index < 0 ? undefined : this.at(index);
  }

  at(index: number): TemplateValue {
    const value = this.value.values[index];
    const view = this.fields[index];
    return value === undefined || view === undefined ? null : view.show(value);
  }
}

/** The type of a value; null has none, and counts as any. */
export function typeOf(value: TemplateValue): TemplateType {
  switch (typeof value) {
    case "boolean":
      return { kind: "bool" };
    case "string":
      return { kind: "string" };
    case "bigint":
      return { kind: "int64" };
    case "number":
      return { kind: "float64" };
  }
  if (value === null) return any;
  if (value instanceof Integer) return { kind: value.kind };
  if (value instanceof Complex) return { kind: "complex128" };
  return value.type;
}

/** The number that an integer of any type is; undefined for everything else. */
export function integerOf(value: TemplateValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  return value instanceof Integer ? value.value : undefined;
}

export function int(value: number | bigint): Integer {
  return new Integer("int", BigInt(value));
}

/** False, zero, empty and nil are false; all else is true. */
export function isTrue(value: TemplateValue): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value !== "";
    case "bigint":
      return value !== 0n;
    case "number":
      return value !== 0;
  }
  if (value === null) return false;
  if (value instanceof Integer) return value.value !== 0n;
  if (value instanceof Complex) return value.real !== 0 || value.imaginary !== 0;
  if (value instanceof Slice) return value.length > 0;
  if (value instanceof Mapping) return value.size > 0;
  return true;
}

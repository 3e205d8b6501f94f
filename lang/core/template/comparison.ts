/** The functions `eq`, `ne`, `lt`, `le`, `gt`, `ge` of templates. */
import { compareBytes } from "../../bytes.ts";
import { equalByIeee } from "../../value.ts";
import { noFlags } from "./format/flags.ts";
import { formatValue } from "./format/format-value.ts";
import { typeName } from "./type.ts";
import {
  Complex,
  Integer,
  integerOf,
  Mapping,
  Slice,
  Structure,
  type TemplateValue,
  typeOf,
} from "./value.ts";

type Kind = "bool" | "complex" | "integer" | "float" | "string";

/** Undefined for what cannot be compared by value. */
function kindOf(value: TemplateValue): Kind | undefined {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "bigint":
      return "integer";
    case "number":
      return "float";
  }
  if (value instanceof Integer) return "integer";
  return value instanceof Complex ? "complex" : undefined;
}

/** Whether the first equals any of the others. @throws Error if they cannot be compared */
export function equalsAny(first: TemplateValue, others: readonly TemplateValue[]): boolean {
  if (others.length === 0) throw new Error("missing argument for comparison");
  return others.some((other) => equals(first, other));
}

function equals(a: TemplateValue, b: TemplateValue): boolean {
  const kind = kindOf(a);
  if (kind !== kindOf(b)) {
    if (a === null || b === null) return false;
    throw incompatible(a, b);
  }
  if (kind === undefined) return equalContainers(a, b);
  if (kind === "integer") return integerOf(a) === integerOf(b);
  if (a instanceof Complex && b instanceof Complex) return a.real === b.real && a.imaginary === b.imaginary;
  return a === b;
}

function equalContainers(a: TemplateValue, b: TemplateValue): boolean {
  if (a === null || b === null) return a === b;
  if (containerKind(a) !== containerKind(b)) {
    throw new Error(
      `non-comparable types ${shown(a)}: ${nameOf(a)}, ${nameOf(b)}: ${formatValue(b, "v", noFlags)}`,
    );
  }
  if (a instanceof Structure && b instanceof Structure) return equalByIeee(a.value, b.value);
  throw new Error(`non-comparable type ${shown(b)}: ${nameOf(b)}`);
}

function containerKind(value: TemplateValue): string {
  return value instanceof Slice ? "slice" : value instanceof Mapping ? "map" : "struct";
}

function shown(value: TemplateValue): string {
  return formatValue(value, "s", noFlags);
}

function nameOf(value: TemplateValue): string {
  return typeName(typeOf(value));
}

function incompatible(a: TemplateValue, b: TemplateValue): Error {
  return new Error(`incompatible types for comparison: ${nameOf(a)} and ${nameOf(b)}`);
}

/** @throws Error if the values have no order */
export function isLess(a: TemplateValue, b: TemplateValue): boolean {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind === undefined || other === undefined) throw unordered();
  if (kind !== other) throw incompatible(a, b);
  if (typeof a === "string" && typeof b === "string") return compareBytes(a, b) < 0;
  if (typeof a === "number" && typeof b === "number") return a < b;
  const left = integerOf(a);
  const right = integerOf(b);
  if (left === undefined || right === undefined) throw unordered();
  return left < right;
}

/** @throws Error if the values have no order */
export function isLessOrEqual(a: TemplateValue, b: TemplateValue): boolean {
  return isLess(a, b) || equals(a, b);
}

function unordered(): Error {
  return new Error("invalid type for comparison");
}

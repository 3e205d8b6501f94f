/**
 * Run-time values of mcl: plain, immutable and comparable (language specification, section 10).
 *
 * | type   | representation |
 * |--------|----------------|
 * | bool   | boolean |
 * | str    | string; bytes that are not UTF-8 are lone surrogates U+DC80..U+DCFF (see `bytes.ts`) |
 * | int    | bigint, always within 64 bits |
 * | float  | number |
 * | list   | frozen-by-convention array |
 * | map    | {@link MapValue} |
 * | struct | {@link StructValue} |
 * | func   | {@link FunctionValue} |
 */
import { compareBytes, quote } from "./bytes.ts";

export type Value =
  | boolean
  | string
  | bigint
  | number
  | readonly Value[]
  | MapValue
  | StructValue
  | FunctionValue;

/** A map; equal keys written twice keep the later value. Has no order of its own: iterates sorted by key. */
export class MapValue {
  readonly #entries: ReadonlyMap<string, readonly [Value, Value]>;

  constructor(entries: Iterable<readonly [Value, Value]>) {
    const sorted = [...entries].sort((a, b) => compare(a[0], b[0]));
    this.#entries = new Map(sorted.map((entry) => [identity(entry[0]), entry]));
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(identity(key))?.[1];
  }

  has(key: Value): boolean {
    return this.#entries.has(identity(key));
  }

  entries(): IterableIterator<readonly [Value, Value]> {
    return this.#entries.values();
  }
}

/** A struct: fields in the order of its type. */
export class StructValue {
  constructor(
    readonly names: readonly string[],
    readonly values: readonly Value[],
  ) {}

  get(name: string): Value | undefined {
    return this.values[this.names.indexOf(name)];
  }
}

/**
 * A function as a value: compared by identity only. What it closes over belongs to the function graph, which
 * subclasses this.
 */
export abstract class FunctionValue {
  /** The type text, for printing. */
  abstract readonly signature: string;
}

/** Deep equality. Two NaN are equal here, so that a NaN is not a change for ever; `==` of the language is {@link equalByIeee}. */
export function equal(a: Value, b: Value): boolean {
  return same(a, b, Object.is);
}

/** Deep equality as the language's `==` has it: NaN differs from itself, 0 equals -0. */
export function equalByIeee(a: Value, b: Value): boolean {
  return same(a, b, (x, y) => x === y);
}

function same(a: Value, b: Value, floats: (x: number, y: number) => boolean): boolean {
  if (typeof a === "number" && typeof b === "number") return floats(a, b);
  // A list that holds NaN differs from itself where NaN does.
  if (a === b && (typeof a !== "object" || floats === Object.is)) return true;
  if (a instanceof MapValue && b instanceof MapValue) {
    if (a.size !== b.size) return false;
    for (const [key, value] of a.entries()) {
      const other = b.get(key);
      if (other === undefined || !same(value, other, floats)) return false;
    }
    return true;
  }
  if (a instanceof StructValue && b instanceof StructValue) {
    return (
      a.names.length === b.names.length &&
      a.names.every((name, index) => name === b.names[index]) &&
      sameLists(a.values, b.values, floats)
    );
  }
  if (isList(a) && isList(b)) return sameLists(a, b, floats);
  return false;
}

function sameLists(
  a: readonly Value[],
  b: readonly Value[],
  floats: (x: number, y: number) => boolean,
): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) {
    const left = a[index];
    const right = b[index];
    if (left === undefined || right === undefined || !same(left, right, floats)) return false;
  }
  return true;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Order used for printing maps (section 10.2): false before true, numbers by size, NaN first, text by bytes, the rest by printed form. */
export function compare(a: Value, b: Value): number {
  if (typeof a === "string" && typeof b === "string") return compareBytes(a, b);
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "number" && typeof b === "number") {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return compareBytes(print(a), print(b));
}

/** The value as messages and containers show it (section 10.1): strings quoted, maps sorted by key. */
export function print(value: Value): string {
  switch (typeof value) {
    case "string":
      return quote(value);
    case "number":
      return printFloat(value);
    case "bigint":
    case "boolean":
      return String(value);
  }
  if (value instanceof MapValue) {
    return `{${[...value.entries()].map(([key, each]) => `${print(key)}: ${print(each)}`).join(", ")}}`;
  }
  if (value instanceof StructValue) {
    const fields = value.names.map((name, index) => `${name}: ${print(value.values[index] ?? "")}`);
    return `struct{${fields.join("; ")}}`;
  }
  if (value instanceof FunctionValue) return `func(${value.signature})`;
  return `[${value.map(print).join(", ")}]`;
}

/** Shortest decimal that reads back as the same float, never with an exponent: `42`, `0.0000001`, `+Inf`. */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + "0".repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A text that two map keys share exactly when they are equal. */
export function identity(key: Value): string {
  switch (typeof key) {
    case "string":
      return `s${key}`;
    case "bigint":
      return `i${key}`;
    case "number":
      return `f${key}`;
    case "boolean":
      return `b${key}`;
  }
  return `c${print(key)}`;
}

/**
 * Checks data that does not come from a program, such as parsed YAML, against the definition of a kind, by ArkType.
 * Programs do not come here: the compiler has checked them, and ArkType takes 60 ms to load.
 */
import type { Scope, type } from "arktype";
import type { NativeRange } from "../../lang/kinds.ts";
import { outOfRange } from "../../lang/output/native-range.ts";
import { printType } from "../../lang/types/type.ts";
import type { Value } from "../../lang/value.ts";
import type { Kind } from "./define.ts";
import { toValue } from "./plain-value.ts";
import { words } from "./vocabulary.ts";

/** What data says about a resource. */
export type Reading =
  | {
      /** What is set, as a program would have set it. */
      readonly fields: ReadonlyMap<string, Value>;
      /** Keys that are not parameters of the kind. */
      readonly unknown: readonly string[];
    }
  | { readonly error: string };

/**
 * Reads parameters from data. Keys are names of parameters, in which underscores may be added; null is unset.
 * @param data an object of strings, booleans, numbers, bigints, null, arrays and objects
 */
export async function readFields(kind: Kind, data: Readonly<Record<string, unknown>>): Promise<Reading> {
  const given: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    const name = parameterNamed(kind, key);
    if (name === undefined) unknown.push(key);
    else if (value !== null && value !== undefined) given[name] = value;
  }
  const schema = await schemaOf(kind);
  const { type } = await arktype();
  const checked: unknown = schema(given);
  if (checked instanceof type.errors) return { error: checked.map(explain).join("; ") };
  const fields = new Map<string, Value>();
  for (const [name, plain] of Object.entries(given)) {
    const wanted = kind.fields.get(name)?.type;
    const value = wanted && toValue(wanted, plain);
    if (wanted === undefined || value === undefined) {
      const what = wanted === undefined || wanted.kind === "variant" ? "a value" : printType(wanted);
      return { error: `${name} must be ${what}` };
    }
    fields.set(name, value);
  }
  return { fields, unknown };
}

/** The parameter that a key of data means, if any: underscores may be added. */
export function parameterNamed(kind: Kind, key: string): string | undefined {
  return [key, key.replaceAll("_", "")].find((each) => kind.fields.has(each));
}

/** The definition of a kind as ArkType understands it: fills in defaults, and ignores keys it does not know. */
export async function schemaOf(kind: Kind): Promise<type.Any> {
  let schema = schemas.get(kind);
  if (schema === undefined) {
    const { vocabulary } = await arktype();
    schema = vocabulary.type.raw(kind.definition);
    schemas.set(kind, schema);
  }
  return schema;
}

const schemas = new WeakMap<Kind, type.Any>();

let loaded: Promise<{ readonly type: typeof type; readonly vocabulary: Scope }> | undefined;

/** ArkType, and a scope in which the words of the vocabulary are keywords. */
function arktype(): NonNullable<typeof loaded> {
  loaded ??= (async () => {
    const { configure } = await import("arktype/config");
    // Without this it compiles each schema, which takes longer than all its uses here.
    configure({ jitless: true });
    const { scope, type } = await import("arktype");
    const plain: Readonly<Record<string, type.Any>> = {
      str: type("string"),
      bool: type("boolean"),
      float: type("number"),
      variant: type("unknown"),
    };
    const keywords = Object.entries(words).map(([word, { type: meaning, range }]) => {
      const general = plain[meaning.kind];
      const keyword =
        meaning.kind === "int" && range !== undefined
          ? integer(type, range.min, range.max)
          : range === undefined
            ? general
            : general?.narrow((value, context) => fits(range, value) || context.mustBe(`a ${range.native}`));
      if (keyword === undefined) throw new Error(`no ArkType keyword for the word ${word}`);
      return [word, keyword] as const;
    });
    return { type, vocabulary: scope(Object.fromEntries(keywords)) };
  })();
  return loaded;
}

function fits(range: NativeRange, value: unknown): boolean {
  return typeof value === "number" && outOfRange(range, value) === undefined;
}

/** Whole numbers in a range; a number that is too large to be exact is none. */
function integer(ark: typeof type, min: bigint | number, max: bigint | number): type.Any {
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  const exactMin = min < -largest ? -largest : min;
  const exactMax = max > largest ? largest : max;
  return ark("unknown").narrow((value, context) => {
    if (typeof value === "bigint")
      return (value >= min && value <= max) || context.mustBe(`a whole number from ${min} to ${max}`);
    const fits =
      typeof value === "number" && Number.isInteger(value) && value >= exactMin && value <= exactMax;
    return fits || context.mustBe(`a whole number from ${exactMin} to ${exactMax}`);
  });
}

/** ArkType's message begins with the path to the value. */
function explain({ message, code, expected, data }: type.errors[number]): string {
  const unquoted = code === "domain" && expected === "a string" && typeof data !== "object";
  return unquoted ? `${message}: put it in quotes` : message;
}

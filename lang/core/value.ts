/** Module `value`: what `value` resources keep. */
import { hasType } from "../types/has-type.ts";
import { type FuncType, printType, type Type } from "../types/type.ts";
import { print, StructValue, type Value } from "../value.ts";
import { arg, type CoreFunction, FatalError, type SourceContext, source, type Typed, t } from "./define.ts";
import { followed, mustNotBeEmpty } from "./support/followed.ts";
import { hasZeroValue, zeroValue } from "./support/zero-value.ts";

const module = "value";
const args = [arg("key", t.str, "the name of the resource")] as const;
const notes =
  "Not ready, and the zero value of its type, while nothing is kept. What was kept last is there again after a restart, " +
  "before any resource has run.";
const errors = "Fatal: an empty key, a value of another type.";

/** @param value the type of what is kept */
const result = <T extends Value>(value: Typed<T>) => t.struct({ value, ready: t.bool });

export const get = source({
  module,
  name: "get",
  summary: "What a `value` resource of this host keeps, followed as it changes.",
  args,
  returns: result(t.parameter("1")),
  notes: `${notes} The type follows from how the result is used; it is best said where that is bound: \`$count struct{value int; ready bool} = value.get("count")\`.`,
  errors,
  examples: { 'value.get("count") == struct{value => 0, ready => false}': null },
  check: ({ result }) => {
    const type = keptType(result);
    return type === undefined || hasZeroValue(type) ? undefined : `a ${printType(type)} cannot be kept`;
  },
  open: (context, key) => openValue(context, key),
});

export const getBool = getter("get_bool", t.bool, 'not value.get_bool("enabled")->value');
export const getStr = getter("get_str", t.str, '"token=" + value.get_str("token")->value');
export const getInt = getter("get_int", t.int, 'value.get_int("count")->value + 1');
export const getFloat = getter("get_float", t.float, 'value.get_float("share")->value * 2.0');

function getter(name: string, value: Typed<Value>, example: string): CoreFunction {
  return source({
    module,
    name,
    summary: `The ${printType(value.type)} that a \`value\` resource of this host keeps, followed as it changes.`,
    args,
    returns: result(value),
    notes,
    errors,
    examples: { [example]: null },
    open: openValue,
  });
}

function openValue(context: SourceContext, key: string) {
  mustNotBeEmpty("key", key);
  const type = keptType(context.type.result);
  if (type === undefined) throw new Error("a value is kept in a field of its own");
  const missing = zeroValue(type);
  return followed(context, context.host.stores.values, key, (kept) => {
    if (kept !== undefined && !hasType(kept, type))
      throw new FatalError(
        `value[${key}] keeps ${print(kept)}, which is no ${printType(type)}: read it as what it is, or keep what is read`,
      );
    return new StructValue(["value", "ready"], [kept ?? missing, kept !== undefined]);
  });
}

function keptType(result: FuncType["result"]): Type | undefined {
  return result.kind === "struct" ? result.fields.find(({ name }) => name === "value")?.type : undefined;
}

/**
 * What the syntax calls by itself: operators, `x[i]`, `s->f` and the pieces of an interpolated string (language
 * specification, sections 3 and 9). None of these can be named in a program, except `concat` and `contains`.
 */
import { joinText } from "../bytes.ts";
import { suggestion } from "../suggest.ts";
import type { BinaryOperator } from "../syntax/ast.ts";
import { int, printType, type Scheme, type Shape, type Struct, sameType, type Type } from "../types/type.ts";
import { equalByIeee, FunctionValue, isList, MapValue, StructValue, type Value } from "../value.ts";
import { contains } from "./builtin.ts";
import {
  type Argument,
  arg,
  type CallProblem,
  type CallSite,
  CatchableError,
  type CoreFunction,
  FatalError,
  pure,
  repeated,
  type Signature,
  t,
} from "./define.ts";
import { comparing } from "./support/comparing.ts";
import { lookupInList, lookupInMap } from "./support/lookup.ts";

const operands = [arg("a", t.parameter("1")), arg("b", t.parameter("1"))] as const;

/** Typing lets every kind through; those an operator cannot work with fail here. */
function unsupported(operator: BinaryOperator, value: Value, kinds: string): FatalError {
  return new FatalError(`unsupported kind: ${kindOf(value)}: \`${operator}\` works on ${kinds}`);
}

function kindOf(value: Value): Type["kind"] {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "string":
      return "str";
    case "bigint":
      return "int";
    case "number":
      return "float";
  }
  if (value instanceof MapValue) return "map";
  if (value instanceof StructValue) return "struct";
  return value instanceof FunctionValue ? "func" : "list";
}

type Examples = Readonly<Record<string, string>>;

/** An operator on two numbers of one kind, and perhaps on text. */
function arithmetic(
  name: BinaryOperator,
  summary: string,
  examples: Examples,
  compute: {
    readonly int: (a: bigint, b: bigint) => bigint;
    readonly float: (a: number, b: number) => number;
    readonly str?: (a: string, b: string) => string;
  },
): CoreFunction {
  const { int, float, str } = compute;
  return pure({
    name,
    summary,
    args: operands,
    returns: t.parameter("1"),
    errors: `Fatal: operands that are neither int nor float${str === undefined ? "" : " nor str"}.`,
    examples,
    call: (a, b) => {
      if (typeof a === "bigint" && typeof b === "bigint") return BigInt.asIntN(64, int(a, b));
      if (typeof a === "number" && typeof b === "number") return float(a, b);
      if (str !== undefined && typeof a === "string" && typeof b === "string") return str(a, b);
      throw unsupported(name, a, str === undefined ? "int and float" : "int, float and str");
    },
  });
}

function ordering(
  name: BinaryOperator,
  summary: string,
  examples: Examples,
  holds: (a: bigint | number, b: bigint | number) => boolean,
): CoreFunction {
  return pure({
    name,
    summary,
    args: operands,
    returns: t.bool,
    errors: "Fatal: operands that are neither int nor float.",
    examples,
    call: (a, b) => {
      if (typeof a === "bigint" && typeof b === "bigint") return holds(a, b);
      if (typeof a === "number" && typeof b === "number") return holds(a, b);
      throw unsupported(name, a, "int and float");
    },
  });
}

function equality(name: BinaryOperator, summary: string, examples: Examples, wanted: boolean): CoreFunction {
  return pure({
    name,
    summary,
    args: operands,
    returns: t.bool,
    errors: "Fatal: functions, which cannot be compared.",
    examples,
    bind: ({ type }) => comparing(type, (a: Value, b: Value) => equalByIeee(a, b) === wanted),
  });
}

function logical(
  name: BinaryOperator,
  summary: string,
  examples: Examples,
  combine: (a: boolean, b: boolean) => boolean,
): CoreFunction {
  return pure({
    name,
    summary,
    args: [arg("a", t.bool), arg("b", t.bool)],
    returns: t.bool,
    notes: "Both sides are always evaluated.",
    examples,
    call: combine,
  });
}

const divide = pure({
  name: "/",
  summary: "Quotient of two numbers, always a float.",
  args: operands,
  returns: t.float,
  errors: "Catchable: a divisor of 0. Fatal: operands that are neither int nor float.",
  examples: { "7 / 2": "3.5", "1.0 / 4.0": "0.25", "(1 / 0) <|> 9.0": "9" },
  call: (a, b) => {
    const isNumeric =
      (typeof a === "bigint" && typeof b === "bigint") || (typeof a === "number" && typeof b === "number");
    if (!isNumeric) throw unsupported("/", a, "int and float");
    if (Number(b) === 0) throw new CatchableError("can't divide by zero");
    return Number(a) / Number(b);
  },
});

/** The function that each infix operator calls. */
export const binaryOperators: Readonly<Record<BinaryOperator, CoreFunction>> = {
  "+": arithmetic(
    "+",
    "Sum of two numbers (int wraps at 64 bits), or two texts joined.",
    { "1 + 2": "3", '"a" + "b"': '"ab"', "9223372036854775807 + 1": "-9223372036854775808" },
    { int: (a, b) => a + b, float: (a, b) => a + b, str: (a, b) => joinText([a, b]) },
  ),
  "-": arithmetic(
    "-",
    "Difference of two numbers; int wraps at 64 bits.",
    { "1 - 2": "-1", "0.5 - 0.25": "0.25" },
    { int: (a, b) => a - b, float: (a, b) => a - b },
  ),
  "*": arithmetic(
    "*",
    "Product of two numbers; int wraps at 64 bits.",
    { "6 * 7": "42", "0.5 * 3.0": "1.5" },
    { int: (a, b) => a * b, float: (a, b) => a * b },
  ),
  "/": divide,
  "==": equality("==", "Whether two values are equal, deeply.", { "[1, 2] == [1, 2]": "true" }, true),
  "!=": equality("!=", "Whether two values differ.", { '"a" != "b"': "true" }, false),
  "<": ordering("<", "Whether `a` is less than `b`.", { "1 < 2": "true" }, (a, b) => a < b),
  ">": ordering(">", "Whether `a` is greater than `b`.", { "1 > 2": "false" }, (a, b) => a > b),
  "<=": ordering("<=", "Whether `a` is at most `b`.", { "2 <= 2": "true" }, (a, b) => a <= b),
  ">=": ordering(">=", "Whether `a` is at least `b`.", { "1.5 >= 2.0": "false" }, (a, b) => a >= b),
  and: logical("and", "Whether both are true.", { "true and false": "false" }, (a, b) => a && b),
  or: logical("or", "Whether one of the two is true.", { "true or false": "true" }, (a, b) => a || b),
  in: contains,
};

export const notOperator: CoreFunction = pure({
  name: "not",
  summary: "The opposite.",
  args: [arg("a", t.bool)],
  returns: t.bool,
  examples: { "not true": "false" },
  call: (a) => !a,
});

const pieces: readonly Argument<string>[] = [repeated(arg("piece", t.str))];

/** Joins the pieces of an interpolated string, one argument for each. */
export const interpolate: CoreFunction = pure({
  name: "_interpolate",
  summary: "Joins any number of texts.",
  args: pieces,
  returns: t.str,
  examples: { '"host: ${hostname}"': null },
  call: (...parts) => joinText(parts),
});

const listForm: Signature = {
  args: [
    { name: "list", type: t.list(t.parameter("1")).type },
    { name: "index", type: t.int.type },
  ],
  result: t.parameter("1").type,
};
const mapForm: Signature = {
  args: [
    { name: "map", type: t.map(t.parameter("1"), t.parameter("2")).type },
    { name: "key", type: t.parameter("1").type },
  ],
  result: t.parameter("2").type,
};

/** `collection[index]` */
export const lookup: CoreFunction = pure({
  name: "_lookup",
  summary: "The element of a list at an index, or the value of a map at a key.",
  args: [arg("collection", t.parameter("1")), arg("index", t.parameter("2"))],
  returns: t.parameter("3"),
  notes: "Indexes count from 0.",
  errors: "Catchable: an index that is negative or too large, a key that is absent.",
  examples: { "[7, 8][1]": "8", '{"k" => 1}["k"]': "1", '["a"][3] <|> "none"': '"none"' },
  infer: ({ args: [collection, index] }) => {
    if (collection?.type?.kind === "list") return listForm;
    if (collection?.type?.kind === "map" || hasOtherKindThanInt(index)) return mapForm;
    return {
      args: [
        { name: "collection", type: t.parameter("1").type },
        { name: "index", type: t.parameter("2").type },
      ],
      result: t.parameter("3").type,
    };
  },
  read: (from) => {
    switch (from.kind) {
      case "list":
        return { second: int, result: from.element };
      case "map":
        return { second: from.key, result: from.value };
      case "struct":
        return {};
    }
  },
  check: (type) => {
    const [collection, index] = type.args.map((each) => each.type);
    if (collection?.kind === "list") {
      if (index?.kind !== "int")
        return { message: `the index of a list must be int, got ${index?.kind}`, argument: 1 };
      return differs(collection.element, type.result);
    }
    if (collection?.kind === "map") {
      return (
        (index === undefined ? undefined : differs(collection.key, index)) ??
        differs(collection.value, type.result)
      );
    }
    return {
      message: `\`[…]\` reads from a list or a map, got ${collection === undefined ? "nothing" : printType(collection)}`,
      argument: 0,
      help: collection?.kind === "str" ? "a part of a text: `strings.substr(text, low, high)`" : undefined,
    };
  },
  call: (collection, index) => {
    if (collection instanceof MapValue) return lookupInMap(collection, index);
    if (isList(collection) && typeof index === "bigint") return lookupInList(collection, index);
    throw new FatalError("we must lookup from either a list or a map");
  },
});

function hasOtherKindThanInt(index: CallSite["args"][number] | undefined): boolean {
  if (index?.type !== undefined) return index.type.kind !== "int";
  return index?.value !== undefined && typeof index.value !== "bigint";
}

/** What keeps a value of type `found` from being used as `wanted`. */
function differs(found: Type, wanted: Type): string | undefined {
  if (sameType(found, wanted)) return undefined;
  return `it is ${printType(found)}, but ${printType(wanted)} is wanted`;
}

const structFields = new Map<string, CoreFunction>();
const optionalStructFields = new Map<string, CoreFunction>();

/** `struct->field`; one function for each field name. */
export function structField(field: string): CoreFunction {
  return remembered(structFields, field, () =>
    pure({
      name: "_struct_lookup",
      summary: "A field of a struct.",
      args: [arg("struct", t.parameter("1"))],
      returns: t.parameter("2"),
      examples: { 'struct{name => "x"}->name': '"x"' },
      infer: ({ args: [struct] }) => {
        const linked = fieldType(struct?.type, field);
        return {
          args: [
            {
              name: "struct",
              type: linked === undefined ? t.parameter("1").type : (struct?.type ?? linked),
            },
          ],
          result: linked ?? t.parameter("2").type,
        };
      },
      read: (from) => ({ result: from.kind === "struct" ? fieldOf(from, field) : undefined }),
      check: (type) => {
        const struct = type.args[0]?.type;
        if (struct?.kind !== "struct") return noStruct(struct, field);
        const found = fieldType(struct, field);
        if (found === undefined)
          return {
            message: `the struct has no field \`${field}\``,
            help: suggestion(
              field,
              struct.fields.map(({ name }) => name),
              "its fields are",
            ),
          };
        const difference = differs(found, type.result);
        return difference === undefined ? undefined : `the field \`${field}\` does not fit: ${difference}`;
      },
      call: (struct) => {
        const value = struct instanceof StructValue ? struct.get(field) : undefined;
        if (value === undefined) throw new FatalError(`field ${field} was not found in struct`);
        return value;
      },
    }),
  );
}

function noStruct(type: Type | undefined, field: string): CallProblem {
  const got = type === undefined ? "nothing" : printType(type);
  return {
    message: `\`->${field}\` reads a field of a struct, got ${got}`,
    argument: 0,
    help: type?.kind === "map" ? `what is in a map is read with \`[…]\`: \`["${field}"]\`` : undefined,
  };
}

/** `struct->field <|> fallback`: the type of the struct decides, once and for all. */
export function structFieldOr(field: string): CoreFunction {
  return remembered(optionalStructFields, field, () =>
    pure({
      name: "_struct_lookup_optional",
      summary: "A field of a struct, or the fallback where the type of the struct has no such field.",
      args: [arg("struct", t.parameter("1")), arg("fallback", t.parameter("2"))],
      returns: t.parameter("2"),
      examples: {
        'struct{name => "x"}->name <|> "none"': '"x"',
        'struct{a => 1}->name <|> "none"': '"none"',
      },
      infer: ({ args: [struct, fallback] }) => {
        // A fallback of known type is compared later, so that the message can name the field.
        const linked = fallback?.type === undefined ? fieldType(struct?.type, field) : undefined;
        const result: Scheme = linked ?? t.parameter("2").type;
        return {
          args: [
            { name: "struct", type: struct?.type?.kind === "struct" ? struct.type : t.parameter("1").type },
            { name: "fallback", type: result },
          ],
          result,
        };
      },
      read: (from) => ({ result: from.kind === "struct" ? fieldOf(from, field) : undefined }),
      check: (type) => {
        const struct = type.args[0]?.type;
        if (struct?.kind !== "struct") return noStruct(struct, field);
        const found = fieldType(struct, field);
        const difference = found === undefined ? undefined : differs(found, type.result);
        return difference === undefined
          ? undefined
          : {
              message: `the fallback must be of the type of the field \`${field}\`: ${difference}`,
              argument: 1,
            };
      },
      call: (struct, fallback) => (struct instanceof StructValue ? struct.get(field) : undefined) ?? fallback,
    }),
  );
}

function fieldType(type: Type | undefined, field: string): Type | undefined {
  return type?.kind === "struct" ? fieldOf(type, field) : undefined;
}

function fieldOf<V>(struct: Struct<V>, field: string): Shape<V> | undefined {
  return struct.fields.find((each) => each.name === field)?.type;
}

function remembered(
  known: Map<string, CoreFunction>,
  field: string,
  declare: () => CoreFunction,
): CoreFunction {
  const existing = known.get(field);
  if (existing !== undefined) return existing;
  const declared = declare();
  known.set(field, declared);
  return declared;
}

/**
 * What an expression's value is, where it can be known at compile time: literals, and variables, containers, `if`
 * and pure functions over known values (language specification, 8.5).
 */
import { joinText } from "../bytes.ts";
import { isLink, type LinkOf, leftOf, unchain } from "../chain.ts";
import type { CallContext, CallSite, CoreFunction } from "../core/define.ts";
import { declaredSignature } from "../core/signature.ts";
import type { ScopedExpression, ScopedVariable } from "../scope/scoped.ts";
import { isList, MapValue, StructValue, type Value } from "../value.ts";
import { earlyType } from "./early-type.ts";
import { Binding, type Frame } from "./frame.ts";
import { finishFunc, instantiate, type Open, TypeVariable } from "./open.ts";
import { operationCall } from "./operation.ts";
import type { FuncType, Type } from "./type.ts";
import { Unifier } from "./unify.ts";

type Link = LinkOf<ScopedExpression>;
type Operand = Exclude<ScopedExpression, Link>;

export function earlyValue(expression: ScopedExpression, frame: Frame): Value | undefined {
  const { operand, links } = unchain<Operand, Link>(expression, isLink, leftOf);
  let value = operandValue(operand, frame);
  for (const link of links) {
    if (value === undefined || link.kind === "except") return undefined;
    const { called, args } = operationCall(link);
    const rest = all(args.slice(1), frame);
    value = rest && evaluate(called, args, [value, ...rest], frame);
  }
  return value;
}

function operandValue(expression: Operand, frame: Frame): Value | undefined {
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "interpolation":
      return interpolated(expression.parts, frame);
    case "list":
      return all(expression.elements, frame);
    case "map": {
      const keys = all(
        expression.entries.map((entry) => entry.key),
        frame,
      );
      const values =
        keys &&
        all(
          expression.entries.map((entry) => entry.value),
          frame,
        );
      return keys && values && new MapValue(pairs(keys, values));
    }
    case "struct": {
      const values = all(
        expression.fields.map((field) => field.value),
        frame,
      );
      return (
        values &&
        new StructValue(
          expression.fields.map((field) => field.name),
          values,
        )
      );
    }
    case "variable":
      return variableValue(expression, frame);
    case "if": {
      const condition = earlyValue(expression.condition, frame);
      if (typeof condition !== "boolean") return undefined;
      return earlyValue(condition ? expression.consequent : expression.alternative, frame);
    }
    case "not": {
      const { called, args } = operationCall(expression);
      const values = all(args, frame);
      return values && evaluate(called, args, values, frame);
    }
    case "call": {
      const { callee, args } = expression;
      if (callee.kind !== "core") return undefined;
      const values = all(args, frame);
      return values && evaluate(callee.function, args, values, frame);
    }
    case "lambda":
      return undefined;
  }
}

/** What a call knows of its arguments. Looked at only where the function asks, and only once. */
export function callSite(args: readonly ScopedExpression[], frame: Frame): CallSite {
  return { args: args.map((arg) => new SiteArgument(arg, frame)) };
}

class SiteArgument {
  readonly #expression: ScopedExpression;
  readonly #frame: Frame;
  #type: { readonly known: Type | undefined } | undefined;
  #value: { readonly known: Value | undefined } | undefined;

  /** @param value if it has been found already */
  constructor(expression: ScopedExpression, frame: Frame, value?: Value) {
    this.#expression = expression;
    this.#frame = frame;
    if (value !== undefined) this.#value = { known: value };
  }

  get type(): Type | undefined {
    this.#type ??= { known: earlyType(this.#expression, this.#frame) };
    return this.#type.known;
  }

  get value(): Value | undefined {
    this.#value ??= { known: earlyValue(this.#expression, this.#frame) };
    return this.#value.known;
  }
}

function variableValue({ definition, via }: ScopedVariable, frame: Frame): Value | undefined {
  if (definition.kind === "builtin") {
    return definition.value === "hostname" ? undefined : definition.value;
  }
  const home = frame.through(via);
  const binding = definition.kind === "bind" ? home.bind(definition) : classParameter(home, definition);
  if (binding === undefined) return undefined;
  binding.early.value ??= { known: earlyValue(binding.value, binding.frame) };
  return binding.early.value.known;
}

function classParameter(
  frame: Frame,
  definition: Extract<ScopedVariable["definition"], { kind: "parameter" }>,
): Binding | undefined {
  if (definition.role !== "class") return undefined;
  const parameter = frame.parameter(definition);
  return parameter instanceof Binding ? parameter : undefined;
}

function all(expressions: readonly ScopedExpression[], frame: Frame): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const expression of expressions) {
    const value = earlyValue(expression, frame);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function* pairs(keys: readonly Value[], values: readonly Value[]): Iterable<readonly [Value, Value]> {
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) yield [key, value];
  }
}

function interpolated(parts: readonly (string | ScopedVariable)[], frame: Frame): string | undefined {
  const texts: string[] = [];
  for (const part of parts) {
    const text = typeof part === "string" ? part : variableValue(part, frame);
    if (typeof text !== "string") return undefined;
    texts.push(text);
  }
  return joinText(texts);
}

/** The result of a pure function over known values, if its type can be told from them and it does not fail. */
function evaluate(
  called: CoreFunction,
  args: readonly ScopedExpression[],
  values: readonly Value[],
  frame: Frame,
): Value | undefined {
  const { behavior } = called;
  if (behavior.kind !== "pure") return undefined;
  try {
    const site = { args: args.map((arg, index) => new SiteArgument(arg, frame, values[index])) };
    const declared = declaredSignature(called, values.length);
    const signature = declared && (called.infer?.(site) ?? declared);
    if (signature === undefined) return undefined;
    const variables = new Map<string, TypeVariable>();
    const unifier = new Unifier();
    const formal = signature.args.map(({ name, type }) => ({ name, type: instantiate(type, variables) }));
    for (const [index, value] of values.entries()) {
      const arg = formal[index];
      if (arg === undefined || unifier.unify(arg.type, typeOf(value)) !== undefined) return undefined;
    }
    const type = finishFunc({
      kind: "func",
      args: formal,
      result: instantiate(signature.result, variables),
    });
    if (type === undefined || called.check?.(type) !== undefined) return undefined;
    return behavior.bind(withoutHost(type)).call(...values);
  } catch {
    // Whatever is wrong with the call is found where the call itself is inferred, or when it runs.
    return undefined;
  }
}

/** The type of a value, open where it holds nothing to tell by. */
function typeOf(value: Value): Open {
  switch (typeof value) {
    case "boolean":
      return { kind: "bool" };
    case "string":
      return { kind: "str" };
    case "bigint":
      return { kind: "int" };
    case "number":
      return { kind: "float" };
  }
  if (isList(value)) {
    const [first] = value;
    return { kind: "list", element: first === undefined ? new TypeVariable() : typeOf(first) };
  }
  if (value instanceof MapValue) {
    const [first] = value.entries();
    if (first === undefined) return { kind: "map", key: new TypeVariable(), value: new TypeVariable() };
    return { kind: "map", key: typeOf(first[0]), value: typeOf(first[1]) };
  }
  if (value instanceof StructValue) {
    const fields = value.names.map((name, index) => {
      const field = value.values[index];
      return { name, type: field === undefined ? new TypeVariable() : typeOf(field) };
    });
    return { kind: "struct", fields };
  }
  return new TypeVariable();
}

/** Pure functions need neither a host nor to know where they are called. */
function withoutHost(type: FuncType): CallContext {
  return {
    type,
    moduleDirectory: "",
    get host(): never {
      throw new Error("there is no host while a program is compiled");
    },
  };
}

/**
 * What is known of an expression's type before types are solved (language specification, 8.4). Undefined where
 * the rules there do not tell.
 */
import { leftOf, unchain } from "../chain.ts";
import type { ScopedExpression, ScopedLambda, ScopedVariable } from "../scope/scoped.ts";
import { Binding, type Frame } from "./frame.ts";
import { bool, float, int, sameType, str, type Type } from "./type.ts";

type Except = Extract<ScopedExpression, { kind: "except" }>;

function isExcept(expression: ScopedExpression): expression is Except {
  return expression.kind === "except";
}

export function earlyType(expression: ScopedExpression, frame: Frame): Type | undefined {
  switch (expression.kind) {
    case "constant":
      return constantType(expression.value);
    case "interpolation":
      return str;
    case "list": {
      const element = common(expression.elements, frame);
      return element && { kind: "list", element };
    }
    case "map": {
      const key = common(
        expression.entries.map((entry) => entry.key),
        frame,
      );
      const value =
        key &&
        common(
          expression.entries.map((entry) => entry.value),
          frame,
        );
      return key && value && { kind: "map", key, value };
    }
    case "struct": {
      const fields: { name: string; type: Type }[] = [];
      for (const { name, value } of expression.fields) {
        const type = earlyType(value, frame);
        if (type === undefined) return undefined;
        fields.push({ name, type });
      }
      return { kind: "struct", fields };
    }
    case "variable":
      return variableType(expression, frame);
    case "lambda":
      return lambdaType(expression, frame);
    case "call": {
      const { callee } = expression;
      const type = callee.kind === "lambda" ? lambdaType(callee, frame) : undefined;
      return type?.kind === "func" ? type.result : undefined;
    }
    case "if":
      return either(earlyType(expression.consequent, frame), earlyType(expression.alternative, frame));
    case "except": {
      const { operand, links } = unchain<ScopedExpression, Except>(expression, isExcept, leftOf);
      return links.reduce(
        (type, { fallback }) => either(type, earlyType(fallback, frame)),
        earlyType(operand, frame),
      );
    }
    case "not":
    case "binary":
    case "index":
    case "field":
      return undefined;
  }
}

export function constantType(value: boolean | bigint | number | string): Type {
  switch (typeof value) {
    case "boolean":
      return bool;
    case "bigint":
      return int;
    case "number":
      return float;
    case "string":
      return str;
  }
}

function variableType({ definition, via }: ScopedVariable, frame: Frame): Type | undefined {
  switch (definition.kind) {
    case "builtin":
      return definition.type;
    case "bind":
      return bindingType(frame.through(via).bind(definition));
    case "parameter": {
      if (definition.role !== "class") return definition.annotation?.type;
      const parameter = frame.through(via).parameter(definition);
      return parameter instanceof Binding ? bindingType(parameter) : undefined;
    }
  }
}

function bindingType(binding: Binding): Type | undefined {
  const { early, annotation, value, frame } = binding;
  early.type ??= { known: annotation?.type ?? earlyType(value, frame) };
  return early.type.known;
}

function lambdaType({ parameters, result, body }: ScopedLambda, frame: Frame): Type | undefined {
  const args: { name: string; type: Type }[] = [];
  for (const { name, annotation } of parameters) {
    if (annotation === undefined) return undefined;
    args.push({ name, type: annotation.type });
  }
  const type = result?.type ?? earlyType(body, frame);
  return type && { kind: "func", args, result: type };
}

/** The one type of all; undefined if there are none. */
function common(expressions: readonly ScopedExpression[], frame: Frame): Type | undefined {
  let type: Type | undefined;
  for (const expression of expressions) {
    const each = earlyType(expression, frame);
    if (each === undefined || (type !== undefined && !sameType(type, each))) return undefined;
    type = each;
  }
  return type;
}

function either(a: Type | undefined, b: Type | undefined): Type | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return sameType(a, b) ? a : undefined;
}

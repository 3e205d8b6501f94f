/**
 * The binds that an expression reads whatever its values are: not those in branches, fallbacks and function values,
 * which may never come into being.
 */
import type { TypedBind, TypedExpression } from "../types/typed.ts";
import { type TypedOperand, typedChain } from "./typed-chain.ts";

export function strictBinds(expression: TypedExpression): ReadonlySet<TypedBind> {
  const binds = new Set<TypedBind>();
  collect(expression, binds);
  return binds;
}

function collect(expression: TypedExpression, binds: Set<TypedBind>): void {
  const { operand, links } = typedChain(expression);
  collectOperand(operand, binds);
  for (const link of links) {
    if (link.kind === "core") for (const each of link.args.slice(1)) collect(each, binds);
  }
}

function collectOperand(expression: TypedOperand, binds: Set<TypedBind>): void {
  switch (expression.kind) {
    case "variable":
      binds.add(expression.bind);
      break;
    case "list":
      for (const each of expression.elements) collect(each, binds);
      break;
    case "map":
      for (const { key, value } of expression.entries) {
        collect(key, binds);
        collect(value, binds);
      }
      break;
    case "struct":
      for (const field of expression.fields) collect(field.value, binds);
      break;
    case "call":
      for (const each of expression.args) collect(each, binds);
      collect(expression.target.body, binds);
      break;
    case "dynamic-call":
      collect(expression.callee, binds);
      for (const each of expression.args) collect(each, binds);
      break;
    case "if":
      collect(expression.condition, binds);
      break;
    case "constant":
    case "hostname":
    case "parameter":
    case "lambda":
    case "core":
      break;
  }
}

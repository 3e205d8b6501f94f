import type { CoreFunction } from "../core/define.ts";
import { binaryOperators, lookup, notOperator, structField, structFieldOr } from "../core/operators.ts";
import type { ScopedExpression } from "../scope/scoped.ts";

/** Syntax that stands for the call of a core function. */
export type Operation = Extract<ScopedExpression, { kind: "not" | "binary" | "index" | "field" }>;

/** What an operator, `x[i]`, `s->f` or `s->f <|> d` calls. */
export interface OperationCall {
  readonly called: CoreFunction;
  /** Of a link of a chain, what it continues is the first. */
  readonly args: readonly ScopedExpression[];
}

export function operationCall(expression: Operation): OperationCall {
  switch (expression.kind) {
    case "not":
      return { called: notOperator, args: [expression.operand] };
    case "binary": {
      const { operator, left, right } = expression;
      return { called: binaryOperators[operator], args: [left, right] };
    }
    case "index":
      return { called: lookup, args: [expression.collection, expression.index] };
    case "field": {
      const { struct, field, fallback } = expression;
      return fallback === undefined
        ? { called: structField(field), args: [struct] }
        : { called: structFieldOr(field), args: [struct, fallback] };
    }
  }
}

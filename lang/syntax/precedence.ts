/** How operators bind (language specification, section 4.1). */
import { join, type Span } from "../diagnostic.ts";
import type { BinaryOperator, Expression } from "./ast.ts";

/** Of the binary operators; higher binds tighter. `<|>` is below, `not` above all of them. */
const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 2,
  and: 3,
  "<": 4,
  ">": 4,
  "<=": 4,
  ">=": 4,
  "==": 4,
  "!=": 4,
  in: 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
};

/** Comparisons cannot be chained; everything else associates to the left. */
const nonAssociative = 4;

export const binaryOperators = Object.keys(precedence).filter(isBinaryOperator);

function isBinaryOperator(text: string): text is BinaryOperator {
  return Object.hasOwn(precedence, text);
}

/** An operator and what stands to its right. */
export interface Operation {
  readonly operator: BinaryOperator;
  readonly span: Span;
  readonly operand: Expression;
}

/**
 * The tree of a flat chain of operations, in one pass with a stack of pending operators whose precedences rise.
 * @param onChained is told of the second of two comparisons that stand side by side
 */
export function applyPrecedence(
  first: Expression,
  rest: readonly Operation[],
  onChained: (second: Operation) => void,
): Expression {
  const pending: { readonly left: Expression; readonly operator: BinaryOperator }[] = [];
  let right = first;
  const reduceWhile = (binds: (level: number) => boolean): void => {
    for (
      let top = pending.at(-1);
      top !== undefined && binds(precedence[top.operator]);
      top = pending.at(-1)
    ) {
      pending.pop();
      const { left, operator } = top;
      right = { kind: "binary", operator, left, right, span: join(left.span, right.span) };
    }
  };
  for (const operation of rest) {
    const level = precedence[operation.operator];
    reduceWhile((pendingLevel) => pendingLevel > level);
    const top = pending.at(-1);
    if (level === nonAssociative && top !== undefined && precedence[top.operator] === level)
      onChained(operation);
    reduceWhile((pendingLevel) => pendingLevel >= level);
    pending.push({ left: right, operator: operation.operator });
    right = operation.operand;
  }
  reduceWhile(() => true);
  return right;
}

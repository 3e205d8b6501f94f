import { type Chain, unchain } from "../chain.ts";
import type { TypedExpression } from "../types/typed.ts";

type Core = Extract<TypedExpression, { kind: "core" }>;

/** A call whose first argument, or a `<|>` whose primary, is the chain so far. */
export type TypedLink = FirstArgument | Extract<TypedExpression, { kind: "except" }>;
type FirstArgument = Core & { readonly args: readonly [TypedExpression, ...TypedExpression[]] };

/** What a chain begins with; a call is one without arguments. */
export type TypedOperand = Exclude<TypedExpression, { kind: "except" }>;

/** Takes an expression apart: operators in a row are calls within calls by now. */
export function typedChain(expression: TypedExpression): Chain<TypedOperand, TypedLink> {
  return unchain<TypedOperand, TypedLink>(expression, isLink, (link) =>
    link.kind === "core" ? link.args[0] : link.primary,
  );
}

function isLink(expression: TypedExpression): expression is TypedLink {
  return expression.kind === "except" || (expression.kind === "core" && expression.args.length > 0);
}

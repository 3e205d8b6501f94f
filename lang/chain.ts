/**
 * Operators in a row (`1 + 1 + 1 …`, `$s->a->b …`) make a tree that is deep on its left only. Such a chain may be longer
 * than the stack is deep: who recurses over expressions takes it apart first, and goes along it by a loop.
 */

/** An expression taken apart: `$a + 1 + 2` is the operand `$a` with the links `… + 1` and `… + 2`. */
export interface Chain<Operand, Link> {
  /** What stands leftmost; itself no link. */
  readonly operand: Operand;
  /** From the innermost outward; none if the expression is no chain. */
  readonly links: readonly Link[];
}

/** Takes an expression apart, given what a link is and what it continues. */
export function unchain<Operand, Link>(
  expression: Operand | Link,
  isLink: (expression: Operand | Link) => expression is Link,
  left: (link: Link) => Operand | Link,
): Chain<Operand, Link> {
  if (!isLink(expression)) return { operand: expression, links: none };
  const links = [expression];
  let at = left(expression);
  for (; isLink(at); at = left(at)) links.push(at);
  return { operand: at, links: links.reverse() };
}

const none: readonly never[] = [];

type LinkKind = "binary" | "index" | "field" | "except";

/** The shape that expressions have from the parser to the type phase. */
type Linked<Expression> =
  | { readonly kind: "binary"; readonly left: Expression }
  | { readonly kind: "index"; readonly collection: Expression }
  | { readonly kind: "field"; readonly struct: Expression }
  | { readonly kind: "except"; readonly primary: Expression };

/** The expressions of a tree that are links of a chain: operators, `x[i]`, `s->f` and `a <|> b`. */
export type LinkOf<Expression extends { readonly kind: string }> = Extract<
  Expression,
  { readonly kind: LinkKind }
>;

/** Whether an expression, or a statement among them, is a link. */
export function isLink<Expression extends { readonly kind: string }>(
  expression: Expression,
): expression is LinkOf<Expression> {
  const { kind } = expression;
  return kind === "binary" || kind === "index" || kind === "field" || kind === "except";
}

/** What a link continues. */
export function leftOf<Expression>(link: Linked<Expression>): Expression {
  switch (link.kind) {
    case "binary":
      return link.left;
    case "index":
      return link.collection;
    case "field":
      return link.struct;
    case "except":
      return link.primary;
  }
}

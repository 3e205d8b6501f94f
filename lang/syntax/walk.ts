import { isLink, leftOf } from "../chain.ts";
import type { Block, EdgeHalf, Expression, ResourceLine, Statement } from "./ast.ts";

type Node = Statement | Expression;

/** What to do with each node; `depth` says how many nodes it is inside of, where a chain of operators counts as one. */
export interface Visitor {
  statement?(statement: Statement, depth: number): void;
  expression?(expression: Expression, depth: number): void;
}

/**
 * Visits every statement and expression of a block, parents before children, in the order of the source. Does not
 * recurse, however deep the tree.
 */
export function walk(block: Pick<Block, "statements">, visitor: Visitor): void {
  const nodes: Node[] = block.statements.toReversed();
  const depths: number[] = nodes.map(() => 0);
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    const depth = depths.pop() ?? 0;
    if (isStatement(node)) visitor.statement?.(node, depth);
    else visitor.expression?.(node, depth);
    const inside = children(node);
    const left = isLink(node) ? leftOf(node) : undefined;
    for (let index = inside.length - 1; index >= 0; index--) {
      const child = inside[index];
      if (child === undefined) continue;
      nodes.push(child);
      depths.push(child === left ? depth : depth + 1);
    }
  }
}

/** The halves of edges directly in a statement: in an edge, or in the lines of a resource. */
export function halvesOf(statement: Statement): readonly EdgeHalf[] {
  switch (statement.kind) {
    case "edges":
      return statement.halves;
    case "send":
      return [statement.from, statement.to];
    case "resource":
      return statement.lines.flatMap((line) => (line.kind === "edge" ? [line.half] : []));
    default:
      return [];
  }
}

function isStatement(node: Node): node is Statement {
  switch (node.kind) {
    case "bind":
    case "panic":
    case "resource":
    case "collect":
    case "edges":
    case "send":
    case "for":
    case "forkv":
    case "func":
    case "class":
    case "include":
    case "import":
      return true;
    case "if":
      return "statements" in node.consequent;
    default:
      return false;
  }
}

/** The statements and expressions directly inside a node, in the order of the source. */
function children(node: Node): readonly (Node | undefined)[] {
  switch (node.kind) {
    case "boolean":
    case "integer":
    case "float":
    case "string":
    case "variable":
    case "import":
      return leaf;
    case "bind":
      return [node.value];
    case "panic":
      return node.args;
    case "resource":
      return [node.name, ...node.lines.flatMap(lineParts)];
    case "collect":
      return [node.resource];
    case "edges":
    case "send":
      return halvesOf(node).map((half) => half.name);
    case "if":
      return [node.condition, ...branch(node.consequent), ...branch(node.alternative)];
    case "for":
      return [node.list, ...node.body.statements];
    case "forkv":
      return [node.map, ...node.body.statements];
    case "func":
    case "lambda":
      return [node.body];
    case "class":
      return node.body.statements;
    case "include":
      return node.args ?? leaf;
    case "list":
      return node.elements;
    case "map":
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case "struct":
      return node.fields.map(({ value }) => value);
    case "call":
      return node.callee.kind === "function" ? node.args : [node.callee, ...node.args];
    case "group":
      return [node.inner];
    case "not":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "index":
      return [node.collection, node.index];
    case "field":
      return [node.struct, node.fallback];
    case "except":
      return [node.primary, node.fallback];
  }
}

const leaf: readonly Node[] = [];

function lineParts(line: ResourceLine): (Expression | undefined)[] {
  return [line.condition, line.kind === "edge" ? line.half.name : line.value];
}

/** The branch of an `if`: a block in a statement, an expression in an expression. */
function branch(
  part: { readonly statements: readonly Statement[] } | Expression | undefined,
): readonly Node[] {
  if (part === undefined) return leaf;
  return "statements" in part ? part.statements : [part];
}

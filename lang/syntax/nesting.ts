import { type Diagnostic, DiagnosticError, diagnostic, type Span } from "../diagnostic.ts";
import type { Expression, Program, Statement } from "./ast.ts";
import { walk } from "./walk.ts";

/** How deep brackets may be nested, and how often constructs that need none. Bounds the recursion of the parser. */
export const maximumNesting = 600;

/**
 * How many others a node of the tree may be inside of, where a chain of operators counts as one, however long. Bounds
 * the recursion of everything that reads the tree.
 */
export const maximumDepth = 1200;

/** What is said about the place that is too deep. */
export function nestingTooDeep(span: Span): Diagnostic {
  return diagnostic("parse", "nesting-too-deep", "nested too deeply", span, {
    notes: [`brackets may be nested ${maximumNesting} levels deep, all constructs together ${maximumDepth}`],
    help: "bind a part of it to a variable, or move it into a function or a class",
  });
}

/** Refuses trees deeper than {@link maximumDepth}: constructs that need brackets and others may alternate. */
export function checkDepth(program: Program): void {
  const check = (node: Statement | Expression, depth: number): void => {
    if (depth > maximumDepth) throw new DiagnosticError([nestingTooDeep(node.span)]);
  };
  walk(program, { statement: check, expression: check });
}

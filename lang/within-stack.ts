import { fail, type Phase, type Span } from "./diagnostic.ts";

/**
 * Does what recurses over the definitions of a program. How deep they build on each other is bounded by nothing but
 * the stack, so where that ends the program is refused.
 * @param span the place that builds on others, if that is known: of several within each other the deepest is told
 * @throws DiagnosticError of the phase
 */
export function withinStack<T>(phase: Phase, work: () => T, span?: Span): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fail(phase, "too-deep", "the definitions of the program build on each other too deeply", span, {
      help: "shorten the chain in which variables, functions or classes need one another",
    });
  }
}

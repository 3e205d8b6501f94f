/** The type phase (language specification, section 8). */
import { type Diagnostic, DiagnosticError, type Span } from "../diagnostic.ts";
import type { KindCatalogue } from "../kinds.ts";
import type { BindDefinition, ScopedBlock, ScopedProgram } from "../scope/scoped.ts";
import { inferExpression } from "./expressions.ts";
import { type Binding, Frame } from "./frame.ts";
import { Solver } from "./solver.ts";
import { finishBlock } from "./statement-context.ts";
import { StatementInference } from "./statements.ts";
import type { Region, TypedExpression, TypedProgram } from "./typed.ts";
import { Unit } from "./unit.ts";

/** Told what has a type, also of programs in which something else is wrong. */
export interface TypeObserver {
  /**
   * @param expressions what the program uses, and the values of variables among `unused`, as far as they are in the
   * main file or in a class or module that is in use; the values of variables that are mentioned are among them, each
   * on its own
   */
  typed(expressions: (unused: Iterable<BindDefinition>) => readonly TypedExpression[]): void;
}

/**
 * Gives every expression that is in use its type. The resource kinds that the program mentions must have been
 * loaded.
 * @throws DiagnosticError in phase `type` with everything that is wrong, in the order of 8.3: the first is what the
 * language calls the error; in phase `graph` where types are right but a resource sets a metaparameter twice
 */
export function infer({ block }: ScopedProgram, kinds: KindCatalogue, observer?: TypeObserver): TypedProgram {
  const region: Region = { parent: undefined };
  const solver = new Solver();
  // A resource in a class is seen once for each include.
  const graphErrors = new Map<Span | undefined, Diagnostic>();
  const statements = new StatementInference(solver, kinds, (found) => graphErrors.set(found.span, found));
  const frame = new Frame({ block, region, infer: inferBinding });
  const drafts = statements.block(block, frame);
  const typeErrors = solver.finish();
  observer?.typed((unused) => [...solver.expressions(), ...inferUnused(unused, block, frame)]);
  if (typeErrors.length > 0) throw new DiagnosticError(typeErrors);
  if (graphErrors.size > 0) throw new DiagnosticError([...graphErrors.values()]);
  return { region, block: finishBlock(drafts) };
}

/** The values of variables that nothing needs, each in one copy of its block; what is wrong with them is not told. */
function inferUnused(
  unused: Iterable<BindDefinition>,
  block: ScopedBlock,
  frame: Frame,
): readonly TypedExpression[] {
  const byBlock = Map.groupBy(unused, (definition) => definition.block);
  const solver = new Solver();
  const seen = new Set<ScopedBlock>();
  const waiting = [{ block, frame }];
  for (let copy = waiting.pop(); copy !== undefined; copy = waiting.pop()) {
    const { block: current, frame: home } = copy;
    if (seen.has(current)) continue;
    seen.add(current);
    for (const definition of byBlock.get(current) ?? []) solver.solve(home.bind(definition).unit);
    for (const statement of current.statements)
      if (statement.kind === "include" || statement.kind === "import") {
        const inner = statement.kind === "include" ? statement.class.body : statement.module;
        waiting.push({ block: inner, frame: home.instance(statement) });
      }
  }
  solver.finish();
  return solver.expressions();
}

/** The annotation of a bind belongs to its value; that of a class parameter is compared by the include. */
function inferBinding(binding: Binding): Unit {
  const { role, annotation, value, frame } = binding;
  const own = role === "bind" ? annotation : undefined;
  return new Unit((constraints) => inferExpression(value, frame, constraints, own), { region: frame.region });
}

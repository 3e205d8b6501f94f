import type { Diagnostic } from "../diagnostic.ts";
import type { KindCatalogue } from "../kinds.ts";
import type { ScopedExpression } from "../scope/scoped.ts";
import { inferExpression } from "./expressions.ts";
import type { Frame } from "./frame.ts";
import type { Solver } from "./solver.ts";
import type { TypedBlock, TypedStatement } from "./typed.ts";
import { type Constraint, Unit } from "./unit.ts";

/** Makes a typed statement, once everything is solved and nothing was wrong. */
export type StatementDraft = () => TypedStatement;

export function finishBlock(drafts: readonly StatementDraft[]): TypedBlock {
  return drafts.map((draft) => draft());
}

/** What the statements of all kinds have in common. */
export class StatementContext {
  constructor(
    readonly solver: Solver,
    readonly kinds: KindCatalogue,
  ) {}

  /** The unit of an expression that a statement needs the value of. */
  value(expression: ScopedExpression, frame: Frame): Unit {
    return new Unit((constraints) => inferExpression(expression, frame, constraints), {
      region: frame.region,
    });
  }

  /** Solves what belongs together in a statement: it fails as a whole, and other parts go on. */
  solve(frame: Frame, constraints: readonly Constraint[]): Unit {
    const unit = new Unit(
      (own) => {
        own.push(...constraints);
        return undefined;
      },
      { notes: frame.notes },
    );
    this.solver.solve(unit);
    return unit;
  }

  report(frame: Frame, found: Diagnostic): void {
    this.solve(frame, [{ kind: "fail", diagnostic: found }]);
  }
}

import type { Diagnostic } from "../diagnostic.ts";
import { Unfinished } from "./draft.ts";
import { miscalled, mismatched } from "./explain.ts";
import { resolve } from "./open.ts";
import { followReadings } from "./readings.ts";
import type { TypedExpression } from "./typed.ts";
import { type Mark, Unifier } from "./unify.ts";
import type { Constraint, ReadingConstraint, Unit } from "./unit.ts";

/**
 * Solves units in the order in which they are given, and within a unit its constraints in order (language
 * specification, 8.3). A unit that cannot be solved is reported, leaves no solutions behind, and silently fails
 * all units that mention it; so each error would still be there if the ones before it were mended.
 */
export class Solver {
  readonly #unifier = new Unifier();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #reported = new Set<string>();
  /** In order of completion: a unit comes after those it mentions. */
  readonly #solved: Unit[] = [];
  /** Of the units that are solved or active. */
  readonly #readings: ReadingConstraint[] = [];

  /** Solves a unit and those it mentions. */
  solve(root: Unit): void {
    if (root.state !== "waiting") return;
    const mark = this.#unifier.mark();
    const before = { solved: this.#solved.length, readings: this.#readings.length };
    root.state = "active";
    const path = [{ unit: root, next: 0 }];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const constraint = at.unit.constraints[at.next++];
      if (constraint === undefined) {
        this.#complete(at.unit);
        path.pop();
      } else if (constraint.kind === "reading") {
        this.#readings.push(constraint);
      } else if (constraint.kind !== "unit") {
        const problem = this.#apply(constraint);
        if (problem === undefined) continue;
        const notes = path.toReversed().flatMap(({ unit }) => unit.notes?.() ?? []);
        this.#report({ ...problem, notes: [...problem.notes, ...notes] });
        this.#abandon(path, mark, before);
        return;
      } else if (constraint.unit.state === "failed") {
        this.#abandon(path, mark, before);
        return;
      } else if (constraint.unit.state === "active") {
        throw new Error("a definition that needs itself reached the type phase");
      } else if (constraint.unit.state === "waiting") {
        constraint.unit.state = "active";
        path.push({ unit: constraint.unit, next: 0 });
      }
    }
  }

  /** Makes the expressions of all solved units, and reports what only now turns out to be wrong. */
  finish(): readonly Diagnostic[] {
    followReadings(this.#readings, this.#unifier);
    const isSolved = this.#diagnostics.length === 0;
    for (const unit of this.#solved) {
      if (unit.state !== "solved") continue;
      try {
        unit.finish();
      } catch (error) {
        if (!(error instanceof Unfinished)) throw error;
        const { diagnostic, unlessUnsolved } = error;
        if (diagnostic !== undefined && (isSolved || !unlessUnsolved)) this.#report(diagnostic);
      }
    }
    return this.#diagnostics;
  }

  /** What {@link finish} could make. */
  expressions(): readonly TypedExpression[] {
    return this.#solved.flatMap(({ expression }) => (expression === undefined ? [] : [expression]));
  }

  #apply(constraint: Exclude<Constraint, { kind: "unit" | "reading" }>): Diagnostic | undefined {
    switch (constraint.kind) {
      case "equal": {
        const { expected, actual, explanation, span, value } = constraint;
        const mismatch = this.#unifier.unify(expected, actual);
        return mismatch && mismatched(mismatch, expected, actual, explanation, span, value);
      }
      case "call": {
        const { call, callee, name, args, span } = constraint;
        const mismatch = this.#unifier.unify(call, callee);
        return mismatch && miscalled(mismatch, call, resolve(callee), name, span, args);
      }
      case "fail":
        return constraint.diagnostic;
    }
  }

  #complete(unit: Unit): void {
    const { definition } = unit;
    if (definition !== undefined) this.#unifier.define(unit.type, definition);
    unit.state = "solved";
    this.#solved.push(unit);
  }

  #abandon(
    path: readonly { unit: Unit }[],
    mark: Mark,
    before: { readonly solved: number; readonly readings: number },
  ): void {
    this.#unifier.undo(mark);
    this.#readings.length = before.readings;
    for (const { unit } of path) unit.state = "failed";
    for (const unit of this.#solved.splice(before.solved)) unit.state = "waiting";
  }

  /** The same mistake is found once for each copy of a function or class, and reported once. */
  #report(found: Diagnostic): void {
    const { span, message } = found;
    const key = `${span?.source.path}:${span?.start}:${span?.end}:${message}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#diagnostics.push(found);
  }
}

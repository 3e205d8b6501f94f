import { type Open, resolve, type TypeVariable } from "./open.ts";
import type { Unifier } from "./unify.ts";
import type { ReadingConstraint } from "./unit.ts";

/**
 * Solves what only the type of the thing that is read from decides (language specification, 8.5): of `f(x)->field` and
 * `f(x)[i]`, for which nothing was known of `f(x)` when the constraints were generated. Each reading is looked at when
 * what it reads from is found out, so that they may come in any order; one that does not fit leaves no trace.
 */
export function followReadings(readings: readonly ReadingConstraint[], unifier: Unifier): void {
  const waiting = new Map<TypeVariable, ReadingConstraint[]>();
  const ready = readings.toReversed();
  for (let reading = ready.pop(); reading !== undefined; reading = ready.pop()) {
    const from = resolve(reading.callee.args[0]?.type ?? reading.callee);
    if (from.kind === "variable") {
      const others = waiting.get(from);
      if (others === undefined) waiting.set(from, [reading]);
      else others.push(reading);
      continue;
    }
    const mark = unifier.mark();
    if (!follows(reading, from, unifier)) {
      unifier.undo(mark);
      continue;
    }
    for (const variable of unifier.since(mark)) {
      ready.push(...(waiting.get(variable) ?? []));
      waiting.delete(variable);
    }
  }
}

/** Whether a reading fits what it reads from, whose type is resolved. */
function follows({ read, callee }: ReadingConstraint, from: Open, unifier: Unifier): boolean {
  if (from.kind !== "list" && from.kind !== "map" && from.kind !== "struct") return true;
  const { second, result } = read(from);
  const index = callee.args[1]?.type;
  return (
    (second === undefined || index === undefined || unifier.unify(second, index) === undefined) &&
    (result === undefined || unifier.unify(result, callee.result) === undefined)
  );
}

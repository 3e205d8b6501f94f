/**
 * Makes two types equal by solving their variables (language specification, 8.3), or says why they cannot be.
 * What was done since a {@link Unifier.mark} can be undone, so that a statement that does not fit leaves no trace.
 */
import { type Open, resolve, type TypeVariable } from "./open.ts";
import type { Func } from "./type.ts";

/** Why two types cannot be equal. */
export interface Mismatch {
  readonly reason: "kind" | "arg-count" | "field-count" | "field-names" | "infinite";
  /** The two that differ, deep inside; an open one that had been solved stands left. */
  readonly left: Open;
  readonly right: Open;
  /** Where two functions were compared: the argument (from 0) in which they differ, or their result. */
  readonly part: number | "result" | undefined;
}

/** A place in the history of a {@link Unifier}. */
export type Mark = number;

export class Unifier {
  /** Variables in the order in which they were solved. */
  readonly #trail: TypeVariable[] = [];

  mark(): Mark {
    return this.#trail.length;
  }

  /** Forgets every solution found since `mark`. */
  undo(mark: Mark): void {
    while (this.#trail.length > mark) {
      const variable = this.#trail.pop();
      if (variable !== undefined) variable.solution = undefined;
    }
  }

  /** The variables that were solved since `mark`. */
  since(mark: Mark): readonly TypeVariable[] {
    return this.#trail.slice(mark);
  }

  /** Says what an unsolved variable stands for. */
  define(variable: TypeVariable, type: Open): void {
    variable.defined = true;
    this.#solve(variable, definition(type));
  }

  /** @returns what keeps the two from being equal; solutions found until then stay. */
  unify(expected: Open, actual: Open): Mismatch | undefined {
    if (expected === actual) return undefined;
    const left = resolve(expected);
    const right = resolve(actual);
    if (left === right) return undefined;
    if (left.kind === "variable") return this.#bind(left, right);
    if (right.kind === "variable") return this.#bind(right, left);
    if (left.kind === "list" && right.kind === "list") return this.unify(left.element, right.element);
    if (left.kind === "map" && right.kind === "map") {
      return this.unify(left.key, right.key) ?? this.unify(left.value, right.value);
    }
    if (left.kind === "struct" && right.kind === "struct") {
      const count = left.fields.length;
      if (count !== right.fields.length) return mismatch("field-count", left, right);
      for (let index = 0; index < count; index++) {
        if (left.fields[index]?.name !== right.fields[index]?.name) {
          return mismatch("field-names", left, right);
        }
      }
      for (const [index, field] of left.fields.entries()) {
        const other = right.fields[index];
        const difference = other && this.unify(field.type, other.type);
        if (difference !== undefined) return difference;
      }
      return undefined;
    }
    if (left.kind === "func" && right.kind === "func") return this.#unifyFuncs(left, right);
    if (left.kind === right.kind) return undefined;
    return wasFoundOut(actual) && !wasFoundOut(expected)
      ? mismatch("kind", right, left)
      : mismatch("kind", left, right);
  }

  #unifyFuncs(left: Func<TypeVariable>, right: Func<TypeVariable>): Mismatch | undefined {
    if (left.args.length !== right.args.length) return mismatch("arg-count", left, right);
    for (const [index, arg] of left.args.entries()) {
      const other = right.args[index];
      const difference = other && this.unify(arg.type, other.type);
      if (difference !== undefined) return { ...difference, part: index };
    }
    const difference = this.unify(left.result, right.result);
    return difference && { ...difference, part: "result" };
  }

  /** `variable` is unsolved, `type` resolved and another. */
  #bind(variable: TypeVariable, type: Open): Mismatch | undefined {
    if (type.kind === "variable") {
      const [child, root] = variable.rank > type.rank ? [type, variable] : [variable, type];
      if (child.rank === root.rank) root.rank++;
      this.#solve(child, root);
      return undefined;
    }
    if (occurs(variable, type)) return mismatch("infinite", variable, type);
    this.#solve(variable, type);
    return undefined;
  }

  #solve(variable: TypeVariable, type: Open): void {
    variable.solution = type;
    this.#trail.push(variable);
  }
}

function mismatch(reason: Mismatch["reason"], left: Open, right: Open): Mismatch {
  return { reason, left, right, part: undefined };
}

/** Whether a type that is no longer open was so at first. */
function wasFoundOut(type: Open): boolean {
  return definition(type).kind === "variable";
}

/** What a type stands for by definition: whether it has been found out since is left as it is. */
function definition(type: Open): Open {
  let at = type;
  while (at.kind === "variable" && at.defined && at.solution !== undefined) at = at.solution;
  return at;
}

/** Shared parts of a type hang on variables: each is searched once, else the search could take exponential time. */
function occurs(variable: TypeVariable, type: Open, searched?: Set<TypeVariable>): boolean {
  let at = type;
  if (at.kind === "variable") {
    const seen = searched ?? new Set();
    while (at.kind === "variable") {
      if (at === variable) return true;
      if (at.solution === undefined || seen.has(at)) return false;
      seen.add(at);
      at = at.solution;
    }
    return occurs(variable, at, seen);
  }
  switch (at.kind) {
    case "list":
      return occurs(variable, at.element, searched);
    case "map":
      return occurs(variable, at.key, searched) || occurs(variable, at.value, searched);
    case "struct": {
      const seen = searched ?? new Set();
      return at.fields.some((field) => occurs(variable, field.type, seen));
    }
    case "func": {
      const seen = searched ?? new Set();
      return at.args.some((arg) => occurs(variable, arg.type, seen)) || occurs(variable, at.result, seen);
    }
    default:
      return false;
  }
}

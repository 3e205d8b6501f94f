/**
 * Types while they are being solved: shapes whose leaves may be unification variables.
 */
import type { Func, FuncType, Scheme, Shape, Type, TypeParameter } from "./type.ts";
import { printType } from "./type.ts";

/** A type in which something may still be open. */
export type Open = Shape<TypeVariable>;

/** An unknown type: a node of the union-find forest. Only {@link Unifier} gives it a solution. */
export class TypeVariable {
  readonly kind = "variable";
  solution: Open | undefined;
  /** Whether `solution` is what the variable stands for by definition, not something that was found out. */
  defined = false;
  /** Whether it has been reported that nothing decides this type. */
  blamed = false;
  /** Upper bound on the height of the tree of variables below this one. */
  rank = 0;
  #finished: Type | undefined;

  /** The solution with nothing open, kept: it may be shared by many. Ask only when everything is solved. */
  finish(): Type | undefined {
    if (this.#finished === undefined && this.solution !== undefined) this.#finished = finish(this.solution);
    return this.#finished;
  }
}

/** The type itself, or what its variable was solved to; a variable only when nothing is known yet. */
export function resolve(type: Open): Open {
  let at = type;
  while (at.kind === "variable" && at.solution !== undefined) at = at.solution;
  return at;
}

/** The finished type, or undefined while something in it is open. */
export function finish(type: Open): Type | undefined {
  switch (type.kind) {
    case "variable":
      return type.finish();
    case "list": {
      const element = finish(type.element);
      return element && { kind: "list", element };
    }
    case "map": {
      const key = finish(type.key);
      const value = finish(type.value);
      return key && value && { kind: "map", key, value };
    }
    case "struct": {
      const fields: { name: string; type: Type }[] = [];
      for (const field of type.fields) {
        const finished = finish(field.type);
        if (finished === undefined) return undefined;
        fields.push({ name: field.name, type: finished });
      }
      return { kind: "struct", fields };
    }
    case "func":
      return finishFunc(type);
    default:
      return type;
  }
}

export function finishFunc(type: Func<TypeVariable>): FuncType | undefined {
  const args: { name: string; type: Type }[] = [];
  for (const arg of type.args) {
    const finished = finish(arg.type);
    if (finished === undefined) return undefined;
    args.push({ name: arg.name, type: finished });
  }
  const result = finish(type.result);
  return result && { kind: "func", args, result };
}

/** The variables that are open in a type. */
export function* openVariables(type: Open): Iterable<TypeVariable> {
  const at = resolve(type);
  switch (at.kind) {
    case "variable":
      yield at;
      return;
    case "list":
      yield* openVariables(at.element);
      return;
    case "map":
      yield* openVariables(at.key);
      yield* openVariables(at.value);
      return;
    case "struct":
      for (const field of at.fields) yield* openVariables(field.type);
      return;
    case "func":
      for (const arg of at.args) yield* openVariables(arg.type);
      yield* openVariables(at.result);
      return;
  }
}

/**
 * A fresh copy of a signature's type: each type parameter is replaced by the variable it has in `variables`, which
 * grows as new ones are met. `variant`, which takes any type, becomes a variable of its own.
 */
export function instantiate(scheme: Scheme, variables: Map<string, TypeVariable> = new Map()): Open {
  switch (scheme.kind) {
    case "parameter": {
      const known = variables.get(scheme.name);
      if (known !== undefined) return known;
      const fresh = new TypeVariable();
      variables.set(scheme.name, fresh);
      return fresh;
    }
    case "variant":
      return new TypeVariable();
    case "list":
      return { kind: "list", element: instantiate(scheme.element, variables) };
    case "map":
      return {
        kind: "map",
        key: instantiate(scheme.key, variables),
        value: instantiate(scheme.value, variables),
      };
    case "struct":
      return {
        kind: "struct",
        fields: scheme.fields.map(({ name, type }) => ({ name, type: instantiate(type, variables) })),
      };
    case "func":
      return {
        kind: "func",
        args: scheme.args.map(({ name, type }) => ({ name, type: instantiate(type, variables) })),
        result: instantiate(scheme.result, variables),
      };
    default:
      return scheme;
  }
}

/** Prints types for one message: an unknown has the same name (`?1`, `?2`, …) wherever it occurs. */
export class OpenPrinter {
  readonly #names = new Map<TypeVariable, string>();

  print(type: Open): string {
    return printType(this.#scheme(type));
  }

  #scheme(type: Open): Scheme {
    const at = resolve(type);
    switch (at.kind) {
      case "variable":
        return this.#parameter(at);
      case "list":
        return { kind: "list", element: this.#scheme(at.element) };
      case "map":
        return { kind: "map", key: this.#scheme(at.key), value: this.#scheme(at.value) };
      case "struct":
        return {
          kind: "struct",
          fields: at.fields.map(({ name, type: each }) => ({ name, type: this.#scheme(each) })),
        };
      case "func":
        return {
          kind: "func",
          args: at.args.map(({ name, type: each }) => ({ name, type: this.#scheme(each) })),
          result: this.#scheme(at.result),
        };
      default:
        return at;
    }
  }

  #parameter(variable: TypeVariable): TypeParameter {
    let name = this.#names.get(variable);
    if (name === undefined) {
      name = String(this.#names.size + 1);
      this.#names.set(variable, name);
    }
    return { kind: "parameter", name };
  }
}

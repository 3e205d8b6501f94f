import type { Type } from "../../../lang/types/type.ts";
import type { Occurrence } from "./occurrences.ts";
import type { ProgramIndex } from "./program-index.ts";
import type { Target } from "./target.ts";

/** The types that what a word stands for has here, or anywhere; several if it is used in several ways. */
export function typesOf({ target, expression }: Occurrence, index: ProgramIndex): readonly Type[] {
  const here = target.kind === "variable" && expression !== undefined ? index.typesAt(expression) : [];
  return here.length > 0 ? here : typesOfTarget(target, index);
}

/** The types that something has wherever it is used. */
export function typesOfTarget(target: Target, index: ProgramIndex): readonly Type[] {
  switch (target.kind) {
    case "builtin":
      return [target.definition.type];
    case "function":
      return index.typesAt(target.definition.span);
    case "variable": {
      const { definition } = target;
      if (definition.annotation !== undefined) return [definition.annotation.type];
      const own = definition.kind === "bind" ? index.typesAt(definition.value.span) : [];
      return own.length > 0 ? own : typesOfUses(target, index);
    }
    default:
      return [];
  }
}

/** A parameter has no expression of its own, only those that mention it. */
function typesOfUses(target: Target, index: ProgramIndex): readonly Type[] {
  for (const { expression } of index.occurrencesWith(index.key(target))) {
    const types = expression === undefined ? [] : index.typesAt(expression);
    if (types.length > 0) return types;
  }
  return [];
}

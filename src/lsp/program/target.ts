/** What a word in a program can stand for. */
import type { CoreFunction } from "../../../lang/core/define.ts";
import type { Span } from "../../../lang/diagnostic.ts";
import type { MetaName } from "../../../lang/meta.ts";
import type { ImportTarget } from "../../../lang/modules/loaded-program.ts";
import type { Alias } from "../../../lang/scope/scope.ts";
import type {
  BindDefinition,
  BuiltinDefinition,
  ClassDefinition,
  FunctionDefinition,
  ParameterDefinition,
} from "../../../lang/scope/scoped.ts";

export type Target =
  | { readonly kind: "variable"; readonly definition: BindDefinition | ParameterDefinition }
  | { readonly kind: "builtin"; readonly definition: BuiltinDefinition }
  | { readonly kind: "function"; readonly definition: FunctionDefinition }
  | { readonly kind: "core"; readonly function: CoreFunction }
  | { readonly kind: "class"; readonly definition: ClassDefinition }
  | { readonly kind: "alias"; readonly alias: Alias }
  | { readonly kind: "module"; readonly module: ImportTarget }
  | { readonly kind: "kind"; readonly name: string }
  | { readonly kind: "field"; readonly resource: string; readonly name: string }
  | { readonly kind: "output"; readonly resource: string; readonly name: string }
  | { readonly kind: "meta"; readonly name: MetaName }
  /** A resource whose name is written out. */
  | { readonly kind: "resource"; readonly resource: string; readonly name: string };

/**
 * The place where a program says what the word means.
 * @returns undefined for what programs do not define, and for resources, which may be written in several places
 */
export function definitionOf(target: Target): Span | undefined {
  switch (target.kind) {
    case "variable":
    case "function":
      return target.definition.nameSpan;
    case "class":
      return lastChunk(target.definition);
    case "alias": {
      const { statement } = target.alias;
      return statement.alias?.span ?? ("path" in statement ? statement.path.span : statement.class.span);
    }
    case "module": {
      const { module } = target;
      return module.kind === "file" ? { ...module.file.program.span, end: 0 } : undefined;
    }
    default:
      return undefined;
  }
}

/** Of `class a:b`, which defines `b` in `a`, the `b`. */
function lastChunk({ name, nameSpan }: ClassDefinition): Span {
  return { ...nameSpan, start: nameSpan.end - name.length };
}

/**
 * A name for what is meant that stays the same from one analysis to the next, as long as the text does.
 * @param pathOf the absolute path of the file that a span is in
 */
export function targetKey(target: Target, pathOf: (span: Span) => string): string {
  const definition = definitionOf(target);
  if (definition !== undefined) return `${target.kind} ${pathOf(definition)} ${definition.start}`;
  switch (target.kind) {
    case "builtin":
      return `builtin ${target.definition.name}`;
    case "core":
      return `core ${target.function.module} ${target.function.name}`;
    case "module":
      return `module ${target.module.kind === "core" ? target.module.module : ""}`;
    case "field":
    case "output":
    case "resource":
      return `${target.kind} ${target.resource} ${target.name}`;
    case "kind":
    case "meta":
      return `${target.kind} ${target.name}`;
    default:
      throw new Error(`a ${target.kind} has no definition`);
  }
}

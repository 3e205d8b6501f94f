/** The independent kinds of names (language specification, 6.3) and where each is to be found. */
import type { KindCatalogue } from "../kinds.ts";
import { reservedWords } from "../syntax/token.ts";
import { bool, float, int, str, type Type } from "../types/type.ts";
import type { Value } from "../value.ts";
import type { FunctionCatalogue } from "./catalogue.ts";
import type { Node } from "./dependencies.ts";
import type { ClassEntry, FunctionEntry, Scope, VariableEntry } from "./scope.ts";

/** One kind of name. */
export interface Namespace<T> {
  /** How messages call such a name. */
  readonly noun: "variable" | "function" | "class";
  /** What a scope itself defines. */
  own(scope: Scope): ReadonlyMap<string, T>;
  /** The place of an entry among {@link Dependencies}, if it can be part of a cycle. */
  node(entry: T): Node | undefined;
  /** What a core module offers under a name. */
  core(module: string, name: string): T | undefined;
  /** All names that a core module offers. */
  coreNames(module: string): Iterable<string>;
  /** What is there without any definition or import, by its whole name. */
  builtin(name: string): T | undefined;
  /** The names for which `builtin` answers, as far as they can be listed. */
  builtinNames(): Iterable<string>;
}

export interface Namespaces {
  readonly variables: Namespace<VariableEntry>;
  readonly functions: Namespace<FunctionEntry>;
  readonly classes: Namespace<ClassEntry>;
}

/** The prefix of the constants of resource kinds: `$const.res.file.state.exists`. */
export const constantPrefix = "const.res.";

export function namespaces(functions: FunctionCatalogue, kinds: KindCatalogue): Namespaces {
  const builtins = new Map<string, VariableEntry>([
    ["hostname", { definition: { kind: "builtin", name: "hostname", type: str, value: "hostname" } }],
    ["purpleidea", { definition: { kind: "builtin", name: "purpleidea", type: str, value: "hello world!" } }],
  ]);
  const coreFunction = (module: string, name: string): FunctionEntry | undefined => {
    const found = functions.get(module, name);
    return found === undefined ? undefined : { kind: "core", function: found };
  };
  return {
    variables: {
      noun: "variable",
      own: (scope) => scope.variables,
      node: (entry) => entry.node,
      core: (module, name) => constant(`${module}.${name}`, functions.constants(module).get(name)),
      coreNames: (module) => functions.constants(module).keys(),
      builtin: (name) => builtins.get(name) ?? resourceConstant(name, kinds),
      builtinNames: () => builtins.keys(),
    },
    functions: {
      noun: "function",
      own: (scope) => scope.functions,
      node: (entry) => (entry.kind === "defined" ? entry.node : undefined),
      core: coreFunction,
      coreNames: (module) => functions.names(module),
      builtin: (name) => coreFunction("", name),
      // What is a reserved word, or begins with an underscore, cannot be called by name.
      builtinNames: () =>
        functions.names("").filter((name) => !name.startsWith("_") && !reservedWords.has(name)),
    },
    classes: {
      noun: "class",
      own: (scope) => scope.classes,
      node: (entry) => entry.node,
      core: () => undefined,
      coreNames: () => [],
      builtin: () => undefined,
      builtinNames: () => [],
    },
  };
}

function resourceConstant(name: string, kinds: KindCatalogue): VariableEntry | undefined {
  if (!name.startsWith(constantPrefix)) return undefined;
  const [kind, param, value, ...rest] = name.slice(constantPrefix.length).split(".");
  if (kind === undefined || param === undefined || value === undefined || rest.length > 0) return undefined;
  return constant(name, kinds.constant(kind, param, value));
}

/** Constants are scalars: of anything else, a value alone would not tell the type. */
function constant(name: string, value: Value | undefined): VariableEntry | undefined {
  if (value === undefined) return undefined;
  const type = typeOfScalar(value);
  return type === undefined ? undefined : { definition: { kind: "builtin", name, type, value } };
}

function typeOfScalar(value: Value): Type | undefined {
  switch (typeof value) {
    case "boolean":
      return bool;
    case "string":
      return str;
    case "bigint":
      return int;
    case "number":
      return float;
    default:
      return undefined;
  }
}

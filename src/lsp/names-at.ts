import type { Namespace, Namespaces } from "../../lang/scope/namespace.ts";
import type { Names } from "../../lang/scope/observer.ts";
import type { Alias, ClassEntry, FunctionEntry, Scope, VariableEntry } from "../../lang/scope/scope.ts";
import type { View } from "./view.ts";

/** The names that can be used at a place. Names are dotted, and without a dollar. */
export class NamesAt {
  readonly #names: Names;
  readonly #scope: Scope;

  private constructor(names: Names, scope: Scope) {
    this.#names = names;
    this.#scope = scope;
  }

  /** @returns undefined where nothing is known of the document */
  static of(view: View | undefined, offset: number): NamesAt | undefined {
    const scope = view?.scopeAt(offset);
    const names = view?.index.names;
    return scope === undefined || names === undefined ? undefined : new NamesAt(names, scope);
  }

  variable(name: string): VariableEntry | undefined {
    return this.#find(this.#names.namespaces.variables, name);
  }

  function(name: string): FunctionEntry | undefined {
    return this.#find(this.#names.namespaces.functions, name);
  }

  class(name: string): ClassEntry | undefined {
    return this.#find(this.#names.namespaces.classes, name);
  }

  /** Names without dots, the innermost first. */
  visible(kind: keyof Namespaces): ReadonlySet<string> {
    return new Set(this.#names.lookup.visible(this.#names.namespaces[kind], this.#scope));
  }

  /** What can stand before a dot. */
  aliases(): ReadonlyMap<string, Alias> {
    const found = new Map<string, Alias>();
    for (let scope: Scope | undefined = this.#scope; scope !== undefined; scope = scope.parent)
      for (const [name, alias] of scope.aliases) if (!found.has(name)) found.set(name, alias);
    return found;
  }

  /** The names that can follow a dotted name and a dot; undefined if that is no alias. */
  members(kind: keyof Namespaces, prefix: string): ReadonlySet<string> | undefined {
    const { lookup, namespaces } = this.#names;
    let scope = this.#scope;
    let alias: Alias | undefined;
    for (const chunk of prefix.split(".")) {
      if (alias?.kind === "include" && alias.resolved !== undefined) scope = alias.resolved.class.scope;
      else if (alias !== undefined) return undefined;
      alias = lookup.alias(chunk, scope);
      if (alias === undefined) return undefined;
    }
    return alias === undefined ? undefined : new Set(lookup.members(namespaces[kind], alias));
  }

  #find<T>(space: Namespace<T>, name: string): T | undefined {
    const { file } = this.#scope;
    const use = {
      scope: this.#scope,
      name,
      span: file.program.span,
      nameSpan: file.program.span,
      owner: undefined,
    };
    const outcome = this.#names.lookup.find(space, use);
    return outcome === undefined || outcome === "erroneous" ? undefined : outcome.entry;
  }
}

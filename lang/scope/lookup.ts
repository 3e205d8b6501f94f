/**
 * What a name means where it stands (language specification, 6.3, 6.5, 6.6). A dotted name is one name: an alias
 * that does not have it leaves it to outer scopes.
 */
import type { Dependencies, Node } from "./dependencies.ts";
import type { Namespace, Namespaces } from "./namespace.ts";
import type { ScopeObserver } from "./observer.ts";
import type { Alias, Found, ImportEntry, IncludeEntry, Scope, Use } from "./scope.ts";
import type { Instance } from "./scoped.ts";

/** `erroneous`: the name may well exist, but it lies behind a mistake that is reported elsewhere. */
export type Outcome<T> = Found<T> | "erroneous" | undefined;

export interface LookupContext {
  readonly namespaces: Namespaces;
  readonly dependencies: Dependencies;
  readonly observer: ScopeObserver | undefined;
  /** Called once for each include of a class that does not exist. */
  onUnknownClass(use: Use): void;
}

export class Lookup {
  readonly #context: LookupContext;

  constructor(context: LookupContext) {
    this.#context = context;
  }

  /** Finds what a name means; the definition that mentions it is recorded to need what was found. */
  find<T>(space: Namespace<T>, use: Use): Outcome<T> {
    const outcome = this.#outward(space, chunks(use.name), use.scope, use);
    if (outcome !== undefined && outcome !== "erroneous") this.#need(use, space.node(outcome.entry));
    return outcome;
  }

  /**
   * The class of an include and the instance that it makes, or undefined if there is something wrong with it.
   * Aliases that lead to aliases are settled from the far end, so that long chains need no recursion.
   */
  include(entry: IncludeEntry): IncludeEntry["resolved"] {
    const chain = new Set<IncludeEntry>();
    for (let next: Alias | undefined = entry; next?.kind === "include" && next.state === "new"; ) {
      if (chain.has(next)) break;
      chain.add(next);
      const [first = "", ...rest] = chunks(next.statement.class.text);
      next = rest.length === 0 ? undefined : this.alias(first, next.scope);
    }
    for (const each of [...chain].reverse()) if (each.state === "new") this.#include(each);
    return entry.resolved;
  }

  #include(entry: IncludeEntry): void {
    entry.state = "busy";
    const { statement, scope, node } = entry;
    const use: Use = {
      scope,
      name: statement.class.text,
      span: statement.span,
      nameSpan: statement.class.span,
      owner: node,
    };
    const found = this.find(this.#context.namespaces.classes, use);
    if (found === undefined) this.#context.onUnknownClass(use);
    entry.state = "done";
    if (found === undefined || found === "erroneous") return;
    this.#context.observer?.mention({ name: statement.class, span: statement.span, found });
    const { definition } = found.entry;
    entry.resolved = {
      class: found.entry,
      instance: {
        kind: "include",
        class: definition,
        via: found.via,
        args: [],
        block: scope.block,
        span: statement.span,
      },
    };
  }

  /** The innermost meaning of an alias. */
  alias(name: string, scope: Scope): Alias | undefined {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const alias = at.aliases.get(name);
      if (alias !== undefined) return alias;
    }
    return undefined;
  }

  /** All names without dots that could be used in a scope. */
  *visible(space: Namespace<unknown>, scope: Scope): Iterable<string> {
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      yield* space.own(at).keys();
      for (const squashed of at.squashed) yield* this.members(space, squashed);
    }
    yield* space.builtinNames();
  }

  /** All names without further dots that could follow an alias. */
  *members(space: Namespace<unknown>, alias: Alias): Iterable<string> {
    if (alias.kind === "core") yield* space.coreNames(alias.module);
    if (alias.kind === "file") {
      const { scope } = alias;
      yield* space.own(scope).keys();
      for (const squashed of scope.squashed) yield* this.members(space, squashed);
    }
    if (alias.kind === "include" && alias.resolved !== undefined) {
      const { scope, parameters } = alias.resolved.class;
      yield* space.own(scope).keys();
      yield* space.own(parameters).keys();
    }
  }

  #outward<T>(space: Namespace<T>, path: readonly string[], scope: Scope, use: Use): Outcome<T> {
    let erroneous = false;
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const outcome = this.#within(space, path, at, use);
      if (outcome === "erroneous") erroneous = true;
      else if (outcome !== undefined) return outcome;
    }
    const builtin = space.builtin(path.join("."));
    if (builtin !== undefined) return { entry: builtin, via: [], aliases: [] };
    return erroneous ? "erroneous" : undefined;
  }

  /** In one scope, without what is around it. */
  #within<T>(space: Namespace<T>, path: readonly string[], scope: Scope, use: Use): Outcome<T> {
    const first = path[0] ?? "";
    let erroneous = false;
    if (path.length === 1) {
      const entry = space.own(scope).get(first);
      if (entry !== undefined) return { entry, via: [], aliases: [] };
    } else {
      const alias = scope.aliases.get(first);
      const outcome = alias === undefined ? undefined : this.#behind(space, alias, path.slice(1), use);
      if (outcome === "erroneous") erroneous = true;
      else if (alias !== undefined && outcome !== undefined)
        return { ...outcome, aliases: [alias, ...outcome.aliases] };
    }
    for (let index = scope.squashed.length - 1; index >= 0; index--) {
      const squashed = scope.squashed[index];
      const outcome = squashed === undefined ? undefined : this.#exported(space, squashed, path, use);
      if (outcome === "erroneous") erroneous = true;
      else if (outcome !== undefined) return outcome;
    }
    return erroneous ? "erroneous" : undefined;
  }

  #behind<T>(space: Namespace<T>, alias: Alias, path: readonly string[], use: Use): Outcome<T> {
    if (alias.kind !== "include") return this.#exported(space, alias, path, use);
    this.#need(use, alias.node);
    const included = this.include(alias);
    if (included === undefined) return "erroneous";
    return through(included.instance, this.#outward(space, path, included.class.scope, use));
  }

  /** Under the names that it has in the module itself. What the module was given to see is not its own to give. */
  #exported<T>(space: Namespace<T>, entry: ImportEntry, path: readonly string[], use: Use): Outcome<T> {
    switch (entry.kind) {
      case "failed":
        return "erroneous";
      case "core": {
        const [name = ""] = path;
        const found = path.length === 1 ? space.core(entry.module, name) : undefined;
        return found === undefined ? undefined : { entry: found, via: [], aliases: [] };
      }
      case "file":
        return through(entry.instance, this.#within(space, path, entry.scope, use));
    }
  }

  #need(use: Use, node: Node | undefined): void {
    if (use.owner !== undefined && node !== undefined)
      this.#context.dependencies.need(use.owner, node, use.span);
  }
}

/** The parts of a dotted name. */
export function chunks(name: string): readonly string[] {
  return name.includes(".") ? name.split(".") : [name];
}

function through<T>(instance: Instance, outcome: Outcome<T>): Outcome<T> {
  if (outcome === undefined || outcome === "erroneous") return outcome;
  return { ...outcome, via: [instance, ...outcome.via] };
}

/** What name resolution can tell on its way, for tools that show programs to people. */
import type { Span } from "../diagnostic.ts";
import type { Name } from "../syntax/ast.ts";
import type { Lookup } from "./lookup.ts";
import type { Namespaces } from "./namespace.ts";
import type { ClassEntry, Found, FunctionEntry, Scope, VariableEntry } from "./scope.ts";

/** Told everything that could be resolved, also of programs in which something else is wrong. */
export interface ScopeObserver {
  /** Called first, with what later answers what other names mean. */
  begin(names: Names): void;
  /** The names of `scope`, which need not be complete yet, hold within `span`. */
  scope(scope: Scope, span: Span): void;
  /** A name that means something. */
  mention(mention: Mention): void;
}

/** How to look names up. */
export interface Names {
  readonly lookup: Lookup;
  readonly namespaces: Namespaces;
}

export interface Mention {
  /** As written, without a dollar; in a string, its place there. */
  readonly name: Name;
  /** Of the expression whose type is that of what is mentioned; of a function or class, of the call or include. */
  readonly span: Span;
  readonly found: Found<VariableEntry | FunctionEntry | ClassEntry>;
}

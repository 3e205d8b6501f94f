/** What to tell someone who mentions a name that does not exist. */
import { type Diagnostic, diagnostic, place, type Span } from "../diagnostic.ts";
import type { KindCatalogue } from "../kinds.ts";
import { pathInCore } from "../modules/core-path.ts";
import { readImportPath } from "../modules/import-path.ts";
import type { LoadedFile } from "../modules/loaded-program.ts";
import { nearest } from "../suggest.ts";
import type { Name, Statement } from "../syntax/ast.ts";
import { walk } from "../syntax/walk.ts";
import type { FunctionCatalogue } from "./catalogue.ts";
import { chunks, type Lookup } from "./lookup.ts";
import { constantPrefix, type Namespace, type Namespaces } from "./namespace.ts";
import type { Alias, Scope, Use } from "./scope.ts";

export interface UnknownNameContext {
  readonly namespaces: Namespaces;
  readonly lookup: Lookup;
  readonly functions: FunctionCatalogue;
  readonly kinds: KindCatalogue;
}

/** How many names are written when several would do. */
const shownModules = 3;
const shownMembers = 20;

export class UnknownNames {
  readonly #context: UnknownNameContext;
  /** Import paths of core modules by their alias. */
  #modules: Map<string, string[]> | undefined;
  /** The first definition of each variable of a file, in whatever block. */
  readonly #variables = new Map<LoadedFile, ReadonlyMap<string, Span>>();

  constructor(context: UnknownNameContext) {
    this.#context = context;
  }

  /** Without searching for what may have been meant. */
  describeBriefly(kind: keyof Namespaces, use: Use): Diagnostic {
    const { noun } = this.#context.namespaces[kind];
    const message = `${noun} \`${written(kind, use.name)}\` does not exist in this scope`;
    return diagnostic("scope", `unknown-${noun}`, message, use.span, { focus: focusOf(use) });
  }

  describe(kind: keyof Namespaces, use: Use): Diagnostic {
    const [first = "", ...rest] = chunks(use.name);
    const alias = rest.length === 0 ? undefined : this.#context.lookup.alias(first, use.scope);
    const help =
      rest.length === 0
        ? this.#helpPlain(kind, use)
        : alias === undefined
          ? this.#helpDotted(kind, first, rest, use)
          : this.#helpMember(kind, first, rest, alias);
    const { noun } = this.#context.namespaces[kind];
    const message =
      alias === undefined
        ? `${noun} \`${written(kind, use.name)}\` does not exist in this scope`
        : `${describeAlias(first, alias)} has no ${noun} \`${written(kind, rest.join("."))}\``;
    return diagnostic("scope", `unknown-${noun}`, message, use.span, {
      help,
      notes: this.#notes(kind, use),
      focus: focusOf(use),
    });
  }

  #notes(kind: keyof Namespaces, use: Use): readonly string[] {
    const other = kind === "variables" ? this.#variablesOf(use.scope.file).get(use.name) : undefined;
    return other === undefined
      ? []
      : [`there is a \`$${use.name}\` at ${place(other)}, but names do not leave the block they are in`];
  }

  #helpPlain(kind: keyof Namespaces, use: Use): string | undefined {
    const { namespaces, lookup, functions } = this.#context;
    const { name } = use;
    const unowned: Use = { ...use, owner: undefined };
    const exists = <T>(space: Namespace<T>): boolean => lookup.find(space, unowned) !== undefined;
    if (kind !== "variables" && exists(namespaces.variables))
      return kind === "functions"
        ? `\`$${name}\` is a variable: call the function in it with \`$${name}(…)\``
        : `\`$${name}\` is a variable; only classes can be included`;
    if (kind !== "functions" && exists(namespaces.functions))
      return kind === "variables"
        ? `\`${name}\` is a function: call it with \`${name}(…)\``
        : `\`${name}\` is a function; only classes can be included`;
    if (kind !== "classes" && exists(namespaces.classes))
      return `\`${name}\` is a class: \`include ${name} as alias\` makes its variables and functions available`;

    if (kind === "functions") {
      const modules = [...functions.modules].filter((module) => functions.get(module, name) !== undefined);
      const [only] = modules;
      if (only !== undefined && modules.length === 1)
        return `write \`import "${only}"\`, and \`${aliasOf(only)}.${name}(…)\``;
      if (only !== undefined)
        return `it is in the modules ${modules.slice(0, shownModules).join(", ")}: import one of them`;
    }
    return didYouMean(kind, nearest(name, lookup.visible(namespaces[kind], use.scope)));
  }

  /** For a dotted name whose first chunk is no alias. */
  #helpDotted(kind: keyof Namespaces, first: string, rest: readonly string[], use: Use): string | undefined {
    const { namespaces, lookup, kinds } = this.#context;
    if (kind === "variables" && use.name.startsWith(constantPrefix)) {
      const [, name = "", ...constant] = rest;
      if (kinds.names.includes(name)) return `the kind \`${name}\` has no constant \`${constant.join(".")}\``;
      const near = nearest(name, kinds.names);
      return near === undefined
        ? `there is no resource kind \`${name}\``
        : `did you mean the kind \`${near}\`?`;
    }
    const modules = this.#modulesCalled(first);
    const member = rest.join(".");
    const fitting = modules.filter((module) => namespaces[kind].core(module, member) !== undefined);
    const candidates = fitting.length > 0 ? fitting : modules;
    if (candidates.length > 0)
      return `write ${candidates
        .slice(0, shownModules)
        .map((module) => `\`import "${module}"\``)
        .join(" or ")}`;
    const variable: Use = { ...use, name: first, owner: undefined };
    if (kind === "variables" && lookup.find(namespaces.variables, variable) !== undefined) {
      const after = use.span.source.text[use.nameSpan.end];
      return after === "("
        ? `values have no methods: hand the value to a function, such as \`${this.#functionLike(member)}($${first})\``
        : `for a field of the struct \`$${first}\`, write \`$${first}->${rest.join("->")}\``;
    }
    const near = nearest(first, this.#aliases(use));
    if (near !== undefined && this.#hasMember(kind, near, member, use))
      return didYouMean(kind, `${near}.${member}`);
    return `\`${first}\` is neither an import nor an \`include … as ${first}\`: a file is imported by \`import "${first}.mcl"\``;
  }

  /** For a name that an alias does not have. */
  #helpMember(
    kind: keyof Namespaces,
    first: string,
    rest: readonly string[],
    alias: Alias,
  ): string | undefined {
    const [name = "", ...more] = rest;
    if (more.length > 0) return undefined;
    const { lookup, namespaces } = this.#context;
    const members = [...lookup.members(namespaces[kind], alias)];
    const near = nearest(name, members);
    if (near !== undefined) return didYouMean(kind, `${first}.${near}`);
    const known = members.map((member) => written(kind, `${first}.${member}`)).toSorted();
    return known.length === 0 || known.length > shownMembers ? undefined : `it has ${known.join(", ")}`;
  }

  /** A function of that name, or one like any. */
  #functionLike(name: string): string {
    const { functions } = this.#context;
    if (functions.get("", name) !== undefined) return name;
    const module = [...functions.modules].find((each) => functions.get(each, name) !== undefined);
    return module === undefined ? "len" : `${aliasOf(module)}.${name}`;
  }

  /** Whether what is called so, or could be by an import, has the name. */
  #hasMember(kind: keyof Namespaces, alias: string, member: string, use: Use): boolean {
    const { lookup, namespaces } = this.#context;
    const named: Use = { ...use, name: `${alias}.${member}`, owner: undefined };
    const exists = <T>(space: Namespace<T>): boolean => lookup.find(space, named) !== undefined;
    if (kind === "variables" && exists(namespaces.variables)) return true;
    if (kind === "functions" && exists(namespaces.functions)) return true;
    if (kind === "classes" && exists(namespaces.classes)) return true;
    return this.#modulesCalled(alias).some((module) => namespaces[kind].core(module, member) !== undefined);
  }

  #variablesOf(file: LoadedFile): ReadonlyMap<string, Span> {
    const known = this.#variables.get(file);
    if (known !== undefined) return known;
    const variables = new Map<string, Span>();
    walk(file.program, {
      statement(statement) {
        for (const { text, span } of variablesBoundBy(statement))
          if (!variables.has(text)) variables.set(text, span);
      },
    });
    this.#variables.set(file, variables);
    return variables;
  }

  *#aliases(use: Use): Iterable<string> {
    for (let scope: Scope | undefined = use.scope; scope !== undefined; scope = scope.parent)
      yield* scope.aliases.keys();
    for (const module of this.#context.functions.modules) yield aliasOf(module);
  }

  #modulesCalled(alias: string): readonly string[] {
    if (this.#modules === undefined) {
      this.#modules = new Map();
      for (const module of this.#context.functions.modules) {
        const name = aliasOf(module);
        const others = this.#modules.get(name);
        if (others === undefined) this.#modules.set(name, [module]);
        else others.push(module);
      }
    }
    return this.#modules.get(alias) ?? [];
  }
}

function variablesBoundBy(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case "bind":
      return [{ text: statement.name.text, span: statement.span }];
    case "for":
      return [statement.index, statement.value];
    case "forkv":
      return [statement.key, statement.value];
    case "class":
      return (statement.parameters ?? []).map(({ name }) => name);
    default:
      return [];
  }
}

function aliasOf(module: string): string {
  const path = readImportPath(module);
  return path.kind === "invalid" ? module : path.alias;
}

function didYouMean(kind: keyof Namespaces, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `did you mean \`${written(kind, name)}\`?`;
}

/** The name in a call, an include or a string; a variable is its own place, with the dollar. */
function focusOf({ span, nameSpan }: Use): Span | undefined {
  const isVariable = nameSpan.end === span.end && span.source.text[span.start] === "$";
  return isVariable ? undefined : nameSpan;
}

/** A name as it stands in a program. */
function written(kind: keyof Namespaces, name: string): string {
  return kind === "variables" ? `$${name}` : name;
}

function describeAlias(name: string, alias: Alias): string {
  switch (alias.kind) {
    case "core":
      return `module \`${alias.module}\``;
    case "file":
      return `module \`${pathInCore(alias.file.path) === undefined ? alias.file.path : alias.statement.path.text}\``;
    case "include":
      return `class \`${alias.statement.class.text}\`, included as \`${name}\`,`;
    case "failed":
      return `\`${name}\``;
  }
}

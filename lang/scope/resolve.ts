/** The scope phase: every name is replaced by what it means (language specification, section 6). */
import { type Diagnostic, DiagnosticError, diagnostic, place } from "../diagnostic.ts";
import type { KindCatalogue } from "../kinds.ts";
import type { LoadedFile, LoadedProgram } from "../modules/loaded-program.ts";
import type { Block, Name } from "../syntax/ast.ts";
import { printType } from "../types/type.ts";
import type { FunctionCatalogue } from "./catalogue.ts";
import { type DeclareContext, declareBlock, openScope } from "./declare.ts";
import { Dependencies } from "./dependencies.ts";
import { describeCycle } from "./describe-cycle.ts";
import { Lookup } from "./lookup.ts";
import { type Namespaces, namespaces } from "./namespace.ts";
import type { ScopeObserver } from "./observer.ts";
import { type ExpressionContext, ExpressionResolver } from "./resolve-expression.ts";
import { resolveHalf, resolveResource } from "./resolve-resource.ts";
import type { ClassEntry, ImportEntry, IncludeEntry, OutputStatement, Scope, Use } from "./scope.ts";
import type {
  ClassDefinition,
  ParameterDefinition,
  ScopedBlock,
  ScopedProgram,
  ScopedStatement,
} from "./scoped.ts";
import { UnknownNames } from "./unknown-name.ts";

/**
 * Resolves a program. The resource kinds that it mentions must have been loaded ({@link mentionedKinds}).
 * @throws DiagnosticError with everything that is wrong, in source order
 */
export function resolve(
  loaded: LoadedProgram,
  functions: FunctionCatalogue,
  kinds: KindCatalogue,
  observer?: ScopeObserver,
): ScopedProgram {
  return new Resolver(loaded, functions, kinds, observer).run();
}

/** Suggestions cost a search of all names in scope; whoever has more mistakes than this looks at the first ones. */
const describedUnknowns = 100;

class Resolver {
  readonly #loaded: LoadedProgram;
  readonly #namespaces: Namespaces;
  readonly #lookup: Lookup;
  readonly #unknownNames: UnknownNames;
  readonly #dependencies = new Dependencies();
  /** A module has the same mistakes in each of its copies. */
  readonly #diagnostics = new Map<string, Diagnostic>();
  /** The scopes of modules, by what is around them. */
  readonly #modules = new Map<Scope | undefined, Map<LoadedFile, Scope>>();
  /** All classes that have been declared. */
  readonly #classes: ClassEntry[] = [];
  /** Scopes that are, or will be, part of the running program. */
  readonly #live = new Set<Scope>();
  readonly #declareContext: DeclareContext;
  readonly #expressionContext: ExpressionContext;
  /** Whether what is being resolved is in use, so that unknown names in it are mistakes. */
  #inUse = true;
  #unknownCount = 0;

  constructor(
    loaded: LoadedProgram,
    functions: FunctionCatalogue,
    kinds: KindCatalogue,
    observer: ScopeObserver | undefined,
  ) {
    this.#loaded = loaded;
    this.#namespaces = namespaces(functions, kinds);
    this.#lookup = new Lookup({
      namespaces: this.#namespaces,
      dependencies: this.#dependencies,
      observer,
      onUnknownClass: (use) => this.#reportUnknown("classes", use),
    });
    observer?.begin({ lookup: this.#lookup, namespaces: this.#namespaces });
    this.#unknownNames = new UnknownNames({
      namespaces: this.#namespaces,
      lookup: this.#lookup,
      functions,
      kinds,
    });
    this.#declareContext = {
      dependencies: this.#dependencies,
      classes: this.#classes,
      observer,
      moduleScope: (file, surroundings) => this.#moduleScope(file, surroundings),
      report: (found) => this.#report(found),
    };
    this.#expressionContext = {
      namespaces: this.#namespaces,
      lookup: this.#lookup,
      observer,
      onUnknown: (kind, use) => this.#reportUnknown(kind, use),
    };
  }

  run(): ScopedProgram {
    const main = this.#moduleScope(this.#loaded.main, undefined);
    this.#live.add(main);
    for (const scope of this.#live) this.#resolveBlock(scope);

    this.#inUse = false;
    for (const { scope } of this.#classes) if (!this.#live.has(scope)) this.#resolveBlock(scope);

    for (const cycle of this.#dependencies.cycles()) this.#report(describeCycle(cycle));
    if (this.#diagnostics.size > 0) throw new DiagnosticError(this.#sorted());
    return { block: main.block };
  }

  #moduleScope(file: LoadedFile, surroundings: Scope | undefined): Scope {
    const modules = this.#modules.get(surroundings) ?? new Map<LoadedFile, Scope>();
    this.#modules.set(surroundings, modules);
    const known = modules.get(file);
    if (known !== undefined) return known;
    const scope = openScope(file, surroundings, undefined);
    modules.set(file, scope);
    declareBlock(file.program, scope, this.#declareContext);
    return scope;
  }

  #report(found: Diagnostic): void {
    const { span, message } = found;
    this.#diagnostics.set(`${span?.source.path}:${span?.start}:${span?.end}:${message}`, found);
  }

  #resolveBlock(scope: Scope): void {
    const { block } = scope;
    for (const declared of scope.declared) {
      switch (declared.kind) {
        case "bind": {
          const { definition, statement, node } = declared;
          definition.value = this.#at(scope, node).resolve(statement.value);
          break;
        }
        case "func": {
          const { definition, statement, node } = declared;
          const { parameters, body } = this.#at(scope, node).body(statement);
          definition.parameters = parameters;
          definition.body = body;
          break;
        }
        case "include":
          this.#include(declared.entry);
          break;
        case "import":
          this.#import(declared.entry);
          break;
        case "output":
          block.statements.push(this.#statement(declared.statement, scope));
      }
    }
  }

  /** For the expressions of a block, or of a definition in it. */
  #at(scope: Scope, owner = scope.owner): ExpressionResolver {
    return new ExpressionResolver(this.#expressionContext, scope, owner);
  }

  #include(entry: IncludeEntry): void {
    const { statement, scope, node } = entry;
    const resolved = this.#lookup.include(entry);
    const args = this.#at(scope, node).all(statement.args ?? []);
    if (resolved === undefined) return;
    const { name, parameters } = resolved.class.definition;
    if (this.#inUse && args.length !== parameters.length)
      this.#report(
        diagnostic(
          "scope",
          "class-arguments",
          `class \`${name}\` takes ${parameters.length} argument${parameters.length === 1 ? "" : "s"}, got ${args.length}`,
          statement.span,
          {
            notes: [
              `it is \`${classHead(resolved.class.definition)}\`, at ${place(resolved.class.definition.span)}`,
            ],
          },
        ),
      );
    resolved.instance.args = args;
    scope.block.statements.push(resolved.instance);
    if (this.#inUse) this.#live.add(resolved.class.scope);
  }

  #import(entry: ImportEntry): void {
    if (!this.#inUse) return;
    if (entry.kind === "failed") for (const each of entry.diagnostics) this.#report(each);
    if (entry.kind !== "file") return;
    entry.block.statements.push(entry.instance);
    this.#live.add(entry.scope);
  }

  #statement(statement: OutputStatement, scope: Scope): ScopedStatement {
    const at = this.#at(scope);
    const { span } = statement;
    switch (statement.kind) {
      case "panic":
        return { kind: "panic", args: at.all(statement.args), span };
      case "resource":
        return resolveResource(statement, at);
      case "collect":
        return { kind: "collect", resource: resolveResource(statement.resource, at), span };
      case "edges":
        return { kind: "edges", halves: statement.halves.map((half) => resolveHalf(half, at)), span };
      case "send":
        return {
          kind: "send",
          from: resolveHalf(statement.from, at),
          output: statement.output.text,
          to: resolveHalf(statement.to, at),
          input: statement.input.text,
          span,
        };
      case "if": {
        const { alternative } = statement;
        return {
          kind: "if",
          condition: at.resolve(statement.condition),
          consequent: this.#nested(statement.consequent, scope),
          alternative: alternative === undefined ? undefined : this.#nested(alternative, scope),
          span,
        };
      }
      case "for": {
        const index = loopVariable(statement.index);
        const value = loopVariable(statement.value);
        const body = this.#nested(statement.body, scope, [index, value]);
        return { kind: "for", index, value, list: at.resolve(statement.list), body, span };
      }
      case "forkv": {
        const key = loopVariable(statement.key);
        const value = loopVariable(statement.value);
        const body = this.#nested(statement.body, scope, [key, value]);
        return { kind: "forkv", key, value, map: at.resolve(statement.map), body, span };
      }
    }
  }

  /** A block in which loop variables can be seen, and hidden by binds. */
  #nested(block: Block, outer: Scope, variables: readonly ParameterDefinition[] = []): ScopedBlock {
    const scope = openScope(outer.file, outer, outer.owner);
    for (const definition of variables) scope.variables.set(definition.name, { definition });
    declareBlock(block, scope, this.#declareContext);
    this.#resolveBlock(scope);
    return scope.block;
  }

  #reportUnknown(kind: keyof Namespaces, use: Use): void {
    if (!this.#inUse) return;
    this.#unknownCount++;
    this.#report(
      this.#unknownCount > describedUnknowns
        ? this.#unknownNames.describeBriefly(kind, use)
        : this.#unknownNames.describe(kind, use),
    );
  }

  /** File by file, each from its beginning. */
  #sorted(): readonly Diagnostic[] {
    const rank = new Map(this.#loaded.files.map((file, index) => [file.program.span.source, index]));
    const rankOf = ({ span }: Diagnostic): number =>
      span === undefined ? -1 : (rank.get(span.source) ?? rank.size);
    return [...this.#diagnostics.values()].sort(
      (a, b) => rankOf(a) - rankOf(b) || (a.span?.start ?? 0) - (b.span?.start ?? 0),
    );
  }
}

function loopVariable(name: Name): ParameterDefinition {
  const { text, span } = name;
  return { kind: "parameter", role: "loop", name: text, annotation: undefined, nameSpan: span, span };
}

/** How a class is written before its body. */
function classHead({ name, parameters }: ClassDefinition): string {
  const written = parameters.map(({ name: parameter, annotation }) =>
    annotation === undefined ? `$${parameter}` : `$${parameter} ${printType(annotation.type)}`,
  );
  return `class ${name}(${written.join(", ")})`;
}

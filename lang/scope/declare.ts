/**
 * The first half of name resolution: which names each block defines. As a name may be used above its definition,
 * a block is declared as a whole before anything in it is resolved.
 */
import { type Diagnostic, diagnostic, place, type Span } from "../diagnostic.ts";
import { pathInCore } from "../modules/core-path.ts";
import type { LoadedFile } from "../modules/loaded-program.ts";
import type { Block, ClassStatement, ImportStatement, IncludeStatement, Parameter } from "../syntax/ast.ts";
import type { Dependencies, Node } from "./dependencies.ts";
import type { ScopeObserver } from "./observer.ts";
import {
  type BlockDraft,
  type ClassEntry,
  type Draft,
  type ImportEntry,
  type IncludeEntry,
  Scope,
} from "./scope.ts";
import type { BindDefinition, FunctionDefinition, ParameterDefinition, ScopedExpression } from "./scoped.ts";

export interface DeclareContext {
  readonly dependencies: Dependencies;
  /** Receives every class, in whatever block. */
  readonly classes: ClassEntry[];
  readonly observer: ScopeObserver | undefined;
  /** The scope of a module, with all that it defines, within what its import gives it to see. */
  moduleScope(file: LoadedFile, surroundings: Scope | undefined): Scope;
  report(diagnostic: Diagnostic): void;
}

/**
 * Stands where no meaning could be found. Never leaves the phase: either there is a diagnostic, or it is in a class
 * that is never included.
 */
export function unresolved(span: Span): ScopedExpression {
  return { kind: "constant", value: false, span };
}

/** Makes the scope of a block within `outer`, or of a file; a file has nothing around it unless its import is nested. */
export function openScope(file: LoadedFile, outer: Scope | undefined, owner: Node | undefined): Scope {
  const block: BlockDraft = { parent: outer?.block, statements: [] };
  return new Scope(outer, block, file, owner);
}

/** Enters everything that a block defines into its scope. */
export function declareBlock(block: Block, scope: Scope, context: DeclareContext): void {
  context.observer?.scope(scope, block.span);
  const imported = new Map<string, ImportStatement>();
  for (const statement of block.statements) {
    switch (statement.kind) {
      case "bind": {
        const name = statement.name.text;
        const node = addNode(`$${name}`, scope, context);
        const definition: Draft<BindDefinition> = {
          kind: "bind",
          name,
          annotation: statement.annotation,
          value: unresolved(statement.span),
          block: scope.block,
          nameSpan: statement.name.span,
          span: statement.span,
        };
        const other = scope.variables.get(name)?.definition;
        if (other?.kind === "bind") reportDuplicate(`$${name}`, statement.span, other.span, context);
        else scope.variables.set(name, { definition, node });
        scope.declared.push({ kind: "bind", statement, definition, node });
        break;
      }
      case "func": {
        const name = statement.name.text;
        const node = addNode(`${name}()`, scope, context);
        const definition: Draft<FunctionDefinition> = {
          name,
          parameters: [],
          result: statement.result,
          body: unresolved(statement.span),
          block: scope.block,
          nameSpan: statement.name.span,
          span: statement.span,
        };
        const other = scope.functions.get(name);
        if (other?.kind === "defined")
          reportDuplicate(`${name}()`, statement.span, other.definition.span, context);
        else scope.functions.set(name, { kind: "defined", definition, node });
        scope.declared.push({ kind: "func", statement, definition, node });
        break;
      }
      case "class":
        declareClass(statement, scope, context);
        break;
      case "include":
        declareInclude(statement, scope, context);
        break;
      case "import":
        declareImport(statement, scope, imported, context);
        break;
      default:
        scope.declared.push({ kind: "output", statement });
    }
  }
}

/** Enters parameters into the scope of what they belong to. */
export function declareParameters(
  parameters: readonly Parameter[],
  role: "function" | "class",
  scope: Scope,
): readonly ParameterDefinition[] {
  return parameters.map(({ name, annotation, span }) => {
    const definition: ParameterDefinition = {
      kind: "parameter",
      role,
      name: name.text,
      annotation,
      nameSpan: name.span,
      span,
    };
    scope.variables.set(name.text, { definition });
    return definition;
  });
}

function declareClass(statement: ClassStatement, scope: Scope, context: DeclareContext): void {
  const name = statement.name.text;
  const node = addNode(`class ${name}`, scope, context);
  const around = new Scope(scope, scope.block, scope.file, scope.owner);
  const parameters = declareParameters(statement.parameters ?? [], "class", around);
  context.observer?.scope(around, statement.span);
  const body = openScope(scope.file, around, node);
  const entry: ClassEntry = {
    definition: {
      name,
      parameters,
      body: body.block,
      block: scope.block,
      nameSpan: statement.name.span,
      span: statement.span,
    },
    node,
    parameters: around,
    scope: body,
    statement,
  };
  scope.classes.set(name, entry);
  context.classes.push(entry);
  declareBlock(statement.body, body, context);
}

function declareInclude(statement: IncludeStatement, scope: Scope, context: DeclareContext): void {
  const alias = statement.alias?.text;
  const label = `include ${statement.class.text}${alias === undefined ? "" : ` as ${alias}`}`;
  const node = addNode(label, scope, context);
  const entry: IncludeEntry = { kind: "include", statement, scope, node, state: "new", resolved: undefined };
  scope.declared.push({ kind: "include", entry });
  if (alias === undefined) return;
  const other = scope.aliases.get(alias);
  if (other === undefined) scope.aliases.set(alias, entry);
  else reportAlias(alias, statement.span, other.statement.span, context);
}

function declareImport(
  statement: ImportStatement,
  scope: Scope,
  imported: Map<string, ImportStatement>,
  context: DeclareContext,
): void {
  const path = statement.path.text;
  const entry = importEntry(statement, scope, context);
  scope.declared.push({ kind: "import", entry });
  const twin = imported.get(path);
  if (twin === undefined) imported.set(path, statement);
  else
    context.report(
      diagnostic(
        "scope",
        "duplicate-import",
        `import \`${path}\` already exists in this scope`,
        statement.span,
        { notes: [`first imported at ${place(twin.span)}`], help: "remove one of them" },
      ),
    );

  const alias = statement.alias?.text ?? scope.file.imports.get(statement)?.alias ?? "*";
  if (alias === "*") {
    scope.squashed.push(entry);
    return;
  }
  const other = scope.aliases.get(alias);
  if (other === undefined) scope.aliases.set(alias, entry);
  else if (twin === undefined) reportAlias(alias, statement.span, other.statement.span, context);
}

function importEntry(statement: ImportStatement, scope: Scope, context: DeclareContext): ImportEntry {
  const target = scope.file.imports.get(statement);
  switch (target?.kind) {
    case "core":
      return { kind: "core", statement, module: target.module };
    case "file": {
      const { file } = target;
      const { block } = scope;
      // What was in force where the block began (6.6), so nothing that the block itself defines; the standard library
      // means the same everywhere.
      const surroundings = pathInCore(file.path) === undefined ? scope.parent : undefined;
      const module = context.moduleScope(file, surroundings);
      const instance = { kind: "import", module: module.block, block, span: statement.span } as const;
      return { kind: "file", statement, file, scope: module, block, instance };
    }
    case "failed":
      return { kind: "failed", statement, diagnostics: target.diagnostics };
    default:
      throw new Error(`import ${statement.path.text} was not loaded`);
  }
}

/** A class needs what it contains; the definitions of other blocks stand for themselves. */
function addNode(name: string, scope: Scope, context: DeclareContext): Node {
  const node = context.dependencies.add(name);
  if (scope.owner !== undefined) context.dependencies.need(scope.owner, node, undefined);
  return node;
}

function reportDuplicate(name: string, span: Span, first: Span, context: DeclareContext): void {
  context.report(
    diagnostic("scope", "duplicate-definition", `\`${name}\` is already defined in this scope`, span, {
      notes: [`first defined at ${place(first)}`],
      help: "definitions cannot be changed: give one of them another name",
    }),
  );
}

function reportAlias(alias: string, span: Span, first: Span, context: DeclareContext): void {
  context.report(
    diagnostic(
      "scope",
      "duplicate-alias",
      `import or include alias \`${alias}\` already exists in this scope`,
      span,
      {
        notes: [`first used at ${place(first)}`],
        help: "choose another name after `as`",
      },
    ),
  );
}

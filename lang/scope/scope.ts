/** Scopes while names are being resolved: what each block defines, and how to get outward. */
import type { CoreFunction } from "../core/define.ts";
import type { Diagnostic, Span } from "../diagnostic.ts";
import type { LoadedFile } from "../modules/loaded-program.ts";
import type {
  BindStatement,
  ClassStatement,
  FunctionStatement,
  ImportStatement,
  IncludeStatement,
  Statement,
} from "../syntax/ast.ts";
import type { Node } from "./dependencies.ts";
import type {
  BindDefinition,
  BuiltinDefinition,
  ClassDefinition,
  FunctionDefinition,
  Instance,
  ParameterDefinition,
  ScopedImport,
  ScopedInclude,
  ScopedStatement,
} from "./scoped.ts";

/**
 * A definition that is still being filled in. Names may be used before their definition has been read, so
 * definitions exist, empty, before anything is resolved; all are complete when the phase ends.
 */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

export interface BlockDraft {
  readonly parent: BlockDraft | undefined;
  readonly statements: ScopedStatement[];
}

export interface VariableEntry {
  readonly definition: BindDefinition | ParameterDefinition | BuiltinDefinition;
  /** Of binds; nothing else can be part of a cycle. */
  readonly node?: Node;
}

export type FunctionEntry =
  | { readonly kind: "defined"; readonly definition: FunctionDefinition; readonly node: Node }
  | { readonly kind: "core"; readonly function: CoreFunction };

export interface ClassEntry {
  readonly definition: ClassDefinition;
  readonly node: Node;
  /** Its parameters, which are what is nearest around its body. */
  readonly parameters: Scope;
  /** The inside of the class. */
  readonly scope: Scope;
  readonly statement: ClassStatement;
}

/** An include; its class is looked up when first needed, be it because of its alias. */
export interface IncludeEntry {
  readonly kind: "include";
  readonly statement: IncludeStatement;
  readonly scope: Scope;
  readonly node: Node;
  /** `busy` while its class is being looked up: whoever needs it then is part of a cycle. */
  state: "new" | "busy" | "done";
  /** Stays undefined where something is wrong with the include. */
  resolved: { readonly class: ClassEntry; readonly instance: Draft<ScopedInclude> } | undefined;
}

/** An import, in the block where it is written, and what it makes visible. */
export type ImportEntry = { readonly statement: ImportStatement } & (
  | { readonly kind: "core"; readonly module: string }
  | {
      readonly kind: "file";
      readonly file: LoadedFile;
      /** What the module defines, in the copy of it that this import sees. */
      readonly scope: Scope;
      readonly block: BlockDraft;
      readonly instance: ScopedImport;
    }
  | { readonly kind: "failed"; readonly diagnostics: readonly Diagnostic[] }
);

/** What the first chunk of a dotted name stands for. */
export type Alias = IncludeEntry | ImportEntry;

/** A statement together with the definition that was made for it. */
export type Declared =
  | {
      readonly kind: "bind";
      readonly statement: BindStatement;
      readonly definition: Draft<BindDefinition>;
      readonly node: Node;
    }
  | {
      readonly kind: "func";
      readonly statement: FunctionStatement;
      readonly definition: Draft<FunctionDefinition>;
      readonly node: Node;
    }
  | { readonly kind: "include"; readonly entry: IncludeEntry }
  | { readonly kind: "import"; readonly entry: ImportEntry }
  | { readonly kind: "output"; readonly statement: OutputStatement };

export type OutputStatement = Exclude<
  Statement,
  { readonly kind: "bind" | "func" | "class" | "include" | "import" }
>;

/** The names that a block, or the parameters of a function, add to what is around them. */
export class Scope {
  readonly variables = new Map<string, VariableEntry>();
  readonly functions = new Map<string, FunctionEntry>();
  readonly classes = new Map<string, ClassEntry>();
  readonly aliases = new Map<string, Alias>();
  /** Imports `as *`; later ones win. */
  readonly squashed: ImportEntry[] = [];
  /** What the block is made of, in source order; classes are reached through includes only. */
  readonly declared: Declared[] = [];

  constructor(
    readonly parent: Scope | undefined,
    readonly block: BlockDraft,
    readonly file: LoadedFile,
    /** The class whose body this is in, if any. */
    readonly owner: Node | undefined,
  ) {}
}

/** A mention of a name. */
export interface Use {
  readonly scope: Scope;
  /** As written, without a dollar. */
  readonly name: string;
  /** The expression or statement that mentions it. */
  readonly span: Span;
  /** The name alone. */
  readonly nameSpan: Span;
  /** The definition in which the name is mentioned, if any. */
  readonly owner: Node | undefined;
}

/** What a name means, and the instances and aliases on the way there, outermost first. */
export interface Found<T> {
  readonly entry: T;
  readonly via: readonly Instance[];
  /** One for each chunk of a dotted name but the last; modules that are imported `as *` have none. */
  readonly aliases: readonly Alias[];
}

/**
 * What the scope phase makes: the program with every name replaced by what it means. Modules are loaded, strings
 * are taken apart, classes nested, operators still themselves.
 *
 * Definitions are static: a class is one `ClassDefinition` however often it is included. An *instance* is one
 * include or import of a block; a name that was reached through aliases (`$alias.x`) carries the instances to walk
 * through, outermost first, in `via`.
 */

import type { CoreFunction } from "../core/define.ts";
import type { Span } from "../diagnostic.ts";
import type { MetaName } from "../meta.ts";
import type { Annotation, BinaryOperator } from "../syntax/ast.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../value.ts";

/** A block with its own scope: a file, a branch, a loop body, a class body. */
export interface ScopedBlock {
  /** The block around this one; absent for files, but for modules that a nested block imports. */
  readonly parent: ScopedBlock | undefined;
  /**
   * In source order: what makes output, and imports. Binds, functions and classes are reached through the names
   * that mention them; unmentioned ones are resolved but not listed.
   */
  readonly statements: readonly ScopedStatement[];
}

/** `$x = …`; here and below, `nameSpan` is the name alone, without a dollar. */
export interface BindDefinition {
  readonly kind: "bind";
  readonly name: string;
  readonly annotation: Annotation | undefined;
  readonly value: ScopedExpression;
  readonly block: ScopedBlock;
  readonly nameSpan: Span;
  readonly span: Span;
}

/** A parameter of a function, lambda or class, or a loop variable. */
export interface ParameterDefinition {
  readonly kind: "parameter";
  readonly role: "function" | "class" | "loop";
  readonly name: string;
  readonly annotation: Annotation | undefined;
  readonly nameSpan: Span;
  readonly span: Span;
}

/** `$hostname`, `$const.…`: a value that is known before the program runs, or fixed by the host. */
export interface BuiltinDefinition {
  readonly kind: "builtin";
  readonly name: string;
  readonly type: Type;
  readonly value: Value | "hostname";
}

export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly ParameterDefinition[];
  readonly result: Annotation | undefined;
  readonly body: ScopedExpression;
  readonly block: ScopedBlock;
  readonly nameSpan: Span;
  readonly span: Span;
}

export interface ClassDefinition {
  readonly name: string;
  readonly parameters: readonly ParameterDefinition[];
  readonly body: ScopedBlock;
  /** Where the class is written. */
  readonly block: ScopedBlock;
  /** With the chunks before the last colon, which name the classes around it. */
  readonly nameSpan: Span;
  readonly span: Span;
}

/** One copy of a block that `via` can lead through. */
export type Instance = ScopedInclude | ScopedImport;

export type ScopedStatement =
  | ScopedPanic
  | ScopedResource
  | ScopedCollect
  | ScopedEdges
  | ScopedSend
  | ScopedIf
  | ScopedFor
  | ScopedForKeyValue
  | ScopedInclude
  | ScopedImport;

export interface ScopedPanic {
  readonly kind: "panic";
  readonly args: readonly ScopedExpression[];
  readonly span: Span;
}

export interface ScopedResource {
  readonly kind: "resource";
  readonly resource: string;
  readonly resourceSpan: Span;
  readonly name: ScopedExpression;
  readonly lines: readonly ScopedLine[];
  readonly span: Span;
}

export interface ScopedCollect {
  readonly kind: "collect";
  readonly resource: ScopedResource;
  readonly span: Span;
}

export type ScopedLine =
  | {
      readonly kind: "field";
      readonly field: string;
      readonly fieldSpan: Span;
      readonly condition: ScopedExpression | undefined;
      readonly value: ScopedExpression;
      readonly span: Span;
    }
  | {
      readonly kind: "edge";
      /** Direction and notification, from before/depend/notify/listen. */
      readonly property: "before" | "depend" | "notify" | "listen";
      readonly condition: ScopedExpression | undefined;
      readonly half: ScopedHalf;
      readonly span: Span;
    }
  | {
      readonly kind: "meta";
      /** Absent for the struct form. */
      readonly param: MetaName | undefined;
      readonly condition: ScopedExpression | undefined;
      readonly value: ScopedExpression;
      readonly span: Span;
    };

export interface ScopedHalf {
  readonly resource: string;
  readonly name: ScopedExpression;
  readonly span: Span;
}

export interface ScopedEdges {
  readonly kind: "edges";
  readonly halves: readonly ScopedHalf[];
  readonly span: Span;
}

export interface ScopedSend {
  readonly kind: "send";
  readonly from: ScopedHalf;
  readonly output: string;
  readonly to: ScopedHalf;
  readonly input: string;
  readonly span: Span;
}

export interface ScopedIf {
  readonly kind: "if";
  readonly condition: ScopedExpression;
  readonly consequent: ScopedBlock;
  readonly alternative: ScopedBlock | undefined;
  readonly span: Span;
}

export interface ScopedFor {
  readonly kind: "for";
  readonly index: ParameterDefinition;
  readonly value: ParameterDefinition;
  readonly list: ScopedExpression;
  readonly body: ScopedBlock;
  readonly span: Span;
}

export interface ScopedForKeyValue {
  readonly kind: "forkv";
  readonly key: ParameterDefinition;
  readonly value: ParameterDefinition;
  readonly map: ScopedExpression;
  readonly body: ScopedBlock;
  readonly span: Span;
}

export interface ScopedInclude {
  readonly kind: "include";
  readonly class: ClassDefinition;
  /** The instances in which the class is defined, when it was reached through aliases. */
  readonly via: readonly Instance[];
  readonly args: readonly ScopedExpression[];
  /** The block in which the include is written. */
  readonly block: ScopedBlock;
  readonly span: Span;
}

/** One import of an mcl module; imports of core modules leave no statement. */
export interface ScopedImport {
  readonly kind: "import";
  readonly module: ScopedBlock;
  readonly block: ScopedBlock;
  readonly span: Span;
}

export type ScopedExpression =
  | { readonly kind: "constant"; readonly value: boolean | bigint | number | string; readonly span: Span }
  /** Pieces of an interpolated string: literal text and variables, at least one of them; all must be `str`. */
  | {
      readonly kind: "interpolation";
      readonly parts: readonly (string | ScopedVariable)[];
      readonly span: Span;
    }
  | { readonly kind: "list"; readonly elements: readonly ScopedExpression[]; readonly span: Span }
  | {
      readonly kind: "map";
      readonly entries: readonly { readonly key: ScopedExpression; readonly value: ScopedExpression }[];
      readonly span: Span;
    }
  | {
      readonly kind: "struct";
      readonly fields: readonly { readonly name: string; readonly value: ScopedExpression }[];
      readonly span: Span;
    }
  | ScopedVariable
  | ScopedCall
  | ScopedLambda
  | {
      readonly kind: "if";
      readonly condition: ScopedExpression;
      readonly consequent: ScopedExpression;
      readonly alternative: ScopedExpression;
      readonly span: Span;
    }
  | { readonly kind: "not"; readonly operand: ScopedExpression; readonly span: Span }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: ScopedExpression;
      readonly right: ScopedExpression;
      readonly span: Span;
    }
  | {
      readonly kind: "index";
      readonly collection: ScopedExpression;
      readonly index: ScopedExpression;
      readonly span: Span;
    }
  | {
      readonly kind: "field";
      readonly struct: ScopedExpression;
      readonly field: string;
      readonly fallback: ScopedExpression | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "except";
      readonly primary: ScopedExpression;
      readonly fallback: ScopedExpression;
      readonly span: Span;
    };

export interface ScopedVariable {
  readonly kind: "variable";
  readonly name: string;
  readonly definition: BindDefinition | ParameterDefinition | BuiltinDefinition;
  readonly via: readonly Instance[];
  readonly span: Span;
}

export interface ScopedCall {
  readonly kind: "call";
  readonly callee:
    | { readonly kind: "core"; readonly name: string; readonly function: CoreFunction }
    | {
        readonly kind: "function";
        readonly name: string;
        readonly definition: FunctionDefinition;
        readonly via: readonly Instance[];
      }
    | ScopedVariable
    | ScopedLambda;
  readonly args: readonly ScopedExpression[];
  readonly span: Span;
}

export interface ScopedLambda {
  readonly kind: "lambda";
  readonly parameters: readonly ParameterDefinition[];
  readonly result: Annotation | undefined;
  readonly body: ScopedExpression;
  readonly span: Span;
}

/** A program whose names all mean something. */
export interface ScopedProgram {
  readonly block: ScopedBlock;
}

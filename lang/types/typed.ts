/**
 * What the type phase makes: every expression has a finished type, and everything polymorphic has been copied for
 * each use, so that one node here has one type and one meaning.
 *
 * Run-time multiplicity is expressed by regions. A region is a part of the program that may come into being any
 * number of times while it runs: the program itself (once), a branch of an `if`, a loop body, a function body.
 * A bind belongs to the innermost region that its value can be computed in for all its uses: the one of the block
 * it is written in; blocks that exist once per mention (class bodies, modules) belong to the region of the include
 * or import. Whoever builds the function graph keeps one environment per living region, finds a bind by walking
 * outward to the environment of its region, and builds its value there at the first use.
 */
import type { CoreFunction } from "../core/define.ts";
import type { Span } from "../diagnostic.ts";
import type { KindSchema } from "../kinds.ts";
import type { MetaName } from "../meta.ts";
import type { Value } from "../value.ts";
import type { FuncType, Type } from "./type.ts";

export interface Region {
  /** Lexically enclosing; undefined for the program. */
  readonly parent: Region | undefined;
}

/** A variable: shared by all its uses within its region. */
export interface TypedBind {
  readonly name: string;
  readonly type: Type;
  readonly value: TypedExpression;
  readonly region: Region;
  readonly span: Span;
}

/** A parameter of a function or lambda, or a loop variable: bound anew for each copy of its region. */
export interface TypedParameter {
  readonly name: string;
  readonly type: Type;
  readonly region: Region;
}

export type TypedExpression =
  | { readonly kind: "constant"; readonly type: Type; readonly value: Value; readonly span: Span }
  /** `$hostname`, fixed for the life of a program. */
  | { readonly kind: "hostname"; readonly type: Type; readonly span: Span }
  | {
      readonly kind: "list";
      readonly type: Type;
      readonly elements: readonly TypedExpression[];
      readonly span: Span;
    }
  | {
      readonly kind: "map";
      readonly type: Type;
      readonly entries: readonly { readonly key: TypedExpression; readonly value: TypedExpression }[];
      readonly span: Span;
    }
  | {
      readonly kind: "struct";
      readonly type: Type;
      readonly fields: readonly { readonly name: string; readonly value: TypedExpression }[];
      readonly span: Span;
    }
  | { readonly kind: "variable"; readonly type: Type; readonly bind: TypedBind; readonly span: Span }
  | {
      readonly kind: "parameter";
      readonly type: Type;
      readonly parameter: TypedParameter;
      readonly span: Span;
    }
  | TypedLambda
  /** A core function, operator, lookup or string interpolation. */
  | {
      readonly kind: "core";
      readonly type: Type;
      readonly function: CoreFunction;
      readonly signature: FuncType;
      readonly args: readonly TypedExpression[];
      readonly span: Span;
    }
  /** A call whose target is known: its own copy of the body. */
  | {
      readonly kind: "call";
      readonly type: Type;
      readonly target: TypedLambda;
      readonly args: readonly TypedExpression[];
      readonly span: Span;
    }
  /** A call of whatever function the callee's value is at the time. */
  | {
      readonly kind: "dynamic-call";
      readonly type: Type;
      readonly callee: TypedExpression;
      readonly args: readonly TypedExpression[];
      readonly span: Span;
    }
  | {
      readonly kind: "if";
      readonly type: Type;
      readonly condition: TypedExpression;
      readonly consequent: TypedExpression;
      readonly alternative: TypedExpression;
      readonly span: Span;
    }
  | {
      readonly kind: "except";
      readonly type: Type;
      readonly primary: TypedExpression;
      readonly fallback: TypedExpression;
      readonly span: Span;
    };

/** A function value, or the body of a known call. */
export interface TypedLambda {
  readonly kind: "lambda";
  readonly type: FuncType;
  readonly parameters: readonly TypedParameter[];
  readonly body: TypedExpression;
  /** The region of the body. */
  readonly region: Region;
  readonly span: Span;
}

/** Statements that make output, in source order; includes and imports of modules are spliced in place. */
export type TypedBlock = readonly TypedStatement[];

export type TypedStatement =
  | TypedPanic
  | TypedResource
  | TypedCollect
  | TypedEdges
  | TypedSend
  | {
      readonly kind: "if";
      readonly condition: TypedExpression;
      readonly consequent: TypedRegionBlock;
      readonly alternative: TypedRegionBlock | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "for";
      readonly index: TypedParameter;
      readonly value: TypedParameter;
      readonly list: TypedExpression;
      readonly body: TypedRegionBlock;
      readonly span: Span;
    }
  | {
      readonly kind: "forkv";
      readonly key: TypedParameter;
      readonly value: TypedParameter;
      readonly map: TypedExpression;
      readonly body: TypedRegionBlock;
      readonly span: Span;
    };

export interface TypedRegionBlock {
  readonly region: Region;
  readonly block: TypedBlock;
}

/** The condition is the call that panics; it has no value worth reading. */
export interface TypedPanic {
  readonly kind: "panic";
  readonly condition: TypedExpression;
  readonly span: Span;
}

export interface TypedResource {
  readonly kind: "resource";
  readonly resource: string;
  /** Undefined for an unknown kind without fields, which is an output-phase error when the statement is live. */
  readonly schema: KindSchema | undefined;
  /** Of type `str` or `[]str`. */
  readonly name: TypedExpression;
  readonly lines: readonly TypedLine[];
  readonly span: Span;
}

/** `collect kind name { lines }` */
export interface TypedCollect {
  readonly kind: "collect";
  /** The lines override what was exported. The name is of type `str`, `[]str` or `[]struct{name str; host str}`. */
  readonly resource: TypedResource;
  /** The call that gives what there is to collect. */
  readonly exported: TypedExpression;
  readonly span: Span;
}

export type TypedLine =
  | {
      readonly kind: "field";
      readonly field: string;
      readonly condition: TypedExpression | undefined;
      readonly value: TypedExpression;
      readonly span: Span;
    }
  | {
      readonly kind: "edge";
      readonly property: "before" | "depend" | "notify" | "listen";
      readonly condition: TypedExpression | undefined;
      readonly half: TypedHalf;
      readonly span: Span;
    }
  | {
      readonly kind: "meta";
      /** Undefined for the struct form, whose value has all metaparameters. */
      readonly param: MetaName | undefined;
      readonly condition: TypedExpression | undefined;
      readonly value: TypedExpression;
      readonly span: Span;
    };

export interface TypedHalf {
  readonly resource: string;
  /** Of type `str` or `[]str`. */
  readonly name: TypedExpression;
  readonly span: Span;
}

export interface TypedEdges {
  readonly kind: "edges";
  readonly halves: readonly TypedHalf[];
  readonly span: Span;
}

export interface TypedSend {
  readonly kind: "send";
  readonly from: TypedHalf;
  readonly output: string;
  readonly to: TypedHalf;
  readonly input: string;
  readonly span: Span;
}

/** A program that can run. */
export interface TypedProgram {
  readonly region: Region;
  readonly block: TypedBlock;
}

/**
 * How a core function is declared: once, with everything that inference, evaluation, the reference and the tests
 * need. One file per module of the standard library; `index.ts` lists them.
 *
 * ```ts
 * export const hasPrefix = pure({
 *   module: "strings",
 *   name: "has_prefix",
 *   summary: "Whether `s` begins with `prefix`.",
 *   args: [arg("s", t.str), arg("prefix", t.str)],
 *   returns: t.bool,
 *   examples: { 'strings.has_prefix("abc", "a")': "true" },
 *   call: (s, prefix) => s.startsWith(prefix),
 * });
 * ```
 */
import type { Close, Host } from "../host.ts";
import type { FuncType, Scheme } from "../types/type.ts";
import * as types from "../types/type.ts";
import type { FunctionValue, MapValue, StructValue, Value } from "../value.ts";

/** An mcl type together with the TypeScript type of its values. */
export interface Typed<T extends Value> {
  readonly type: Scheme;
  /** Never present; carries `T` for inference. */
  readonly sample?: T;
}

type ValueOf<W> = W extends Typed<infer T> ? T : never;

/** Types for declarations; `t.parameter("1")` is the type parameter `?1`. */
export const t = {
  bool: { type: types.bool } as Typed<boolean>,
  str: { type: types.str } as Typed<string>,
  int: { type: types.int } as Typed<bigint>,
  float: { type: types.float } as Typed<number>,
  parameter: (name: string): Typed<Value> => ({ type: { kind: "parameter", name } }),
  list: <T extends Value>(element: Typed<T>): Typed<readonly T[]> => ({
    type: { kind: "list", element: element.type },
  }),
  map: (key: Typed<Value>, value: Typed<Value>): Typed<MapValue> => ({
    type: { kind: "map", key: key.type, value: value.type },
  }),
  struct: (fields: Readonly<Record<string, Typed<Value>>>): Typed<StructValue> => ({
    type: {
      kind: "struct",
      fields: Object.entries(fields).map(([name, field]) => ({ name, type: field.type })),
    },
  }),
  func: (args: Readonly<Record<string, Typed<Value>>>, result: Typed<Value>): Typed<FunctionValue> => ({
    type: {
      kind: "func",
      args: Object.entries(args).map(([name, each]) => ({ name, type: each.type })),
      result: result.type,
    },
  }),
};

/** One argument of a signature. */
export interface Argument<T extends Value = Value> extends Typed<T> {
  readonly name: string;
  /** Unit, range, meaning, where the name does not say it. */
  readonly about?: string;
  /** Of the last argument: whether any number like it may follow. */
  readonly isRepeated?: true;
}

/** The last argument of a function that takes any number of them. */
export function repeated<T extends Value>(last: Argument<T>): Argument<T> {
  return { ...last, isRepeated: true };
}

export function arg<T extends Value>(name: string, typed: Typed<T>, about?: string): Argument<T> {
  return { name, type: typed.type, ...(about === undefined ? {} : { about }) };
}

/** What a call site knows of itself before types are solved (language specification, 8.5). */
export interface CallSite {
  readonly args: readonly {
    /** The early type (8.4), if known. */
    readonly type?: types.Type | undefined;
    /** The value, if it can be known at compile time. */
    readonly value?: Value | undefined;
  }[];
}

export interface Signature {
  readonly args: readonly { readonly name: string; readonly type: Scheme }[];
  readonly result: Scheme;
}

interface FunctionContext {
  readonly host: Host;
  /** The solved type at this call. */
  readonly type: FuncType;
}

/** What a function may use while it runs, fixed for each call site. */
export interface CallContext extends FunctionContext {
  /** Of the module that the call is written in, seen from that of the program: empty, or ending in `/`. */
  readonly moduleDirectory: string;
}

/**
 * What a source may use, and a way to hand over values. It does not learn where it is called: equal calls share one
 * source.
 */
export interface SourceContext extends FunctionContext {
  /** Hands over the next value. May be called at once, before `open` returns. */
  emit(value: Value): void;
  /**
   * What a source that can wait waits for before it emits more: undefined while the program keeps up, else it resolves
   * when most of what was emitted has been taken, or when the source is closed. Only where each value is delivered.
   */
  backlog(): Promise<void> | undefined;
  /** Hands over a failure in place of a value: {@link CatchableError} can be caught by `<|>`, all else is fatal. */
  fail(error: Error): void;
}

/** The code of a function at one call site. */
export interface Implementation {
  /** @throws CatchableError or FatalError */
  call(...args: readonly Value[]): Value;
}

/** What reading from something says of the types of the call; absent where it says nothing. */
export interface Reading<V> {
  /** Of the second argument. */
  readonly second?: types.Shape<V> | undefined;
  readonly result?: types.Shape<V> | undefined;
}

/** How a function comes to its value. */
export type Behavior =
  /** Depends on its arguments only: constant arguments make a constant. */
  | { readonly kind: "pure"; readonly bind: (context: CallContext) => Implementation }
  /** Reads the outside world when an argument changes. */
  | { readonly kind: "impure"; readonly bind: (context: CallContext) => Implementation }
  /** Has events of its own; opened anew when an argument changes. */
  | {
      readonly kind: "source";
      /** `every`: each emitted value is delivered, in order; `latest`: a newer one replaces one not taken yet. */
      readonly delivery: "latest" | "every";
      readonly bind: (context: SourceContext) => SourceImplementation;
    }
  /**
   * Calls a function value once for each index of its lists, walked in step up to the shortest; each call has a
   * graph of its own. The arguments are the lists, then the function.
   */
  | {
      readonly kind: "each";
      /** The result, from the lists and what the calls returned. */
      readonly collect: (lists: readonly (readonly Value[])[], results: readonly Value[]) => Value;
    }
  /** Folds a list from the left. The arguments are an initial value (or none), the list, the function. */
  | { readonly kind: "fold" };

/** The code of a source at one call site. */
export interface SourceImplementation {
  /** Starts the events for these arguments; after the returned {@link Close} nothing may be emitted. */
  open(...args: readonly Value[]): Close;
}

/** A core function, complete. */
export interface CoreFunction {
  /** Import path, such as `golang/strings`; empty for functions that need no import. */
  readonly module: string;
  readonly name: string;
  readonly summary: string;
  /** For functions with `infer`, the general form. */
  readonly args: readonly Argument[];
  /** Further ways to call it: the names of the arguments that are given then. */
  readonly otherForms?: readonly (readonly string[])[];
  readonly returns: Scheme;
  /** Further rules, for the reference. */
  readonly notes?: string;
  /** What goes wrong at run time, and whether `<|>` can catch it. */
  readonly errors?: string;
  /** Expressions and the printed form of what they give, run by a test; `null` where it depends on the machine. */
  readonly examples: Readonly<Record<string, string | null>>;
  /**
   * The signature for one call site with a right number of arguments, where it depends on more than that number.
   * @throws InferError with what is wrong with the call
   */
  readonly infer?: (site: CallSite) => Signature;
  /**
   * What follows once the first argument turns out to be a list, map or struct, of a call whose signature had to leave
   * that open. Asked when all else is solved; what does not fit is left to `check`.
   */
  readonly read?: <V>(from: types.Container<V>) => Reading<V>;
  /** Rules that types alone cannot say, checked once they are solved: what is wrong, or undefined. */
  readonly check?: (type: FuncType) => string | CallProblem | undefined;
  /**
   * Whether `golang.template` must not offer it: what it gives belongs to the place of its call in the program, and a call
   * inside a template has none.
   */
  readonly isOnlyInPrograms?: true;
  /** Of a source: what `golang.template` offers in its place, as there are no events inside a template. */
  readonly inTemplates?: (context: CallContext) => Implementation;
  readonly behavior: Behavior;
}

/** A run-time failure that `<|>` can catch (functions specification, section 12). */
export class CatchableError extends Error {
  override readonly name = "CatchableError";
}

/** A run-time failure that stops the program's evaluation. */
export class FatalError extends Error {
  override readonly name = "FatalError";
}

/** A call that cannot be given a signature; reported in the type phase at the call. */
export class InferError extends Error {
  override readonly name = "InferError";
  readonly problem: CallProblem;

  constructor(message: string, more: Omit<CallProblem, "message"> = {}) {
    super(message);
    this.problem = { message, ...more };
  }
}

/** What is wrong with a call. */
export interface CallProblem {
  readonly message: string;
  readonly help?: string | undefined;
  /** The index of the argument that is to blame, if one is. */
  readonly argument?: number;
}

interface Declaration<A extends readonly Argument[], R extends Value> {
  readonly module?: string;
  readonly name: string;
  readonly summary: string;
  readonly args: A;
  readonly otherForms?: readonly (readonly string[])[];
  readonly returns: Typed<R>;
  readonly notes?: string;
  readonly errors?: string;
  readonly examples: Readonly<Record<string, string | null>>;
  readonly infer?: (site: CallSite) => Signature;
  readonly read?: <V>(from: types.Container<V>) => Reading<V>;
  readonly check?: (type: FuncType) => string | CallProblem | undefined;
  readonly isOnlyInPrograms?: true;
}

type Values<A extends readonly Argument[]> = { [K in keyof A]: ValueOf<A[K]> };
type Call<A extends readonly Argument[], R extends Value> = (...args: Values<A>) => R;

interface Direct<A extends readonly Argument[], R extends Value> extends Declaration<A, R> {
  readonly call: Call<A, R>;
}
interface Bound<A extends readonly Argument[], R extends Value> extends Declaration<A, R> {
  /** Made once for each call site, for functions that need its types or the host. */
  readonly bind: (context: CallContext) => Call<A, R>;
}
type Open<A extends readonly Argument[]> = (...args: Values<A>) => Close;

interface Source<A extends readonly Argument[], R extends Value> extends Declaration<A, R> {
  readonly delivery?: "latest" | "every";
  readonly inTemplates?: (context: CallContext) => Call<A, R>;
  readonly open: (context: SourceContext, ...args: Values<A>) => Close;
}
interface BoundSource<A extends readonly Argument[], R extends Value> extends Declaration<A, R> {
  readonly delivery?: "latest" | "every";
  /** Made once for each source in a program, for those that remember over openings. */
  readonly bind: (context: SourceContext) => Open<A>;
}

/** Declares a function whose result depends on its arguments only. */
export function pure<const A extends readonly Argument[], R extends Value>(
  declaration: Direct<A, R> | Bound<A, R>,
): CoreFunction {
  return complete(declaration, { kind: "pure", bind: binder(declaration) });
}

/** Declares a function that reads the outside world, when it is called and when an argument changes. */
export function impure<const A extends readonly Argument[], R extends Value>(
  declaration: Direct<A, R> | Bound<A, R>,
): CoreFunction {
  return complete(declaration, { kind: "impure", bind: binder(declaration) });
}

/** Declares a function with events of its own. */
export function source<const A extends readonly Argument[], R extends Value>(
  declaration: Source<A, R> | BoundSource<A, R>,
): CoreFunction {
  const bind = (context: SourceContext): Open<A> =>
    "bind" in declaration ? declaration.bind(context) : (...args) => declaration.open(context, ...args);
  const completed = complete(declaration, {
    kind: "source",
    delivery: declaration.delivery ?? "latest",
    bind: (context) => ({ open: bind(context) }),
  });
  if (!("inTemplates" in declaration) || declaration.inTemplates === undefined) return completed;
  return { ...completed, inTemplates: binder({ ...declaration, bind: declaration.inTemplates }) };
}

/** Declares a function that calls a function value for each element; see {@link Behavior}. */
export function each<const A extends readonly Argument[], R extends Value>(
  declaration: Declaration<A, R> & {
    readonly collect: (lists: readonly (readonly Value[])[], results: readonly Value[]) => R;
  },
): CoreFunction {
  return complete(declaration, { kind: "each", collect: declaration.collect });
}

/** Declares a left fold; see {@link Behavior}. */
export function fold<const A extends readonly Argument[], R extends Value>(
  declaration: Declaration<A, R>,
): CoreFunction {
  return complete(declaration, { kind: "fold" });
}

function binder<A extends readonly Argument[], R extends Value>(
  declaration: Direct<A, R> | Bound<A, R>,
): (context: CallContext) => Implementation {
  if ("bind" in declaration) return (context) => ({ call: declaration.bind(context) });
  const implementation: Implementation = { call: declaration.call };
  return () => implementation;
}

function complete<A extends readonly Argument[], R extends Value>(
  declaration: Declaration<A, R>,
  behavior: Behavior,
): CoreFunction {
  const { module = "", name, summary, args, returns, notes, errors, examples } = declaration;
  const { otherForms, infer, read, check, isOnlyInPrograms } = declaration;
  return {
    module,
    name,
    summary,
    args,
    returns: returns.type,
    examples,
    behavior,
    ...(otherForms === undefined ? {} : { otherForms }),
    ...(notes === undefined ? {} : { notes }),
    ...(errors === undefined ? {} : { errors }),
    ...(infer === undefined ? {} : { infer }),
    ...(read === undefined ? {} : { read }),
    ...(check === undefined ? {} : { check }),
    ...(isOnlyInPrograms === undefined ? {} : { isOnlyInPrograms }),
  };
}

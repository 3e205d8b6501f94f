/**
 * What the language knows of resource kinds: names, parameter types, what they send. Kinds themselves are
 * implemented elsewhere and handed in as a {@link KindCatalogue}.
 */
import type { Meta } from "./meta.ts";
import type { Type } from "./types/type.ts";
import type { Value } from "./value.ts";

/** One parameter of a kind, or one value that it sends. */
export interface FieldSchema {
  /** `variant` takes a value of any type. */
  readonly type: Type;
  /** Unset differs from the zero value: send/recv then skips the static type comparison (4.6 of dataflow). */
  readonly optional: boolean;
  /** The native width of an `int` or a `float`, checked when a resource is built (language specification, section 11). */
  readonly range?: NativeRange;
}

export interface NativeRange {
  readonly min: bigint | number;
  readonly max: bigint | number;
  /** How messages name it: `uint16`. */
  readonly native: string;
}

export interface KindSchema {
  readonly kind: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  /** Whether `Kind["x"].field -> …` is possible, and with what fields. */
  readonly sends: ReadonlyMap<string, FieldSchema> | undefined;
  /** Whether `… -> Kind["x"].field` is possible. */
  readonly receives: boolean;
  /**
   * The kind's own rules on a finished set of parameters; pure. Fields that will be received are not set yet.
   * @returns what is wrong, or undefined.
   */
  validate(name: string, fields: ReadonlyMap<string, Value>, meta: Meta): string | undefined;
  /**
   * By what two sets of parameters keep their resources from being one and the same; what is unset stands for its default.
   * @returns a clause for messages, `int8 differs: 1 vs 2`, or undefined if they ask for the same
   */
  difference(mine: ReadonlyMap<string, Value>, theirs: ReadonlyMap<string, Value>): string | undefined;
  /**
   * For sets of parameters that differ: one that satisfies both, whichever comes first.
   * @returns undefined if there is none, as for most kinds
   */
  merge?(
    mine: ReadonlyMap<string, Value>,
    theirs: ReadonlyMap<string, Value>,
  ): ReadonlyMap<string, Value> | undefined;
}

/** All kinds there are. `load` makes those a program mentions available; only then `get` answers for them. */
export interface KindCatalogue {
  /** Names of all kinds, sorted. */
  readonly names: readonly string[];
  load(kinds: Iterable<string>): Promise<void>;
  get(kind: string): KindSchema | undefined;
  /** The value of `$const.res.<kind>.<param>.<name>`; the kind must be loaded. */
  constant(kind: string, param: string, name: string): Value | undefined;
}

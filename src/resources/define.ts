/**
 * How a resource kind is declared: one file, one declaration. Parameters are an ArkType definition in the words of
 * `vocabulary.ts`; their TypeScript types, mcl types, range checks and reference pages all come from it.
 *
 * ```ts
 * export const greeting = defineResource({
 *   kind: "greeting",
 *   summary: "Keeps a line of text in a file.",
 *   params: { text: "str = 'hello'", "path?": "str" },
 *   about: { text: "What to say.", path: "Absolute path of the file; the name if unset." },
 *   open({ params, log }) {
 *     return {
 *       async watch({ ready, changed, signal }) { … },
 *       async checkApply({ apply }) { … params().text … },
 *     };
 *   },
 * });
 * ```
 *
 * To add a kind: write its file beside this one, and name it in `index.ts`. Without `open` it is declared by
 * {@link declareKind}: programs that use it can be checked, and not run.
 */
import type { FieldSchema, KindSchema } from "../../lang/kinds.ts";
import type { Meta } from "../../lang/meta.ts";
import { misfitOf } from "../../lang/output/fit.ts";
import type { Sender } from "../../lang/output/resource-graph.ts";
import { differenceIn } from "../../lang/output/same-resource.ts";
import type { Type } from "../../lang/types/type.ts";
import type { Value } from "../../lang/value.ts";
import {
  type Behavior,
  type Context,
  type Grouping,
  type Identity,
  type Member,
  type Resource,
  ResourceError,
  type Want,
  type Whole,
} from "../engine/resource.ts";
import { type Definition, type Parameter, type Params, paramsReader, readDefinition } from "./vocabulary.ts";

/** What a running resource may use, with its parameters as TypeScript sees them. */
export interface Handle<P> extends Omit<Context, "current"> {
  /**
   * The parameters as wanted now: received values are in them, so ask again in every run. The same object as long
   * as they are the same, so that what is derived from them can be kept.
   */
  params(): P;
  /** The parameters that come from other resources. */
  readonly receives: ReadonlySet<string>;
  /** The same as mcl values, under mcl names; for kinds that pass values on. */
  fields(): ReadonlyMap<string, Value>;
  /** The members of its group that are of its own kind (see {@link Deeds.grouping}). */
  readonly alike: readonly Alike<P>[];
}

/** Another resource of the kind, whose work is to be done along with one's own. */
export interface Alike<P> extends Pick<Member, "name" | "received" | "log"> {
  params(): P;
}

/** What a declaration says without regard to the types of its parameters. */
interface Facts {
  /** Lower case; chunks of a hierarchy joined with `:`. */
  readonly kind: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Further paragraphs for the reference: behavior that the parameters do not say. */
  readonly notes?: string;
  /** What it sends to other resources, in the same words as parameters. */
  readonly sends?: Readonly<Record<string, string>>;
  /** Whether any parameter may be received from another resource. */
  readonly receives?: boolean;
  /** Whether a notification makes it run (engine specification, 2.7). */
  readonly refreshable?: boolean;
  /** A complete program that shows the kind; run by a test. */
  readonly example: string;
}

/** What kinds may do with their parameters; the same for typed and untyped ones. */
interface Deeds<P> {
  /** The kind's own rules; pure. @returns what is wrong, or undefined */
  validate?(name: string, params: P, meta: Meta): string | undefined;
  /** What else keeps two resources from being the same, their parameters being equal; kinds rarely need it. */
  difference?(mine: P, theirs: P): string | undefined;
  /** What to change of the one's parameters so that they are good for both; undefined if nothing makes them so. */
  merge?(mine: P, theirs: P): { readonly [K in keyof P]?: Value } | undefined;
  /** Names by which others find this resource for automatic edges. */
  identities?(name: string, params: P): readonly Identity[];
  /** What it is ordered against automatically. */
  wants?(name: string, params: P): readonly Want[];
  /** With which others of the kind a resource is done as one (engine specification, 5.2); with none if undefined. */
  grouping?(name: string, params: P): Grouping | undefined;
  /** What does its work. */
  readonly partOf?: {
    readonly kind: string;
    /** The name of the resource of that kind; empty for whichever there is. */
    name(params: P): string;
  };
  /**
   * The parameters of a resource that undoes this one: that brings back what is there now (`Meta:reverse`, engine
   * specification 5.3). Asked before the resource changes anything.
   * @returns undefined if there will be nothing to undo. @throws ResourceError if it cannot be undone
   */
  reversal?(name: string, params: P): ReadonlyMap<string, Value> | undefined;
}

/** What makes a kind work. */
interface Work<P> {
  /** Starts one resource; private state lives in the closure. */
  open(handle: Handle<P>): Behavior | Promise<Behavior>;
}

export interface Declaration<D, P> extends Facts, Deeds<P> {
  readonly params: Definition<D>;
  /** What each parameter means; units, ranges, what unset does. */
  readonly about: { readonly [K in keyof P]-?: string };
  /** Types that the words cannot say, by parameter. */
  readonly types?: { readonly [K in keyof P]?: Type };
  /** Parameters by which two resources may differ and be the same. */
  readonly uncompared?: readonly (keyof P & string)[];
  /** Names for values of a parameter: `$const.res.<kind>.<parameter>.<name>`. */
  readonly constants?: { readonly [K in keyof P]?: Readonly<Record<string, Value>> };
}

/** A declared kind: a schema for the language, a factory for the engine, and its own documentation. */
export interface Kind extends KindSchema {
  readonly summary: string;
  readonly notes: string | undefined;
  readonly example: string;
  readonly parameters: readonly (Parameter & { readonly about: string })[];
  readonly refreshable: boolean;
  /** Whether its resources can be applied, and not only checked. */
  readonly isBuilt: boolean;
  /** The kind that does the work of its resources, if that is not the kind itself. */
  readonly partOf: string | undefined;
  /** The ArkType definition, for checking data that does not come from a program (see `schema.ts`). */
  readonly definition: unknown;
  readonly constants: Readonly<Record<string, Readonly<Record<string, Value>> | undefined>>;
  /** @param fields checked against the schema, as programs are */
  create(
    name: string,
    fields: ReadonlyMap<string, Value>,
    meta: Meta,
    receives: ReadonlyMap<string, Sender>,
  ): Resource;
}

/** Parameters whose names and types are known to the declaration only. */
type AnyParams = Readonly<Record<string, unknown>>;

/** A declaration as the machinery here uses it: the same for all kinds. */
interface AnyDeclaration extends Facts, Deeds<AnyParams>, Partial<Work<AnyParams>> {
  readonly params: unknown;
  readonly about: Readonly<Record<string, string>>;
  readonly types?: Readonly<Record<string, Type | undefined>>;
  readonly uncompared?: readonly string[];
  readonly constants?: Readonly<Record<string, Readonly<Record<string, Value>> | undefined>>;
}

const nothing: ReadonlySet<string> = new Set();

type Fields = ReadonlyMap<string, Value>;

/** What resources of a kind say that is declared only. */
export function notBuiltYet(kind: string): string {
  return `resource kind \`${kind}\` is not built yet: programs that use it can be checked, and not applied`;
}

/** Declares a kind and what it does. */
export function defineResource<const D extends object>(
  declaration: Declaration<D, Params<D>> & Work<Params<D>>,
): Kind;
export function defineResource(declaration: AnyDeclaration): Kind {
  return makeKind(declaration);
}

/** Declares all of a kind but what it does; with `open` added to the declaration it is one for {@link defineResource}. */
export function declareKind<const D extends object>(declaration: Declaration<D, Params<D>>): Kind;
export function declareKind(declaration: AnyDeclaration): Kind {
  return makeKind(declaration);
}

function makeKind(declaration: AnyDeclaration): Kind {
  const parameters = readDefinition(declaration.params).map((parameter) => {
    const type = declaration.types?.[parameter.name];
    const about = declaration.about[parameter.name] ?? "";
    return type === undefined ? { ...parameter, about } : { ...parameter, type, optional: false, about };
  });
  const fields = new Map<string, FieldSchema>(parameters.map((parameter) => [parameter.name, parameter]));
  const sends =
    declaration.sends === undefined
      ? undefined
      : new Map<string, FieldSchema>(readDefinition(declaration.sends).map((each) => [each.name, each]));
  const { kind } = declaration;

  class Declared implements Resource {
    readonly kind = kind;
    readonly refreshable = declaration.refreshable ?? false;

    constructor(
      readonly name: string,
      readonly fields: ReadonlyMap<string, Value>,
      readonly meta: Meta,
      readonly receives: ReadonlyMap<string, Sender>,
    ) {}

    get params(): AnyParams {
      return paramsOf(this.fields);
    }

    get identities(): readonly Identity[] {
      return declaration.identities?.(this.name, this.params) ?? [];
    }

    get wants(): readonly Want[] {
      return declaration.wants?.(this.name, this.params) ?? [];
    }

    get grouping(): Grouping | undefined {
      return declaration.grouping?.(this.name, this.params);
    }

    get partOf(): Whole | undefined {
      const { partOf } = declaration;
      return partOf && { kind: partOf.kind, name: partOf.name(this.params) };
    }

    reversal(): Resource | undefined {
      const undoing = declaration.reversal?.(this.name, this.params);
      if (undoing === undefined) return undefined;
      return new Declared(this.name, undoing, { ...this.meta, reverse: false }, new Map());
    }

    validate(): string | undefined {
      return declaration.validate?.(this.name, this.params, this.meta);
    }

    equals(other: Resource): boolean {
      return other.kind === kind && difference(this.fields, other.fields) === undefined;
    }

    with(values: ReadonlyMap<string, Value>): Resource {
      for (const [name, value] of values) {
        const schema = fields.get(name);
        if (schema === undefined) throw new ResourceError(`${kind} has no parameter ${name} to receive into`);
        const misfit = misfitOf(schema, value);
        if (misfit !== undefined)
          throw new ResourceError(`the value received for ${name} does not fit: ${misfit}`);
      }
      return new Declared(this.name, new Map([...this.fields, ...values]), this.meta, this.receives);
    }

    open(context: Context): Behavior | Promise<Behavior> {
      if (declaration.open === undefined) throw new ResourceError(notBuiltYet(kind));
      return declaration.open(new DeclaredHandle(context, this.receives));
    }
  }

  /** Kinds take it apart. Its functions are made when they are asked for: most kinds use two or three. */
  class DeclaredHandle implements Handle<AnyParams> {
    readonly #context: Context;
    readonly #receives: ReadonlyMap<string, Sender>;
    #current: Resource | undefined;
    #params: AnyParams = {};

    constructor(context: Context, receives: ReadonlyMap<string, Sender>) {
      this.#context = context;
      this.#receives = receives;
    }

    get params(): () => AnyParams {
      return () => {
        const now = this.#context.current();
        if (now !== this.#current) {
          this.#current = now;
          this.#params = paramsOf(now.fields);
        }
        return this.#params;
      };
    }

    get fields(): () => ReadonlyMap<string, Value> {
      return () => this.#context.current().fields;
    }

    get receives(): ReadonlySet<string> {
      return this.#receives.size === 0 ? nothing : new Set(this.#receives.keys());
    }

    get alike(): readonly Alike<AnyParams>[] {
      return this.#context.members
        .filter((member) => member.kind === kind)
        .map(({ name, received, log, current }) => ({
          name,
          received,
          log,
          params: () => paramsOf(current().fields),
        }));
    }

    get kind(): string {
      return this.#context.kind;
    }

    get name(): string {
      return this.#context.name;
    }

    get hostname(): string {
      return this.#context.hostname;
    }

    get world(): Context["world"] {
      return this.#context.world;
    }

    get members(): Context["members"] {
      return this.#context.members;
    }

    get log(): Context["log"] {
      return this.#context.log;
    }

    get vardir(): Context["vardir"] {
      return this.#context.vardir;
    }

    get send(): Context["send"] {
      return this.#context.send;
    }

    get changed(): Context["changed"] {
      return this.#context.changed;
    }

    get peers(): Context["peers"] {
      return this.#context.peers;
    }

    get exit(): Context["exit"] {
      return this.#context.exit;
    }
  }

  const standard = new Map<string, Value>();
  for (const { name, default: value } of parameters) if (value !== undefined) standard.set(name, value);
  const uncompared = new Set(declaration.uncompared);

  function difference(mine: Fields, theirs: Fields): string | undefined {
    return (
      differenceIn(compared(mine), compared(theirs), { standard }) ??
      declaration.difference?.(paramsOf(mine), paramsOf(theirs))
    );
  }

  function compared(fields: Fields): Fields {
    return uncompared.size === 0 ? fields : new Map([...fields].filter(([name]) => !uncompared.has(name)));
  }

  function merge(mine: Fields, theirs: Fields): Fields | undefined {
    const changes = declaration.merge?.(paramsOf(mine), paramsOf(theirs));
    if (changes === undefined) return undefined;
    const merged = new Map(mine);
    for (const [name, value] of Object.entries(changes)) if (value !== undefined) merged.set(name, value);
    return merged;
  }

  const paramsOf = paramsReader(parameters);

  return {
    kind,
    summary: declaration.summary,
    notes: declaration.notes,
    example: declaration.example,
    parameters,
    fields,
    sends,
    receives: declaration.receives ?? false,
    refreshable: declaration.refreshable ?? false,
    isBuilt: declaration.open !== undefined,
    partOf: declaration.partOf?.kind,
    definition: declaration.params,
    constants: declaration.constants ?? {},
    validate: (name, fields, meta) => declaration.validate?.(name, paramsOf(fields), meta),
    difference,
    ...(declaration.merge === undefined ? {} : { merge }),
    create: (name, fields, meta, receives) => new Declared(name, fields, meta, receives),
  };
}

/**
 * The metaparameters that every resource has (engine specification, section 3; language specification, 5.5).
 * One table: the language takes names and types from it, the engine its defaults, the reference its text.
 */
import { bool, float, int, type Shape, str } from "./types/type.ts";
import { equal, type Value } from "./value.ts";

/** The metaparameters of one resource, with defaults filled in. */
export interface Meta {
  readonly noop: boolean;
  /** Further attempts after a failed one; -1 for ever. */
  readonly retry: number;
  readonly retryreset: boolean;
  /** Milliseconds between attempts. */
  readonly delay: number;
  /** Milliseconds an attempt may take; 0 for no limit. */
  readonly timeout: number;
  /** Seconds between checks instead of watching; negative: one check only; 0: watch. */
  readonly poll: number;
  /** Events per second. */
  readonly limit: number;
  /** Events that may come at once before `limit` counts. */
  readonly burst: number;
  readonly reset: boolean;
  readonly sema: readonly string[];
  readonly rewatch: boolean;
  readonly realize: boolean;
  readonly dollar: boolean;
  readonly hidden: boolean;
  readonly export: readonly string[];
  readonly reverse: boolean;
  readonly autoedge: boolean;
  readonly autogroup: boolean;
  /** Seconds that an export outlives its exporter; 0 for ever. */
  readonly export_ttl: number;
  /** Nobody but the host that an export is for can read it. */
  readonly export_seal: boolean;
}

export type MetaName = keyof Meta;

export interface MetaParameter {
  readonly type: Shape<never>;
  readonly default: Value;
  readonly summary: string;
}

const texts = { kind: "list", element: str } as const;

/** Every metaparameter; those of the struct form `Meta => struct{…}` in the order in which it must have them. */
export const metaParameters: Readonly<Record<MetaName, MetaParameter>> = {
  noop: { type: bool, default: false, summary: "Look, but change nothing." },
  retry: { type: int, default: 0n, summary: "How often to try again after a failure; -1 for ever." },
  retryreset: { type: bool, default: false, summary: "Start counting retries anew after each success." },
  delay: { type: int, default: 0n, summary: "Milliseconds to wait before each retry." },
  timeout: { type: int, default: 0n, summary: "Milliseconds one attempt may take; 0 for no limit." },
  poll: {
    type: int,
    default: 0n,
    summary: "Check every so many seconds instead of watching; negative: check once; 0: watch.",
  },
  limit: {
    type: float,
    default: Number.POSITIVE_INFINITY,
    summary: "Events per second that may cause a check.",
  },
  burst: { type: int, default: 0n, summary: "Events that may come at once before `limit` holds them back." },
  reset: { type: bool, default: false, summary: "Forget used-up retries when the resource changes." },
  sema: {
    type: texts,
    default: [],
    summary: "Semaphores to hold while working; `name:3` lets three resources work at once.",
  },
  rewatch: { type: bool, default: false, summary: "Start again at the next graph after failing for good." },
  realize: {
    type: bool,
    default: false,
    summary: "Apply once before a new graph may remove or replace the resource.",
  },
  dollar: { type: bool, default: false, summary: "Allow a name that begins with a dollar sign." },
  hidden: { type: bool, default: false, summary: "Keep the resource in the graph but never apply it." },
  export: {
    type: texts,
    default: [],
    summary: "Hosts (`*` for all) that may collect the resource.",
  },
  reverse: {
    type: bool,
    default: false,
    summary: "Undo the resource when it leaves the graph, where the kind can: `file`.",
  },
  autoedge: { type: bool, default: true, summary: "Take part in automatic edges." },
  autogroup: { type: bool, default: true, summary: "Take part in automatic grouping." },
  export_ttl: {
    type: int,
    default: 0n,
    summary:
      "Seconds after which what is exported is gone from the store when its exporter is; 0: it stays until it is withdrawn. What is not exported any more goes at once in any case.",
  },
  export_seal: {
    type: bool,
    default: false,
    summary:
      "Encrypt what is exported, so that only the host it is for can read it; kind and name stay readable. Not with an export to `*`. On a host that is alone it changes nothing.",
  },
};

/** Metaparameters in their fixed order. */
export const metaNames = Object.keys(metaParameters).filter(isMetaParameter);

/** What the struct form does not have, so that programs which have it stay as they are. */
const besideStruct: ReadonlySet<MetaName> = new Set(["export_ttl", "export_seal"]);

/** Those that the struct form has, in its order. */
export const structMetaNames = metaNames.filter((name) => !besideStruct.has(name));

export function isMetaParameter(name: string): name is MetaName {
  return Object.hasOwn(metaParameters, name);
}

/** How a resource is exported: of no concern to those who collect it. */
export const exportMetaNames: readonly MetaName[] = ["export", "export_ttl", "export_seal"];

/** The values set in a program, by metaparameter. */
export type MetaSettings = ReadonlyMap<MetaName, Value>;

/** What nothing was set for. */
export const defaultMeta: Meta = {
  noop: false,
  retry: 0,
  retryreset: false,
  delay: 0,
  timeout: 0,
  poll: 0,
  limit: Number.POSITIVE_INFINITY,
  burst: 0,
  reset: false,
  sema: [],
  rewatch: false,
  realize: false,
  dollar: false,
  hidden: false,
  export: [],
  reverse: false,
  autoedge: true,
  autogroup: true,
  export_ttl: 0,
  export_seal: false,
};

const ranges: Readonly<Partial<Record<MetaName, { min: bigint; max: bigint; native: string }>>> = {
  retry: { min: -32768n, max: 32767n, native: "int16" },
  poll: { min: -2147483648n, max: 2147483647n, native: "int32" },
  delay: { min: 0n, max: 9007199254740991n, native: "uint64" },
  timeout: { min: 0n, max: 9007199254740991n, native: "uint64" },
  burst: { min: 0n, max: 9007199254740991n, native: "uint64" },
  export_ttl: { min: 0n, max: 2147483647n, native: "int32" },
};

/**
 * Fills in defaults and checks ranges and combinations.
 * @returns the metaparameters, or what is wrong with them.
 */
export function readMeta(settings: MetaSettings): Meta | { readonly error: string } {
  if (settings.size === 0) return defaultMeta;
  const numbers: Partial<Record<MetaName, number>> = {};
  for (const [name, value] of settings) {
    const range = ranges[name];
    if (range === undefined || typeof value !== "bigint") continue;
    if (range.min === 0n && value < 0n) return { error: `\`Meta:${name}\` cannot be negative, got ${value}` };
    if (value < range.min || value > range.max)
      return {
        error: `\`Meta:${name}\` goes from ${range.min} to ${range.max}, got ${value}: it overflows ${range.native}`,
      };
    numbers[name] = Number(value);
  }
  const flag = (name: MetaName, otherwise: boolean): boolean => {
    const value = settings.get(name);
    return typeof value === "boolean" ? value : otherwise;
  };
  const list = (name: MetaName): readonly string[] => {
    const value = settings.get(name);
    return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
  };
  const limit = settings.get("limit");
  const meta: Meta = {
    noop: flag("noop", false),
    retry: numbers.retry ?? 0,
    retryreset: flag("retryreset", false),
    delay: numbers.delay ?? 0,
    timeout: numbers.timeout ?? 0,
    poll: numbers.poll ?? 0,
    limit: typeof limit === "number" ? limit : Number.POSITIVE_INFINITY,
    burst: numbers.burst ?? 0,
    reset: flag("reset", false),
    sema: list("sema"),
    rewatch: flag("rewatch", false),
    realize: flag("realize", false),
    dollar: flag("dollar", false),
    hidden: flag("hidden", false),
    export: list("export"),
    reverse: flag("reverse", false),
    autoedge: flag("autoedge", true),
    autogroup: flag("autogroup", true),
    export_ttl: numbers.export_ttl ?? 0,
    export_seal: flag("export_seal", false),
  };
  if (meta.limit !== Number.POSITIVE_INFINITY && meta.burst === 0) {
    return {
      error: `a limit of ${meta.limit} with a burst of 0 would never let an event through: set Meta:burst`,
    };
  }
  for (const id of meta.sema) {
    if (id === "") return { error: "a semaphore needs a name" };
    if (/^[+-]?\d+$/.test(id)) return { error: `semaphore \`${id}\` is a bare number: write \`name:${id}\`` };
  }
  if (meta.export.includes("")) return { error: "an export needs a host name, or `*` for all hosts" };
  if (meta.export_seal && meta.export.includes("*"))
    return {
      error:
        "what is for all hosts cannot be sealed, for there is no key that all have: have `Meta:export` name hosts, or leave out `Meta:export_seal`",
    };
  return meta;
}

/** The settings that give these metaparameters, in table order; the inverse of {@link readMeta}. */
export function settingsOf(meta: Meta): MetaSettings {
  const settings = new Map<MetaName, Value>();
  for (const name of metaNames) {
    const value = meta[name];
    const isInteger = metaParameters[name].type.kind === "int";
    settings.set(name, typeof value === "number" && isInteger ? BigInt(value) : value);
  }
  return changedMeta(settings);
}

/** The settings that differ from the defaults, in table order. */
export function changedMeta(settings: MetaSettings): MetaSettings {
  const changed = new Map<MetaName, Value>();
  for (const name of metaNames) {
    const value = settings.get(name);
    if (value !== undefined && !equal(value, metaParameters[name].default)) changed.set(name, value);
  }
  return changed;
}

/** What the lines of a resource set twice, if anything: the struct form sets every metaparameter it has (5.5). */
export function repeatedMeta(
  lines: readonly { readonly kind: string; readonly param?: MetaName | undefined }[],
): MetaName | undefined {
  const metas = lines.filter(
    ({ kind, param }) => kind === "meta" && (param === undefined || !besideStruct.has(param)),
  );
  if (metas.length < 2 || metas.every(({ param }) => param !== undefined)) return undefined;
  return metas.find(({ param }) => param !== undefined)?.param ?? "noop";
}

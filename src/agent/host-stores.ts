/** What is kept and shared, as programs see it. */
import { EtcdError } from "../../etcd/client/error.ts";
import {
  type ExportedResource,
  HostError,
  type HostFiles,
  type HostStore,
  type HostStores,
} from "../../lang/host.ts";
import { explainError } from "../os/errors.ts";
import type { Log } from "../os/log.ts";
import { loaders } from "../resources/index.ts";
import { decodeRecord, encodeRecord } from "../world/export-codec.ts";
import { everyHost } from "../world/export-store.ts";
import type { Listener } from "../world/listener.ts";
import type { World } from "../world/world.ts";
import type { SharedMemory } from "./shared-memory.ts";
import { within } from "./within.ts";

/** What of the agent stands behind the stores. */
export interface StoresOptions {
  /** Without it, nothing is kept or shared. */
  readonly world: World | undefined;
  /** Remembers what is shared, where a store may be out of reach when this process starts. */
  readonly memory: SharedMemory | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export function hostStores(options: StoresOptions, files: Pick<HostFiles, "read">): HostStores {
  const { world, memory } = options;
  const remembered = <T>(what: string, form: Form<T>): Memory<T> | undefined =>
    memory && memoryOf(memory, what, form);
  return {
    values: following(options, world?.values, undefined, undefined, (value) => value),
    responses: following(options, world?.responses, undefined, undefined, (response) => ({
      status: response?.status ?? 0,
      output: response?.file === undefined ? "" : files.read(response.file),
    })),
    strings: following(options, world?.strings, undefined, remembered("string", textForm), (text) => text),
    hostStrings: following(
      options,
      world?.hostStrings,
      new Map(),
      remembered("host-strings", mapForm),
      (texts) => texts,
    ),
    schedules: following(options, world?.schedules, [], remembered("schedule", listForm), (hosts) => hosts),
  };
}

/** What other hosts, and this one, export to this one. */
export function hostExports(
  options: StoresOptions,
  hostname: string,
): HostStore<readonly ExportedResource[]> {
  const { world, memory } = options;
  const store: Store<readonly ExportedResource[]> | undefined = world && {
    follow: (kind, listener, ends) => world.exports.follow({ kind, to: hostname }, listener, ends),
  };
  const remembered = memory && memoryOf(memory, "exports", exportsForm);
  const known = following(options, store, [], remembered, (records) => records);
  return {
    follow(kind, onValue, onError) {
      if (!Object.hasOwn(loaders, kind)) throw new HostError(`there is no resource kind \`${kind}\``);
      return known.follow(kind, onValue, onError);
    },
  };
}

interface Store<T> {
  follow(key: string, listener: Listener<T>, signal: AbortSignal): void;
}

/**
 * @param nothing what is kept where there is no store
 * @param memory what was kept before; undefined where that is never out of reach
 */
function following<T, Seen>(
  { log, signal }: StoresOptions,
  store: Store<T> | undefined,
  nothing: T,
  memory: Memory<T> | undefined,
  see: (kept: T) => Seen,
): HostStore<Seen> {
  return {
    follow(key, onValue, onError) {
      const fail = (error: unknown): void => onError(new HostError(explainError(error)));
      let isTold = false;
      const tell = (kept: T): void => {
        isTold = true;
        let seen: Seen;
        try {
          seen = see(kept);
        } catch (error) {
          fail(error);
          return;
        }
        onValue(seen);
      };
      const listener: Listener<T> = {
        onValue(kept) {
          memory?.note(key, kept);
          tell(kept);
        },
        onError(error) {
          if (!(error instanceof EtcdError) || !error.isTransient) {
            fail(error);
            return;
          }
          // What may pass is no fault of the program: it keeps what it has had, also if that was before a restart.
          const known = isTold ? undefined : memory?.recall(key);
          if (known !== undefined) tell(known.value);
          else if (!isTold) log("warn", "main", `waiting for the shared store: ${error.message}`);
        },
      };
      return within(signal, (ends) => {
        if (store === undefined) tell(nothing);
        else store.follow(key, listener, ends);
      });
    },
  };
}

/** What was kept under the keys of one store. */
interface Memory<T> {
  note(key: string, kept: T): void;
  /** @returns undefined if that is not known */
  recall(key: string): { readonly value: T } | undefined;
}

/** How things are written down. */
interface Form<T> {
  encode(kept: T, key: string): string;
  /** @returns undefined for text that is none of this form */
  decode(text: string): { readonly value: T } | undefined;
}

function memoryOf<T>(memory: SharedMemory, what: string, { encode, decode }: Form<T>): Memory<T> {
  return {
    note: (key, kept) => memory.note(what, key, encode(kept, key)),
    recall(key) {
      const text = memory.recall(what, key);
      return text === undefined ? undefined : decode(text);
    },
  };
}

const textForm: Form<string | undefined> = {
  encode: (text) => JSON.stringify(text === undefined ? [] : [text]),
  decode(text) {
    const list = textsIn(text);
    return list && { value: list[0] };
  },
};

const listForm: Form<readonly string[]> = {
  encode: (list) => JSON.stringify(list),
  decode(text) {
    const value = textsIn(text);
    return value && { value };
  },
};

/** Keys and values in turn. */
const mapForm: Form<ReadonlyMap<string, string>> = {
  encode: (map) => JSON.stringify([...map].flat()),
  decode(text) {
    const list = textsIn(text);
    if (list === undefined || list.length % 2 !== 0) return undefined;
    const value = new Map<string, string>();
    for (let at = 0; at < list.length; at += 2) value.set(list[at] ?? "", list[at + 1] ?? "");
    return { value };
  },
};

/** Whom they were for does not matter any more: they came here. */
const exportsForm: Form<readonly ExportedResource[]> = {
  encode: (records, kind) =>
    JSON.stringify(
      records.map(({ name, host, fields, meta }) =>
        encodeRecord({ kind, name, from: host, to: everyHost, fields, meta }),
      ),
    ),
  decode(text) {
    const records = textsIn(text)?.map(decodeRecord);
    if (records === undefined) return undefined;
    const value: ExportedResource[] = [];
    for (const record of records) {
      if (record === undefined) return undefined;
      const { name, from: host, fields, meta } = record;
      value.push({ name, host, fields, meta });
    }
    return { value };
  },
};

/** @returns undefined for text that is no JSON list of texts */
function textsIn(text: string): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((each) => typeof each === "string") ? list : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Resources that hosts export to one another (cluster specification, section 7). A store may be far away, so it answers
 * later; every change of it is told, no matter who made it.
 */
import type { ExportedResource } from "../../lang/host.ts";
import type { MetaSettings } from "../../lang/meta.ts";
import type { Value } from "../../lang/value.ts";
import type { Listener } from "./listener.ts";

/** What stands for every host as the addressee of an export. */
export const everyHost = "*";

/** There is one record for each key. */
export interface ExportKey {
  readonly kind: string;
  readonly name: string;
  /** The host that exports. */
  readonly from: string;
  /** The host that may collect, or {@link everyHost}. */
  readonly to: string;
}

export interface ExportRecord extends ExportKey {
  readonly fields: ReadonlyMap<string, Value>;
  readonly meta: MetaSettings;
}

/** How a record is kept. */
export interface ExportOptions {
  /** Seconds after which it is gone when this process is; 0 for never. */
  readonly ttl: number;
  /** Whether its fields and metaparameters are to be read by nobody but the host it is for, which is not {@link everyHost}. */
  readonly isSealed: boolean;
}

export interface ExportStore {
  /**
   * @param options plain and for ever if not given
   * @returns whether anything changed: an equal record is left alone, and nobody hears of it. @throws Error
   */
  put(record: ExportRecord, options?: ExportOptions): Promise<boolean>;
  /** @returns whether there was such a record. @throws Error */
  withdraw(key: ExportKey): Promise<boolean>;
  /** All that one host exports, by this process or an earlier one. @throws Error */
  list(from: string): Promise<readonly ExportKey[]>;
  /**
   * Calls back for records of which the store may not have what this process wants. They are to be put again, or withdrawn:
   * - the host they are sealed for has another key now, or one at last
   * - somebody else has changed them, or the store is what it was some time ago
   */
  followStale(onStale: (keys: readonly ExportKey[]) => void, signal: AbortSignal): void;
  /** Tells everything of one kind that a host may collect, see {@link collectable}. */
  follow(wanted: Collector, listener: Listener<readonly ExportedResource[]>, signal: AbortSignal): void;
}

export interface Collector {
  readonly kind: string;
  readonly to: string;
}

/** What the key of a record says, as one text. */
export function exportKeyText({ kind, name, from, to }: ExportKey): string {
  return JSON.stringify([kind, name, from, to]);
}

/** Whether a collector may see a record. */
export function isFor(record: ExportKey, { kind, to }: Collector): boolean {
  return record.kind === kind && (record.to === to || record.to === everyHost);
}

/**
 * What a collector sees, sorted by name, then by exporting host. What is addressed to it by name goes before what the
 * same exporter has for everybody.
 */
export function collectable(
  records: Iterable<ExportRecord>,
  collector: Collector,
): readonly ExportedResource[] {
  const found: ExportRecord[] = [];
  for (const record of records) if (isFor(record, collector)) found.push(record);
  found.sort(
    (a, b) =>
      order(a.name, b.name) ||
      order(a.from, b.from) ||
      Number(a.to === everyHost) - Number(b.to === everyHost),
  );
  return found
    .filter(({ name, from }, index) => {
      const before = found[index - 1];
      return before === undefined || before.name !== name || before.from !== from;
    })
    .map(asCollected);
}

/** By record, so that what has not changed is the same object. */
const collected = new WeakMap<ExportRecord, ExportedResource>();

function asCollected(record: ExportRecord): ExportedResource {
  const known = collected.get(record);
  if (known !== undefined) return known;
  const { name, from, fields, meta } = record;
  const resource = { name, host: from, fields, meta };
  collected.set(record, resource);
  return resource;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

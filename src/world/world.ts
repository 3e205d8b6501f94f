/**
 * What hosts share, and what a host keeps for itself: the one interface behind which a cluster's store or the
 * local disk stands.
 */
import type { Value } from "../../lang/value.ts";
import type { ExportStore } from "./export-store.ts";

export interface World {
  readonly values: ValueStore;
  readonly exports: ExportStore;
}

/** The values that `value` resources keep on this host, by name; they survive restarts. */
export interface ValueStore {
  get(key: string): Value | undefined;
  /** Undefined removes it. Watchers hear of it only if it differs. */
  set(key: string, value: Value | undefined): void;
  /** Calls back at each change of `key` until the signal fires. */
  watch(key: string, onChange: () => void, signal: AbortSignal): void;
}

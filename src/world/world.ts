/**
 * What hosts share, and what a host keeps for itself: the one interface behind which a cluster's store or the
 * local disk stands.
 */
import type { Value } from "../../lang/value.ts";
import type { ConvergenceStore } from "./convergence-store.ts";
import type { ExportStore } from "./export-store.ts";
import type { Listener } from "./listener.ts";
import type { Pool } from "./pool.ts";
import type { ResponseStore } from "./response-store.ts";
import type { ScheduleStore } from "./schedule-store.ts";
import type { HostStringStore, StringStore } from "./string-store.ts";

export interface World extends SharedWorld {
  readonly values: ValueStore;
  readonly responses: ResponseStore;
  readonly pool: Pool;
}

/** What hosts share. Whatever stands behind it passes the tests in `test/world/shared-world.ts`. */
export interface SharedWorld {
  readonly strings: StringStore;
  readonly hostStrings: HostStringStore;
  readonly schedules: ScheduleStore;
  readonly exports: ExportStore;
  readonly convergence: ConvergenceStore;
}

/** The values that `value` resources keep on this host, by name; they survive restarts. */
export interface ValueStore {
  get(key: string): Value | undefined;
  /** Undefined removes it. Followers hear of it only if it differs. */
  set(key: string, value: Value | undefined): void;
  /** Tells the value, or that there is none. */
  follow(key: string, listener: Listener<Value | undefined>, signal: AbortSignal): void;
}

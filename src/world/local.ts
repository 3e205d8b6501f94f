/** The world of a single machine: everything shared is in memory and on disk under the prefix. */
import { join } from "node:path";
import { LocalConvergence } from "./local-convergence.ts";
import { LocalExports } from "./local-exports.ts";
import { LocalSchedules } from "./local-schedules.ts";
import { LocalHostStrings, LocalStrings } from "./local-strings.ts";
import { LocalValues } from "./local-values.ts";
import { LocalPool } from "./pool.ts";
import { ResponseStore } from "./response-store.ts";
import type { World } from "./world.ts";

/** @param prefix the agent's working directory, absolute */
export function localWorld(prefix: string): World {
  const place = (name: string): string => join(prefix, "local", name);
  return {
    strings: new LocalStrings(place("string")),
    hostStrings: new LocalHostStrings(place("host-string")),
    schedules: new LocalSchedules(place("schedule")),
    exports: new LocalExports(place("export")),
    convergence: new LocalConvergence(),
    values: new LocalValues(place("value")),
    responses: new ResponseStore(),
    pool: new LocalPool(place("pool")),
  };
}

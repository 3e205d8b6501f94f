/** The world of a single machine: everything shared is in memory and on disk under the prefix. */
import { join } from "node:path";
import { LocalConvergence } from "./local-convergence.ts";
import { LocalExports } from "./local-exports.ts";
import { LocalSchedules } from "./local-schedules.ts";
import { LocalHostStrings, LocalStrings } from "./local-strings.ts";
import { LocalValues } from "./local-values.ts";
import { LocalPool } from "./pool.ts";
import { ResponseStore } from "./response-store.ts";
import type { SharedWorld, World } from "./world.ts";

/** @param prefix the agent's working directory, absolute */
export function localWorld(prefix: string): World {
  const place = placeIn(prefix);
  return worldWith(prefix, {
    strings: new LocalStrings(place("string")),
    hostStrings: new LocalHostStrings(place("host-string")),
    schedules: new LocalSchedules(place("schedule")),
    exports: new LocalExports(place("export")),
    convergence: new LocalConvergence(),
  });
}

/** What this machine keeps for itself, beside what it shares. @param prefix the agent's working directory, absolute */
export function worldWith(
  prefix: string,
  { strings, hostStrings, schedules, exports, convergence }: SharedWorld,
): World {
  const place = placeIn(prefix);
  return {
    ...{ strings, hostStrings, schedules, exports, convergence },
    values: new LocalValues(place("value")),
    responses: new ResponseStore(),
    pool: new LocalPool(place("pool")),
  };
}

function placeIn(prefix: string): (name: string) => string {
  return (name) => join(prefix, "local", name);
}

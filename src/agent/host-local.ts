import { join } from "node:path";
import type { HostLocal } from "../../lang/host.ts";
import { makeDirectory } from "../os/make-directory.ts";
import { MemoryPool } from "../world/pool.ts";
import type { World } from "../world/world.ts";
import { asHostError } from "./host-error.ts";

/**
 * What this node keeps for programs.
 *
 * @param prefix the working directory of the agent, absolute
 * @param world without it, nothing is written
 */
export function hostLocal(prefix: string, world: World | undefined): HostLocal {
  const pool = world?.pool ?? new MemoryPool();
  return {
    pool: (namespace, uid) => asHostError(() => pool.number(namespace, uid)),
    directory(path) {
      const directory = `${join(prefix, "local", "vardir", "functions")}/${path}`;
      if (world !== undefined) asHostError(() => makeDirectory(directory, 0o750));
      return directory;
    },
  };
}

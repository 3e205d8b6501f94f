/** Options of all commands that go to a store (cluster specification, 1.1 and 1.3). */
import type { ArgsDef } from "citty";
import { openSeeds, readSeeds, SeedError } from "../agent/store/seed-urls.ts";
import type { StoreChoice } from "../agent/store/store.ts";
import { type Arguments, type Lists, UsageError } from "./arguments.ts";

export const storeOptions = {
  seeds: {
    type: "string",
    valueHint: "URL",
    description: "Servers of the store, http(s)://HOST:PORT or unix:///PATH (MGMT_SEEDS); may be repeated",
  },
  insecure: {
    type: "boolean",
    description: "Go to servers in the open, by http, though others could listen and pretend to be them",
  },
} as const satisfies ArgsDef;

/** The environment variables that stand in for them. */
export const storeVariables = { seeds: "MGMT_SEEDS" } as const;

export const storeLists: Lists = ["seeds"];

/**
 * @param command for messages: `mgmt run`
 * @returns undefined if no servers are named
 * @throws UsageError
 */
export function readStoreChoice(command: string, given: Arguments): StoreChoice | undefined {
  const list = given.list("seeds");
  if (list.length === 0) return undefined;
  let seeds: readonly string[];
  try {
    seeds = readSeeds(list);
  } catch (error) {
    if (!(error instanceof SeedError)) throw error;
    throw new UsageError(`${command}: --seeds: ${error.message}`);
  }
  if (seeds.length === 0) throw new UsageError(`${command}: --seeds names no server`);
  const [open] = openSeeds(seeds);
  if (open !== undefined && !given.flag("insecure"))
    throw new UsageError(
      `${command}: the way to ${open} is not encrypted, and anybody on it could pretend to be the store; add --insecure if that is meant`,
    );
  const secured = seeds.find((seed) => seed.startsWith("https:") || seed.startsWith("unixs:"));
  if (secured !== undefined)
    throw new Error(
      `servers with certificates, such as ${secured}, are not built yet; there are http and unix`,
    );
  return { kind: "seeds", seeds };
}

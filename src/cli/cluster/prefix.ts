/** Options of all commands about the cluster: which node's, and which cluster. */
import { resolve } from "node:path";
import type { ArgsDef } from "citty";
import { standardPrefix } from "../../agent/prefix.ts";
import { type Admin, openAdmin } from "../../agent/store/admin.ts";
import { readSeeds, SeedError } from "../../agent/store/seed-urls.ts";
import { type Arguments, UsageError } from "../arguments.ts";

export const prefixOptions = {
  prefix: {
    type: "string",
    valueHint: "DIR",
    description: "Working directory of the node (MGMT_PREFIX); /var/lib/mgmt for root",
  },
} as const satisfies ArgsDef;

export const adminOptions = {
  ...prefixOptions,
  seeds: {
    type: "string",
    valueHint: "URL",
    description: "A server of the cluster (MGMT_SEEDS); those that the node remembers if unset",
  },
} as const satisfies ArgsDef;

export const adminLists = ["seeds"] as const;

export const prefixVariables = { prefix: "MGMT_PREFIX" } as const;
export const adminVariables = { ...prefixVariables, seeds: "MGMT_SEEDS" } as const;

/** Absolute. */
export function readPrefix(given: Arguments): string {
  return resolve(given.text("prefix") ?? standardPrefix(process.env));
}

/** @param command for messages @throws UsageError, or Error naming cause and cure */
export function readAdmin(command: string, given: Arguments): Promise<Admin> {
  return openAdmin(readPrefix(given), seedsOf(command, given));
}

function seedsOf(command: string, given: Arguments): readonly string[] {
  try {
    return readSeeds(given.list("seeds"));
  } catch (error) {
    if (!(error instanceof SeedError)) throw error;
    throw new UsageError(`${command}: --seeds: ${error.message}`, { cause: error });
  }
}

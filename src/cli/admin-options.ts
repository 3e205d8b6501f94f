/** Options of all commands that go to the store: as which node, and to which cluster. */
import type { ArgsDef } from "citty";
import { type Admin, type AdminOptions, openAdmin } from "../agent/store/admin.ts";
import { openSeeds, readSeeds, SeedError } from "../agent/store/seed-urls.ts";
import { type Arguments, type Lists, readArguments, UsageError } from "./arguments.ts";
import { prefixOptions, prefixVariables, readPrefix, refuseWords } from "./prefix-option.ts";
import { readSshOptions, sshOptions } from "./ssh-options.ts";

export const adminOptions = {
  ...prefixOptions,
  seeds: {
    type: "string",
    valueHint: "URL",
    description:
      "A server of the cluster (MGMT_SEEDS), may be repeated; those that the node remembers if unset",
  },
  insecure: {
    type: "boolean",
    description: "Go to servers in the open, by http, though others could listen and pretend to be them",
  },
  ...sshOptions,
} as const satisfies ArgsDef;

export const adminLists: Lists = ["seeds"];

export const adminVariables = { ...prefixVariables, seeds: "MGMT_SEEDS" } as const;

/**
 * @param command for messages
 * @param most how many words it takes
 * @throws UsageError
 */
export function readAdminArguments(
  command: string,
  args: readonly string[],
  options: ArgsDef,
  most = 0,
): Arguments {
  const given = readArguments(command, args, options, {
    lists: adminLists,
    variables: adminVariables,
    environment: process.env,
  });
  refuseWords(command, given, most);
  return given;
}

/** @param command for messages @throws UsageError */
export function readAdminOptions(command: string, given: Arguments): AdminOptions {
  const prefix = readPrefix(given);
  const ssh = readSshOptions(command, given);
  if (ssh !== undefined) return { prefix, seeds: ssh.seeds, ssh: ssh.access };
  return { prefix, seeds: readSeedUrls(command, given) };
}

/** @param command for messages @throws UsageError, or Error naming cause and cure */
export function readAdmin(command: string, given: Arguments): Promise<Admin> {
  return openAdmin(readAdminOptions(command, given));
}

/** @param command for messages @returns none if none are named @throws UsageError */
function readSeedUrls(command: string, given: Arguments): readonly string[] {
  let seeds: readonly string[];
  try {
    seeds = readSeeds(given.list("seeds"));
  } catch (error) {
    if (!(error instanceof SeedError)) throw error;
    throw new UsageError(`${command}: --seeds: ${error.message}`, { cause: error });
  }
  const [open] = openSeeds(seeds);
  if (open === undefined || given.flag("insecure")) return seeds;
  throw new UsageError(
    `${command}: the way to ${open} is not encrypted, and anybody on it could pretend to be the store; add --insecure if that is meant`,
  );
}

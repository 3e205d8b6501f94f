/** Options of all commands that reach a cluster, to reach it through SSH (cluster specification, 8.2). */
import type { ArgsDef } from "citty";
import { accounts } from "../os/accounts.ts";
import type { SshAccess } from "../os/ssh/connection.ts";
import { parseSeed } from "../os/ssh/seed.ts";
import { hostKeyFlaw, parseSshTarget } from "../os/ssh/target.ts";
import { type Arguments, UsageError } from "./arguments.ts";

export const sshOptions = {
  "ssh-url": {
    type: "string",
    valueHint: "URL",
    description: "Reach the seeds through SSH: [ssh://][USER@]HOST[:PORT][?hostkey=BASE64]",
  },
  "ssh-hostkey": {
    type: "string",
    valueHint: "BASE64",
    description: "The only key that the SSH host may show; one of known_hosts if unset",
  },
  "ssh-id": {
    type: "string",
    valueHint: "FILE",
    description: "Private key to log in with; those of the SSH agent and of ~/.ssh if unset",
  },
} as const satisfies ArgsDef;

/** What {@link readSshOptions} reads: the first two parts of what `tunnelSeeds` takes. */
export interface SshOptions {
  readonly access: SshAccess;
  /** As the SSH host sees them, each with its port. */
  readonly seeds: readonly string[];
}

/**
 * @param command for messages: `mgmt run`
 * @param given with a list of `seeds` among its options
 * @returns undefined if nothing is to go through SSH
 * @throws UsageError
 */
export function readSshOptions(command: string, given: Arguments): SshOptions | undefined {
  const url = given.text("ssh-url") || undefined;
  const hostKey = given.text("ssh-hostkey") || undefined;
  const identity = given.text("ssh-id") || undefined;
  if (url === undefined) {
    const alone = hostKey !== undefined ? "--ssh-hostkey" : identity !== undefined ? "--ssh-id" : undefined;
    if (alone === undefined) return undefined;
    throw new UsageError(`${command}: ${alone} is for connections through SSH, and needs --ssh-url`);
  }
  const target = parseSshTarget(url);
  if ("flaw" in target) throw new UsageError(`${command}: --ssh-url: ${target.flaw}`);
  const flaw = hostKey === undefined ? undefined : hostKeyFlaw(hostKey);
  if (flaw !== undefined) throw new UsageError(`${command}: --ssh-hostkey: ${flaw}`);
  const identityFile = identity === undefined ? undefined : expandHome(command, identity);
  return { access: { target, hostKey, identityFile }, seeds: readSeeds(command, given) };
}

function readSeeds(command: string, given: Arguments): readonly string[] {
  const texts = given
    .list("seeds")
    .flatMap((text) => text.split(/[,; ]+/))
    .filter((text) => text !== "");
  if (texts.length === 0)
    throw new UsageError(
      `${command}: --ssh-url needs --seeds, the servers as the SSH host sees them, such as http://127.0.0.1:2379`,
    );
  const seeds: string[] = [];
  for (const text of texts) {
    const url = readSeed(command, text);
    if (seeds.includes(url)) throw new UsageError(`${command}: --seeds names ${url} twice`);
    seeds.push(url);
  }
  return seeds;
}

function readSeed(command: string, text: string): string {
  try {
    return parseSeed(text).url;
  } catch (error) {
    throw new UsageError(`${command}: --seeds: ${error instanceof Error ? error.message : error}`);
  }
}

function expandHome(command: string, path: string): string {
  try {
    return accounts.expandHome(path);
  } catch (error) {
    throw new UsageError(`${command}: --ssh-id: ${error instanceof Error ? error.message : error}`);
  }
}

import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { ArgsDef } from "citty";
import { reset as resetServer } from "../../../etcd/membership/recover.ts";
import { layoutOf } from "../../../etcd/server/layout.ts";
import { lockPrefix } from "../../agent/prefix.ts";
import { nodeDirectories } from "../../agent/store/node-directories.ts";
import { replaceFile } from "../../os/atomic-file.ts";
import { tryLock } from "../../os/lock.ts";
import { readArguments, UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { prefixOptions, prefixVariables, readPrefix, refuseWords } from "../prefix-option.ts";
import { print } from "../print.ts";

const name = "mgmt cluster reset";

const options = {
  ...prefixOptions,
  yes: { type: "boolean", description: "Do it" },
} as const satisfies ArgsDef;

export const reset = defineCommand({
  summary: "Has this node forget its cluster, so that it can join one, or make one. Nothing is deleted.",
  usage: "mgmt cluster reset --yes",
  options,
  examples: `The data of its server, its certificates and its copies of what was deployed and shared are moved aside. Where the cluster lives on, have the node
leave it first, with \`mgmt cluster leave\`.`,
  async run(args) {
    const given = readArguments(name, args, options, {
      variables: prefixVariables,
      environment: process.env,
    });
    refuseWords(name, given);
    const prefix = readPrefix(given);
    const { directory, pkiDirectory } = nodeDirectories(prefix);
    if (!existsSync(layoutOf(directory).state) && !existsSync(pkiDirectory))
      throw new Error(`the node in ${prefix} belongs to no cluster`);
    if (!given.flag("yes"))
      throw new UsageError(
        `${name}: this moves the data and certificates of the node in ${prefix} aside; add --yes to do it`,
      );
    const unlock = lockPrefix(`${prefix}/`);
    try {
      const data = await resetServer(directory, { replaceFile, tryLock });
      const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
      // What it remembers of deploys is of that cluster, too.
      const moved = [data, moveAside(pkiDirectory, time), moveAside(join(prefix, "cache"), time)];
      for (const path of moved) if (path !== undefined) await print(`kept: ${path}`);
      return 0;
    } finally {
      unlock();
    }
  },
});

/** @returns where it is now; undefined if there was nothing */
function moveAside(path: string, time: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const aside = `${path}.reset-${time}`;
  renameSync(path, aside);
  return aside;
}

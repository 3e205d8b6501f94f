import type { ArgsDef } from "citty";
import { readIdeal, writeDeadAfter, writeIdeal } from "../../../etcd/membership/size.ts";
import { requireRoot } from "../../agent/store/admin.ts";
import { adminOptions, readAdmin, readAdminArguments } from "../admin-options.ts";
import { UsageError } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { readDuration } from "../duration.ts";
import { print } from "../print.ts";

const name = "mgmt cluster size";

const options = {
  ...adminOptions,
  "dead-after": {
    type: "string",
    valueHint: "TIME",
    description:
      "From now on, replace a server that cannot be reached for so long: 90s, 10m, 1h (10m in a new cluster)",
  },
} as const satisfies ArgsDef;

export const size = defineCommand({
  summary:
    "Says how many servers the store is to have, or changes that. The cluster grows and shrinks by itself.",
  usage: "mgmt cluster size [N] [--dead-after TIME]",
  options,
  async run(args) {
    const given = readAdminArguments(name, args, options, 1);
    const [word] = given.words;
    if (word !== undefined && !/^\d+$/.test(word))
      throw new UsageError(`${name} takes a number, not \`${word}\``);
    const deadAfter = given.text("dead-after");
    const patience = deadAfter === undefined ? undefined : readDuration(name, "dead-after", deadAfter, 1);
    await using admin = await readAdmin(name, given);
    const { client, rootKey } = admin;
    if (patience !== undefined) {
      requireRoot(admin, "say when servers are replaced");
      await writeDeadAfter(client, rootKey, patience);
      if (word === undefined) return 0;
    }
    if (word === undefined) {
      await print(String(await readIdeal(client, rootKey)));
      return 0;
    }
    requireRoot(admin, "change the size of the cluster");
    try {
      const warning = await writeIdeal(client, rootKey, Number(word));
      if (warning !== undefined) console.error(`mgmt: ${warning}`);
      return 0;
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(`${name}: ${error.message}`, { cause: error });
      throw error;
    }
  },
});
